"""The stage and what goes on above it: a run grows before the visitor's eyes, can be stopped, and gone on with."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

import streamlit as st

from dashboard.figures import MOST_FRAMES, View
from dashboard.player.map_picker import chosen_map
from dashboard.player.payload import payload, replicate_shown
from dashboard.runs.computation import Status
from dashboard.runs.job import Job, Key
from dashboard.runs.visitors import jobs, visitor
from dashboard.stage import PRESET, stage
from dashboard.stage.library import plotly_address
from dashboard.state import session
from dashboard.state.view_options import MAP, REPLICATE, stage_options
from dashboard.theme import literal
from sim import Run
from sim.presets import presets
from sim.workers.tasks import WorkerFailed

PATIENCE = 0.5
"""Seconds a page waits for a run before it shows progress instead; short runs are shown at once and whole."""

LONGEST_IN_LINE, LONGEST_UNMOVED = 10.0, 2.0
"""Seconds a page waits for a short run, at most and without its line moving on: in a class, looking again costs more than runs."""

LINE_TICK = 0.25
"""Seconds between two looks at a line."""

TICK, SLOWEST_TICK = 0.5, 2.5
"""Seconds between two looks at a run that is going on: alone, and in a crowd, whose looks hold up the sliders of others."""


BEFORE: Final = {
    Status.FAILED: "The run before. The one that was asked for failed.",
    Status.STOPPED: "The run before. The one that was asked for was stopped before it had anything to show.",
}
BEFORE_IT_COMES: Final = "The run before, until the new one has something to show."
"""What stands over the run before, by how it stands with the one that was asked for."""


def tick() -> float:
    """Seconds between two looks at a run that is going on; more, the more runs are going on."""
    return min(SLOWEST_TICK, TICK * max(1.0, jobs().going() / 2))


MOST_REMEMBERED = 3
"""Runs that a page comes back to while the one asked for has nothing to show. A choice: the queue may have let go of any of them."""


def awaited(job: Job, patience: float = PATIENCE) -> Run | None:
    """The run of a job if it ends soon; says so on the page when it failed."""
    try:
        if job.status is Status.WAITING and job.lane == "quick" and jobs().place_in_line(job) > 1:
            _stand_in_line(job)
        return job.outcome(patience)
    except WorkerFailed as reason:
        jobs().forget(job)
        st.error(literal(str(reason)))
        return None
    except Exception as problem:
        logging.getLogger(__name__).exception("a run failed")
        jobs().forget(job)
        kind = "ran out of memory" if isinstance(problem, MemoryError) else "failed inside the simulation"
        st.error(f"This run {kind}. Ask for fewer rows or replicates, or open a preset; the seed and settings stay as they are.")
        return None


def _stand_in_line(job: Job) -> None:
    """Wait until a run has begun or ended, for as long as its line moves on; raises what the computation raised."""
    begun = moved = time.monotonic()
    place = jobs().place_in_line(job)
    while job.status is Status.WAITING and (now := time.monotonic()) < min(begun + LONGEST_IN_LINE, moved + LONGEST_UNMOVED):
        job.outcome(LINE_TICK)
        if (nearer := jobs().place_in_line(job)) < place:
            place, moved = nearer, now


def draw(job: Job, curves: tuple[str, ...]) -> None:
    """The stage with this job's run; the one shown before stays until there is something to see."""
    status, openings = job.status, session.view_state().openings
    going, key = status.going, None if status is Status.FAILED else job.key
    st.fragment(_draw, run_every=tick() if going else None)(key, shown(), curves, going, openings)


def is_without_run(job: Job) -> bool:
    """Whether nothing came of a job, so that what is on stage is another one's."""
    return job.run is None and not job.status.going


def remember(key: Key) -> None:
    """Note that this run had something to show; the last few are held on to, because any of them may be let go of."""
    earlier = [other for other in shown() if other != key]
    st.session_state["shown"] = (key, *earlier[: MOST_REMEMBERED - 1])


def shown() -> tuple[Key, ...]:
    """What had something to show, the latest first."""
    return st.session_state.get("shown", ())


def remembered(keys: tuple[Key, ...]) -> Job | None:
    """The first of some jobs that is still kept and has a run."""
    found = (jobs().find(key, visitor()) for key in keys)
    return next((job for job in found if job is not None and job.run is not None), None)


