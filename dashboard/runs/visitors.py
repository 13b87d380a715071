"""Who visits: the one queue and the maps that all visitors share, and the name by which these know a page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import streamlit as st
from streamlit import runtime
from streamlit.runtime.runtime import RuntimeState

from dashboard.runs.maps import Fits
from dashboard.runs.memory import spare_collector
from dashboard.runs.queue import Jobs


@dataclass(frozen=True)
class Presence:
    """A visitor's page, for as long as it is connected."""

    queue: Jobs
    maps: Fits
    visitor: str

    def end(self) -> None:
        """Tell the queue that the page is gone; a map that only it waited for is ended at once."""
        self.queue.depart(self.visitor)
        self.maps.leave(self.visitor)


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one queue of this server."""
    spare_collector()
    return Jobs(closing=_closing)


@st.cache_resource(show_spinner=False)
def fits() -> Fits:
    """The maps of this server that are not shipped."""
    return Fits()


def _closing() -> bool:
    return runtime.exists() and runtime.get_instance().state in (RuntimeState.STOPPING, RuntimeState.STOPPED)


def visitor() -> str:
    """Who this session is; the queue hears of it when the page is closed."""
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = uuid.uuid4().hex
    return _present(st.session_state["visitor"]).visitor


@st.cache_resource(scope="session", on_release=Presence.end, show_spinner=False)
def _present(name: str) -> Presence:
    return Presence(jobs(), fits(), name)
