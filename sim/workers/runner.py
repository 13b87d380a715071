"""Computing a task in a worker process, which can be ended at any moment and whose death costs what it did since its last answer.

Every answer leads to the task that is left. So a worker that dies is replaced, the new one goes on from the last answer that
arrived, and where tasks are pure the answers are the same to the last bit.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from sim.workers.pipes import Answer, Done, Message
from sim.workers.pool import WORKERS, Workers
from sim.workers.tasks import Failure, Task, WorkerFailed
from sim.workers.worker import Worker, WorkerDied

A = TypeVar("A")

POLL: Final = 0.05
"""Seconds between two looks at whether to go on while an answer is computed. A choice: Stop takes effect within what feels at once."""


def run_in_worker(task: Task[A], should_continue: Callable[[], bool] = lambda: True, workers: Workers = WORKERS) -> Iterator[A]:
    """Every answer of a task, computed in a worker process; the same bytes as in this one.

    Args:
        task: what is computed.
        should_continue: asked all the time; once it says no, the worker is ended, in the middle of an answer too.
        workers: where workers come from.

    Raises:
        Exception: what `Task.error` makes of it, when one answer cost too many workers, or failed in a way that would come again.
        WorkerFailed: when no worker process can be started.
    """
    deaths = 0
    while should_continue():
        worker, last, status = _acquired(workers, task), None, 0
        try:
            worker.ask(task)
            for last in _messages(worker, should_continue):
                if isinstance(last, Answer):
                    task, deaths = task.after(last.value), 0
                    yield last.value
        finally:  # also where whoever reads the answers reads no further
            if isinstance(last, Done) and not task.spends_worker:
                workers.release(worker)
            else:
                status = worker.end()
        if isinstance(last, Done):
            return
        deaths += 1
        failure = last if isinstance(last, Failure) else Failure("died", status=status)
        if should_continue() and (failure.final or deaths == task.tries):
            raise task.error(failure)
    if not task.spends_worker:
        workers.prepare()


def _acquired(workers: Workers, task: Task[Any]) -> Worker:
    try:
        return workers.acquire(fresh=task.spends_worker)
    except OSError as problem:
        raise WorkerFailed(f"No worker process could be started ({problem.strerror}). Try again later.") from problem


def _messages(worker: Worker, should_continue: Callable[[], bool]) -> Iterator[Message]:
    """What a worker tells, until it is done, dead or not wanted any more."""
    while should_continue():
        try:
            found = worker.message(POLL)
        except queue.Empty:
            continue  # still computing
        if isinstance(found, WorkerDied):
            return
        yield found
        if not isinstance(found, Answer):
            return
