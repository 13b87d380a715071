"""Accumulate: each model learns from every batch so far.

Two real rows and then two of model 1; model 2 learns from all four:

>>> real, drawn = (Pool(np.zeros((1, 2, 1)), np.full((1, 2), t)) for t in (0, 1))
>>> Accumulate().next_pool(real, drawn, Streams(0, 1)).births().tolist()
[[0, 0, 1, 1]]
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from sim.arrays import frozen
from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.streams import Streams


@regimes.register
class Accumulate(Regime):
    """Keep every batch, the real one of generation 0 first.

    Law: $E[V_t] = V_0 prod_{s<=t} (1 - 1/(n s^2))$, which never falls below $sin(pi/sqrt n)/(pi/sqrt n)$, about
    $1 - pi^2/(6 n)$. The pool and the cost of a fit grow by n rows a generation.

    Names: accumulate (Gerstgrasser et al. 2024), "all data saved" (Shumailov et al.), synthetic augmentation with a
    growing pool (Alemohammad et al. 2023).

    References:
        Gerstgrasser et al. 2024, arXiv 2404.01413. Kazdan et al. 2024, arXiv 2410.16713.
    """

    label: ClassVar[str] = "Accumulate"
    kind: Literal["accumulate"] = "accumulate"

    def kept(self, n_real: int) -> str:
        return "all rows so far"

    def next_pool(self, pool: Pool, batch: Pool, streams: Streams) -> Pool:
        return joined(pool, batch)

    def kept_rows(self, n: int, generations: int) -> int:
        return n * (generations + 1)


def joined(older: Pool, newer: Pool) -> Pool:
    """Both pools' rows, older first."""
    rows = np.concatenate([older.rows, newer.rows], axis=1)
    born = np.concatenate([older.born, newer.born], axis=1)
    return Pool(frozen(rows), frozen(born))
