"""Distances between what was drawn and the truth, all against the source's reference rows.

Rows at 2 and 3 against a truth at 0 and 1: every row is carried by 2, and the means are 2 apart.

>>> space = Space("columns", ("x1",))
>>> truth, drawn = Reference(np.array([[0.0], [1.0]]), np.array([0.5]), 0.25), Batch(np.array([[[2.0], [3.0]]]), space)
>>> [round(metric(truth, space)(drawn).item(), 6) for metric in (wasserstein, frechet)]
[2.0, 4.0]
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.metrics._pairs import REPLICATES, ROWS, bandwidth, evenly_spaced, kernel, on_first, unmeasured
from sim.sources import Reference
from sim.spaces import Space
from sim.streams import Streams

DIRECTIONS: Final = 64
"""Random directions of the sliced distance. A choice: more would average better over directions, and cost more in proportion."""

SLICED_ROWS: Final = 2000
"""Rows of each replicate that it projects. A choice: twice the reference rows, whose own luck is in every distance anyway."""

CHEAP_COLUMNS: Final = 4
"""Columns up to which the Fréchet distance is measured on all replicates."""


@metric(label="Wasserstein distance", unit="data units", rank=50, better="lower", ideal=0.0)
def wasserstein(reference: Reference, space: Space) -> Measure:
    """How far the rows would have to be carried, on average, to look like the real ones.

    Law: $W1$, the integral over $u$ from 0 to 1 of $|F^(-1)(u) - G^(-1)(u)|$, $F$ of the $n$ rows drawn and $G$ of the reference rows.
    In one dimension this is exact for any n and measured on all replicates. Beyond, it is sliced: the mean $W1$ of the
    rows projected on 64 fixed random directions, for the first 2000 rows and 8 replicates.

    Edges: even real rows are not at 0, because samples differ (see the noise floor); one row is measured too.

    Names: earth mover's distance, Kantorovich distance, sliced Wasserstein distance.

    References:
        Rabin et al. 2011, doi 10.1007/978-3-642-24785-9_37; Bonneel et al. 2015, doi 10.1007/s10851-014-0506-3 (sliced).
    """
    truth = np.asarray(reference.rows, dtype=np.float64)
    d = truth.shape[1]
    axes = _directions(d)
    real = np.sort((truth @ axes).T, axis=1)

    def measure(batch: Batch) -> Floats:
        drawn = _sorted_line(batch) if d == 1 else _sorted(batch.rows[:, :SLICED_ROWS] @ axes)
        return _carried(drawn, real)

    return measure if d == 1 else on_first(REPLICATES, measure)


@metric(label="Shape distance", rank=75, better="lower", ideal=0.0, needs=lambda truth: truth.central is not None)
def shape_distance(reference: Reference, space: Space) -> Measure:
    """How unlike the real shape the rows' own shape is, wherever their centre lies and however wide they are.

    Law: $W1$ between the $n$ rows drawn and the reference rows, each less its mean and over its standard deviation (divisor $n$);
    in one dimension, exact for any n and measured on all replicates. A pure number, at most 2; a bell keeps it while it
    shrinks and wanders.

    Edges: even real rows are not at 0, because samples differ (see the noise floor); NaN where all rows are equal.

    Names: Wasserstein distance of standardized rows.
    """
    real = _standardized(np.sort(np.asarray(reference.rows, dtype=np.float64).T, axis=1)[None])[0]

    def measure(batch: Batch) -> Floats:
        return _carried(_standardized(_sorted_line(batch)), real)

    return measure


def _standardized(lines: Floats) -> Floats:
    """Lines (replicates, directions, n) with mean 0 and standard deviation 1; NaN where a line has none."""
    centred = lines - lines.mean(axis=2, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=2, keepdims=True))
    return np.divide(centred, spread, out=np.full_like(centred, np.nan), where=spread > 0)


def _sorted_line(batch: Batch) -> Floats:
    """The rows of one column in order, (replicates, 1, n)."""
    return batch.once("sorted line", lambda: _sorted(batch.rows))


def _sorted(rows: Floats) -> Floats:
    return np.sort(rows.transpose(0, 2, 1), axis=2)


def _carried(drawn: Floats, real: Floats) -> Floats:
    """W1 of sorted lines (replicates, directions, n) and (directions, m), averaged over directions, (replicates,)."""
    here, there, widths = _steps(drawn.shape[2], real.shape[1])
    # Between two steps both functions are constant, so the integral is a sum.
    gaps = drawn.take(here, axis=2)
    gaps -= real.take(there, axis=1)
    return (np.abs(gaps, out=gaps) @ widths).mean(axis=1)


@lru_cache(maxsize=8)
def _directions(d: int) -> Floats:
    """Unit vectors in fixed random directions, (d, 64); the line itself in one dimension, (1, 1)."""
    if d == 1:
        return np.ones((1, 1))
    z = Streams(0, 0, "metrics").normal("directions", (d, DIRECTIONS))
    return z / np.linalg.norm(z, axis=0)


@lru_cache(maxsize=8)
def _steps(n: int, m: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Where the quantile functions of n and m sorted values step: positions in each, and the width of every piece."""
    # They step at multiples of 1/n and 1/m, which are whole numbers in units of 1/(n m).
    edges = np.unique(np.concatenate([np.arange(n + 1) * m, np.arange(m + 1) * n]))
    return edges[:-1] // m, edges[:-1] // n, np.diff(edges) / (n * m)


