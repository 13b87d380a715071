"""Window: each model learns from the last few batches.

Three batches of one row each; a window of two has lost the real one:

>>> import numpy as np
>>> pool, *later = (Pool(np.zeros((1, 1, 1)), np.full((1, 1), t)) for t in (0, 1, 2))
>>> for batch in later:
...     pool = Window(k=2).next_pool(pool, batch, Streams(0, 1))
>>> pool.births().tolist()
[[1, 2]]
"""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.regimes.accumulate import joined
from sim.regimes.replace import newest_alone
from sim.spec import knob
from sim.streams import Streams


@regimes.register
class Window(Regime):
    """Keep the last k batches, the real batch 0 counted as one.

    Law: for $k = 1$ it is replace; the real rows leave the window after $k$ generations, and from then on
    nothing holds the truth in place.

    Names: sliding window, finite memory.

    References:
        A finite form of the mixture with the previous data in Shumailov et al. 2024, Nature 631:755.
    """

    label: ClassVar[str] = "Window"
    kind: Literal["window"] = "window"
    k: int = knob(3, label="Batches kept", help="How many of the newest batches the next model learns from.", ge=1, le=1000)

    def kept(self, n_real: int) -> str:
        return f"the newest {self.k} batches" if self.k > 1 else newest_alone(n_real)

    def next_pool(self, pool: Pool, batch: Pool, streams: Streams) -> Pool:
        n = batch.rows.shape[1]
        both = joined(pool, batch)
        return Pool(both.rows[:, -self.k * n :], both.born[:, -self.k * n :])

    def kept_rows(self, n: int, generations: int) -> int:
        return n * min(self.k, generations + 1)
