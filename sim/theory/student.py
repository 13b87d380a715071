"""Student's t, for verdicts and laws alike: both judge a mean by the worlds' own standard deviation."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats


def normal_score(t: Floats, freedom: Floats) -> Floats:
    """Scores of Student's t as normal scores that are as rare: with few worlds the error is itself uncertain.

    Args:
        t: scores, of any shape.
        freedom: their degrees of freedom, of the same shape; fewer than one count as one.

    References:
        Abramowitz & Stegun 1964, Handbook of Mathematical Functions, 26.7.8.

    >>> normal_score(np.array([2.0, 2.0, 2.0]), np.array([4.0, 40.0, 4e9])).round(2).tolist()
    [1.53, 1.94, 2.0]
    """
    freedom = np.maximum(freedom, 1.0)
    return t * (1 - 1 / (4 * freedom)) / np.sqrt(1 + t**2 / (2 * freedom))
