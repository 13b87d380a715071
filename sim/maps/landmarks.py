"""A UMAP map as plain arrays: real rows, their places, and a rule that places any other row beside them.

Why not UMAP's own `transform`: it moves a row according to the batch it comes in, takes seconds and compiles code first.
The rule here is where `transform` itself starts from, a weighted mean of the places of the nearest real rows. A test
reports how far apart the two are.

Two landmarks four apart; a row is placed on the one that it equals, and midway where it lies midway:

>>> rows, places = np.array([[0, 0, 0], [4, 0, 0]], dtype=np.float32), np.array([[0, 0], [4, 0]], dtype=np.float32)
>>> LandmarkMap(rows, places).place(np.array([[4.0, 0.0, 0.0], [2.0, 0.0, 0.0]])).tolist()
[[4.0, 0.0], [2.0, 0.0]]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats

Rows = NDArray[Any]

NEIGHBOURS = 15
"""umap's own default; maps are fitted with as many."""

BLOCK = 1024
"""Rows placed at once; more would only need more memory."""

HALVINGS = 40
"""Steps of the bisection: what is left is 2^-40 of the interval, less than rounding a row to 32 bits moves a distance."""

NARROWEST = 1e-3
"""The least scale as a share of the mean distance, as in umap-learn (`MIN_K_DIST_SCALE`): many copies of one row would make it 0."""


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkMap:
    """Real rows with their places.

    Attributes:
        rows: the landmarks, (m, d).
        places: where they lie, (m, 2).
        labels: their classes, (m,); None if the data have none.
    """

    rows: NDArray[np.float32]
    places: NDArray[np.float32]
    labels: NDArray[np.int64] | None = None

    def place(self, rows: Rows) -> Floats:
        """Rows (..., d) as points (..., 2); a copy of a landmark lies exactly on it.

        Law: the mean of the places of the k = 15 nearest landmarks, weighted by exp(-distance/s), where s is such that
        the weights of all but the nearest sum to log2(k). Rows that are not finite have no place (NaN).

        References:
            McInnes, Healy and Melville 2018, arXiv 1802.03426 (fuzzy neighbours; the start of umap-learn's `transform`).
        """
        flat = rows.reshape(-1, rows.shape[-1])
        blocks = [self._placed(flat[i : i + BLOCK]) for i in range(0, len(flat), BLOCK)]
        return np.concatenate([np.empty((0, 2)), *blocks]).reshape(*rows.shape[:-1], 2)

    def nearest(self, rows: Rows) -> NDArray[np.int64]:
        """The position of the landmark nearest to each row, (...,)."""
        flat = rows.reshape(-1, rows.shape[-1])
        blocks = [self._squares(flat[i : i + BLOCK]).argmin(axis=1) for i in range(0, len(flat), BLOCK)]
        return np.concatenate([np.empty(0, dtype=np.int64), *blocks]).reshape(rows.shape[:-1])

    def _squares(self, rows: Rows) -> NDArray[np.float32]:
        """Squared distances to every landmark, (rows, m); those of rows that are not finite are NaN."""
        near = np.asarray(rows, dtype=np.float32)
        squares = near @ (-2 * self.rows.T)  # |x - y|^2 = |x|^2 - 2xy + |y|^2: one product of matrices, and no array (n, m, d)
        squares += (self.rows**2).sum(axis=1)
        squares += (near**2).sum(axis=1)[:, None]
        return np.maximum(squares, 0, out=squares)

    def _placed(self, rows: Rows) -> Floats:
        k = min(NEIGHBOURS, len(self.rows))
        squares = self._squares(rows)
        near = np.argpartition(squares, k - 1, axis=1)[:, :k]
        near = np.take_along_axis(near, np.take_along_axis(squares, near, axis=1).argsort(axis=1), axis=1)
        differences = np.asarray(rows, dtype=np.float64)[:, None, :] - self.rows[near]
        distances = np.sqrt(np.einsum("nkd,nkd->nk", differences, differences))
        weights = fuzzy_weights(distances)
        places = np.einsum("nk,nkp->np", weights, self.places[near].astype(np.float64)) / weights.sum(axis=1, keepdims=True)
        places[~np.isfinite(distances).all(axis=1)] = np.nan
        return np.where(distances[:, :1] == 0, self.places[near[:, 0]], places)


def fuzzy_weights(distances: Floats) -> Floats:
    """exp(-distance/s) of sorted distances (n, k), s found by bisection so that all but the first sum to log2(k)."""
    n, k = distances.shape
    target = math.log2(k) if k > 2 else 0.5 * max(1, k - 1)  # k - 1 weights below 1 cannot sum to log2(k) if k is 1 or 2
    # With a scale of 64 times the farthest distance all weights are above 0.98, and their sum above what is wanted.
    low, high = np.zeros(n), np.maximum(distances[:, -1], 1e-30) * 64
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            above = np.exp(-distances[:, 1:] / middle[:, None]).sum(axis=1) > target
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        scale = np.maximum(high, NARROWEST * distances.mean(axis=1))[:, None]
        return np.where(scale > 0, np.exp(-distances / scale), 1.0)
