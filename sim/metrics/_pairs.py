"""Pairs of rows: which rows a dear metric looks at, and how far apart they are.

A dear metric looks at the first 8 replicates and the first 400 rows of each. That is fair, because replicates are
alike and rows come in exchangeable order; the metric's own text says so to the reader of a number.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.metrics import Batch, Measure
from sim.sources import Reference
from sim.streams import Streams

REPLICATES: Final = 8
"""The first replicates, which a dear metric looks at. A choice: enough for a median, a sixth of the cost of the usual fifty."""

ROWS: Final = 400
"""The first rows of each, of which it looks at all pairs. A choice: with 8 replicates and 400 reference rows the distances are 10 MB."""

BANDWIDTH_ROWS: Final = 1000
"""Real rows whose distances tell the bandwidth. All reference rows of most sources."""

FEW_COLUMNS: Final = 3
"""Columns up to which are subtracted one by one.

So it is in the plane and in space; with eight a product of matrices takes a quarter of the time (measured).
"""

CENTRE_BITS: Final = 16
"""Binary digits of the point that rows are seen from before they are multiplied.

A choice: rows of few digits (whole numbers, pixels) keep them all, and their products are exact; of rows far from 0 a remainder is left
that is 2^17 times nearer.
"""

TIE: Final = 1e-9
"""Squared distances count as equal up to this share of themselves.

A choice: rounding moves them by some 1e-13, and of a million pairs of a sample none is that near another by chance.
"""

ROUNDING: Final = 1e-13
"""The share of two rows' squared distances from the centre that their own may be off by: the double's 1e-16, for a thousand columns."""


def on_first(replicates: int, measure: Measure) -> Measure:
    """The same measure of the first few replicates, NaN for the rest: for a metric that is dear in some spaces only."""

    def limited(batch: Batch) -> Floats:
        values = unmeasured(batch)
        values[:replicates] = measure(batch.first(replicates))
        return values

    return limited


def unmeasured(batch: Batch) -> Floats:
    """NaN for every replicate."""
    return np.full((len(batch.rows),), np.nan, dtype=np.float64)


def evenly_spaced(reference: Reference, most: int) -> Floats:
    """At most so many reference rows, evenly picked: quantile points are in order, the first of them would be one tail."""
    rows = np.asarray(reference.rows, dtype=np.float64)
    count = min(most, len(rows))
    picks = (np.arange(count) + 0.5) * len(rows) / count - 0.5
    return rows[picks.round().astype(np.int64)]


def irregular_sample(reference: Reference, most: int) -> Floats:
    """At most so many rows that lie as irregularly as a sample of the truth.

    Reference rows of one column are quantile points, whose even gaps would mislead a count of neighbours; so there a
    fixed sample is drawn from the line through them. Elsewhere the reference rows are such a sample.
    """
    rows = np.asarray(reference.rows, dtype=np.float64)
    if rows.shape[1] > 1:
        return evenly_spaced(reference, most)
    shares = Streams(0, 0, "metrics").uniform("sample", (min(most, len(rows)),))
    return np.interp(shares, (np.arange(len(rows)) + 0.5) / len(rows), np.sort(rows[:, 0]))[:, None]


@lru_cache(maxsize=8)
def bandwidth(reference: Reference) -> float:
    """The median distance between two real rows; 1 where that is 0."""
    rows = evenly_spaced(reference, BANDWIDTH_ROWS)
    # Each pair once.
    squares = squared_distances(rows[None], rows[None])[0][np.triu_indices(len(rows), 1)]
    return float(np.median(np.sqrt(squares))) or 1.0


def squared_distances(x: Floats, y: Floats) -> Floats:
    """Squared Euclidean distances of rows (replicates, n, d) and (replicates or 1, m, d), as (replicates, n, m).

    A few columns are subtracted one by one, which leaves equal rows at exactly 0; many go through one product of
    matrices, around a point near the centre of y so that little is lost to rounding. Of whole numbers, or whole multiples of a
    power of 2 such as pixels, these are exact too; of others equal rows are only nearly at 0, so see `with_ties`.
    """
    if x.shape[2] <= FEW_COLUMNS:
        return _by_columns(x, y)
    # |x - y|^2 = |x|^2 + |y|^2 - 2 x y loses digits far from 0.
    centre = _of_few_digits(y.mean(axis=1, keepdims=True))
    x, y = x - centre, y - centre
    squares = (x**2).sum(axis=2)[:, :, None] + (y**2).sum(axis=2)[:, None, :]
    squares -= (2 * x) @ y.transpose(0, 2, 1)
    return np.maximum(squares, 0, out=squares)


def with_ties(squares: Floats, rows: Floats, centre: Floats) -> Floats:
    """Squared distances that others are held against, so much larger that an equal one is not taken for a longer one by rounding.

    Args:
        squares: one for each row, (replicates, n).
        rows: from which they are measured, (replicates, n, d).
        centre: around which distances are computed, (d,).
    """
    return squares * (1 + TIE) + ROUNDING * ((rows - centre) ** 2).sum(axis=2)


def _of_few_digits(centre: Floats) -> Floats:
    _, exponent = math.frexp(float(np.abs(centre).max()))
    step = math.ldexp(1.0, exponent - CENTRE_BITS)
    rounded: Floats = np.round(centre / step)
    return rounded * step


def _by_columns(x: Floats, y: Floats) -> Floats:
    squares = np.zeros((len(x), x.shape[1], y.shape[1]))
    for j in range(x.shape[2]):
        gaps = x[:, :, None, j] - y[:, None, :, j]
        gaps *= gaps
        squares += gaps
    return squares


def kernel(x: Floats, y: Floats, width: float) -> Floats:
    """exp(-|x - y|^2 / (2 width^2)) for all pairs, (replicates, n, m)."""
    squares = squared_distances(x, y)
    squares /= -2 * width**2
    return np.exp(squares, out=squares)
