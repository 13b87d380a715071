"""The pooled map: real rows and every generation of one replicate laid out together.

A map of real data alone can only place a row where real rows are. Laid out together with them, rows that went somewhere
new get a place of their own; but each run has another map, and places mean nothing from one to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.maps.fitting import MOST_ROWS
from sim.records import Run

MOST_REAL = 800
"""The most real rows among the pooled ones. A choice: of the 4,000 rows of a map it leaves 80 for each of 40 generations."""

MOST_FRAMES = 40
"""Generations laid out, evenly spaced, first and last included."""


@dataclass(frozen=True, slots=True, eq=False)
class PooledMap:
    """Places of real rows and of rows drawn, fitted together.

    Attributes:
        replicate: whose rows these are.
        real: (m, 2).
        drawn: (generations laid out, k, 2).
        generations: which those are.
    """

    replicate: int
    real: NDArray[np.float32]
    drawn: NDArray[np.float32]
    generations: tuple[int, ...]


def pooled_generations(run: Run) -> tuple[int, ...]:
    """The generations that a pooled map lays out."""
    return run.evenly(MOST_FRAMES)


def pooled_rows(run: Run, replicate: int) -> NDArray[Any]:
    """What is laid out together: at most 4000 rows (m + generations x k, d), real ones first.

    800 real rows and twenty of each of three generations:

    >>> from sim import Experiment, simulate
    >>> settings = {"source": {"kind": "digits"}, "family": {"kind": "gaussian"}, "n": 20, "generations": 2, "replicates": 1}
    >>> pooled_rows(simulate(Experiment.model_validate(settings), ["total_variance"]), replicate=0).shape
    (860, 64)
    """
    real, drawn = _parts(run, replicate)
    return np.concatenate([real, drawn.reshape(-1, drawn.shape[2])])


def pooled_map(run: Run, replicate: int, places: NDArray[np.float32]) -> PooledMap:
    """The map, from the places of `pooled_rows`."""
    real, drawn = _parts(run, replicate)
    return PooledMap(replicate, places[: len(real)], places[len(real) :].reshape(*drawn.shape[:2], 2), pooled_generations(run))


def _parts(run: Run, replicate: int) -> tuple[NDArray[Any], NDArray[Any]]:
    generations = list(pooled_generations(run))
    real = run.experiment.source.landmarks().rows[:MOST_REAL]
    each = min(run.samples.shape[2], (MOST_ROWS - len(real)) // len(generations))
    return np.asarray(real, dtype=np.float32), np.asarray(run.samples[replicate, generations, :each], dtype=np.float32)
