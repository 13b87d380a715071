"""Computing a task in this very thread, for what is done sooner than a worker could be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from sim.workers.tasks import Task

A = TypeVar("A")


def run_inline(task: Task[A], should_continue: Callable[[], bool] = lambda: True) -> Iterator[A]:
    """Every answer of a task; after each, `should_continue` is asked whether to go on. Raises what the task raises, as it is."""
    for answer in task.answers():
        yield answer
        if not should_continue():
            return
