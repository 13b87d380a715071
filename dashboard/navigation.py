"""The pages of the app, by their place in the navigation; a page may lead to another without knowing its module."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage


def explore() -> StreamlitPage:
    """The sandbox."""
    from dashboard.views import explore as view

    return st.Page(view.page, title="Explore", icon=":material/play_circle:", url_path="explore", default=True)


def lessons() -> StreamlitPage:
    """The lessons, and each of them."""
    from dashboard.views import lessons as view

    return st.Page(view.page, title="Lessons", icon=":material/school:", url_path="lessons")


def method() -> StreamlitPage:
    """What the words mean."""
    from dashboard.views import method as view

    return st.Page(view.page, title="Method", icon=":material/menu_book:", url_path="method")


PAGES: tuple[Callable[[], StreamlitPage], ...] = (explore, lessons, method)
