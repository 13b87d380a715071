"""The principal map: two columns as they are, more along the two directions in which the real data vary most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.sources import Source

Rows = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalMap:
    """An affine view of d columns in two dimensions: place(x) = (x - origin) @ axes.

    Attributes:
        origin: (d,).
        axes: (d, 2), orthonormal columns.
        names: of the two axes, for the figure.
        explained: the share of the real variance that each axis shows.

    Three columns seen along the third:

    >>> flat = PrincipalMap(origin=np.ones(3), axes=np.eye(3)[:, :2], names=("x1", "x2"), explained=(0.5, 0.5))
    >>> flat.place(np.array([2.0, 3.0, 9.0])).tolist()
    [1.0, 2.0]
    """

    origin: Floats
    axes: Floats
    names: tuple[str, str]
    explained: tuple[float, float]

    def place(self, rows: Rows) -> Floats:
        """Rows (..., d) as points (..., 2)."""
        return (rows - self.origin) @ self.axes


def principal_map(source: Source) -> PrincipalMap:
    """The map of a source with two or more columns, fitted to its reference rows.

    References:
        Pearson 1901, Philosophical Magazine 2:559 (principal components).
    """
    return _fitted(cast(Any, source))


@lru_cache(maxsize=16)
def _fitted(source: Source) -> PrincipalMap:
    reference = source.reference()
    columns = source.space.columns
    if len(columns) == 2:
        first, second = (float(v) for v in np.asarray(reference.rows, dtype=np.float64).var(axis=0))
        explained = first / (first + second), second / (first + second)
        return PrincipalMap(frozen(np.zeros(2)), frozen(np.eye(2)), (columns[0], columns[1]), explained)
    origin = np.asarray(reference.rows, dtype=np.float64).mean(axis=0)
    _, sizes, directions = np.linalg.svd(reference.rows - origin, full_matrices=False)
    axes = directions[:2].T
    axes = axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)
    shares = sizes[:2] ** 2 / (sizes**2).sum()
    return PrincipalMap(
        frozen(origin), frozen(axes), ("principal component 1", "principal component 2"), (float(shares[0]), float(shares[1]))
    )
