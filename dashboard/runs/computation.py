"""What stands in the queue, whatever it computes: its lane, how it stands with it, and how to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


class Status(StrEnum):
    """How it stands with a computation.

    Attributes:
        WAITING: no worker has taken it yet.
        RUNNING: it is computed.
        STOPPING: it was told to end, and is on its way there.
        STOPPED: it has ended before its end because it was told to.
        INTERRUPTED: its workers gave it up, and what was done until then is there.
        FAILED: nothing came of it.
        DONE: it has reached its end.
    """

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    DONE = "done"

    @property
    def going(self) -> bool:
        """Whether there is still something to come."""
        return self in (Status.WAITING, Status.RUNNING, Status.STOPPING)

    @property
    def resumable(self) -> bool:
        """Whether it has ended before its end and could go on."""
        return self in (Status.STOPPED, Status.INTERRUPTED)

    @property
    def shareable(self) -> bool:
        """Whether others may have it: what one visitor stopped is theirs alone."""
        return self not in (Status.STOPPING, Status.STOPPED)


@dataclass(eq=False)
class Computation(Generic[K, R]):
    """Something that is computed once for all who ask for it.

    Attributes:
        key: what is computed, by value.
        number: computations are started in this order.
        wanted: whether somebody still waits for it, asked again and again.
        future: the result, once there is one.
        survives_absence: whether it goes on for a while without its visitor, who may come back.
    """

    key: K
    number: int = 0
    wanted: Callable[[Computation[Any, Any]], bool] = lambda _: True
    future: Future[R] = field(default_factory=Future[R])
    _stop: threading.Event = field(default_factory=threading.Event)
    survives_absence: ClassVar[bool] = True

    @property
    def lane(self) -> str:
        """Which line it stands in, one of `LANES`."""
        raise NotImplementedError

    def compute(self) -> R:
        """Do it all, for as long as it is `going`; runs on a thread of its lane."""
        raise NotImplementedError

    def ends_early(self, result: R) -> bool:
        """Whether a result is a part that could be gone on with."""
        return False

    def compact(self) -> None:
        """Let go of what only computing needed; called once it has ended."""

    @property
    def status(self) -> Status:
        """How it stands; the one place where that is told from the future and from what was asked of it."""
        told_to_end = self._stop.is_set()
        if not self.future.done():
            if told_to_end:
                return Status.STOPPING
            return Status.RUNNING if self.future.running() else Status.WAITING
        if self.future.cancelled() or self.future.exception() is not None:
            return Status.STOPPED if told_to_end else Status.FAILED
        if not self.ends_early(self.future.result()):
            return Status.DONE
        return Status.STOPPED if told_to_end else Status.INTERRUPTED

    @property
    def result(self) -> R | None:
        """The result, if it has ended and nothing went wrong."""
        return self.future.result() if self.future.done() and not self.future.cancelled() and not self.future.exception() else None

    def outcome(self, timeout: float) -> R | None:
        """The result once it is there, waited for so many seconds at most; raises what the computation raised."""
        try:
            return self.future.result(timeout)
        except (TimeoutError, CancelledError):
            return None

    def stop(self) -> None:
        """End after the step in progress, or at once where none is or a worker process computes it."""
        self._stop.set()
        self.future.cancel()

    def going(self) -> bool:
        """Whether to go on computing; once nobody waits for it any more, it is stopped."""
        if not self._stop.is_set() and not self.wanted(self):
            self._stop.set()
        return not self._stop.is_set()
