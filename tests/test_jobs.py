"""The queue: one computation for all, Stop and Continue, visitors who leave, and what is kept."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

import dashboard.job
import dashboard.jobs
from dashboard.job import Job
from dashboard.jobs import BUDGET, GRACE, NUMBERS, Jobs
from dashboard.lanes import TRAINERS
from dashboard.live import duration, ordinal
from dashboard.maps import Fits
from dashboard.memory import weight
from dashboard.pace import remaining
from dashboard.visitors import Presence
from sim import Experiment, Run, State, simulate
from sim.engine import states
from sim.maps.fitting import NoMap
from sim.presets import presets

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
    monkeypatch.setattr(dashboard.job, "states", opened.states)
    yield opened
    opened.allow(10**9)


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
    np.testing.assert_array_equal(one.samples, other.samples)
    np.testing.assert_array_equal(one.ages, other.ages)
    np.testing.assert_array_equal(one.points, other.points)
    for part in ("surprise", "tallies", "centres"):
        np.testing.assert_equal(getattr(one, part), getattr(other, part), err_msg=part)


def stopped_at_two(jobs: Jobs, gate: Gate) -> Job:
    """A's run, stopped after generation 2."""
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.done == 3)
    jobs.leave(job, "A")
    return job


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
    until(lambda: job.done == 3)
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
    until(lambda: job.done == 6)
    jobs.leave(job, "A")
    gate.allow(6)
    assert job.future.result().ending.kind == "completed"
    assert jobs.ask(experiment(), METRICS, "B") is job


def test_looking_elsewhere_stops_what_nobody_waits_for(gate: Gate) -> None:
    jobs = queue()
    gate.allow(1)
    job = jobs.ask(experiment(), METRICS, "A")
    numbers = jobs.ask(experiment(seed=2), METRICS, "A", NUMBERS)
    until(lambda: numbers.done == 2)
    jobs.ask(experiment(seed=1), METRICS, "A")
    assert job.stopping
    assert not numbers.stopping
    jobs.vacate("A", NUMBERS)
    assert numbers.stopping


def test_a_run_stopped_in_line_never_starts(gate: Gate) -> None:
    jobs = queue(1)
    gate.allow(1)
    first, second, third = (jobs.ask(experiment(seed=seed), METRICS, f"visitor {seed}") for seed in range(3))
    until(lambda: first.done == 2)
    assert (second.waiting, jobs.place_in_line(second), jobs.place_in_line(third)) == (True, 1, 2)
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
    until(lambda: job.done == 2)
    jobs.depart("A")
    jobs.depart("C")
    clock.now = 24
    jobs.depart("B")
    gate.allow(2)
    until(lambda: job.done == 3)
    assert not job.stopping
    clock.now = 26
    gate.allow(3)
    until(lambda: job.done == 4)
    assert not job.stopping
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
    jobs.attend("lost connection")
    clock.now = 60
    gate.allow(6)
    assert job.future.result().ending.kind == "completed"
    assert again.future.result().ending.kind == "completed"


def test_a_closing_server_waits_for_no_run(gate: Gate) -> None:
    closing = threading.Event()
    jobs = queue(closing=closing.is_set)
    gate.allow(1)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.done == 2)
    closing.set()
    gate.allow(6)
    assert job.future.result().last == 2


def test_a_run_that_raises_is_told_once_and_computed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = queue()
    with monkeypatch.context() as broken:
        broken.setattr(dashboard.job, "states", lambda *_: (_ for _ in ()).throw(MemoryError()))
        job = jobs.ask(experiment(), METRICS, "A")
        with pytest.raises(MemoryError):
            job.future.result()
    assert jobs.ask(experiment(), METRICS, "B") is job
    jobs.forget(job)
    again = jobs.ask(experiment(), METRICS, "B")
    jobs.forget(job)
    assert jobs.ask(experiment(), METRICS, "C") is again
    assert again.future.result().ending.kind == "completed"


def test_ended_runs_are_kept_within_a_budget_of_bytes() -> None:
    one = weight(simulate(experiment(), METRICS))
    jobs = queue(budget=4 * one)
    for seed in range(12):
        job = jobs.ask(experiment(seed=seed), METRICS, "A")
        job.future.result()
        job.film("a view", lambda: {"frames": [0.5] * 10})
    until(lambda: job.done == 0)
    last = jobs.ask(experiment(seed=11), METRICS, "A")
    assert last is job
    assert one < jobs.kept() <= 4 * one
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


