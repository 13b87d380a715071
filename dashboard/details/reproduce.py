"""The tab "Reproduce": how to get the same run here and elsewhere."""

from __future__ import annotations

import shlex
from typing import Final

import streamlit as st

from dashboard.details.recorded import made_with, plays
from dashboard.runs.job import Job
from dashboard.state import session
from dashboard.theme import number
from sim import Run
from sim.metrics import is_whole
from sim.sources.own_text import OwnText
from sim.verdicts.medians import median_at

ROUNDING_NOTE: Final = (
    "On another kind of processor numbers are rounded otherwise. Where a model is fitted step by step, as mixtures and networks are, "
    "single worlds may then go another way, and what is computed is not the recording number for number."
)

BRING: Final = (
    "This run is about your own text, which no link and no experiment holds. The script adds it from a file first, `your_text.txt`; a "
    "command line, which begins without it, cannot repeat this run."
)
ADDING: Final = (
    "from pathlib import Path",
    "from sim.sources.own_text import add",
    "",
    'add(Path("your_text.txt").read_bytes())  # the same text as here',
)


def draw(job: Job, run: Run) -> None:
    """The tab's body."""
    if plays(job):
        st.markdown(f"{made_with(job)} The stage plays that recording.")
        st.caption(ROUNDING_NOTE)
        st.button("Run it again here", icon=":material/replay:", on_click=session.change, kwargs={"recompute": True})
    text = run.experiment.to_json()
    if _brought(run):
        st.markdown(BRING)
    st.caption("Both ways need this project installed: its README says how, under Start.")
    st.markdown("The same numbers in Python:")
    st.code(_script(run, text), language="python", wrap_lines=True)
    if not _brought(run):
        st.markdown("The same from a command line:")
        st.code(f"echo {shlex.quote(text)} | python -m sim run - --out run", language="bash", wrap_lines=True)
    st.download_button("Download experiment.json", text, "experiment.json", "application/json", on_click="ignore")


def _brought(run: Run) -> bool:
    """Whether the run is of a text that a visitor brought."""
    source = run.experiment.source
    return isinstance(source, OwnText) and source.checksum != OwnText().checksum


def _script(run: Run, text: str) -> str:
    """The run as a script that prints one number of this page."""
    name = next(iter(run.metrics))
    middle = 'np.nanquantile({}, 0.5, method="lower")' if is_whole(name) else "np.nanmedian({})"
    typical = middle.format(f'run.metrics["{name}"][:, {run.last}]')
    lines = [
        "import numpy as np",
        "from sim import Experiment, simulate",
        *(ADDING if _brought(run) else ()),
        "",
        "experiment = Experiment.from_json(",
        f"    {text!r}",
        ")",
        "run = simulate(experiment)",
        f"print({typical})  # {number(median_at(run.metrics, name, run.last))}",
    ]
    return "\n".join(lines)
