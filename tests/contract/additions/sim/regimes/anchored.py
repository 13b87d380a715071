"""Anchored: the real batch of generation 0 and the newest one."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.regimes.accumulate import joined
from sim.streams import Streams


@regimes.register
class Anchored(Regime):
    """Keep the real batch of generation 0 for ever, and beside it the newest batch alone.

    Law: half of what each model learns from is real, so the loss is bounded.

    References:
        Bertrand et al. 2023, arXiv 2310.00429.
    """

    label: ClassVar[str] = "Anchored"
    kind: Literal["anchored"] = "anchored"

    def next_pool(self, pool: Pool, batch: Pool, streams: Streams) -> Pool:
        n = batch.rows.shape[1]
        return joined(Pool(pool.rows[:, :n], pool.born[:, :n]), batch)

    def kept_rows(self, n: int, generations: int) -> int:
        return n * min(2, generations + 1)