def test_a_closed_page_ends_the_map_that_only_it_waited_for() -> None:
    maps = Fits()
    begun, ended = threading.Event(), threading.Event()

    def rows() -> Any:
        return np.random.default_rng(0).normal(size=(50, 4))

    with pytest.MonkeyPatch.context() as patched:

        def endless(rows: Any, told: Any, began: Any) -> Any:
            began(ended.set)
            begun.set()
            assert ended.wait(30)
            raise NoMap("The map was not finished.")

        patched.setattr("dashboard.maps.fit_elsewhere", endless)
        fit = maps.ask("key", rows, lambda places: places, "A")
        maps.ask("key", rows, lambda places: places, "B")
        assert begun.wait(30)
        Presence(queue(), maps, "A").end()
        assert not fit.stopped
        Presence(queue(), maps, "B").end()
        assert fit.stopped
        with pytest.raises(NoMap):
            fit.future.result(30)


def test_a_film_is_made_once_for_twelve_threads() -> None:
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
                assert job.film(view, partial(look, view)) == json.dumps({"view": view}, separators=(",", ":"))
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
        job.film(view, lambda: look(-1))
    assert len(made) == before


def test_a_growing_run_says_how_far_it_is(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(clock=clock)
    gate.allow(0)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.done == 1)
    assert job.so_far() is None
    gate.allow(2)
    until(lambda: job.done == 3)
    first = job.so_far()
    assert first is not None
    assert first.ending.sentence == "On stage so far: up to generation 2 of 6."
    assert first.metrics["total_variance"].shape == (3, 7)
    assert np.isnan(first.metrics["total_variance"][:, 3:]).all()
    gate.allow(4)
    until(lambda: job.done == 5)
    assert job.so_far() is first
    clock.now = 2
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
    until(lambda: job.done == 4)
    jobs.leave(job, "A")
    gate.allow(10**9)
    assert job.future.result().last < 6
    on = jobs.go_on(job, "A")
    same(on.future.result(), simulate(wanted, metrics))
    longer = jobs.ask(wanted.but(generations=9), metrics, "A")
    same(longer.future.result(), simulate(wanted.but(generations=9), metrics))
    assert len(longer._ticks) == 3


def test_going_on_joins_a_run_that_others_still_wait_for(gate: Gate) -> None:
    jobs = queue()
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    jobs.ask(experiment(), METRICS, "B")
    until(lambda: job.done == 3)
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
        ticks = np.concatenate([[5.0], 5 + np.cumsum(cost * noise)])
        for done in (40, 100, 200, 300, 380):
            said = remaining(list(ticks[: done + 1]), n + 1, load)
            assert said is not None
            assert 0.5 < said / (ticks[-1] - ticks[done]) < 2, (name, done)
    assert remaining([0.0], 5, lambda _: 1.0) is None


def test_what_comes_before_model_2_promises_nothing(gate: Gate) -> None:
    clock = Clock()
    jobs = queue(clock=clock)
    gate.allow(-1)
    job = jobs.ask(experiment(generations=8), METRICS, "A")
    for t, (took, left) in enumerate([(30.0, None), (20.0, None), (4.0, 6 * 4.0), (4.0, 5 * 4.0)]):
        clock.now += took
        gate.allow(t)
        until(lambda t=t: job.done == t + 1)
        assert job.remaining() == left, t
    jobs.leave(job, "A")
    clock.now += 100
    gate.allow(4)
    assert job.future.result().last == 4
    gate.allow(5)
    on = jobs.go_on(job, "A")
    until(lambda: on.done == 6)
    assert on.remaining() is None
    clock.now += 3
    gate.allow(6)
    until(lambda: on.done == 7)
    assert on.remaining() == 2 * 3.0


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
    until(lambda: shared.done == 3)
    jobs.leave(shared, "A")
    jobs.depart("A")
    assert jobs.ask(experiment(), METRICS, "A again") is shared


