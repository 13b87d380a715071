"""Workers: the same bytes as in this process, one generation lost with each that dies, and none that outlives its run."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from queueing import same, until

import dashboard.runs.job
import sim.workers.runs
from dashboard.captions.run import verdict
from dashboard.runs.queue import Jobs
from sim import Experiment, Run, collect, simulate
from sim.families import families
from sim.families.gaussian import Gaussian
from sim.sources.own_text import add
from sim.workers.pipes import NO_MEMORY, Request
from sim.workers.process import trouble
from sim.workers.runs import DEATHS, Worker, WorkerFailed, Workers, states_in_worker

ROOT = Path(__file__).parents[1]
METRICS = ("total_variance", "latent_spread")


def experiment(**settings: Any) -> Experiment:
    usual = {"source": {"kind": "normal", "dim": 3}, "family": {"kind": "vae", "steps": 40, "width": 8}, "n": 40, "generations": 4}
    return Experiment.model_validate({**usual, "replicates": 2, **settings})


def plain(**settings: Any) -> Experiment:
    """An experiment without torch, so that its workers are there at once."""
    return experiment(**{"family": {"kind": "gaussian"}, **settings})


class Watched(Workers):
    """Remembers whom it sent, and what they were asked for."""

    def __init__(self, welcome: Callable[[Worker], object] = lambda _: None) -> None:
        super().__init__()
        self.sent: list[Worker] = []
        self.asked: list[Request] = []
        self.welcome = welcome

    def take(self) -> Worker:
        worker = super().take()
        ask = worker.ask
        worker.ask = lambda request: (self.asked.append(request), ask(request))  # type: ignore[assignment]
        self.sent.append(worker)
        self.welcome(worker)
        return worker


@pytest.fixture
def workers() -> Iterator[Watched]:
    found = Watched()
    yield found
    found.close()
    until(lambda: all(worker.process.poll() is not None for worker in found.sent))


def elsewhere(wanted: Experiment, workers: Workers, metrics: tuple[str, ...] = METRICS) -> Run:
    return collect(record for _, record in states_in_worker(wanted, metrics, workers=workers))


def gone(pid: int) -> bool:
    """Whether a process has ended, also where nobody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_heavy_families_are_those_that_train_with_torch() -> None:
    assert {family.title() for family in families if family.heavy} == {"vae", "gan", "flow", "transformer"}


def test_a_run_elsewhere_is_the_run_in_this_process_and_its_worker_serves_the_next(workers: Watched) -> None:
    wanted = experiment(regime={"kind": "accumulate"}, real_share=0.1)
    same(elsewhere(wanted, workers), simulate(wanted, METRICS))
    warm = experiment(family={"kind": "vae", "steps": 5, "start": "warm"}, seed=3)
    same(elsewhere(warm, workers), simulate(warm, METRICS))
    assert workers.sent[0] is workers.sent[1]
    assert workers.sent[0].process.poll() is None


def test_a_worker_that_is_killed_costs_one_generation(workers: Watched) -> None:
    """The one it was computing: the next worker goes on from the last state that arrived, and the bytes are the same."""
    wanted = experiment(family={"kind": "vae", "steps": 150, "width": 8}, generations=6)
    records, at_death = [], 0
    for state, record in states_in_worker(wanted, METRICS, workers=workers):
        records.append(record)
        if len(workers.sent) == 1:
            at_death = state.t
        if state.t == 2:
            os.kill(workers.sent[0].process.pid, signal.SIGKILL)
    assert [record.t for record in records] == list(range(7))
    assert [None if after is None else after.t for _, _, after in workers.asked] == [None, at_death]
    assert 2 <= at_death < 6
    same(collect(records), simulate(wanted, METRICS))


def test_workers_that_die_over_one_generation_are_given_up_with_a_sentence() -> None:
    doomed = Watched(lambda worker: worker.process.kill())
    with pytest.raises(WorkerFailed, match=r"^Generation 0 was given up after 3 tries: its worker was killed each time, .* Ask for fewer"):
        elsewhere(plain(), doomed)
    assert len(doomed.sent) == DEATHS


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
    assert len(doomed.sent) == DEATHS


def test_stop_ends_the_worker_amid_a_generation_and_another_is_made_ready(workers: Watched) -> None:
    """A generation of this run takes minutes."""
    endless = experiment(family={"kind": "vae", "steps": 5000, "width": 256}, n=10, replicates=60)
    stop = threading.Event()
    run = states_in_worker(endless, METRICS, going=lambda: not stop.is_set(), workers=workers)
    assert next(run)[0].t == 0
    threading.Timer(0.2, stop.set).start()
    assert list(run) == []
    assert gone(workers.sent[0].process.pid)
    ready = workers.take()
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
from sim.workers.runs import Workers, states_in_worker
class Told(Workers):
    def take(self):
        worker = super().take()
        print(worker.process.pid, flush=True)
        return worker
for state, _ in states_in_worker(Experiment.from_json(sys.argv[1]), ("total_variance",), workers=Told()):
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
    worker = impatient.take()
    impatient.leave(worker)
    until(lambda: gone(worker.process.pid))
    worn = Workers(uses=1)
    worker = worn.take()
    worker.uses = 1
    worn.leave(worker)
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
    wanted = experiment(source={"kind": "own_text", "checksum": add(told)}, family={"kind": "ngram"}, n=20)
    same(elsewhere(wanted, workers, ("distinct_2",)), simulate(wanted, ("distinct_2",)))
    assert workers.asked[0][0] == wanted


def test_an_error_is_no_death_and_is_not_tried_again(workers: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerFailed, match=r"^Generation 0 could not be computed\. .*no such metric"):
        elsewhere(plain(), workers, ("no such metric",))
    assert len(workers.sent) == 1
    assert "Traceback" in capfd.readouterr().err


