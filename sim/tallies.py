"""Tallies: exact counts of all the rows drawn, so that what a thinned sample misses is not taken for gone.

A run keeps only some rows of each world for drawing. Whether a word or a mode has died, and where a world's centre lies,
is counted here on every row before they are thinned.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment import Experiment
from sim.metrics import Evidence
from sim.metrics.variety import rows_at_modes
from sim.records import Array, Floats, frozen

COUNTING: Final = frozenset({"tokens_alive", "modes_alive"})
"""The metrics for whose sake rows are counted."""

CENTRING: Final = "mean_shift"
"""The metric for whose sake centres are kept."""

TALLY_BYTES: Final = 16_000_000
"""The most that a run keeps of tallies; one that would need more keeps none."""


def tally(evidence: Evidence, experiment: Experiment, asked: Container[str]) -> NDArray[np.int64] | None:
    """How many rows are each word, or lie at each mode, (replicates, words or modes).

    None where there are neither, where nobody asked for the metric that counts them, and where no row was drawn.
    """
    reference = experiment.source.reference()
    if not evidence.rows.shape[1] or not any(name in asked for name in COUNTING):
        return None
    return frozen(evidence.counts if "tokens_alive" in asked else rows_at_modes(evidence, reference).T)


def centre(rows: Array, asked: Container[str]) -> Floats | None:
    """The mean of all rows drawn, (replicates,); None where it is not one number, or nobody asked for its shift."""
    if CENTRING not in asked or rows.shape[2] > 1 or not rows.shape[1]:
        return None
    return frozen(np.asarray(rows[..., 0].mean(axis=1), dtype=np.float64))


def empty_tallies(experiment: Experiment, first: Array | None) -> Array | None:
    """Room for the tallies of a whole run, in the smallest numbers that hold them; None where they would be too many."""
    if first is None:
        return None
    shape = (experiment.replicates, experiment.generations + 1, first.shape[1])
    dtype = np.min_scalar_type(int(max(experiment.n, first.sum(axis=1).max(initial=0))))
    return np.zeros(shape, dtype) if np.prod(shape, dtype=float) * dtype.itemsize <= TALLY_BYTES else None
