"""What a visitor looks at, against browsers that report what they showed before."""

from __future__ import annotations

import pytest
import streamlit as st

from dashboard.controls import form
from dashboard.state import session
from dashboard.state.view_options import GENERATION, PRESENT
from dashboard.state.view_state import ViewState
from sim import Experiment
from sim.presets import presets

PLAIN = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}})


@pytest.fixture(autouse=True)
def _session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"view_state": ViewState(PLAIN)})


def reported(role: str, name: str, key: str, value: object) -> None:
    """What Streamlit does when a browser reports a value."""
    st.session_state[key] = value
    form.knob_changed(role, name, key)


def test_a_knob_that_is_turned_keeps_its_control() -> None:
    key = session.widget_key("knob:.n")
    reported("", "n", key, 30)
    assert session.view_state().experiment == PLAIN.but(n=30)
    assert session.widget_key("knob:.n") == key


def test_controls_that_follow_a_knob_are_new_ones_and_the_old_ones_are_not_heard() -> None:
    source, family, ddof = (session.widget_key(f"knob:{name}") for name in ("source.kind", "family.kind", "family.ddof"))
    reported("source", "kind", source, "zipf")
    followed = session.view_state()
    assert followed.experiment.family.kind_name() == "categorical"
    reported("family", "kind", family, "gaussian")
    reported("family", "ddof", ddof, 1)
    assert session.view_state() == followed
    assert session.widget_key("knob:source.kind") == source
    reported("source", "kind", source, "normal")
    assert session.view_state().experiment.source.kind_name() == "normal"


def test_a_value_that_is_mended_gives_its_control_anew() -> None:
    key = session.widget_key("knob:.replicates")
    reported("", "replicates", key, 10**9)
    assert session.view_state().notes
    assert session.widget_key("knob:.replicates") != key


def test_controls_of_an_earlier_story_are_not_heard() -> None:
    key = session.widget_key("knob:.n")
    session.open_preset("modes_die")
    reported("", "n", key, 50)
    assert session.view_state().experiment == presets()["modes_die"].experiment


def test_back_shows_what_the_address_names_and_late_reports_of_the_controls_are_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    key = session.widget_key("knob:.n")
    reported("", "n", key, 30)
    monkeypatch.setattr(st, "query_params", Parameters({"v": "1", "source": "normal", "family": "gaussian", "n": "50", "t": "4"}))
    session.come_back()
    assert session.view_state().experiment.n == 30, "no more than another run of the page"
    monkeypatch.setattr(session, "travelled", lambda: True)
    session.set_option(PRESENT, "1")
    session.come_back()
    there = session.view_state()
    assert (there.experiment.n, there.start, there[GENERATION], there[PRESENT]) == (50, 4, 4, "1")
    reported("", "n", key, 30)
    session.come_back()
    assert session.view_state().experiment.n == 50, "the address is read again and names what is shown already"


class Parameters(dict[str, str]):
    """What Streamlit tells of the address."""

    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def get_all(self, name: str) -> list[str]:
        return [self[name]]
