"""Spread and place: how wide the rows lie, and around what."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.sources import Reference
from sim.spaces import Space

TAIL: Final = 0.05
"""The share of the truth beyond its central 95 %."""

FAR_TAIL: Final = 0.001
"""The share of the truth beyond its central 99.9 %."""


def variance_of(rows: Floats) -> Floats:
    """The trace of the unbiased covariance of rows (replicates, n, d), one number per replicate; NaN below two rows.

    >>> variance_of(np.array([[[0.0, 5.0], [2.0, 5.0]]])).tolist()
    [2.0]
    """
    n = rows.shape[1]
    if n < 2:
        return np.full((rows.shape[0],), np.nan, dtype=np.float64)
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(np.einsum("rnd,rnd->r", centred, centred) / (n - 1), dtype=np.float64)


@metric(label="Total variance", rank=10, unit="data units squared", better="truth", ideal=lambda truth: truth.variance)
def total_variance(reference: Reference, space: Space) -> Measure:
    """How spread out the rows are, all columns together.

    Law: the trace of the unbiased covariance of the $n$ rows drawn, $sum_j sum_i (x_ij - mean_j)^2 / (n - 1)$.
    """

    def measure(batch: Batch) -> Floats:
        return variance_of(batch.rows)

    return measure


@metric(label="Mean shift", rank=40, unit="data units", better="lower", ideal=0.0)
def mean_shift(reference: Reference, space: Space) -> Measure:
    """How far the centre of the rows has wandered from the true centre.

    Law: the Euclidean distance between the mean of the n rows drawn and the true mean.
    """

    def measure(batch: Batch) -> Floats:
        return np.linalg.norm(batch.rows.mean(axis=1) - reference.mean, axis=1)

    return measure


@metric(label="Tail mass", rank=20, better="truth", ideal=1.0)
def tail_mass(reference: Reference, space: Space) -> Measure:
    """How much of the truth's rare outskirts is left; 1 is as in the truth, 0 is nothing.

    Law: the share of rows beyond the truth's central 95 %, over 0.05. In one dimension the two tails of 2.5 % each,
    beyond that the rows farther from the true mean than the radius that holds 95 % of the truth.
    """

    def measure(batch: Batch) -> Floats:
        if reference.central is not None:
            # One dimension has two tails, which may be unlike.
            low, high = reference.central
            outside = (batch.rows[:, :, 0] < low) | (batch.rows[:, :, 0] > high)
        else:
            assert reference.radius is not None
            outside = ((batch.rows - reference.mean) ** 2).sum(axis=2) > reference.radius**2
        return outside.mean(axis=1) / TAIL

    return measure


@metric(label="Far tail mass", rank=70, better="truth", ideal=1.0, needs=lambda truth: truth.far is not None)
def far_tail_mass(reference: Reference, space: Space) -> Measure:
    """How much of the truth's rarest rows is left, those that one row in a thousand belongs to; 1 is as in the truth.

    Law: the share of rows beyond the truth's central 99.9 %, over 0.001; in one dimension, where that is known exactly.

    Edges: a world of n rows has n/1000 such rows on average, so with few rows it is mostly 0 for any model: it tells of
    all worlds together.
    """
    assert reference.far is not None
    low, high = reference.far

    def measure(batch: Batch) -> Floats:
        return ((batch.rows[:, :, 0] < low) | (batch.rows[:, :, 0] > high)).mean(axis=1) / FAR_TAIL

    return measure
