"""Tasks: computations as values, which any process can be sent and which answer bit by bit.

A task is pickled on its way to a worker, its answers on their way back. Where an answer holds all that is needed to go on, the
death of a worker costs what came after that answer and nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, Protocol, TypeVar

A = TypeVar("A")


class WorkerFailed(Exception):
    """A task that no worker could finish; the message is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a worker did not finish a task.

    Attributes:
        kind: refused (the task says so of itself, and would again), failed (so would this, most likely), no_memory or died.
        sentence: what a task that was refused or failed has to say to the reader.
        status: how the process of one that died ended; a signal as a negative number.
    """

    kind: Literal["refused", "failed", "no_memory", "died"]
    sentence: str = ""
    status: int = 0

    @property
    def final(self) -> bool:
        """Whether another worker would fail in the same way."""
        return self.kind in ("refused", "failed")


class Task(ABC, Generic[A]):
    """A computation that another process can be asked for; it pickles, and so do its answers.

    Attributes:
        tries: workers that may die over the same answer before the task is given up.
        spends_worker: whether its worker serves nobody afterwards, because what it imports never gives memory back.
        refusals: exceptions whose message is a sentence for the reader, and which would come again.
    """

    tries: ClassVar[int] = 3
    spends_worker: ClassVar[bool] = False
    refusals: ClassVar[tuple[type[Exception], ...]] = ()

    @abstractmethod
    def answers(self) -> Iterator[A]:
        """Compute; every answer is told as soon as it is there."""

    def after(self, answer: A) -> Task[A]:
        """The task that is left once this answer has arrived; by default all of it."""
        return self

    @abstractmethod
    def error(self, failure: Failure) -> Exception:
        """What is raised where the task was asked for, once it is given up."""


class Runner(Protocol):
    """Who computes a task: `sim.workers.inline`, `sim.workers.runner`, or another file beside them."""

    def __call__(self, task: Task[A], should_continue: Callable[[], bool], /) -> Iterator[A]:
        """Every answer, until there are no more or `should_continue` says no.

        Raises what `Task.error` makes of a failure, or the failure itself.
        """
        ...
