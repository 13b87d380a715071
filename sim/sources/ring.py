"""Eight islands in a ring: the usual test of whether a generative model drops modes.

>>> truth = Ring().distribution
>>> len(truth.centres), round(truth.variance, 6)
(8, 4.02)
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np

from sim.sources import sources
from sim.sources._gaussians import GaussianMixture, GaussianMixtureSource
from sim.spaces import Space

MODES: Final = 8
"""Eight as in the papers named below."""

RADIUS: Final = 2.0
"""Of the circle. A choice: what counts is how many standard deviations lie between neighbours."""

SD: Final = 0.1
"""The standard deviation of an island. A choice: neighbours lie 15 of them apart, and an island is still no point on the stage."""


@sources.register
class Ring(GaussianMixtureSource):
    """Eight equally common round islands, evenly spaced on a circle.

    Law: $x ~ sum_k N(2 (cos(k pi/4), sin(k pi/4)), 0.1^2 I)/8$ for $k = 0 ... 7$; the mean is 0 and the total variance
    $2^2 + 2 * 0.1^2 = 4.02$. Neighbours lie 15 standard deviations apart. A single Gaussian cannot tell the ring from
    a disc; a mixture can hold all eight islands and still lose them one by one.

    Names: ring, "8 Gaussians", 2-D ring mixture.

    References:
        Metz et al. 2016, arXiv 1611.02163 (ring of eight Gaussians). Bertrand et al. 2023, arXiv 2310.00429 (eight
        Gaussians under iterative retraining).
    """

    label: ClassVar[str] = "Ring of eight"
    kind: Literal["ring"] = "ring"

    @property
    def space(self) -> Space:
        return Space("columns", ("x1", "x2"))

    @property
    def distribution(self) -> GaussianMixture:
        angles = 2 * np.pi * np.arange(MODES) / MODES
        return GaussianMixture.equal(RADIUS * np.stack([np.cos(angles), np.sin(angles)], axis=1), SD)
