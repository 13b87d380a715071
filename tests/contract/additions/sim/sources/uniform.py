"""Equal chances on an interval: a truth without tails."""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.spaces import Space
from sim.streams import Streams


@sources.register
class Uniform(Source):
    """Numbers between 0 and 1, all equally likely.

    Law: x ~ U(0, 1), with mean 1/2 and variance 1/12.

    References:
        Johnson, Kotz and Balakrishnan 1995, Continuous Univariate Distributions, chapter 26.
    """

    label: ClassVar[str] = "Uniform"
    kind: Literal["uniform"] = "uniform"

    @property
    def space(self) -> Space:
        return Space("columns", ("x1",))

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        return streams.uniform("rows", (replicates, rows, 1))

    def reference(self) -> Reference:
        return _reference()


@cache
def _reference() -> Reference:
    rows = frozen(((np.arange(1000) + 0.5) / 1000)[:, None])
    return Reference(rows, frozen(np.array([0.5])), 1 / 12, central=(0.025, 0.975))
