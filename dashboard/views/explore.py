"""Explore: one experiment, the stage, and the numbers behind it."""

from __future__ import annotations

import logging
import time
import uuid
from concurrent.futures import CancelledError

import streamlit as st

from dashboard import cards, details, state
from dashboard.figures import View
from dashboard.film import default_curves, film, typical_world
from dashboard.form import kind_widget, knob_widget, knob_widgets
from dashboard.jobs import KEPT_FILMS, Job, fits, jobs
from dashboard.maps import CHOICES, Fit, ask_map
from dashboard.stage import plotly_address, stage
from sim import Experiment, Run
from sim.families import families
from sim.maps.fitting import NoMap
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import PooledMap
from sim.metrics import measurable
from sim.regimes import regimes
from sim.sources import sources

PATIENCE = 0.5
"""Seconds a page waits for a run before it shows progress instead."""

HEAD_START = 0.6
"""Seconds; about what a browser needs to fetch them. Measured: the first picture comes a tenth sooner."""

FIRST_KNOBS = ("real_share", "generations")
MORE_KNOBS = ("n", "replicates", "seed", "real_supply", "temperature")


def page() -> None:
    """The Explore page; the stage goes first, so that the browser can begin to load what it needs."""
    st.html("<style>.stMainBlockContainer{padding-left:1.5rem;padding-right:1.5rem}</style>")
    now = state.look()
    for note in now.notes:
        st.warning(note, icon=":material/info:")
    curves = now.curves or default_curves(now.experiment)
    job = jobs().ask(now.experiment, _metrics(now.experiment, curves), _visitor())
    run = _wait(job)
    if run is None and not job.future.done():
        _progress(job)
    if run is not None:
        st.session_state["shown"] = job
    shown: Job | None = st.session_state.get("shown")
    if shown is not None:
        _show(shown, curves)
    _head_start()
    with st.sidebar:
        cards.draw()
        _controls(now.experiment)
    if shown is not None:
        details.draw(shown.future.result())


def _head_start() -> None:
    """On the first page of a visit, the stage's own files go ahead of those of the many controls."""
    if "opened" not in st.session_state:
        st.session_state["opened"] = True
        time.sleep(HEAD_START)


def _show(job: Job, curves: tuple[str, ...]) -> None:
    now, run = state.look(), job.future.result()
    world = typical_world(run) if now.world is None else min(now.world, run.experiment.replicates - 1)
    flat = _flat(run, world)
    story = {"id": str(now.opening), "start": now.start, "plotly": plotly_address()}
    stage({**_film(run, job, View(run, world, curves, flat)), **story}, _settled)
    if run.ending.kind == "cancelled" and st.button("Run it again", icon=":material/refresh:"):
        jobs().forget(job)
        st.rerun()
    state.write_address(run.last)


def _flat(run: Run, world: int) -> LandmarkMap | PooledMap | None:
    """The map to draw on: the one asked for once it is there, the principal one until then."""
    try:
        found = ask_map(fits(), state.look().map, run, world, _visitor())
        if isinstance(found, Fit):
            if not found.future.done():
                _fitting(found)
                return None
            return found.future.result()
    except (NoMap, CancelledError) as reason:
        st.caption(f":material/info: {reason or 'The map was stopped.'} The principal map is shown.")
        return None
    return found


@st.fragment(run_every=0.5)
def _fitting(fit: Fit) -> None:
    """How far a map is, and a way to stop it."""
    bar, button = st.columns([5, 1], vertical_alignment="center")
    words = f"{fit.progress:.0%} laid out" if fit.progress else "warming up, about half a minute the first time"
    bar.progress(fit.progress, text=f"Fitting the map: {words}. The principal map is shown until then.")
    if button.button("Stop", key="stop-map", icon=":material/stop:", width="stretch"):
        fit.stop()
        state.change(map="pca")
        st.rerun()
    if fit.future.done():
        st.rerun()


def _film(run: Run, job: Job, view: View) -> dict[str, object]:
    """The film of this view, made once for all visitors."""
    kind = state.look().map
    key = (view, kind)
    if key not in job.films:
        job.films[key] = film(view, kind)
        while len(job.films) > KEPT_FILMS:
            job.films.popitem(last=False)
    return job.films[key]


def _controls(experiment: Experiment) -> None:
    fields = Experiment.model_fields
    for name in FIRST_KNOBS:
        knob_widget("", name, fields[name], experiment)
    kind_widget("source", sources, experiment, lambda _: "")
    knob_widgets("source", state.look().experiment.source)
    space = state.look().experiment.source.space
    kind_widget("family", families, experiment, lambda f: "" if space.kind in f.accepts else f"cannot learn {space.kind}", radio=True)
    knob_widgets("family", state.look().experiment.family)
    with st.expander("More settings"):
        kind_widget("regime", regimes, experiment, lambda _: "")
        knob_widgets("regime", state.look().experiment.regime)
        for name in MORE_KNOBS:
            knob_widget("", name, fields[name], experiment)
        _curve_picker(experiment)


def _curve_picker(experiment: Experiment) -> None:
    able = measurable(experiment.source, experiment.family.offers)
    st.session_state["curves"] = list(state.look().curves or default_curves(experiment))
    st.multiselect(
        "Curves",
        list(able),
        format_func=lambda name: able[name].label,
        max_selections=4,
        key="curves",
        on_change=_curves_picked,
    )


def _curves_picked() -> None:
    picked = tuple(st.session_state["curves"])
    state.change(curves=picked if picked and picked != default_curves(state.look().experiment) else None)


def _metrics(experiment: Experiment, curves: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics that the curves, the pictures and the sentences of this page need."""
    able = measurable(experiment.source, experiment.family.offers).keys()
    told = {
        "total_variance",
        "mean_shift",
        "tail_mass",
        "wasserstein",
        "modes_alive",
        "minority_share",
        "diversity",
        "tokens_alive",
        "rare_mass",
    }
    return tuple(sorted((told & able) | set(curves)))


def _wait(job: Job) -> Run | None:
    try:
        return job.future.result(PATIENCE)
    except TimeoutError:
        return None
    except Exception as problem:
        logging.getLogger(__name__).exception("a run failed")
        jobs().forget(job)
        kind = "ran out of memory" if isinstance(problem, MemoryError) else "failed inside the simulation"
        st.error(f"This run {kind}. Ask for fewer rows or replicates, or open a preset; the seed and settings stay as they are.")
        return None


@st.fragment(run_every=0.5)
def _progress(job: Job) -> None:
    """Progress of a long run, with the time it still needs and a way to stop it."""
    total = job.experiment.generations + 1
    left = job.remaining()
    words = "waiting for its turn" if not job.done else f"generation {job.done - 1} of {total - 1}"
    words += f", about {left:.0f} s to go" if left is not None and left >= 1 else ""
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(1.0, job.done / total), text=f"Running: {words}")
    if button.button("Stop", icon=":material/stop:", width="stretch"):
        job.stop()
    if job.future.done():
        st.rerun()


def _settled() -> None:
    hand = st.session_state["stage"]
    if hand.get("t") is not None:
        state.change(t=int(hand["t"]))
    if hand.get("map") in CHOICES:
        state.change(map=hand["map"])
    if hand.get("world") is not None:
        state.change(world=int(hand["world"]))


def _visitor() -> str:
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = uuid.uuid4().hex
    return st.session_state["visitor"]
