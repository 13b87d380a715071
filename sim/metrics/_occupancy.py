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


def occupied(counts: NDArray[np.integer], n: int | NDArray[np.int64], shares: Floats) -> NDArray[np.bool_]:
    """Which parts hold at least a tenth of the rows they should, and never less than one; of the shape of the counts.

    Args:
        counts: rows in each part, (..., parts).
        n: rows in all, a number or (..., 1).
        shares: of the truth that each part holds, (parts,).
    """
    return counts >= np.maximum(1, LEAST_SHARE * n * shares)
