"""Twenty-five islands in a square: many modes, each with few rows.

>>> truth = Grid().distribution
>>> len(truth.centres), round(truth.variance, 6)
(25, 16.02)
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np

from sim.sources import sources
from sim.sources._gaussians import GaussianMixture, GaussianMixtureSource
from sim.spaces import Space

SIDE: Final = 5
"""Five by five, as in the papers named below."""

SPACING: Final = 2.0
"""From one centre to the next."""

SD: Final = 0.1
"""The standard deviation of an island. A choice, the same as that of the ring: neighbours lie 20 of them apart."""


@sources.register
class Grid(GaussianMixtureSource):
    """Twenty-five equally common round islands in a square of five by five.

    Law: $x ~ sum_{c in {-4, -2, 0, 2, 4}^2} N(c, 0.1^2 I)/25$; the mean is 0 and the total variance
    $16 + 2 * 0.1^2 = 16.02$. Neighbours lie 20 standard deviations apart.

    Names: grid, "25 Gaussians", 2-D grid mixture.

    References:
        Dumoulin et al. 2016, arXiv 1606.00704, and Srivastava et al. 2017, arXiv 1705.07761 (grid of 25 Gaussians).
        Alemohammad et al. 2023, arXiv 2307.01850 (25 modes in a self-consuming loop).
    """

    label: ClassVar[str] = "Grid of twenty-five"
    kind: Literal["grid"] = "grid"

    @property
    def space(self) -> Space:
        return Space("columns", ("x1", "x2"))

    @property
    def distribution(self) -> GaussianMixture:
        farthest = SPACING * (SIDE - 1) / 2
        ticks = np.linspace(-farthest, farthest, SIDE)
        across, up = np.meshgrid(ticks, ticks)
        return GaussianMixture.equal(np.stack([across.ravel(), up.ravel()], axis=1), SD)
