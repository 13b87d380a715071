"""Variety: how many different kinds of rows there are, and whether every mode still has some.

Two modes, at 0 and at 6, and rows near the first alone:

>>> modes = Modes(np.array([[0.0], [6.0]]), np.ones(2), np.full(2, 0.5))
>>> space, truth = Space("columns", ("x1",)), Reference(np.zeros((1, 1)), np.array([3.0]), 10.0, modes=modes)
>>> modes_alive(truth, space)(Batch(np.array([[[-1.0], [0.0], [2.0]]]), space)).tolist()
[1.0]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.metrics._occupancy import least_rows, occupied
from sim.metrics._pairs import REPLICATES, bandwidth, kernel
from sim.sources import Modes, Reference
from sim.spaces import Space

VENDI_ROWS: Final = 200
"""The rows whose kernel matrix is taken apart; the cost grows with their cube."""

REACH: Final = 3
"""Standard deviations within which a row belongs to a mode.

Three as in Srivastava et al. 2017; 99 % of a round mode in the plane lie within.
"""

TINY: Final = 1e-300
"""What stands for an eigenvalue of 0, so that its logarithm is a number."""


@metric(label="Vendi score", unit="kinds of rows", better="truth", ideal=None, replicates=REPLICATES)
def vendi(reference: Reference, space: Space) -> Measure:
    """How many different kinds of rows there are, effectively.

    Law: $exp$ of the entropy of the eigenvalues of $K/n$, $K_ij = exp(-|x_i - x_j|^2/(2 s^2))$, $s$ the median distance of
    real rows; between 1 (all rows equal) and $n$ (all far apart). For the first 200 rows and 8 replicates.

    Edges: it grows with n, so compare equal n; two rows count as different kinds only when they are farther apart
    than real rows usually are.

    References:
        Friedman & Dieng 2022, arXiv 2210.02410.
    """
    width = bandwidth(reference)

    def measure(batch: Batch) -> Floats:
        rows = batch.rows[:, :VENDI_ROWS]
        shares = np.maximum(np.linalg.eigvalsh(kernel(rows, rows, width) / rows.shape[1]), TINY)
        return np.exp(-(shares * np.log(shares)).sum(axis=1))

    return measure


def _modes(truth: Reference) -> Modes:
    assert truth.modes is not None
    return truth.modes


def _squared_distances_to_modes(rows: Floats, modes: Modes) -> Iterator[Floats]:
    """Squared distances from one centre after another, in units of its mode's standard deviation, (replicates, n).

    One at a time, because all of them together are as many times the rows as there are modes.
    """
    # Each column in one piece, because they are read one by one.
    columns = np.ascontiguousarray(rows.transpose(2, 0, 1))
    for centre, spread in zip(modes.centres, modes.spread, strict=True):
        squares = np.zeros(rows.shape[:2])
        for column, place in zip(columns, centre, strict=True):
            gaps = column - place
            gaps *= gaps
            squares += gaps
        squares /= spread**2
        yield squares


@metric(
    label="Modes alive",
    unit="modes",
    whole=True,
    rank=15,
    better="higher",
    ideal=lambda truth: float(len(_modes(truth).weights)),
    needs=lambda truth: truth.modes is not None,
)
def modes_alive(reference: Reference, space: Space) -> Measure:
    """How many of the truth's separate places still have rows.

    Law: a mode is alive with at least $max(1, 0.1 n w)$ rows within three of its standard deviations of its centre, $w$ its
    share of the truth.

    Edges: with $n$ below about $10/w$ a single row keeps a mode alive; a wide blur over all modes keeps them alive too.

    Names: mode coverage, modes captured.

    References:
        Srivastava et al. 2017, arXiv 1705.07761 (rows within three standard deviations of a mode).
    """
    modes = _modes(reference)

    def measure(batch: Batch) -> Floats:
        return alive_modes(rows_at_modes(batch, reference).T, batch.rows.shape[1], modes).sum(axis=1).astype(np.float64)

    return measure


def rows_at_modes(batch: Batch, reference: Reference) -> NDArray[np.int64]:
    """How many rows lie within three standard deviations of each mode, (k, replicates); counted once for all who ask."""
    modes = _modes(reference)

    def counted() -> NDArray[np.int64]:
        return np.stack([np.count_nonzero(squares <= REACH**2, axis=1) for squares in _squared_distances_to_modes(batch.rows, modes)])

    return batch.once(("at modes", reference), counted)


def alive_modes(counts: NDArray[np.integer], n: int, modes: Modes) -> NDArray[np.bool_]:
    """Which modes are alive with so many of n rows at each (..., k); see the metric `modes_alive`."""
    return occupied(counts, n, modes.weights)


def least_rows_alive(n: int, modes: Modes) -> Floats:
    """With how many of n rows each mode is alive, (k,); see the metric `modes_alive`."""
    return least_rows(n, modes.weights)


def _has_minority(truth: Reference) -> bool:
    return truth.modes is not None and truth.modes.minority is not None


def _minority_weight(truth: Reference) -> float | None:
    modes = _modes(truth)
    return None if modes.minority is None else float(modes.weights[modes.minority])


@metric(label="Minority share", rank=12, better="truth", ideal=_minority_weight, needs=_has_minority)
def minority_share(reference: Reference, space: Space) -> Measure:
    """How large the minority still is.

    Law: the share of rows whose nearest mode is the minority's, distances counted in that mode's standard deviations.

    Edges: rows that lie between the groups are counted with the nearer one, so a blurred model still has a minority.

    References:
        Wyllie et al. 2024, arXiv 2403.07857.
    """
    modes = _modes(reference)

    def measure(batch: Batch) -> Floats:
        nearest = np.full(batch.rows.shape[:2], np.inf)
        minority = np.zeros(nearest.shape, dtype=np.bool_)
        for mode, squares in enumerate(_squared_distances_to_modes(batch.rows, modes)):
            np.copyto(minority, mode == modes.minority, where=squares < nearest)
            np.minimum(nearest, squares, out=nearest)
        return minority.mean(axis=1)

    return measure