def test_the_run_of_a_preset_is_played_at_once_for_everybody_and_with_every_metric() -> None:
    jobs, wanted = queue(), presets()["gan_grid"].experiment
    job = jobs.ask(wanted, ("modes_alive",), "A")
    assert job.run is not None
    assert job.run.last == wanted.generations
    assert job.recorded["collapse-lab"]
    assert jobs.ask(wanted, ("modes_alive", "total_variance"), "B") is job
    assert jobs.ask(wanted, tuple(job.metrics), "A", NUMBERS) is job
    assert jobs.find(job.key, "A") is job
    assert jobs.kept() == job.weigh() > job.run.samples.nbytes


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
    until(lambda: fresh.done == 4)
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


def test_words_for_places_and_times() -> None:
    assert [ordinal(place) for place in (2, 3, 4, 11, 12, 21, 103)] == ["2nd", "3rd", "4th", "11th", "12th", "21st", "103rd"]
    assert [duration(s) for s in (4.4, 89, 200, 9000)] == ["4 s", "89 s", "3 min", "2 h"]


def test_a_waiting_job_has_no_remaining_time() -> None:
    job = Job((experiment(), frozenset(METRICS)), future=Future())
    assert job.waiting
    assert job.remaining() is None


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
    monkeypatch.setattr("sim.recording.SAMPLE_BYTES", 2000 if "n" in settings else 100_000)
    job = Job((experiment(**{"generations": 50, **settings}), frozenset(metrics)))
    run = job.compute()
    assert (run.tallies is None) == (settings["source"].get("vocabulary") == 20_000 or "n" in settings)
    assert weight(job._records) < 2.5 * weight(run)  # twice: numbers that a run rounds to 32 bits


def test_once_everybody_has_left_little_is_kept_and_who_waits_in_line_is_forgotten(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    one = weight(simulate(experiment(), METRICS))
    monkeypatch.setattr(dashboard.jobs, "REST", 2 * one)
    jobs = queue(1, clock=clock, grace=25, budget=8 * one)
    for seed in range(4):
        jobs.ask(experiment(seed=seed), METRICS, f"visitor {seed}").future.result()
    gate.allow(1)
    running, waiting = (jobs.ask(experiment(seed=seed), METRICS, f"visitor {seed}") for seed in (8, 9))
    until(lambda: running.done == 2)
    for seed in (0, 1, 2, 3, 8):
        jobs.depart(f"visitor {seed}")
    clock.now = 26
    jobs.tidy()
    assert running.stopping
    assert not waiting.stopping
    assert jobs.kept() >= 4 * one
    jobs.depart("visitor 9")
    clock.now = 52
    jobs.tidy()
    assert waiting.stopping
    assert 0 < jobs.kept() <= 2 * one


def test_the_films_of_a_growing_run_are_let_go_of_when_it_has_ended(gate: Gate) -> None:
    jobs = queue()
    gate.allow(2)
    job = jobs.ask(experiment(), METRICS, "A")
    until(lambda: job.done == 3)
    job.film("half way", lambda: {"frames": [0.5] * 300_000})
    assert job.weigh() > 1_000_000
    gate.allow(6)
    run = job.future.result()
    until(lambda: job.done == 0)
    assert job.weigh() == weight(run) + weight(job.state)


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
    until(lambda: long.done == 7)
    assert jobs.ask(experiment(), METRICS, "B").future.result(30).last == 6
    assert not long.future.done()
    jobs.leave(long, "A")
    gate.allow(10**9)


def test_a_slider_does_not_wait_for_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = threading.Event()

    def states_elsewhere(*_: Any) -> Iterator[Any]:
        trained.wait(30)
        yield from ()

    monkeypatch.setattr(dashboard.job, "states_elsewhere", states_elsewhere)
    jobs = Jobs()
    try:
        network = {"source": {"kind": "ring"}, "family": {"kind": "vae"}}
        trainings = [jobs.ask(experiment(seed=seed, **network), (), f"visitor {seed}") for seed in range(4)]
        until(lambda: sum(job.waiting for job in trainings) == 4 - TRAINERS)
        assert jobs.ask(experiment(), METRICS, "A").future.result(30).last == 6
        assert [jobs.place_in_line(job) for job in trainings[TRAINERS:]] == list(range(1, 5 - TRAINERS))
    finally:
        trained.set()
