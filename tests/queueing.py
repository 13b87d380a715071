"""What the tests of the queue share: small runs, a gate that holds them up, a clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from dashboard.runs.job import Job
from dashboard.runs.queue import Jobs
from sim import Experiment, Run, State
from sim.engine import states
from sim.records import TRACES

METRICS = ("total_variance",)


def experiment(**settings: Any) -> Experiment:
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 8, "replicates": 3, "generations": 6}
    return Experiment.model_validate({**usual, **settings})


class Gate:
    """Lets every run do a number of generations, then makes it wait until more are allowed."""

    def __init__(self) -> None:
        self.allowed = 10**9
        self.turn = threading.Condition()

    def allow(self, generations: int) -> None:
        with self.turn:
            self.allowed = generations
            self.turn.notify_all()

    def states(self, experiment: Experiment, after: State | None = None) -> Iterator[State]:
        for state in states(experiment, after):
            self.wait(state.t)
            yield state

    def wait(self, generation: int) -> None:
        with self.turn:
            assert self.turn.wait_for(lambda: generation <= self.allowed, timeout=30)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Every test with a gate ends with the gate open, so that no worker is left behind."""
    opened = Gate()
    monkeypatch.setattr("sim.workers.runs.states", opened.states)
    yield opened
    opened.allow(10**9)


def bytes_kept(jobs: Jobs) -> int:
    """What all ended runs hold that the queue has not let go of."""
    with jobs._lock:  # pyright: ignore[reportPrivateUsage]
        return sum(job.bytes_held() for job in jobs._ended())  # pyright: ignore[reportPrivateUsage]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def queue(workers: int = 2, **settings: Any) -> Jobs:
    return Jobs(ThreadPoolExecutor(workers), **settings)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def same(one: Run, other: Run) -> None:
    assert one.experiment == other.experiment
    assert one.ending == other.ending
    np.testing.assert_equal(*[{k: (float(v), v.low, v.high) for k, v in run.noise_floor.items()} for run in (one, other)])
    for name in other.metrics:
        np.testing.assert_array_equal(one.metrics[name], other.metrics[name])
    for part in TRACES:
        np.testing.assert_equal(getattr(one, part), getattr(other, part), err_msg=part)


def stopped_at_two(jobs: Jobs, gate: Gate) -> Job:
    """A's run, stopped after generation 2."""
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.generations_done == 3)
    jobs.leave(job, "A")
    return job
