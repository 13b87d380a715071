"""How it stands with a computation: one value, whatever happened to it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import pytest
from queueing import METRICS, experiment

from dashboard.runs.computation import Status
from dashboard.runs.job import Job
from dashboard.runs.map_fit import MapFit
from sim import Ending, Run, simulate


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate(experiment(), METRICS)


def job() -> Job:
    return Job((experiment(), frozenset(METRICS)))


def ended(run: Run, kind: str) -> Run:
    return replace(run, ending=Ending(kind, 3, ""))  # type: ignore[arg-type]


def test_a_computation_waits_runs_and_is_done(run: Run) -> None:
    asked = job()
    assert asked.status is Status.WAITING
    asked.future.set_running_or_notify_cancel()
    assert asked.status is Status.RUNNING
    asked.future.set_result(run)
    assert asked.status is Status.DONE
    assert asked.run is run


@pytest.mark.parametrize("kind", ["completed", "collapsed", "diverged", "impossible"])
def test_a_run_that_reached_its_end_when_it_was_stopped_is_done(run: Run, kind: str) -> None:
    asked = job()
    asked.future.set_running_or_notify_cancel()
    asked.stop()
    assert asked.status is Status.STOPPING
    asked.future.set_result(ended(run, kind))
    assert asked.status is Status.DONE


@pytest.mark.parametrize("kind", ["cancelled", "interrupted"])
def test_a_run_that_ended_early_was_stopped_or_given_up(run: Run, kind: str) -> None:
    given_up, stopped = job(), job()
    stopped.future.set_running_or_notify_cancel()
    stopped.stop()
    for asked in (given_up, stopped):
        asked.future.set_result(ended(run, kind))
    assert (given_up.status, stopped.status) == (Status.INTERRUPTED, Status.STOPPED)
    assert given_up.status.resumable
    assert stopped.status.resumable


@pytest.mark.parametrize("begun", [False, True])
def test_what_has_no_result_has_failed_unless_it_was_told_to_end(begun: bool) -> None:
    failed, stopped = MapFit("a map"), MapFit("another")
    for fit in (failed, stopped):
        if begun:
            fit.future.set_running_or_notify_cancel()
    stopped.stop()
    for fit in (failed, stopped):
        if begun or fit is failed:
            fit.future.set_exception(MemoryError())
    assert (failed.status, stopped.status) == (Status.FAILED, Status.STOPPED)
    assert failed.result is None
    assert stopped.result is None


def test_what_was_cancelled_by_nobody_here_has_failed() -> None:
    asked = Job((experiment(), frozenset(METRICS)), future=Future())
    asked.future.cancel()
    assert asked.status is Status.FAILED


def test_what_there_is_to_come_and_what_others_may_have() -> None:
    assert {status for status in Status if status.going} == {Status.WAITING, Status.RUNNING, Status.STOPPING}
    assert {status for status in Status if not status.shareable} == {Status.STOPPING, Status.STOPPED}
    assert {status for status in Status if status.resumable} == {Status.STOPPED, Status.INTERRUPTED}
