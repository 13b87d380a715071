"""The queue: one computation for all, Stop, visitors who leave and come back, lanes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import Any

import pytest
from queueing import METRICS, Clock, Gate, experiment, queue, same, stopped_at_two, until

from dashboard.runs.computation import Status
from dashboard.runs.job import Job
from dashboard.runs.lanes import LANES, TRAINERS
from dashboard.runs.queue import GRACE, Jobs
from dashboard.runs.visits import NUMBERS
from sim import simulate


def test_an_experiment_is_computed_once_however_many_ask() -> None:
    jobs = queue()
    asked: list[Job] = []
    crowd = [threading.Thread(target=lambda i=i: asked.append(jobs.ask(experiment(), METRICS, f"visitor {i}"))) for i in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(set(asked)) == 1
    same(asked[0].future.result(), simulate(experiment(), METRICS))
    assert jobs.ask(experiment(), (), "late and with fewer curves") is asked[0]


def test_one_visitors_stop_leaves_the_run_to_the_others(gate: Gate) -> None:
    jobs = queue()
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    assert jobs.ask(experiment(), METRICS, "B") is job
    until(lambda: job.generations_done == 3)
    jobs.leave(job, "A")
    own = jobs.ask(experiment(), METRICS, "A")
    assert own is not job
    assert own.future.result().ending.sentence == "Stopped after generation 2 of 6."
    assert jobs.find(own.key, "A") is own
    assert jobs.find(own.key, "B") is job
    gate.allow(6)
    same(job.future.result(), simulate(experiment(), METRICS))


def test_the_last_visitors_stop_ends_the_run_and_nobody_else_gets_the_part(gate: Gate) -> None:
    jobs = queue()
    job = stopped_at_two(jobs, gate)
    later = jobs.ask(experiment(), METRICS, "C")
    assert later is not job
    gate.allow(6)
    assert job.future.result().ending.kind == "cancelled"
    assert jobs.ask(experiment(), METRICS, "A") is job
    assert later.future.result().ending.kind == "completed"
    assert jobs.ask(experiment(), METRICS, "D") is later


def test_a_stopped_run_is_found_again_after_a_look_elsewhere(gate: Gate) -> None:
    jobs = queue()
    job = stopped_at_two(jobs, gate)
    gate.allow(6)
    jobs.ask(experiment(seed=1), METRICS, "A")
    assert jobs.find(job.key, "A") is job
    assert jobs.ask(experiment(), METRICS, "A") is job
    jobs.depart("A")


def test_a_run_that_had_reached_its_end_when_it_was_stopped_is_whole(gate: Gate) -> None:
    jobs = queue()
    gate.allow(5)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.generations_done == 6)
    jobs.leave(job, "A")
    gate.allow(6)
    assert job.future.result().ending.kind == "completed"
    assert jobs.ask(experiment(), METRICS, "B") is job


def test_looking_elsewhere_stops_what_nobody_waits_for(gate: Gate) -> None:
    jobs = queue()
    gate.allow(1)
    job = jobs.ask(experiment(), METRICS, "A")
    numbers = jobs.ask(experiment(seed=2), METRICS, "A", NUMBERS)
    until(lambda: numbers.generations_done == 2)
    jobs.ask(experiment(seed=1), METRICS, "A")
    assert job.status in (Status.STOPPING, Status.STOPPED)
    assert numbers.status is Status.RUNNING
    jobs.unsubscribe("A", NUMBERS)
    assert numbers.status in (Status.STOPPING, Status.STOPPED)


def test_a_run_stopped_in_line_never_starts(gate: Gate) -> None:
    jobs = queue(1)
    gate.allow(1)
    first, second, third = (jobs.ask(experiment(seed=seed), METRICS, f"visitor {seed}") for seed in range(3))
    until(lambda: first.generations_done == 2)
    assert (second.status, jobs.place_in_line(second), jobs.place_in_line(third)) == (Status.WAITING, 1, 2)
    jobs.leave(second, "visitor 1")
    assert jobs.place_in_line(third) == 1
    with pytest.raises(CancelledError):
        second.future.result()
    gate.allow(6)
    again = jobs.go_on(jobs.ask(experiment(seed=1), METRICS, "visitor 1"), "visitor 1")
    assert again.future.result().ending.kind == "completed"


def test_a_visitor_who_left_frees_the_worker_after_the_grace_period(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(1, clock=clock, grace=25)
    gate.allow(1)
    job = jobs.ask(experiment(), METRICS, "A")
    jobs.ask(experiment(), METRICS, "B")
    waiting = jobs.ask(experiment(seed=1), METRICS, "C")
    until(lambda: job.generations_done == 2)
    jobs.depart("A")
    jobs.depart("C")
    clock.now = 24
    jobs.depart("B")
    gate.allow(2)
    until(lambda: job.generations_done == 3)
    assert job.status is Status.RUNNING
    clock.now = 26
    gate.allow(3)
    until(lambda: job.generations_done == 4)
    assert job.status is Status.RUNNING
    assert waiting.future.cancelled()
    clock.now = 50
    gate.allow(4)
    assert job.future.result().last == 4


def test_a_reload_finds_its_run_again(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(clock=clock, grace=25)
    gate.allow(1)
    job = jobs.ask(experiment(), METRICS, "before the reload")
    jobs.depart("before the reload")
    assert jobs.ask(experiment(), METRICS, "after it") is job
    again = jobs.ask(experiment(seed=1), METRICS, "lost connection")
    jobs.depart("lost connection")
    clock.now = 20
    jobs.arrive("lost connection")
    clock.now = 60
    gate.allow(6)
    assert job.future.result().ending.kind == "completed"
    assert again.future.result().ending.kind == "completed"


def test_a_closing_server_waits_for_no_run(gate: Gate) -> None:
    closing = threading.Event()
    jobs = queue(closing=closing.is_set)
    gate.allow(1)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.generations_done == 2)
    closing.set()
    gate.allow(6)
    assert job.future.result().last == 2


def test_a_run_that_raises_is_told_once_and_computed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = queue()
    with monkeypatch.context() as broken:
        broken.setattr("sim.workers.runs.states", lambda *_: (_ for _ in ()).throw(MemoryError()))
        job = jobs.ask(experiment(), METRICS, "A")
        with pytest.raises(MemoryError):
            job.future.result()
    assert jobs.ask(experiment(), METRICS, "B") is job
    jobs.forget(job)
    again = jobs.ask(experiment(), METRICS, "B")
    jobs.forget(job)
    assert jobs.ask(experiment(), METRICS, "C") is again
    assert again.future.result().ending.kind == "completed"


def test_a_page_that_is_loaded_again_finds_what_it_had_stopped(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(clock=clock)
    job = stopped_at_two(jobs, gate)
    gate.allow(10**9)
    assert job.future.result().last < 6
    jobs.depart("A")
    clock.now += 3
    assert jobs.ask(experiment(seed=1), METRICS, "B") is not job
    assert jobs.ask(experiment(), METRICS, "A again") is job
    assert jobs.find(job.key, "A again") is job
    same(jobs.go_on(job, "A again").future.result(), simulate(experiment(), METRICS))


@pytest.mark.parametrize("leaves", [False, True])
def test_what_was_stopped_is_nobody_elses_while_its_visitor_is_there_nor_long_after(gate: Gate, leaves: bool) -> None:
    clock = Clock()
    jobs = queue(clock=clock)
    job = stopped_at_two(jobs, gate)
    gate.allow(10**9)
    if leaves:
        jobs.depart("A")
        clock.now += GRACE + 1
    assert jobs.ask(experiment(), METRICS, "B").future.result().last == 6
    assert job.future.result().last < 6


def test_who_comes_back_to_a_run_that_others_wait_for_sees_it_go_on(gate: Gate) -> None:
    jobs = queue()
    gate.allow(2)
    shared = jobs.ask(experiment(), METRICS, "A")
    jobs.ask(experiment(), METRICS, "B")
    until(lambda: shared.generations_done == 3)
    jobs.leave(shared, "A")
    jobs.depart("A")
    assert jobs.ask(experiment(), METRICS, "A again") is shared


@pytest.mark.parametrize(
    ("lane", "changes"),
    [
        ("quick", {}),
        ("quick", {"n": 100, "generations": 100, "replicates": 50}),
        ("quick", {"source": {"kind": "text"}, "family": {"kind": "ngram"}, "n": 400, "generations": 10, "replicates": 5}),
        ("long", {"source": {"kind": "digits"}, "family": {"kind": "gmm", "k": 8}, "n": 100, "generations": 6, "replicates": 50}),
        ("long", {"generations": 5000}),
        ("long", {"source": {"kind": "digits"}, "n": 400, "generations": 500}),
        ("long", {"n": 400, "generations": 200, "replicates": 10, "regime": {"kind": "accumulate"}}),
        ("train", {"source": {"kind": "ring"}, "family": {"kind": "vae"}}),
    ],
    ids=str,
)
def test_long_runs_and_networks_have_lanes_of_their_own(lane: str, changes: dict[str, Any]) -> None:
    assert Job((experiment(**changes), frozenset(METRICS))).lane == lane
    many = frozenset(f"metric {i}" for i in range(40))
    assert Job((experiment(**changes), many)).lane == ("long" if lane == "quick" else lane)


def test_a_quick_run_does_not_wait_for_a_long_one(gate: Gate) -> None:
    jobs = Jobs()
    gate.allow(6)
    long = jobs.ask(experiment(generations=5000), METRICS, "A")
    until(lambda: long.generations_done == 7)
    assert jobs.ask(experiment(), METRICS, "B").future.result(30).last == 6
    assert long.status is Status.RUNNING
    jobs.leave(long, "A")
    gate.allow(10**9)


def test_a_slider_does_not_wait_for_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = threading.Event()

    def train(*_: Any) -> Iterator[Any]:
        trained.wait(30)
        yield from ()

    monkeypatch.setitem(LANES, "train", replace(LANES["train"], runner=train))
    jobs = Jobs()
    try:
        network = {"source": {"kind": "ring"}, "family": {"kind": "vae"}}
        trainings = [jobs.ask(experiment(seed=seed, **network), (), f"visitor {seed}") for seed in range(4)]
        until(lambda: sum(job.status is Status.WAITING for job in trainings) == 4 - TRAINERS)
        assert jobs.ask(experiment(), METRICS, "A").future.result(30).last == 6
        assert [jobs.place_in_line(job) for job in trainings[TRAINERS:]] == list(range(1, 5 - TRAINERS))
    finally:
        trained.set()
