"""When a part of the truth still counts as there, by how many rows it holds: one rule for modes and for cells of the map."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats

LEAST_SHARE: Final = 0.1
"""A part is still there with this share of the rows that it should hold.

A choice: of a part that should hold ten rows chance leaves none once in 22,000 times, which is e to the power of ten.
"""


def least_rows(n: int | NDArray[np.int64], shares: Floats) -> Floats:
    """The fewest rows with which a part still counts as there: a tenth of what it should hold, rounded up, and never less than one.

    Args:
        n: rows in all, a number or (..., 1).
        shares: of the truth that each part holds, (parts,).

    >>> least_rows(100, np.array([0.5, 0.04])).tolist()
    [5.0, 1.0]
    """
    return np.ceil(np.maximum(1, LEAST_SHARE * n * shares))


def occupied(counts: NDArray[np.integer], n: int | NDArray[np.int64], shares: Floats) -> NDArray[np.bool_]:
    """Which parts hold at least their `least_rows`; of the shape of the counts.

    Args:
        counts: rows in each part, (..., parts).
        n: rows in all, a number or (..., 1).
        shares: of the truth that each part holds, (parts,).
    """
    return counts >= least_rows(n, shares)