def _draw(key: Key | None, shown: tuple[Key, ...], curves: tuple[str, ...], was_going: bool, openings: int) -> None:
    """Keys travel here instead of jobs, so that no session keeps a run alive that the queue has let go of.

    The page is run anew only after the stage was drawn, because a stage that is left out of one run is mounted afresh.
    """
    jobs().arrive(visitor())
    job = jobs().find(key, visitor()) if key else None
    going = job is not None and job.status.going
    with st.empty():
        if job is not None and going:
            progress(job, stoppable=True)
        elif job is not None and job.status.resumable:
            _offer_to_go_on(job)
    growing = job.so_far() if job is not None and going else None
    on_stage = job if job is not None and (growing or job.run) else remembered(shown)
    last = job.run.last if job is not None and job.run else session.view_state().experiment.generations
    if on_stage is not None and (run := growing or on_stage.run):
        lowered = session.view_state().has_notice or (job is not None and (going or job.status.resumable))
        circumstances = {"growing": growing is not None, "lowered": lowered, "address": session.told_address(last)}
        _show(on_stage, run, curves, circumstances if on_stage is job else {**circumstances, **_before(job)})
    session.write_address(last)
    if (key and (job is None or going != was_going)) or session.view_state().openings != openings:  # presets have number keys
        st.rerun()


def _before(job: Job | None) -> dict[str, Any]:
    """What stands over the run before; the headline of a run does not stand under the news that another one came to nothing."""
    if job is not None and job.status.going:
        return {"before": BEFORE_IT_COMES}
    return {"before": BEFORE[Status.STOPPED if job is not None else Status.FAILED], "verdict": "", "detail": ""}


def _show(job: Job, run: Run, curves: tuple[str, ...], circumstances: dict[str, Any]) -> None:
    now = session.view_state()
    picked, kind = now[REPLICATE], now[MAP]
    replicate = replicate_shown(run, picked, growing=circumstances["growing"])
    flat = chosen_map(run, replicate, "pca" if circumstances["growing"] and kind == "pooled" else kind)
    also = now.start if run.last >= MOST_FRAMES else None
    view = (run.ending, run.last, replicate, curves, kind, flat is None, also)
    hidden: dict[str, list[str]] = {f"{picker}s": [] for picker in (REPLICATE.name, MAP.name) if session.hides(picker)}
    context = {"id": str(now.openings), "start": now.start, "plotly": plotly_address(), "presets": not session.hides("presets")}
    options = stage_options(now.options, run.last)
    text = job.payload(view, lambda: payload(View(run, replicate, curves, flat, also), kind))
    stage(text, {**context, "options": options, **circumstances, **hidden}, _reported)


def progress(job: Job, *, stoppable: bool = False) -> None:
    """How far a run is, the time it still needs or its place in line, and a way to stop it."""
    total = job.experiment.generations
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, max(0, job.generations_done - 1) / total), text=_how_far(job))
        if stoppable and job.status is not Status.STOPPING:
            st.button("Stop", icon=":material/stop:", on_click=_stop, args=(job.key,))


def _how_far(job: Job) -> str:
    status, done = job.status, job.generations_done
    if status is Status.WAITING:
        place = jobs().place_in_line(job)
        return "Waiting: next in line" if place == 1 else f"Waiting: {ordinal(place)} in line"
    if not done:
        return "Running: drawing the real data"
    words = f"{'Stopping after' if status is Status.STOPPING else 'Running:'} generation {done - 1} of {job.experiment.generations}"
    left = job.remaining()
    return words if left is None or left < 1 or status is Status.STOPPING else f"{words}, about {duration(left)} to go"


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{'th' if 10 < place % 100 < 14 else ending}"


def duration(seconds: float) -> str:
    """A time as a person would say it: 40 s, 3 min, 2 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def _offer_to_go_on(job: Job) -> None:
    left = job.experiment.generations - (job.run.last if job.run else 0)
    words = f"{left:,} more {'generation' if left == 1 else 'generations'} to go." if job.run else "Stopped before its turn came."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words)
        st.button("Continue", icon=":material/play_arrow:", on_click=_go_on, args=(job.key,))


def _stop(key: Key) -> None:
    if job := jobs().find(key, visitor()):
        jobs().leave(job, visitor())


def _go_on(key: Key) -> None:
    if job := jobs().find(key, visitor()):
        jobs().go_on(job, visitor())


def _reported(name: str) -> None:
    """What the stage reports: a view option, or the place of a preset whose number key was pressed."""
    value = st.session_state["stage"].get(name)
    if name != PRESET:
        session.report(name, value)
    elif isinstance(value, int) and 0 <= value < len(presets()):
        session.open_preset(list(presets())[value])
