"""Workers: the same bytes as in this process, one answer lost with each that dies, and none that outlives its run."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from queueing import same, until
from watching import METRICS, Watched, gone, plain, training

from sim import Experiment, Generation, Run, State, collect, simulate
from sim.families import families
from sim.sources.own_text import add
from sim.workers.__main__ import FAILED, failure
from sim.workers.inline import run_inline
from sim.workers.pool import Workers
from sim.workers.runner import run_in_worker
from sim.workers.runs import RunTask
from sim.workers.tasks import Failure, WorkerFailed
from sim.workers.worker import Worker

ROOT = Path(__file__).parents[1]


def states_in_worker(
    wanted: Experiment, metrics: tuple[str, ...], *, workers: Workers, should_continue: Callable[[], bool] = lambda: True
) -> Iterator[tuple[State, Generation]]:
    return run_in_worker(RunTask(wanted, metrics), should_continue, workers)


def elsewhere(wanted: Experiment, workers: Workers, metrics: tuple[str, ...] = METRICS) -> Run:
    return collect(record for _, record in states_in_worker(wanted, metrics, workers=workers))


def test_families_that_train_with_torch_are_heavy_and_those_that_count_or_solve_are_not() -> None:
    heavy = {family.kind_name() for family in families if family.heavy}
    assert heavy >= {"vae", "gan", "flow", "transformer"}
    assert heavy.isdisjoint({"gaussian", "gmm", "kde", "categorical", "ngram"})


def test_a_run_elsewhere_is_the_run_in_this_process_and_its_worker_serves_the_next(workers: Watched) -> None:
    wanted = training(regime={"kind": "accumulate"}, real_share=0.1)
    same(elsewhere(wanted, workers), simulate(wanted, METRICS))
    warm = training(family={"kind": "vae", "steps": 5, "start": "warm"}, seed=3)
    same(elsewhere(warm, workers), simulate(warm, METRICS))
    assert workers.sent[0] is workers.sent[1]
    assert workers.sent[0].process.poll() is None


@pytest.mark.verify
def test_a_worker_that_is_killed_costs_one_generation(workers: Watched) -> None:
    """The one it was computing: the next worker goes on from the last state that arrived, and the bytes are the same."""
    wanted = training(family={"kind": "vae", "steps": 150, "width": 8}, generations=6)
    records, at_death = [], 0
    for state, record in states_in_worker(wanted, METRICS, workers=workers):
        records.append(record)
        if len(workers.sent) == 1:
            at_death = state.t
        if state.t == 2:
            os.kill(workers.sent[0].process.pid, signal.SIGKILL)
    assert [record.t for record in records] == list(range(7))
    assert workers.began_after() == [None, at_death]
    assert 2 <= at_death < 6
    same(collect(records), simulate(wanted, METRICS))


def test_workers_that_die_over_one_generation_are_given_up_with_a_sentence() -> None:
    doomed = Watched(lambda worker: worker.process.kill())
    with pytest.raises(WorkerFailed, match=r"^Generation 0 was given up after 3 tries: its worker was killed each time, .* Ask for fewer"):
        elsewhere(plain(), doomed)
    assert len(doomed.sent) == RunTask.tries


def test_deaths_are_counted_for_each_generation_alone() -> None:
    """The first worker does some generations and is killed; so is, at once, everyone that follows."""
    doomed = Watched(lambda worker: worker.process.terminate() if len(doomed.sent) > 1 else None)
    arrived: list[int] = []
    run = states_in_worker(plain(generations=4000), METRICS[:1], workers=doomed)

    def read_on() -> None:
        for state, _ in run:
            arrived.append(state.t)
            doomed.sent[0].process.kill()

    with pytest.raises(WorkerFailed, match=r"its worker died each time \(signal 15\)\. Ask for fewer") as lost:
        read_on()
    assert str(lost.value).startswith(f"Generation {arrived[-1] + 1} was given up after 3 tries")
    assert len(doomed.sent) == RunTask.tries


def test_stop_ends_the_worker_amid_a_generation_and_another_is_made_ready(workers: Watched) -> None:
    """A generation of this run takes minutes."""
    endless = training(family={"kind": "vae", "steps": 5000, "width": 256}, n=10, replicates=60)
    stop = threading.Event()
    run = states_in_worker(endless, METRICS, should_continue=lambda: not stop.is_set(), workers=workers)
    assert next(run)[0].t == 0
    threading.Timer(0.2, stop.set).start()
    assert list(run) == []
    assert gone(workers.sent[0].process.pid)
    ready = workers.acquire()
    assert ready is not workers.sent[0]
    assert ready.process.poll() is None
    ready.end()


def test_a_run_that_nobody_reads_any_more_leaves_no_worker(workers: Watched) -> None:
    run = states_in_worker(plain(generations=4000), METRICS[:1], workers=workers)
    next(run)
    run.close()
    assert gone(workers.sent[0].process.pid)


def test_a_worker_ends_with_whoever_started_it() -> None:
    code = """
