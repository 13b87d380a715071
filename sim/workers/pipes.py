"""What travels on the private pipes between a process and the worker that it started itself.

It is pickled, which is safe between these two alone: nothing that a visitor sent is ever read as a pickle.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import IO, Any

from sim.workers.tasks import Failure


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Asks a worker to import what tasks need before one is wanted; there is no answer.

    Attributes:
        modules: their names.
    """

    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the task that was asked for.

    Attributes:
        value: whatever the task answers.
    """

    value: Any


@dataclass(frozen=True, slots=True)
class Done:
    """What follows the last answer of a task."""


Message = Answer | Done | Failure
"""What a worker tells: answers, and then how the task ended."""


def send(pipe: IO[bytes], value: object) -> None:
    """Write one value; raises `OSError` when nobody reads."""
    pickle.dump(value, pipe, protocol=5)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read one value; raises `EOFError` or `pickle.UnpicklingError` when the other side ended before or amid it."""
    return pickle.load(pipe)
