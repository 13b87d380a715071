"""The tab "Closed forms": the laws that hold for the run's metrics with their sources, or why there is none."""

from __future__ import annotations

import streamlit as st

from dashboard.captions.theory import closed_form_lines
from sim import Run


def draw(run: Run) -> None:
    """The tab's body."""
    for words, source in closed_form_lines(run):
        st.markdown(words)
        if source:
            st.caption(source)
