"""Rows in units of their own spread, so that networks see numbers around 0 and of size 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.families._mlp import Floats32

FAR: Final = 1e9
"""Farther than this from the training rows, in their units, is as good as this far. Even its fourth power fits into 32 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Where training rows lie and how far they reach.

    Attributes:
        centre: the mean of the training rows, (replicates, 1, d); in a constant column its value.
        scale: their root mean squared distance from it per column that varies, (replicates, 1, 1).
        varies: which columns are not constant, (replicates, 1, d).
    """

    centre: Floats
    scale: Floats
    varies: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Floats) -> Scaling:
        """The scaling of training rows (replicates, m, d)."""
        varies = rows.max(axis=1, keepdims=True) > rows.min(axis=1, keepdims=True)
        centre = np.where(varies, rows.mean(axis=1, keepdims=True), rows[:, :1])
        centred = rows - centre
        # Squares of numbers between -1 and 1 neither overflow nor vanish, however near or far the rows lie.
        reach = np.abs(centred).max(axis=(1, 2), keepdims=True)
        shape = np.divide(centred, reach, out=np.zeros_like(centred), where=reach > 0)
        columns = np.maximum(varies.sum(axis=2, keepdims=True), 1)
        return cls(centre, reach * np.sqrt(np.square(shape).sum(axis=2, keepdims=True).mean(axis=1, keepdims=True) / columns), varies)

    def scaled(self, rows: Floats) -> Floats32:
        """Rows in these units; 0 in constant columns and where nothing varies."""
        centred = rows - self.centre
        found = np.divide(centred, self.scale, out=np.zeros_like(centred), where=self.varies & (self.scale > 0))
        return np.clip(found, -FAR, FAR).astype(np.float32)

    def unscaled(self, found: Floats32) -> Floats:
        """Numbers in these units as rows; constant columns keep their value."""
        rows = found.astype(np.float64)
        rows *= self.scale * self.varies
        rows += self.centre
        return rows
