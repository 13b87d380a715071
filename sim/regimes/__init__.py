"""Regimes: what becomes of earlier batches when a new one arrives.

A regime is one file in this folder. It sees pools and batches, never a model, a source or a metric.
May import nothing of `sim` but the ground that all stand on.

How many rows model 3 learns from, with 100 a generation:

>>> {kind: regimes[kind]().trained_rows(n=100, t=3) for kind in ("replace", "accumulate", "subsample")}
{'replace': 100, 'accumulate': 300, 'subsample': 100}
"""

from __future__ import annotations

from typing import ClassVar

from sim.pool import Pool
from sim.registry import Registry
from sim.spec import Spec
from sim.streams import Streams


class Regime(Spec):
    """A rule for the training pool."""

    label: ClassVar[str]

    def kept(self, n_real: int) -> str:
        """What the next model learns from, in plain words that go on after "the next model learns from".

        Args:
            n_real: how many real rows come to those that a model makes, in every batch.
        """
        return "what is kept"

    def next_pool(self, pool: Pool, batch: Pool, streams: Streams) -> Pool:
        """The pool that the next model learns from.

        Args:
            pool: the pool before, rows (replicates, p, d).
            batch: the new batch, rows (replicates, n, d).
            streams: the randomness of this generation.
        """
        raise NotImplementedError

    def kept_rows(self, n: int, generations: int) -> int:
        """The most rows one replicate ever keeps; the memory a run needs is bounded by it."""
        raise NotImplementedError

    def trained_rows(self, n: int, t: int) -> int:
        """How many rows model t learns from."""
        return self.kept_rows(n, t - 1)


regimes: Registry[Regime] = Registry("regime", __name__)
"""Every regime, by kind."""
