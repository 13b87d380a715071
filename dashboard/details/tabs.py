"""Below the stage: the numbers as a table, the closed forms with their sources, and how to get the same run elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from dashboard.player import live
from dashboard.runs.job import Job, Key
from dashboard.runs.queue import NUMBERS
from dashboard.runs.visitors import jobs, visitor
from dashboard.state import session
from dashboard.takeaway import tab
from dashboard.theme import number
from sim import Run
from sim.docstrings import first_sentence
from sim.metrics import measurable, metrics
from sim.sources.own_text import OwnText
from sim.store.exports import exports
from sim.theory import laws_for, why_none
from sim.verdicts.phases import PHASES, phases
from sim.verdicts.significance import median_at


def draw(job: Job) -> None:
    """The tabs of an ended job; each computes what it shows only when it is open."""
    run = job.run
    assert run is not None
    about, numbers, theory, reproduce, away = st.tabs(
        ["About this run", "Numbers", "Closed forms", "Reproduce", "Take it away"], on_change="rerun", key="details"
    )
    if about.open:
        with about:
            _about(job, run)
    if numbers.open:
        with numbers:
            _numbers(job, run)
    else:
        jobs().vacate(visitor(), NUMBERS)
    if theory.open:
        with theory:
            _theory(run)
    if reproduce.open:
        with reproduce:
            _reproduce(job, run)
    if away.open:
        with away:
            tab.draw(run)


def _about(job: Job, run: Run) -> None:
    experiment = run.experiment
    source, family, regime = type(experiment.source), type(experiment.family), type(experiment.regime)
    for title, variant in (("Source", source), ("Model", family), ("Regime", regime)):
        st.markdown(f"**{title}: {variant.label}.** {first_sentence(variant.__doc__)}")
    st.markdown(f"**How it ended.** {run.ending.sentence}")
    for phase, meaning in PHASES.items():
        if when := _spans([t for t, met in enumerate(phases(run)) if met == phase]):
            st.markdown(f"Generations {when}: {meaning}")
    if _plays(job):
        st.caption(f"{_recorded(job)} Under Reproduce it can be run again here.")


def _spans(generations: list[int]) -> str:
    """Generations as a reader would list them: 0 to 12, 14, 20 to 60."""
    starts = [t for t in generations if t - 1 not in generations]
    ends = [t for t in generations if t + 1 not in generations]
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))


def _plays(job: Job) -> bool:
    """Whether the stage plays a recording; while the run is computed again, the stage already grows the new one."""
    return bool(job.recorded) and not session.view_state().here


def _recorded(job: Job) -> str:
    made = job.recorded
    return f"Recorded with version {made['collapse-lab']} (Python {made['python']}, NumPy {made['numpy']}, PyTorch {made['torch']})."


def _numbers(job: Job, run: Run) -> None:
    """Every metric of the same experiment, asked of the queue; of a stopped run what was measured until then."""
    if run.ending.early:
        _table(job.key, run)
        st.caption("This run ended early; here is what the stage had measured. Continue it to the end to measure everything else.")
        return
    every = tuple(measurable(run.experiment.source, run.experiment.family.offers))
    full = jobs().ask(run.experiment, every, visitor(), NUMBERS)
    live.awaited(full)
    going = not full.future.done()
    st.fragment(_measured, run_every=live.tick() if going else None)(full.key, going)


def _measured(key: Key, going: bool) -> None:
    full = jobs().find(key, visitor())
    if full is not None and going:
        if full.future.done():
            st.rerun()
        st.markdown("Measuring everything else")
        live.progress(full)
    elif full is not None and full.run is not None:
        _table(key, full.run)
        if full.recorded:
            st.caption(_recorded(full))


def _table(key: Key, full: Run) -> None:
    spoken = full.experiment.source.space.spoken
    rows = [
        {
            "Metric": spoken(metrics()[name].label),
            "Unit": spoken(metrics()[name].unit),
            "Generation 0": number(median_at(full.metrics, name, 0, whole=metrics()[name].whole)),
            f"Generation {full.last}": number(median_at(full.metrics, name, full.last, whole=metrics()[name].whole)),
            "5 % of worlds": number(_quantile(values, full.last, 0.05)),
            "95 % of worlds": number(_quantile(values, full.last, 0.95)),
            "Noise floor": number(full.noise_floor[name]),
            "Worlds": int((~np.isnan(values)).any(axis=1).sum()),
        }
        for name, values in full.metrics.items()
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    st.caption(
        "Medians over the worlds. Noise floor: the median that n fresh real rows score. Costly metrics are measured on fewer worlds."
    )
    queue, name = jobs(), visitor()

    def exported(as_file: Callable[[Run], bytes]) -> bytes:
        """The file is made when asked for; until then the page holds only a key."""
        job = queue.find(key, name) or queue.ask(key[0], tuple(key[1]), name, NUMBERS)
        return as_file(job.future.result())

    for place, one in zip(st.columns([*(1 for _ in exports()), 3]), exports().values(), strict=False):
        made = partial(exported, one.content)
        place.download_button(f"Download {one.label}", made, one.file, one.media_type, on_click="ignore", width="stretch")


def _theory(run: Run) -> None:
    for name in run.metrics:
        label = run.experiment.source.space.spoken(metrics()[name].label)
        laws = laws_for(run.experiment, name)
        if not laws:
            st.markdown(f"**{label}.** {why_none(run.experiment, name)}")
        for law in laws:
            st.markdown(f"**{label}, {law.kind}.** {law.formula}")
            st.caption(f"{law.assumptions} {law.reference}")


def _reproduce(job: Job, run: Run) -> None:
    if _plays(job):
        st.markdown(f"{_recorded(job)} The stage plays that recording.")
        st.caption(ROUNDING)
        st.button("Run it again here", icon=":material/replay:", on_click=session.change, kwargs={"here": True})
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


ROUNDING: Final = (
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


def _brought(run: Run) -> bool:
    """Whether the run is of a text that a visitor brought."""
    source = run.experiment.source
    return isinstance(source, OwnText) and source.checksum != OwnText().checksum


def _script(run: Run, text: str) -> str:
    """The run as a script that prints one number of this page."""
    name = next(iter(run.metrics))
    whole = metrics()[name].whole
    middle = 'np.nanquantile({}, 0.5, method="lower")' if whole else "np.nanmedian({})"
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
        f"print({typical})  # {number(median_at(run.metrics, name, run.last, whole=whole))}",
    ]
    return "\n".join(lines)


def _quantile(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], t: int, share: float) -> float:
    column = values[:, t]
    column = column[np.isfinite(column)]
    return float(np.quantile(column, share)) if column.size else float("nan")
