"""What the queue keeps: ended runs within a budget, what is looked at, recordings, payloads."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from queueing import METRICS, Clock, Gate, bytes_kept, experiment, queue, same, stopped_at_two, until

import dashboard.runs.queue
from dashboard.runs.computation import Status
from dashboard.runs.job import Job
from dashboard.runs.kept import BUDGET
from dashboard.runs.lanes import LANES
from dashboard.runs.map_fit import Placement
from dashboard.runs.nbytes import nbytes
from dashboard.runs.queue import Jobs
from dashboard.runs.visitors import Connection
from dashboard.runs.visits import NUMBERS
from sim import simulate
from sim.maps.fitting import NoMap
from sim.maps.landmarks import LandmarkMap
from sim.presets import presets

ENDING = (Status.STOPPING, Status.STOPPED)


def test_ended_runs_are_kept_within_a_budget_of_bytes() -> None:
    one = nbytes(simulate(experiment(), METRICS))
    jobs = queue(budget=4 * one)
    for seed in range(12):
        job = jobs.ask(experiment(seed=seed), METRICS, "A")
        job.future.result()
        job.payload("a view", lambda: {"frames": [0.5] * 10})
    until(lambda: job.generations_done == 0)
    last = jobs.ask(experiment(seed=11), METRICS, "A")
    assert last is job
    assert one < bytes_kept(jobs) <= 4 * one
    assert jobs.find((experiment(seed=0), frozenset(METRICS)), "A") is None
    assert BUDGET == 64_000_000


def test_what_any_visitor_looks_at_is_never_evicted() -> None:
    jobs = queue(budget=1)
    stage = jobs.ask(experiment(), METRICS, "A")
    numbers = jobs.ask(experiment(seed=1), METRICS, "A", NUMBERS)
    stage.future.result(), numbers.future.result()
    others = [experiment(seed=seed) for seed in range(2, 6)]
    for other in [*others, experiment(seed=6)]:
        jobs.ask(other, METRICS, "B").future.result()
    jobs.ask(experiment(seed=6), METRICS, "B")
    assert [jobs.find((other, frozenset(METRICS)), "B") for other in others] == [None] * 4
    assert jobs.find(stage.key, "A") is stage
    assert jobs.find(numbers.key, "A") is numbers
    assert jobs.ask(experiment(), METRICS, "A") is stage
    assert jobs.ask(experiment(seed=1), METRICS, "A", NUMBERS) is numbers


def test_what_the_stage_showed_is_held_on_to_until_the_next_run_has_something_to_show(gate: Gate) -> None:
    jobs = queue(budget=1)
    shown = jobs.ask(experiment(), METRICS, "A")
    shown.future.result()
    gate.allow(2)
    for seed in (1, 2):  # neither has anything to show
        waiting = jobs.ask(experiment(seed=seed), METRICS, "A")
    assert jobs.find(shown.key, "A") is shown
    gate.allow(10**6)
    waiting.future.result()
    jobs.ask(experiment(seed=2), METRICS, "A")
    assert jobs.find(shown.key, "A") is None


def test_a_run_that_goes_on_is_found_and_not_the_part_that_was_stopped(gate: Gate) -> None:
    jobs = queue()
    job = stopped_at_two(jobs, gate)
    gate.allow(3)
    job.future.result()
    gate.allow(4)
    on = jobs.go_on(job, "A")
    assert on is not job
    assert jobs.find(job.key, "A") is on
    gate.allow(10**9)
    assert on.future.result().last == 6


def test_a_stopped_run_stays_on_stage_when_the_next_is_stopped_before_its_turn(gate: Gate) -> None:
    jobs = queue(workers=1, budget=1)
    stopped = stopped_at_two(jobs, gate)
    gate.allow(3)
    assert stopped.future.result().last >= 2
    assert jobs.ask(experiment(), METRICS, "A") is stopped
    waiting = jobs.ask(experiment(seed=1), METRICS, "A")
    jobs.leave(waiting, "A")
    assert jobs.find(stopped.key, "A") is stopped
    gate.allow(10**9)


def test_a_stopped_run_that_its_owner_looks_away_from_counts_as_looked_at_by_nobody(gate: Gate) -> None:
    jobs = queue(budget=1)
    job = stopped_at_two(jobs, gate)
    gate.allow(10**9)
    job.future.result()
    assert jobs.ask(experiment(), METRICS, "A") is job
    jobs.ask(experiment(seed=1), METRICS, "B").future.result()
    assert jobs.find(job.key, "A") is job
    jobs.ask(experiment(seed=1), METRICS, "A")
    jobs.ask(experiment(seed=1), METRICS, "B")
    assert jobs.find(job.key, "A") is None


def test_a_closed_page_ends_the_map_that_only_it_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = queue()
    begun, ended = threading.Event(), threading.Event()

    def endless(task: Any, should_continue: Any) -> Any:
        begun.set()
        until(lambda: not should_continue())
        ended.set()
        yield from ()

    def placement() -> Placement:
        return Placement(np.random.default_rng(0).normal(size=(50, 4)), lambda places: LandmarkMap(places, places))

    monkeypatch.setitem(LANES, "map", replace(LANES["map"], runner=endless))
    fit = jobs.ask_map("key", placement, "A")
    assert jobs.ask_map("key", placement, "B") is fit
    assert begun.wait(30)
    Connection(jobs, "A").close()
    assert fit.status is Status.RUNNING
    Connection(jobs, "B").close()
    assert fit.status in ENDING
    assert ended.wait(30)
    with pytest.raises(NoMap):
        fit.future.result(30)


def test_a_payload_is_made_once_for_twelve_threads() -> None:
    job = Job((experiment(), frozenset()))
    made: list[int] = []
    failures: list[BaseException] = []

    def look(view: int) -> dict[str, Any]:
        made.append(view)
        return {"view": view}

    def visit(first: int) -> None:
        try:
            for k in range(60):
                view = (first + k) % 20
                assert job.payload(view, partial(look, view)) == json.dumps({"view": view}, separators=(",", ":"))
        except BaseException as failure:
            failures.append(failure)

    crowd = [threading.Thread(target=visit, args=(i,)) for i in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert failures == []
    before = len(made)
    for view in made[-1:] * 12:
        job.payload(view, lambda: look(-1))
    assert len(made) == before


def test_the_run_of_a_preset_is_played_at_once_for_everybody_and_with_every_metric() -> None:
    jobs, wanted = queue(), presets()["gan_grid"].experiment
    job = jobs.ask(wanted, ("modes_alive",), "A")
    assert job.run is not None
    assert job.run.last == wanted.generations
    assert job.recorded["collapse-lab"]
    assert jobs.ask(wanted, ("modes_alive", "total_variance"), "B") is job
    assert jobs.ask(wanted, tuple(job.metrics), "A", NUMBERS) is job
    assert jobs.find(job.key, "A") is job
    assert bytes_kept(jobs) == job.bytes_held() > job.run.samples.nbytes


def test_a_recording_is_let_go_of_and_read_again() -> None:
    jobs, wanted = queue(budget=1), presets()["gan_grid"].experiment
    job = jobs.ask(wanted, (), "A")
    other = jobs.ask(presets()["vae_digits"].experiment, (), "A")
    jobs.ask(presets()["vae_digits"].experiment, (), "A")
    assert jobs.find(job.key, "A") is None
    again = jobs.ask(wanted, (), "A")
    assert again is not job
    assert again.recorded
    assert other.recorded


def test_a_recorded_run_is_computed_here_on_request_while_others_keep_the_recording(gate: Gate) -> None:
    jobs, wanted = queue(), presets()["shrinks"].experiment
    played = jobs.ask(wanted, METRICS, "A")
    gate.allow(3)
    fresh = jobs.ask(wanted, METRICS, "B", here=True)
    assert not fresh.recorded
    assert jobs.ask(wanted, METRICS, "A") is played
    assert jobs.ask(wanted, METRICS, "B", here=True) is fresh
    until(lambda: fresh.generations_done == 4)
    jobs.leave(fresh, "B")
    stopped = jobs.ask(wanted, METRICS, "B", here=True)
    gate.allow(10**9)
    assert stopped.future.result().ending.kind == "cancelled"
    on = jobs.go_on(stopped, "B")
    assert not on.recorded
    same(on.future.result(), simulate(wanted, METRICS))
    assert played.run is not None
    np.testing.assert_allclose(on.future.result().metrics["total_variance"], played.run.metrics["total_variance"], rtol=1e-6)


def test_more_generations_than_were_recorded_are_computed_from_the_beginning() -> None:
    jobs, wanted = queue(), presets()["gets_wider"].experiment
    assert jobs.ask(wanted, METRICS, "A").recorded
    longer = wanted.but(generations=wanted.generations + 5)
    job = jobs.ask(longer, METRICS, "A")
    assert not job.recorded
    same(job.future.result(), simulate(longer, METRICS))


def test_a_short_run_and_a_far_larger_one_that_could_not_be_longer_do_not_meet() -> None:
    """Asking whether one leads to the other must not build an experiment beyond the budgets."""
    jobs = Jobs()
    small = jobs.ask(experiment(n=100_000, generations=1), METRICS, "a")
    small.future.result(60)
    large = jobs.ask(experiment(n=10, generations=5000), METRICS, "b")
    assert large.future.result(60).last == 5000
    assert not small.can_lead_to(large.key)


@pytest.mark.parametrize(
    ("settings", "metrics"),
    [
        ({"source": {"kind": "zipf", "vocabulary": 20_000}, "family": {"kind": "categorical"}, "replicates": 20}, ("tokens_alive",)),
        ({"source": {"kind": "zipf", "vocabulary": 500}, "family": {"kind": "categorical"}, "replicates": 20}, ("tokens_alive",)),
        ({"source": {"kind": "grid"}, "family": {"kind": "kde"}, "replicates": 30}, ("modes_alive",)),
        ({"source": {"kind": "grammar"}, "family": {"kind": "ngram"}, "n": 30, "generations": 6}, ("diversity",)),
    ],
    ids=["words too many to keep", "words", "modes", "passages"],
)
def test_a_growing_run_holds_no_more_than_it_will_hold_at_its_end(
    settings: dict[str, Any], metrics: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.traces.SAMPLE_BYTES", 2000 if "n" in settings else 100_000)
    job = Job((experiment(**{"generations": 50, **settings}), frozenset(metrics)))
    run = job.compute()
    assert (run.counts is None) == (settings["source"].get("vocabulary") == 20_000 or "n" in settings)
    assert nbytes(job.growing.records) < 2.5 * nbytes(run)  # twice: numbers that a run rounds to 32 bits


def test_once_everybody_has_left_little_is_kept_and_who_waits_in_line_is_forgotten(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    one = nbytes(simulate(experiment(), METRICS))
    monkeypatch.setattr(dashboard.runs.queue, "REST", 2 * one)
    jobs = queue(1, clock=clock, grace=25, budget=8 * one)
    for seed in range(4):
        jobs.ask(experiment(seed=seed), METRICS, f"visitor {seed}").future.result()
    gate.allow(1)
    running, waiting = (jobs.ask(experiment(seed=seed), METRICS, f"visitor {seed}") for seed in (8, 9))
    until(lambda: running.generations_done == 2)
    for seed in (0, 1, 2, 3, 8):
        jobs.depart(f"visitor {seed}")
    clock.now = 26
    jobs.tidy()
    assert running.status in ENDING
    assert waiting.status is Status.WAITING
    assert bytes_kept(jobs) >= 4 * one
    jobs.depart("visitor 9")
    clock.now = 52
    jobs.tidy()
    assert waiting.status in ENDING
    assert 0 < bytes_kept(jobs) <= 2 * one


def test_the_payloads_of_a_growing_run_are_let_go_of_when_it_has_ended(gate: Gate) -> None:
    jobs = queue()
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.generations_done == 3)
    job.payload("half way", lambda: {"frames": [0.5] * 300_000})
    assert job.bytes_held() > 1_000_000
    gate.allow(6)
    run = job.future.result()
    until(lambda: job.generations_done == 0)
    assert job.bytes_held() == nbytes(run) + nbytes(job.state)
