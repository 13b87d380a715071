"""The bell curve in any number of dimensions: the truth for which most closed forms are known."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.spaces import Space
from sim.spec import knob
from sim.streams import Streams

REFERENCE_ROWS = 1000


@sources.register
class Normal(Source):
    """A standard normal distribution: mean 0, variance 1 in each of its independent columns.

    Law: x ~ N(0, I_dim), so the total variance is `dim`.

    Names: Gaussian truth, N(0, 1).

    References:
        Shumailov et al. 2024, Nature 631:755 (the one-dimensional example).
    """

    label: ClassVar[str] = "Normal"
    kind: Literal["normal"] = "normal"
    dim: int = knob(1, label="Dimensions", help="How many independent columns.", ge=1, le=64)

    @property
    def space(self) -> Space:
        return Space("columns", tuple(f"x{i + 1}" for i in range(self.dim)))

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        return streams.normal("rows", (replicates, rows, self.dim))

    def reference(self) -> Reference:
        return _reference(self.dim)


@lru_cache(maxsize=8)
def _reference(dim: int) -> Reference:
    if dim == 1:
        normal = NormalDist()
        rows = np.array([normal.inv_cdf((i + 0.5) / REFERENCE_ROWS) for i in range(REFERENCE_ROWS)])[:, None]
        edge = normal.inv_cdf(0.975)
        return Reference(frozen(rows), frozen(np.zeros(1)), 1.0, central=(-edge, edge))
    from scipy.special import gammaincinv

    rows = Streams(0, 0, "reference/normal").normal("rows", (1, REFERENCE_ROWS, dim))[0]
    return Reference(frozen(rows), frozen(np.zeros(dim)), float(dim), radius=math.sqrt(2 * gammaincinv(dim / 2, 0.95)))