@metric(label="Fréchet distance", unit="data units squared", better="lower", ideal=0.0)
def frechet(reference: Reference, space: Space) -> Measure:
    """How far apart the rows and the truth are when each is summed up as one bell curve.

    Law: $W2^2$ of Gaussian fits, $|mean1 - mean2|^2 + tr(C1 + C2 - 2 (C1^(1/2) C2 C1^(1/2))^(1/2))$, unbiased covariances of the
    rows drawn and of the reference rows; in one dimension
    $(difference of means)^2 + (difference of standard deviations)^2$.
    Biased upwards by finite samples, so compare equal n. Beyond four columns measured on the first 8 replicates.

    Edges: singular covariances are measured to full precision; one row has no covariance, so NaN.

    Names: FID (its form, without a network), Bures-Wasserstein distance.

    References:
        Dowson & Landau 1982, doi 10.1016/0047-259X(82)90077-X. Heusel et al. 2017, arXiv 1706.08500 (FID).
    """
    truth = np.asarray(reference.rows, dtype=np.float64)
    centre, factor = truth.mean(axis=0), _factor(truth[None])[0]

    def measure(batch: Batch) -> Floats:
        rows = batch.rows
        if rows.shape[1] < 2:
            return unmeasured(batch)
        drawn = _factor(rows)
        # The trace of the root is the sum of the singular values of R1 R2'; square roots of eigenvalues lose half the digits.
        cross = np.linalg.svd(drawn @ factor.T, compute_uv=False).sum(axis=1)
        traces = (drawn**2).sum(axis=(1, 2)) + (factor**2).sum()
        shift = ((rows.mean(axis=1) - centre) ** 2).sum(axis=1)
        return shift + np.maximum(traces - 2 * cross, 0.0)

    return measure if truth.shape[1] <= CHEAP_COLUMNS else on_first(REPLICATES, measure)


def _factor(rows: Floats) -> Floats:
    """R with R'R the unbiased covariance of rows (replicates, n, d), (replicates, min(n, d), d)."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    triangle: Floats = np.linalg.qr(centred, mode="r")  # pyright: ignore[reportAssignmentType]
    return triangle / math.sqrt(rows.shape[1] - 1)


@metric(label="MMD", better="lower", ideal=0.0, replicates=REPLICATES)
def mmd(reference: Reference, space: Space) -> Measure:
    """How well the rows can be told from real ones by smooth functions of them.

    Law: the squared maximum mean discrepancy, $mean k(x,x') + mean k(y,y') - 2 mean k(x,y)$, $k(x,y) = exp(-|x - y|^2/(2 s^2))$,
    $s$ the median distance of real rows. Of the rows drawn x no pair of a row with itself counts. Nor does it of the reference rows y in
    several columns, which are a sample; in one column they are quantile points that stand for the truth itself, and all of
    their pairs count. A pure number, at most 2. On the first 400 rows and 8 replicates, against at most 400 reference rows.

    Edges: by chance it may fall below 0; one row has no pairs, so NaN. In several columns it is unbiased against the reference rows,
    not against the truth: these never change, so fresh real rows score on average what sets them apart from the truth, and the same in
    every run: with 400 reference rows about 0.001 to either side (-0.0006 for a normal law in three columns), a quarter of
    what 100 rows scatter by. The noise floor has it too.

    Names: $MMD^2$, maximum mean discrepancy, kernel two-sample statistic.

    References:
        Gretton et al. 2012, JMLR 13:723.
    """
    real, width = evenly_spaced(reference, ROWS)[None], bandwidth(reference)
    among = kernel(real, real, width)
    # Quantile points of one column stand for the whole truth, so a pair of equals belongs to them; in a sample it is a bias.
    among_real = among.mean() if real.shape[2] == 1 else _of_pairs(among)[0]

    def measure(batch: Batch) -> Floats:
        rows = batch.rows[:, :ROWS]
        if rows.shape[1] < 2:
            return unmeasured(batch)
        among_drawn = _of_pairs(kernel(rows, rows, width))
        return among_real + among_drawn - 2 * kernel(rows, real, width).mean(axis=(1, 2))

    return measure


def _of_pairs(k: Floats) -> Floats:
    """The mean over pairs of different rows, (replicates,)."""
    n = k.shape[1]
    return (k.sum(axis=(1, 2)) - np.trace(k, axis1=1, axis2=2)) / (n * (n - 1))
