"""The bell curve in any number of dimensions: the truth for which most closed forms are known.

95 % of a bell curve lie within 1.96 standard deviations:

>>> truth = Normal().reference()
>>> truth.variance, [round(edge, 2) for edge in truth.central]
(1.0, [-1.96, 1.96])
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.sources._reference import CENTRAL, CENTRAL_SHARE, FAR, quantile_rows, sampled_rows
from sim.spaces import Space
from sim.spec import knob
from sim.streams import Streams


@sources.register
class Normal(Source):
    """A standard normal distribution: mean 0, variance 1 in each of its independent columns.

    Law: $x ~ N(0, I_dim)$, so the total variance is `dim`.

    Names: Gaussian, Gaussian truth, normal distribution, N(0, 1).

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
        quantile = NormalDist().inv_cdf
        rows = quantile_rows(lambda shares: np.array([quantile(share) for share in shares.tolist()]))
        edge, far = quantile(CENTRAL[1]), quantile(FAR[1])
        return Reference(rows, frozen(np.zeros(1)), 1.0, central=(-edge, edge), far=(-far, far))
    from scipy.special import gammaincinv

    # The squared distance from the mean is a chi-square number with `dim` degrees of freedom.
    radius = math.sqrt(2 * gammaincinv(dim / 2, CENTRAL_SHARE))
    return Reference(sampled_rows(Normal(dim=dim)), frozen(np.zeros(dim)), float(dim), radius=radius)
