"""The training pool: rows of several generations, each with the generation it was born in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, FrozenDataclass, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Pool(FrozenDataclass):
    """The rows that the next model may learn from, each with the generation it was born in.

    Args:
        rows: every row kept, (replicates, p, d).
        born: the generation each row was born in, (replicates, p); real rows are born in generation 0.
        chosen: positions of the rows trained on, (replicates, n); None means all of them.

    Two real rows and one of model 1, of which the first and the last are trained on:

    >>> pool = Pool(np.array([[[10.0], [20.0], [30.0]]]), np.array([[0, 0, 1]]), chosen=np.array([[0, 2]]))
    >>> pool.training().ravel().tolist(), pool.births().ravel().tolist()
    ([10.0, 30.0], [0, 1])
    """

    rows: Array
    born: NDArray[np.int32]
    chosen: NDArray[np.int64] | None = None

    def training(self) -> Array:
        """The rows the next model is fitted to, (replicates, m, d)."""
        if self.chosen is None:
            return self.rows
        return frozen(np.take_along_axis(self.rows, self.chosen[..., None], axis=1))

    def births(self) -> NDArray[np.int32]:
        """The generation each training row was born in, (replicates, m)."""
        return self.born if self.chosen is None else np.take_along_axis(self.born, self.chosen, axis=1)
