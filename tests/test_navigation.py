"""Pages: a new one is a view and one line of the navigation; links lead to pages whose modules nobody imports."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard import navigation
from dashboard.navigation import DESTINATIONS, Destination

APP = str(Path(__file__).parent.parent / "dashboard" / "app.py")


def shown(name: str) -> AppTest:
    """The app, opened at a page."""
    app = AppTest.from_file(APP, default_timeout=60)
    app._page_hash = calc_hash(name)  # as a browser that comes with this path: the runner knows files only
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def imprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is added here: a module in the room of views, and its line."""

    def page() -> None:
        st.title("Imprint")
        st.page_link(navigation.to("lessons"))
        if st.button("Go"):
            st.switch_page(navigation.to("lessons"))

    view = ModuleType("dashboard.views.imprint")
    view.page = page
    monkeypatch.setitem(sys.modules, "dashboard.views.imprint", view)
    monkeypatch.setitem(DESTINATIONS, "imprint", Destination("imprint", "Imprint", ":material/gavel:"))


@pytest.mark.usefixtures("imprint")
def test_a_new_page_is_one_view_and_one_line() -> None:
    app = shown("imprint")
    assert [title.value for title in app.title] == ["Imprint"]
    (link,) = app.get("page_link")
    assert (link.proto.page, link.proto.label, link.proto.icon) == ("lessons", "Lessons", ":material/school:")


@pytest.mark.usefixtures("imprint")
def test_a_switch_arrives_at_the_page_and_not_at_its_stand_in() -> None:
    app = shown("imprint")
    app.button[0].click().run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Lessons"]


def test_the_first_page_stands_at_the_root_and_the_others_under_their_names() -> None:
    app = shown("method")
    assert [title.value for title in app.title] == ["Method"]
    first, *others = [(destination.title, destination.name) for destination in DESTINATIONS.values()]
    assert first == ("Explore", "explore")
    assert {("Lessons", "lessons"), ("Method", "method")} <= set(others)
    links = [link.proto for link in shown("lessons").get("page_link")]
    assert {link.page for link in links} == {"", "lessons"}, "the sandbox is at the root"


def test_nobody_leads_to_a_page_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        navigation.to("imprint")
