"""Student's t, for verdicts and laws alike: both judge a mean by the worlds' own standard deviation."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Floats

LARGEST_EXPONENT: Final = 600.0
"""Beyond it, exp leaves the range of numbers."""


def normal_score(t: Floats, freedom: Floats) -> Floats:
    """Scores of Student's t as normal scores that are as rare: with few worlds the error is itself uncertain.

    Right to 0.03 for four degrees of freedom and more up to a score of 5; too low by a tenth at one degree, far out.

    Args:
        t: scores, of any shape.
        freedom: their degrees of freedom, of the same shape; fewer than one count as one.

    References:
        Wallace 1959, Bounds on normal approximations to Student's and the chi-square distributions, Ann. Math. Stat. 30, 1121.

    >>> normal_score(np.array([2.0, 2.0, 2.0]), np.array([4.0, 40.0, 4e9])).round(2).tolist()
    [1.57, 1.94, 2.0]
    """
    freedom = np.maximum(freedom, 1.0)
    return np.sign(t) * (8 * freedom + 1) / (8 * freedom + 3) * np.sqrt(freedom * np.log1p(t**2 / freedom))


def student_score(z: Floats, freedom: Floats) -> Floats:
    """The inverse of `normal_score`: which score of Student's t is as rare as a normal score.

    >>> student_score(np.array([1.57]), np.array([4.0])).round(1).tolist()
    [2.0]
    """
    widened = z * (8 * freedom + 3) / (8 * freedom + 1)
    return np.sign(z) * np.sqrt(freedom * np.expm1(np.minimum(widened**2 / freedom, LARGEST_EXPONENT)))
