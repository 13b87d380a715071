"""Replace: each model learns from the newest batch alone.

Two real rows and then two of model 1, from which alone model 2 learns:

>>> import numpy as np
>>> real, drawn = (Pool(np.zeros((1, 2, 1)), np.full((1, 2), t)) for t in (0, 1))
>>> Replace().next_pool(real, drawn, Streams(0, 1)).births().tolist()
[[1, 1]]
"""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.streams import Streams


@regimes.register
class Replace(Regime):
    """Throw every earlier batch away.

    Law: for families that reproduce the mean and covariance of their pool, $E[V_t] = (1 - 1/n)^t V_0$; nothing stops it.

    Names: fully synthetic loop (Alemohammad et al. 2023), replace (Gerstgrasser et al. 2024), recursive training.

    References:
        Shumailov et al. 2024, Nature 631:755. Kazdan et al. 2024, arXiv 2410.16713.
    """

    label: ClassVar[str] = "Replace"
    kind: Literal["replace"] = "replace"

    def kept(self, n_real: int) -> str:
        return newest_alone(n_real)

    def next_pool(self, pool: Pool, batch: Pool, streams: Streams) -> Pool:
        return batch

    def kept_rows(self, n: int, generations: int) -> int:
        return n


def newest_alone(n_real: int) -> str:
    """What is learned from where only the newest batch is kept."""
    return f"these and {n_real:,} real rows" if n_real else "these rows alone"