import sys
from sim import Experiment
from sim.workers.inline import run_inline
from sim.workers.pool import Workers
from sim.workers.runner import run_in_worker
from sim.workers.runs import RunTask
class Told(Workers):
    def acquire(self, *, fresh=False):
        worker = super().acquire(fresh=fresh)
        print(worker.process.pid, flush=True)
        return worker
task = RunTask(Experiment.from_json(sys.argv[1]), ("total_variance",))
for state, _ in run_in_worker(task, workers=Told()):
    print(state.t, flush=True)
"""
    command = [sys.executable, "-c", code, plain(generations=5000, n=1000).to_json()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as owner:
        assert owner.stdout is not None
        worker = int(owner.stdout.readline())
        assert owner.stdout.readline() == "0\n"
        assert not gone(worker)
        owner.kill()
    until(lambda: gone(worker))


def test_an_idle_worker_ends_after_a_while_and_one_of_many_uses_at_once() -> None:
    impatient = Workers(idle=0.05)
    worker = impatient.acquire()
    impatient.release(worker)
    until(lambda: gone(worker.process.pid))
    worn = Workers(uses=1)
    worker = worn.acquire()
    worker.uses = 1
    worn.release(worker)
    assert gone(worker.process.pid)


def test_a_run_that_ends_early_by_itself_ends_so_elsewhere(workers: Watched) -> None:
    impossible = plain(family={"kind": "gaussian", "ddof": 1}, n=1)
    diverging = plain(temperature=2.0, generations=300)
    for wanted, kind in ((impossible, "impossible"), (diverging, "diverged")):
        run = elsewhere(wanted, workers, METRICS[:1])
        assert run.ending.kind == kind
        same(run, simulate(wanted, METRICS[:1]))
    assert workers.sent[0] is workers.sent[1]


def test_an_own_text_goes_along(workers: Watched) -> None:
    animals = ["cat", "dog", "cow", "hen", "owl", "fox", "bee", "ant"] * 9
    told = " ".join(f"The {one} saw the {one} that saw it, and so did we." for one in animals)
    wanted = training(source={"kind": "own_text", "checksum": add(told)}, family={"kind": "ngram"}, n=20)
    same(elsewhere(wanted, workers, ("distinct_2",)), simulate(wanted, ("distinct_2",)))
    assert workers.asked[0].experiment == wanted


def test_an_error_is_no_death_and_is_not_tried_again(workers: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerFailed, match=r"^Generation 0 could not be computed\. .*no such metric"):
        elsewhere(plain(), workers, ("no such metric",))
    assert len(workers.sent) == 1
    assert "Traceback" in capfd.readouterr().err


def test_which_exceptions_mean_that_memory_ran_out() -> None:
    assert failure(MemoryError()) == Failure("no_memory")
    assert failure(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 10 bytes.")) == Failure("no_memory")
    assert failure(ValueError("shapes do not fit")) == Failure("failed", FAILED)


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process's memory, which Linux alone can")
@pytest.mark.verify
def test_a_worker_without_memory_costs_one_generation(workers: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    import resource

    wanted = plain(n=30_000, generations=120, replicates=4)  # long enough for the limit to come before the end
    arrived = []
    for state, _ in states_in_worker(wanted, METRICS[:1], workers=workers):
        arrived.append(state.t)
        if state.t == 1:
            resource.prlimit(workers.sent[0].process.pid, resource.RLIMIT_DATA, (1, resource.RLIM_INFINITY))
    assert arrived == list(range(121))
    assert len(workers.sent) == 2
    assert "MemoryError" in capfd.readouterr().err


def test_a_run_that_is_stopped_is_kept_where_no_other_worker_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Worker] = []

    def scarce() -> Worker:
        if started:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        started.append(Worker())
        return started[0]

    monkeypatch.setattr("sim.workers.pool.Worker", scarce)
    done: list[int] = []
    for state, _ in states_in_worker(plain(generations=500), ("total_variance",), should_continue=lambda: len(done) < 2, workers=Workers()):
        done.append(state.t)
    assert done == [0, 1]
    assert started[0].process.poll() is not None


COUNTING = '''
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sim.workers.tasks import Failure, Task


class Refused(Exception):
    pass


@dataclass(frozen=True)
class Count(Task[tuple[int, int]]):
    """Numbers and who counted; refuses to count beyond twelve."""

    refusals = (Refused,)
    start: int = 0

    def answers(self) -> Iterator[tuple[int, int]]:
        for number in range(self.start, 12):
            yield number, os.getpid()
        raise Refused("Twelve is enough.")

    def after(self, answer: tuple[int, int]) -> "Count":
        return replace(self, start=answer[0] + 1)

    def error(self, failure: Failure) -> Exception:
        return Refused(failure.sentence)
'''


def test_another_kind_of_task_is_one_file(workers: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Computed in a worker that has never seen the file, and gone on with by the next worker when that one is killed."""
    (tmp_path / "counting.py").write_text(COUNTING, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    module = importlib.import_module("counting")
    told = []

    def count() -> None:
        for number, pid in run_in_worker(module.Count(), workers=workers):
            told.append(number)
            if number == 2:
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(module.Refused, match=r"Twelve is enough\."):
        count()
    assert told == list(range(12))
    with pytest.raises(module.Refused):
        list(run_inline(module.Count()))
