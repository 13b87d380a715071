"""Where a visitor can go: the pages of the app, in the order of the navigation, the first of them at the app's root.

A destination is a value and knows no view, so that views may link to each other without importing each other. What a
page shows is `page()` of the module of its name in `dashboard.views`, which the entry script looks up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage


@dataclass(frozen=True)
class Destination:
    """A page by its place in the navigation.

    Attributes:
        name: of its module in `dashboard.views`, and its path in the address.
        title: in the navigation and in the browser's tab.
        icon: before the title.
    """

    name: str
    title: str
    icon: str

    def page(self, show: Callable[[], None]) -> StreamlitPage:
        """Streamlit's page, which calls a function when it is shown."""
        default = self.name == next(iter(DESTINATIONS))
        return st.Page(show, title=self.title, icon=self.icon, url_path=self.name, default=default)


DESTINATIONS: Final = {
    destination.name: destination
    for destination in (
        Destination("explore", "Explore", ":material/play_circle:"),
        Destination("lessons", "Lessons", ":material/school:"),
        Destination("method", "Method", ":material/menu_book:"),
    )
}


def to(name: str) -> StreamlitPage:
    """A page as `st.page_link` and `st.switch_page` want it; they find the real one by its path and never call this one."""
    return DESTINATIONS[name].page(_never_shown)


def _never_shown() -> None:
    raise AssertionError("a link was shown as if it were the page that it leads to")
