"""Tallies: exact counts of all the rows drawn, so that what a thinned sample misses is not taken for gone.

A run keeps only some rows of each world for drawing. Whether a word or a mode has died, and where a world's centre lies,
is counted here on every row before they are thinned.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

import numpy as np

from sim.arrays import Array, Floats, frozen
from sim.experiment import Experiment
from sim.metrics import Evidence
from sim.metrics.variety import rows_at_modes

COUNTING: Final = frozenset({"tokens_alive", "modes_alive"})
"""The metrics for whose sake rows are counted."""

CENTRING: Final = "mean_shift"
"""The metric for whose sake centres are kept."""

COUNT_BYTES: Final = 16_000_000
"""The most that a run keeps of counts; one that would need more keeps none."""


def count_rows(evidence: Evidence, experiment: Experiment, asked: Container[str]) -> Array | None:
    """How many rows are each word, or lie at each mode, (replicates, words or modes), in the smallest numbers that hold them.

    None where there are neither, where nobody asked for the metric that counts them, where no row was drawn, and where the
    whole run's would be too many to keep: records of a growing run must not hold what the run will not.
    """
    reference = experiment.source.reference()
    if not evidence.rows.shape[1] or not any(name in asked for name in COUNTING):
        return None
    words = "tokens_alive" in asked
    width = evidence.space.vocabulary if words else len(reference.modes.weights) if reference.modes else 0
    dtype = np.min_scalar_type(evidence.tokens if words else experiment.n)
    if not _fits(experiment, width, dtype):
        return None
    return frozen((evidence.counts if words else rows_at_modes(evidence, reference).T).astype(dtype))


def centre(rows: Array, asked: Container[str]) -> Floats | None:
    """The mean of all rows drawn, (replicates,); None where it is not one number, or nobody asked for its shift."""
    if CENTRING not in asked or rows.shape[2] > 1 or not rows.shape[1]:
        return None
    return frozen(np.asarray(rows[..., 0].mean(axis=1), dtype=np.float64))


def empty_counts(experiment: Experiment, first: Array | None) -> Array | None:
    """Room for the counts of a whole run; None where they would be too many, as after going on from a shorter run."""
    if first is None or not _fits(experiment, first.shape[1], first.dtype):
        return None
    return np.zeros((experiment.replicates, experiment.generations + 1, first.shape[1]), first.dtype)


def _fits(experiment: Experiment, width: int, dtype: np.dtype[Any]) -> bool:
    return experiment.replicates * (experiment.generations + 1) * width * dtype.itemsize <= COUNT_BYTES
