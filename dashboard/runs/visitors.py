"""Who visits: the one queue that all visitors share, and the name by which it knows a page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import streamlit as st
from streamlit import runtime
from streamlit.runtime.runtime import RuntimeState

from dashboard.runs.heap import freeze_heap
from dashboard.runs.queue import Jobs


@dataclass(frozen=True)
class Connection:
    """A visitor's page, for as long as it is connected."""

    queue: Jobs
    visitor: str

    def close(self) -> None:
        """Tell the queue that the page is gone."""
        self.queue.depart(self.visitor)


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one queue of this server."""
    freeze_heap()
    return Jobs(closing=_closing)


def visitor() -> str:
    """Who this session is; the queue hears of it when the page is closed."""
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = uuid.uuid4().hex
    return _connection(st.session_state["visitor"]).visitor


@st.cache_resource(scope="session", on_release=Connection.close, show_spinner=False)
def _connection(name: str) -> Connection:
    return Connection(jobs(), name)


def _closing() -> bool:
    return runtime.exists() and runtime.get_instance().state in (RuntimeState.STOPPING, RuntimeState.STOPPED)
