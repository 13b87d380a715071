"""Reference rows and edges of the truth, in the ways that several sources share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.sources import Source
from sim.streams import Streams

REFERENCE_ROWS: Final = 1000
"""Rows that stand for the truth in the metrics. A choice: 25 lie in each tail; more would make every distance dearer."""

RADIUS_ROWS: Final = 500_000
"""Rows behind a sampled radius: the share beyond it is 5 % with a standard error of 0.03 percentage points."""

CENTRAL_SHARE: Final = 0.95
"""The share of the truth within the radius or the central quantiles; what lies beyond is its tail."""

CENTRAL: Final = (0.025, 0.975)
"""The quantiles that hold that share between them."""

FAR: Final = (0.0005, 0.9995)
"""The quantiles beyond which one row in a thousand lies: far out in the tails, where a heavy tail differs from a bell's."""


def quantile_rows(quantile: Callable[[Floats], Floats]) -> Floats:
    """The quantiles at (i + 1/2)/1000: rows that stand for a one-dimensional truth without luck, (1000, 1)."""
    return frozen(quantile((np.arange(REFERENCE_ROWS) + 0.5) / REFERENCE_ROWS)[:, None])


def sampled_rows(source: Source, rows: int = REFERENCE_ROWS, purpose: str = "reference") -> NDArray[Any]:
    """Rows drawn from a stream that no experiment uses, the same for every seed, (rows, d)."""
    return frozen(source.sample(1, rows, Streams(0, 0, f"{purpose}/{source.kind_name()}"))[0])


def sampled_radius(source: Source, mean: Floats) -> float:
    """The distance from the mean that holds 95 % of a large sample."""
    rows = sampled_rows(source, RADIUS_ROWS, "radius")
    return radius_within(rows, mean, RADIUS_ROWS // 20)


def radius_within(rows: Floats, mean: Floats, beyond: int) -> float:
    """A distance from the mean with exactly that many rows beyond it, midway between two rows."""
    squares = ((rows - mean) ** 2).sum(axis=1)
    edge = len(rows) - beyond
    inside, outside = np.partition(squares, (edge - 1, edge))[edge - 1 : edge + 1]
    return (math.sqrt(inside) + math.sqrt(outside)) / 2


def token_moments(shares: Floats) -> tuple[Floats, float]:
    """The mean number of the token at each place, (length,), and the sum of their variances.

    Args:
        shares: the probability of each token at each place, (length, V).
    """
    numbers = np.arange(shares.shape[1], dtype=np.float64)
    mean: Floats = shares @ numbers
    return frozen(mean), float((shares @ numbers**2 - mean**2).sum())
