"""Jobs whose workers are other processes: stopped, killed, given up, and gone on with."""

from __future__ import annotations

import os
import signal
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from queueing import same, until
from watching import METRICS, Watched, gone, plain

from dashboard.captions.run import verdict
from dashboard.runs.lanes import LANES
from dashboard.runs.queue import Jobs
from sim import simulate
from sim.families.gaussian import Gaussian
from sim.workers.runner import run_in_worker
from sim.workers.tasks import WorkerFailed


@pytest.fixture
def heavy(workers: Watched, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Gaussians are computed elsewhere too, by these workers."""
    monkeypatch.setattr(Gaussian, "heavy", True)
    monkeypatch.setattr(workers, "prepare", lambda: None)
    monkeypatch.setitem(LANES, "train", replace(LANES["train"], runner=partial(run_in_worker, workers=workers)))
    return workers


def test_a_job_that_is_stopped_amid_a_generation_keeps_what_is_done_and_goes_on(heavy: Watched) -> None:
    """The worker is halted, as in a generation that takes for ever."""
    wanted = plain(generations=400)
    jobs = Jobs(ThreadPoolExecutor(1))
    job = jobs.ask(wanted, METRICS[:1], "A")
    until(lambda: job.generations_done >= 3)
    os.kill(heavy.sent[0].process.pid, signal.SIGSTOP)
    jobs.leave(job, "A")
    run = job.future.result(30)
    assert run.ending.kind == "cancelled"
    assert 2 <= run.last < 400
    assert gone(heavy.sent[0].process.pid)
    heavy.welcome = lambda worker: os.kill(worker.process.pid, signal.SIGSTOP)
    on = jobs.go_on(job, "A")
    until(lambda: len(heavy.asked) == 2)
    assert heavy.asked[1].state is job.state
    for _ in range(2):  # what was done before is on the stage while the first new generation is computed
        assert on.so_far().last == run.last
    assert on.remaining() is None
    os.kill(heavy.sent[1].process.pid, signal.SIGCONT)
    same(on.future.result(60), simulate(wanted, METRICS[:1]))


def test_a_job_whose_worker_is_killed_comes_to_its_end(heavy: Watched) -> None:
    wanted = plain(generations=400)
    job = Jobs(ThreadPoolExecutor(1)).ask(wanted, METRICS[:1], "A")
    until(lambda: job.generations_done >= 3)
    heavy.sent[0].process.kill()
    same(job.future.result(60), simulate(wanted, METRICS[:1]))
    assert len(heavy.sent) == 2


def test_a_run_given_up_is_kept_and_the_queue_goes_on_and_so_may_the_run(heavy: Watched) -> None:
    jobs, wanted = Jobs(ThreadPoolExecutor(1)), plain(generations=400)
    job = jobs.ask(wanted, METRICS[:1], "A")
    until(lambda: job.generations_done >= 3)
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
