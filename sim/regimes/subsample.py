"""Subsample: keep everything, learn from a random n of it.

Two real rows and then two of model 1; all four are kept, and model 2 learns from two of them:

>>> real, drawn = (Pool(np.zeros((1, 2, 1)), np.full((1, 2), t)) for t in (0, 1))
>>> pool = Subsample().next_pool(real, drawn, Streams(0, 1))
>>> pool.born.tolist(), pool.births().shape
([[0, 0, 1, 1]], (1, 2))
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from sim.arrays import frozen
from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.regimes.accumulate import joined
from sim.streams import Streams


@regimes.register
class Subsample(Regime):
    """Keep every batch and train on n rows drawn from them without replacement.

    Law: the cost of a fit stays fixed; $n E[D_t]$ tends to $pi^2/2 - 2 = 2.935$ in units of $V_0$, against $pi^2/6$ for
    accumulate and no limit for replace.

    Names: accumulate-subsample (Kazdan et al. 2024), fixed compute budget.

    References:
        Kazdan et al. 2024, arXiv 2410.16713.
    """

    label: ClassVar[str] = "Subsample"
    kind: Literal["subsample"] = "subsample"

    def kept(self, n_real: int) -> str:
        return "some of all rows"

    def next_pool(self, pool: Pool, batch: Pool, streams: Streams) -> Pool:
        both = joined(pool, batch)
        n = batch.rows.shape[1]
        ranks = streams.uniform("chosen", both.born.shape)
        # The places of the n smallest of random numbers are n rows without replacement.
        chosen = np.argpartition(ranks, n - 1, axis=1)[:, :n]
        return Pool(both.rows, both.born, frozen(chosen))

    def kept_rows(self, n: int, generations: int) -> int:
        return n * (generations + 1)

    def trained_rows(self, n: int, t: int) -> int:
        return n