def test_which_exceptions_mean_that_memory_ran_out() -> None:
    assert trouble(MemoryError()) == NO_MEMORY
    assert trouble(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 10 bytes.")) == NO_MEMORY
    assert trouble(ValueError("shapes do not fit")) == "It failed inside the simulation."


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process's memory, which Linux alone can")
def test_a_worker_without_memory_costs_one_generation(workers: Watched, capfd: pytest.CaptureFixture[str]) -> None:
    import resource

    wanted = plain(n=30_000, generations=12, replicates=4)
    arrived = []
    for state, _ in states_in_worker(wanted, METRICS[:1], workers=workers):
        arrived.append(state.t)
        if state.t == 1:
            resource.prlimit(workers.sent[0].process.pid, resource.RLIMIT_DATA, (1, resource.RLIM_INFINITY))
    assert arrived == list(range(13))
    assert len(workers.sent) == 2
    assert "MemoryError" in capfd.readouterr().err


@pytest.fixture
def heavy(workers: Watched, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Gaussians are computed elsewhere too, by these workers."""
    monkeypatch.setattr(Gaussian, "heavy", True)
    monkeypatch.setattr(workers, "prepare", lambda: None)
    monkeypatch.setattr(dashboard.runs.job, "states_in_worker", partial(states_in_worker, workers=workers))
    return workers


def test_a_job_that_is_stopped_amid_a_generation_keeps_what_is_done_and_goes_on(heavy: Watched) -> None:
    """The worker is halted, as in a generation that takes for ever."""
    wanted = plain(generations=400)
    jobs = Jobs(ThreadPoolExecutor(1))
    job = jobs.ask(wanted, METRICS[:1], "A")
    until(lambda: job.done >= 3)
    os.kill(heavy.sent[0].process.pid, signal.SIGSTOP)
    jobs.leave(job, "A")
    run = job.future.result(30)
    assert run.ending.kind == "cancelled"
    assert 2 <= run.last < 400
    assert gone(heavy.sent[0].process.pid)
    heavy.welcome = lambda worker: os.kill(worker.process.pid, signal.SIGSTOP)
    on = jobs.go_on(job, "A")
    until(lambda: len(heavy.asked) == 2)
    assert heavy.asked[1][2] is job.state
    for _ in range(2):  # what was done before is on the stage while the first new generation is computed
        assert on.so_far().last == run.last
    assert on.remaining() is None
    os.kill(heavy.sent[1].process.pid, signal.SIGCONT)
    same(on.future.result(60), simulate(wanted, METRICS[:1]))


def test_a_job_whose_worker_is_killed_comes_to_its_end(heavy: Watched) -> None:
    wanted = plain(generations=400)
    job = Jobs(ThreadPoolExecutor(1)).ask(wanted, METRICS[:1], "A")
    until(lambda: job.done >= 3)
    heavy.sent[0].process.kill()
    same(job.future.result(60), simulate(wanted, METRICS[:1]))
    assert len(heavy.sent) == 2


def test_a_run_given_up_is_kept_and_the_queue_goes_on_and_so_may_the_run(heavy: Watched) -> None:
    jobs, wanted = Jobs(ThreadPoolExecutor(1)), plain(generations=400)
    job = jobs.ask(wanted, METRICS[:1], "A")
    until(lambda: job.done >= 3)
    heavy.welcome = lambda worker: worker.process.kill()
    heavy.sent[0].process.kill()
    run = job.future.result(30)
    assert run.ending.kind == "interrupted"
    assert run.ending.sentence.startswith(f"Generation {run.last + 1} was given up after 3 tries")
    assert verdict(run) == run.ending.sentence
    heavy.welcome = lambda _: None
    assert jobs.ask(plain(seed=1), METRICS[:1], "B").future.result(30).ending.kind == "completed"
    assert jobs.ask(wanted, METRICS[:1], "A") is job
    on = jobs.go_on(job, "A")
    assert on is not job
    same(on.future.result(60), simulate(wanted, METRICS[:1]))


def test_a_job_that_is_stopped_before_its_first_rows_has_no_run_and_is_for_nobody(heavy: Watched) -> None:
    jobs = Jobs(ThreadPoolExecutor(1))
    heavy.welcome = lambda worker: os.kill(worker.process.pid, signal.SIGSTOP)
    job = jobs.ask(plain(), METRICS[:1], "A")
    until(lambda: heavy.sent)
    jobs.leave(job, "A")
    with pytest.raises(CancelledError):
        job.future.result(30)
    heavy.welcome = lambda _: None
    assert jobs.find(job.key, "A") is job
    assert jobs.ask(plain(), METRICS[:1], "B") is not job
    assert jobs.go_on(job, "A").future.result(30).ending.kind == "completed"


def test_a_job_given_up_before_its_first_rows_says_why(heavy: Watched) -> None:
    heavy.welcome = lambda worker: worker.process.kill()
    job = Jobs(ThreadPoolExecutor(1)).ask(plain(), METRICS[:1], "A")
    with pytest.raises(WorkerFailed, match=r"^Generation 0 was given up after 3 tries"):
        job.future.result(30)


ONE = Experiment.model_validate(
    {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20, "generations": 500, "replicates": 2}
)


def test_a_run_that_is_stopped_is_kept_where_no_other_worker_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Worker] = []

    def scarce() -> Worker:
        if started:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        started.append(Worker())
        return started[0]

    monkeypatch.setattr(sim.workers.runs, "Worker", scarce)
    done: list[int] = []
    for state, _ in states_in_worker(ONE, ("total_variance",), going=lambda: len(done) < 2, workers=Workers()):
        done.append(state.t)
    assert done == [0, 1]
    assert started[0].process.poll() is not None
