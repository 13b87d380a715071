"""Runs that grow: how far they are, the time they still need, Continue."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest
from queueing import METRICS, Clock, Gate, experiment, queue, same, until

from dashboard.player.live import duration, ordinal
from dashboard.runs.computation import Status
from dashboard.runs.eta import remaining
from dashboard.runs.job import Job
from sim import simulate
from sim.engine import start


def test_a_growing_run_says_how_far_it_is(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(clock=clock)
    gate.allow(0)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.generations_done == 1)
    real = job.so_far()
    assert real is not None
    assert (real.last, real.ending.sentence) == (0, "On stage so far: the real data, while model 1 of 6 is trained.")
    assert np.array_equal(real.samples[:, 0], start(experiment()).rows.astype(np.float32))
    gate.allow(2)
    until(lambda: job.generations_done == 3)
    assert job.so_far() is real
    clock.now = 1
    first = job.so_far()
    assert first is not None
    assert first.ending.sentence == "On stage so far: up to generation 2 of 6."
    assert first.metrics["total_variance"].shape == (3, 7)
    assert np.isnan(first.metrics["total_variance"][:, 3:]).all()
    gate.allow(4)
    until(lambda: job.generations_done == 5)
    assert job.so_far() is first
    clock.now = 3
    assert job.so_far().last == 4


@pytest.mark.parametrize("regime", ["replace", "accumulate", "subsample", "window"])
@pytest.mark.parametrize("family", [("normal", "gaussian"), ("mixture", "gmm"), ("zipf", "categorical")])
def test_going_on_gives_the_run_that_was_never_stopped(gate: Gate, regime: str, family: tuple[str, str]) -> None:
    wanted = experiment(source={"kind": family[0]}, family={"kind": family[1]}, regime={"kind": regime}, n=30, real_share=0.1)
    metrics = ("diversity", "tokens_alive") if family[1] == "categorical" else (*METRICS, "mean_shift", "wasserstein")
    if family[0] == "mixture":
        metrics += ("modes_alive",)
    jobs = queue()
    gate.allow(3)
    job = jobs.ask(wanted, metrics, "A")
    until(lambda: job.generations_done == 4)
    jobs.leave(job, "A")
    gate.allow(10**9)
    assert job.future.result().last < 6
    on = jobs.go_on(job, "A")
    same(on.future.result(), simulate(wanted, metrics))
    longer = jobs.ask(wanted.but(generations=9), metrics, "A")
    same(longer.future.result(), simulate(wanted.but(generations=9), metrics))
    assert len(longer.growing.times) == 3


def test_going_on_joins_a_run_that_others_still_wait_for(gate: Gate) -> None:
    jobs = queue()
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    jobs.ask(experiment(), METRICS, "B")
    until(lambda: job.generations_done == 3)
    jobs.leave(job, "A")
    assert jobs.go_on(jobs.ask(experiment(), METRICS, "A"), "A") is job


def test_the_remaining_time_is_right_within_a_factor_of_two() -> None:
    n, noise = 400, np.random.default_rng(0).uniform(0.5, 1.5, 401)
    costs = {
        "constant": (np.full(401, 1.0), lambda i: 100.0),
        "growing": (np.arange(401.0) + 20, lambda i: 100.0 * (i + 1)),
        "bounded growth": (np.minimum(np.arange(401.0), 60) + 20, lambda i: 100.0 * min(i + 1, 60)),
        "growing in store alone": (np.full(401, 1.0), lambda i: 100.0 * (i + 1)),
    }
    for name, (cost, load) in costs.items():
        times = np.concatenate([[5.0], 5 + np.cumsum(cost * noise)])
        for done in (40, 100, 200, 300, 380):
            said = remaining(list(times[: done + 1]), n + 1, load)
            assert said is not None
            assert 0.5 < said / (times[-1] - times[done]) < 2, (name, done)
        even = np.concatenate([[5.0], 5 + np.cumsum(cost[:13])])
        for done in range(1, 12):
            said = remaining(list(even[: done + 1]), 13, load)
            assert said is None or 0.5 <= said / (even[-1] - even[done]) <= 2, (name, done)
            assert said is not None or done < 4, "of a few generations that may grow nothing is promised"
    assert remaining([0.0], 5, lambda _: 1.0) is None


def test_what_comes_before_model_2_promises_nothing(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(clock=clock)
    gate.allow(-1)
    job = jobs.ask(experiment(generations=8), METRICS, "A")
    for t, (took, left) in enumerate([(30.0, None), (20.0, None), (4.0, 6 * 4.0), (4.0, 5 * 4.0)]):
        clock.now += took
        gate.allow(t)
        until(lambda t=t: job.generations_done == t + 1)
        assert job.remaining() == left, t
    jobs.leave(job, "A")
    clock.now += 100
    gate.allow(4)
    assert job.future.result().last == 4
    gate.allow(5)
    on = jobs.go_on(job, "A")
    until(lambda: on.generations_done == 6)
    assert on.remaining() is None
    clock.now += 3
    gate.allow(6)
    until(lambda: on.generations_done == 7)
    assert on.remaining() == 2 * 3.0


def test_a_store_that_grows_promises_no_more_time_where_as_many_rows_are_learned_from(gate: Gate) -> None:
    """Subsample keeps every batch and learns from n rows, so each generation takes as long as the one before."""
    clock = Clock()
    gate.allow(-1)
    job = queue(clock=clock).ask(experiment(generations=40, regime={"kind": "subsample"}), METRICS, "A")
    for t in range(8):
        clock.now += 4
        gate.allow(t)
        until(lambda t=t: job.generations_done == t + 1)
        assert job.remaining() == (None if t < 2 else pytest.approx(4 * (40 - t))), t


def test_words_for_places_and_times() -> None:
    assert [ordinal(place) for place in (2, 3, 4, 11, 12, 21, 103)] == ["2nd", "3rd", "4th", "11th", "12th", "21st", "103rd"]
    assert [duration(s) for s in (4.4, 89, 200, 9000)] == ["4 s", "89 s", "3 min", "2 h"]


def test_a_waiting_job_has_no_remaining_time() -> None:
    job = Job((experiment(), frozenset(METRICS)), future=Future())
    assert job.status is Status.WAITING
    assert job.remaining() is None
