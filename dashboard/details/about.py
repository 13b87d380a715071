"""The tab "About this run": what was run, how it ended, and the phases it went through."""

from __future__ import annotations

import streamlit as st

from dashboard.details.recorded import made_with, plays
from dashboard.runs.job import Job
from sim import Experiment, Run
from sim.docstrings import first_sentence
from sim.experiment import ROLES
from sim.verdicts.phases import PHASES, phases


def draw(job: Job, run: Run) -> None:
    """The tab's body."""
    for role in ROLES:
        variant = type(getattr(run.experiment, role))
        st.markdown(f"**{Experiment.model_fields[role].title}: {variant.label}.** {first_sentence(variant.__doc__)}")
    st.markdown(f"**How it ended.** {run.ending.sentence}")
    for phase, meaning in PHASES.items():
        if when := _spans([t for t, met in enumerate(phases(run)) if met == phase]):
            st.markdown(f"Generations {when}: {meaning}")
    if plays(job):
        st.caption(f"{made_with(job)} Under Reproduce it can be run again here.")


def _spans(generations: list[int]) -> str:
    """Generations as a reader would list them: 0 to 12, 14, 20 to 60."""
    starts = [t for t in generations if t - 1 not in generations]
    ends = [t for t in generations if t + 1 not in generations]
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))
