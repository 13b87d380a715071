"""The tab "Closed forms": the laws that hold for the run's metrics with their sources, or why there is none."""

from __future__ import annotations

import streamlit as st

from sim import Run
from sim.metrics import metrics
from sim.theory import laws_for, why_none


def draw(run: Run) -> None:
    """The tab's body."""
    for name in run.metrics:
        label = run.experiment.source.space.spoken(metrics()[name].label)
        laws = laws_for(run.experiment, name)
        if not laws:
            st.markdown(f"**{label}.** {why_none(run.experiment, name)}")
        for law in laws:
            st.markdown(f"**{label}, {law.kind}.** {law.formula}")
            st.caption(f"{law.assumptions} {law.reference}")
