"""Values on a private pipe between a process and the worker that it started itself.

They are pickled, which is safe between these two alone: nothing that a visitor sent is ever read as a pickle.
"""

from __future__ import annotations

import pickle
from typing import IO, Any, Final

from sim.experiment import Experiment
from sim.records import Generation
from sim.state import State

Request = tuple[Experiment, tuple[str, ...], State | None]
"""An experiment (a visitor's own text travels in it), the metrics to measure, and the state to go on from."""

WARM_UP: Final = "warm up"
"""Asks a worker to import what neural runs need before one is wanted."""

DONE: Final = "done"
"""The answer after the last generation."""

NO_MEMORY: Final = "no memory"
"""The answer when there was no memory left."""

Answer = tuple[State, Generation] | str
"""One generation; or how the request ended: one of the two above, or a sentence about what would come again."""


def send(pipe: IO[bytes], value: object) -> None:
    """Write one value; raises `OSError` when nobody reads."""
    pickle.dump(value, pipe, protocol=5)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read one value; raises `EOFError` or `pickle.UnpicklingError` when the other side ended before or amid it."""
    return pickle.load(pipe)
