"""The tab "Reproduce": how to get the same run here and elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st

from dashboard.details.recorded import made_with, plays
from dashboard.player.payload import default_curves
from dashboard.runs.job import Job
from dashboard.state import session
from dashboard.state.view_options import CURVES, GENERATION
from dashboard.theme import both
from sim import Run
from sim.metrics import metrics
from sim.sources.own_text import OwnText
from sim.verdicts.medians import middle

ROUNDING_NOTE: Final = (
    "On another kind of processor numbers are rounded otherwise. Where a model is fitted step by step, as mixtures and networks are, "
    "single repeats may then go another way, and what is computed is not the recording number for number."
)

BRING: Final = (
    "This run is about your own text, which no link and no experiment holds. The script adds it from a file first, `your_text.txt`; a "
    "command line, which begins without it, cannot repeat this run."
)
PRINTS: Final = "It prints what stands on the stage: {label} in generation {t} is {value}."
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
    t, curves = _on_stage(run)
    name = _stands_on_stage(run, curves, t)
    st.markdown("The same numbers in Python:")
    st.code(script(run, text, name, t), language="python", wrap_lines=True)
    label = run.experiment.source.space.with_unit(metrics()[name].label)
    st.caption(PRINTS.format(label=label, t=t, value=both(middle(run.metrics, name, t))))
    if not _brought(run):
        st.markdown("The same from a command line:")
        st.code(f"echo {shlex.quote(text)} | python -m sim run - --out run", language="bash", wrap_lines=True)
    st.download_button("Download experiment.json", text, "experiment.json", "application/json", on_click="ignore")


def _on_stage(run: Run) -> tuple[int, tuple[str, ...]]:
    """The generation that the hand last stopped at, or the last one, and the curves."""
    now = session.view_state()
    t = now[GENERATION]
    return run.last if t is None else min(t, run.last), now[CURVES] or default_curves(run.experiment)


def _brought(run: Run) -> bool:
    """Whether the run is of a text that a visitor brought."""
    source = run.experiment.source
    return isinstance(source, OwnText) and source.checksum != OwnText().checksum


def _stands_on_stage(run: Run, curves: Sequence[str], t: int) -> str:
    """The first curve that has a number in a generation; else the first metric there is."""
    shown = [name for name in curves if name in run.metrics]
    return next((name for name in shown if np.isfinite(run.metrics[name][:, t]).any()), next(iter(run.metrics)))


def script(run: Run, text: str, name: str, t: int) -> str:
    """The run as a script that prints one number of the stage, as the stage writes it.

    Args:
        run: what is on stage.
        text: its experiment as JSON.
        name: of the metric.
        t: the generation.
    """
    label = run.experiment.source.space.with_unit(metrics()[name].label)
    lines = [
        "from dashboard.theme import both",
        "from sim import Experiment, simulate",
        "from sim.verdicts.medians import middle",
        *(ADDING if _brought(run) else ()),
        "",
        "experiment = Experiment.from_json(",
        f"    {text!r}",
        ")",
        "run = simulate(experiment)",
        f'typical = middle(run.metrics, "{name}", {t})  # the median of the worlds',
        f'print("{label} in generation {t}:", both(typical))  # {both(middle(run.metrics, name, t))}',
    ]
    return "\n".join(lines)
