"""Skew: whether a mean over worlds is another than expected, where few of them carry it.

The variance of a loop is a product of many factors, so that its logarithm is nearly normal over worlds and its mean lies at
exp(m + v/2), m and v the mean and variance of the logarithms. Most small samples miss the few large worlds: their mean is too
small, and their standard deviation with it, so that Student's t finds up to thirty correct means in a thousand wrong where one was
meant. So two tests look at the same worlds, and what both find is told:

    Student's t of the values, right where they have little skew, as n rows without a loop;
    the interval for m + v/2 by MOVER (Zou, Huo & Taleban 2009), right where they are lognormal: with the limits l and u of m by
    Student's t, and L and U of v by χ², m + v/2 reaches up to the sum plus √((u - m)² + ((U - v)/2)²).

Each is given as a normal score, of which an interval with that score ends at the expectation.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.theory.student import normal_score, student_score

FARTHEST: Final = 12.0
"""The largest score that is looked for; nothing is told from the difference of two larger ones."""

HALVINGS: Final = 40
"""Steps of the bisection: the score is found to twelve digits."""


def mean_score(values: Floats, expected: Floats) -> Floats:
    """By how many normal scores the mean of skewed values lies above an expectation, (generations + 1,).

    NaN where fewer than two worlds were measured, where one has nothing at all, and where nothing differs between worlds but they
    miss the expectation: there logarithms tell nothing.

    Args:
        values: (replicates, generations + 1); NaN where a replicate was not measured.
        expected: (generations + 1,).

    Five worlds, of which Student's t alone would say that their mean is 2.6 scores too small: one large world more would mend it.

    >>> mean_score(np.array([[0.2], [0.3], [0.3], [0.4], [0.9]]), np.array([1.0])).round(1).tolist()
    [-1.6]
    """
    seen = np.isfinite(values)
    count = seen.sum(axis=0).astype(np.float64)
    useful = (count > 1) & np.where(seen, values > 0, True).all(axis=0) & (expected > 0)
    plain, logarithmic = np.full((2, len(expected)), np.nan)
    columns, goal, many = values[:, useful], expected[useful], count[useful]
    plain[useful] = normal_score(_scaled(*_mean_and_variance(columns, many), goal, many), many - 1)
    mean, variance = _mean_and_variance(np.log(np.where(seen, values, 1.0)[:, useful]), many, seen[:, useful])
    logarithmic[useful] = _mover_score(mean, variance, np.log(goal), many - 1)
    nearer = np.sign(plain) * np.minimum(np.abs(plain), np.abs(logarithmic))
    return np.where(np.sign(plain) == np.sign(logarithmic), nearer, np.where(np.isnan(plain), np.nan, 0.0))


def _mean_and_variance(values: Floats, count: Floats, seen: Floats | None = None) -> tuple[Floats, Floats]:
    known = np.isfinite(values) if seen is None else seen
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    return mean, (np.where(known, values - mean, 0.0) ** 2).sum(axis=0) / (count - 1)


def _scaled(mean: Floats, variance: Floats, expected: Floats, count: Floats) -> Floats:
    """Student's t; 0 where worlds that do not scatter hit the expectation but for rounding, NaN where they miss it."""
    off, error = mean - expected, np.sqrt(variance / count)
    return np.divide(off, error, out=np.where(np.abs(off) < 1e-9, 0.0, np.nan), where=error > 1e-12 * np.abs(mean))


def _mover_score(mean: Floats, variance: Floats, expected: Floats, freedom: Floats) -> Floats:
    """The score of the interval for mean + variance/2 that ends at the expectation, found by bisection."""
    off = expected - mean - variance / 2
    low, high = np.zeros_like(off), np.full_like(off, FARTHEST)
    for _ in range(HALVINGS):
        z = (low + high) / 2
        share = np.maximum(1 - 2 / (9 * freedom) - np.sign(off) * z * np.sqrt(2 / (9 * freedom)), 1e-9) ** 3  # χ²/f: Wilson & Hilferty 1931
        reach = np.hypot(student_score(z, freedom) * np.sqrt(variance / (freedom + 1)), variance / 2 * (1 / share - 1))
        low, high = np.where(reach < np.abs(off), z, low), np.where(reach < np.abs(off), high, z)
    return -np.sign(off) * low


def skewed_score(z: Floats, skewness: Floats) -> Floats:
    """Standardized scores of a skewed law as normal scores that are as rare, by the gamma law of that skewness.

    References:
        Wilson & Hilferty 1931, The distribution of chi-square, PNAS 17, 684.

    Chi-square with eight degrees of freedom has the skewness 1; 20.09 is exceeded as rarely as 2.33 by a normal number, in a hundredth:

    >>> skewed_score(np.array([(20.09 - 8) / 4]), np.array([1.0])).round(2).tolist()
    [2.32]
    """
    bent = np.where(np.abs(skewness) < 1e-6, 1e-6, skewness)
    k = 4 / bent**2
    return np.sign(bent) * 3 * np.sqrt(k) * (np.cbrt(np.maximum(1 + z * bent / 2, 0.0)) - 1 + 1 / (9 * k))
