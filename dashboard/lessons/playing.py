"""The stage of a lesson: the run with the bet on it. It has a key of its own, so that Explore's playhead is left alone."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import streamlit as st

from dashboard.figures import View
from dashboard.lessons.prediction import Prediction, comparison, in_words, with_prediction
from dashboard.lessons.prose import plain
from dashboard.player import live
from dashboard.player.map_picker import chosen_map
from dashboard.player.payload import metrics_for, payload, replicate_shown
from dashboard.runs.job import Job, Key
from dashboard.runs.visitors import jobs, visitor
from dashboard.stage import stage
from dashboard.stage.library import plotly_address
from dashboard.state.view_options import GENERATION, MAP, OPTIONS, REPLICATE, REVEAL, stage_options
from sim import Experiment, Run
from sim.lessons import Lesson, lessons

STAGE = "lesson-stage"
"""The key of the stage, and what its browser part reports."""

_REPORTED = "lesson-stage-reported"
"""Where the session keeps what the stage reported last: generation, world and map."""

PREDICTED = "You bet on {bet} at the end."
"""Stands in the place of the verdict until the run was seen to its end."""


def request(lesson: Lesson, case: str) -> Job:
    """The job of one of a lesson's experiments; asked for before the bet, so that the bet hides the waiting."""
    experiment = lesson.experiment(case)
    return jobs().ask(experiment, metrics_for(experiment, lesson.drawn(case)), visitor())


def draw(name: str, case: str, prediction: Prediction, job: Job, *, revealed: bool) -> Run | None:
    """The stage; returns the run once it has ended.

    Until all is revealed no more is drawn than has been played, and the page is run anew when the play has come to its end.
    """
    run = live.awaited(job)
    going = job.status.going
    if going or run is not None:
        st.fragment(_draw, run_every=live.tick() if going else None)(job.key, name, case, prediction, going, revealed)
    return run


def committed_generation() -> int | None:
    """The generation that the playhead last committed to."""
    return _reported().get(GENERATION.name)


def picked_replicate() -> int | None:
    """The replicate that the visitor has picked."""
    return _reported().get(REPLICATE.name)


def reset() -> None:
    """Another run goes on stage."""
    st.session_state.pop(_REPORTED, None)


def _reported() -> dict[str, Any]:
    return st.session_state.setdefault(_REPORTED, {})


def _draw(key: Key, name: str, case: str, prediction: Prediction, was_going: bool, revealed: bool) -> None:
    jobs().arrive(visitor())
    job = jobs().find(key, visitor())
    going = job is not None and job.status.going
    with st.empty():
        if job is not None and going:
            live.progress(job)
    if job is not None and (run := job.so_far() if going else job.run):
        _show(job, run, name, case, prediction, going, revealed)
    seen = not revealed and job is not None and job.run is not None and committed_generation() == job.run.last
    if job is None or going != was_going or seen:
        st.rerun()


def _show(job: Job, run: Run, name: str, case: str, prediction: Prediction, growing: bool, revealed: bool) -> None:
    lesson, reported = lessons()[name], _reported()
    replicate = replicate_shown(run, reported.get(REPLICATE.name), growing=growing)
    kind = reported.get(MAP.name, MAP.usual)
    curves = lesson.drawn(case)
    flat = chosen_map(run, replicate, "pca" if growing else kind)
    view = (run.ending, run.last, replicate, curves, kind, flat is None)
    text = job.payload(view, lambda: payload(View(run, replicate, curves, flat), kind))
    if case == lesson.bet.experiment and run.last >= lesson.bet.since:
        shown = with_prediction(json.loads(text), lesson.bet, prediction, run)
        if revealed:
            shown |= {"verdict": comparison(lesson.bet, prediction, run), "line": shown["verdict"]}
        text = json.dumps(shown, separators=(",", ":"), allow_nan=False)
    context: dict[str, Any] = {"id": f"{name}.{case}", "start": None, "plotly": plotly_address(), "takesFocus": True}
    if not revealed:
        early = {"verdict": PREDICTED.format(bet=in_words(lesson.bet, prediction.end)), "line": plain(lesson.watch)}
        context |= {**early, "early": early}
    options = stage_options({} if revealed else {REVEAL.name: REVEAL.choices[1]}, run.last)
    drawn = {"options": options, "growing": growing, "lowered": len(lesson.experiments) > 1}  # the choice of them may take two rows
    stage(text, {**context, **drawn}, partial(_report, run.experiment), STAGE)


def _report(experiment: Experiment, name: str) -> None:
    """A view option that was set on this stage; presets are not opened from a lesson."""
    value = st.session_state[STAGE].get(name)
    if name in OPTIONS and isinstance(value, str):
        _reported()[name], _ = OPTIONS[name].read(value, experiment)
