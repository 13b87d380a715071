"""Known real rows: all that a source shows without a run, so that a row like any of them is not called unlike the truth.

A map is fitted to landmarks, and metrics measure against held-out rows. A copy of a landmark may lie far from all that was
held out, and the other way round; so whether a row is unlike every real one is asked of both together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from sim.metrics._pairs import squared_distances
from sim.metrics.territory import FAR
from sim.records import Floats
from sim.sources import Source

BLOCK: Final = 1024
"""Rows measured at once; more would only need more memory."""


def unlike(source: Source, rows: NDArray[Any], seen: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows (..., d) are unlike every known real row, (...,).

    Law: farther from each of them than 99 % of the known rows are from their nearest other one.

    Args:
        source: whose landmarks and reference rows are known.
        rows: to be judged.
        seen: further real rows, (m, d): those that the world began with.
    """
    known, reach = _known(cast(Any, source))  # specs are frozen and have a hash, which pydantic hides from the type checker
    every = np.concatenate([known, seen.astype(np.float64)])
    flat = rows.reshape(-1, rows.shape[-1]).astype(np.float64)
    return (_squares(flat, every, 0) > reach).reshape(rows.shape[:-1])


@lru_cache(maxsize=8)
def _known(source: Source) -> tuple[Floats, float]:
    """The different known rows, (m, d), and the squared distance to the nearest other one that 99 % of them stay within."""
    both = np.concatenate([source.landmarks().rows, source.reference().rows]).astype(np.float64)
    rows = np.unique(both, axis=0)
    return rows, float(np.quantile(_squares(rows, rows, 1), FAR)) if len(rows) > 1 else 0.0


def _squares(rows: Floats, known: Floats, rank: int) -> Floats:
    """The squared distance of each row to its nearest known one (rank 0) or the second nearest (rank 1), (n,)."""
    blocks = [
        np.partition(squared_distances(rows[None, i : i + BLOCK], known[None])[0], rank, axis=1)[:, rank]
        for i in range(0, len(rows), BLOCK)
    ]
    return np.concatenate([np.empty(0), *blocks])
