"""The stage of a lesson: the run with the bet on it. It has a key of its own, so that Explore's playhead is left alone."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import streamlit as st

from dashboard.figures import View
from dashboard.lessons.placed_bet import Wager, answer, overlaid, said
from dashboard.lessons.prose import plain
from dashboard.player import live
from dashboard.player.map_picker import chosen_map
from dashboard.player.payload import metrics_for, payload, typical_replicate
from dashboard.runs.job import Job, Key
from dashboard.runs.visitors import jobs, visitor
from dashboard.stage import stage
from dashboard.stage.library import plotly_address
from dashboard.state.view_options import OPTIONS, stage_options
from sim import Experiment, Run
from sim.lessons import Lesson, lessons
from sim.maps import CHOICES

KEY = "lesson-stage"

FORETOLD = "You bet on {bet} at the end."
"""Stands in the place of the verdict until the run was seen to its end."""


def ask(lesson: Lesson, case: str) -> Job:
    """The job of one of a lesson's experiments; asked for before the bet, so that the bet hides the waiting."""
    experiment = lesson.experiment(case)
    return jobs().ask(experiment, metrics_for(experiment, lesson.drawn(case)), visitor())


def draw(name: str, case: str, wager: Wager, job: Job, *, told: bool) -> Run | None:
    """The stage; returns the run once it has ended. Until all is told, the page is run anew when the play has come to its end."""
    run = live.awaited(job)
    going = job.status.going
    if going or run is not None:
        st.fragment(_draw, run_every=live.tick() if going else None)(job.key, name, case, wager, going, told)
    return run


def moment() -> int | None:
    """The generation on which the hand last settled."""
    return _hand().get("t")


def world() -> int | None:
    """The world that the hand has picked."""
    return _hand().get("world")


def forget() -> None:
    """Another run goes on stage."""
    st.session_state.pop(_HAND, None)


_HAND = "lesson-hand"


def _hand() -> dict[str, Any]:
    return st.session_state.setdefault(_HAND, {})


def _draw(key: Key, name: str, case: str, wager: Wager, was_going: bool, told: bool) -> None:
    jobs().arrive(visitor())
    job = jobs().find(key, visitor())
    going = job is not None and job.status.going
    with st.empty():
        if job is not None and going:
            live.progress(job)
    if job is not None and (run := job.so_far() if going else job.run):
        _show(job, run, name, case, wager, going, told)
    seen = not told and job is not None and job.run is not None and moment() == job.run.last
    if job is None or going != was_going or seen:
        st.rerun()


def _show(job: Job, run: Run, name: str, case: str, wager: Wager, growing: bool, told: bool) -> None:
    lesson, hand = lessons()[name], _hand()
    world = min(hand.get("world", 0 if growing else typical_replicate(run)), run.experiment.replicates - 1)
    kind = hand.get("map", next(iter(CHOICES)))
    curves = lesson.drawn(case)
    flat = chosen_map(run, world, "pca" if growing else kind)
    view = (run.ending, run.last, world, curves, kind, flat is None)
    text = job.payload(view, lambda: payload(View(run, world, curves, flat), kind))
    if case == lesson.bet.experiment and run.last >= lesson.bet.since:
        shown = overlaid(json.loads(text), lesson.bet, wager, run)
        if told:
            shown |= {"verdict": answer(lesson.bet, wager, run), "detail": f"{shown['verdict']} {shown['detail']}"}
        text = json.dumps(shown, separators=(",", ":"), allow_nan=False)
    story: dict[str, Any] = {"id": f"{name}.{case}", "start": None, "plotly": plotly_address(), "takesFocus": True}
    if not told:
        story |= {"verdict": FORETOLD.format(bet=said(lesson.bet, wager.end)), "detail": plain(lesson.watch)}
    drawn = {"options": stage_options({}, run.last), "growing": growing, "lowered": told}  # the choice of experiments may take two rows
    stage(text, {**story, **drawn}, partial(_reported, run.experiment), KEY)


def _reported(experiment: Experiment, name: str) -> None:
    """A view option that was set on this stage; presets are not opened from a lesson."""
    value = st.session_state[KEY].get(name)
    if name in OPTIONS and isinstance(value, str):
        _hand()[name], _ = OPTIONS[name].read(value, experiment)
