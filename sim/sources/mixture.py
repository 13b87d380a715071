"""Islands on a line: the smallest truth with modes to lose.

Two bell curves at -3 and 3 have the variance 1 + 3²:

>>> truth = Mixture(components=2).distribution
>>> truth.centres.tolist(), truth.variance
([[-3.0], [3.0]], 10.0)
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np

from sim.sources import sources
from sim.sources._gaussians import GaussianMixture, GaussianMixtureSource
from sim.spaces import Space
from sim.spec import knob

SPACING: Final = 6.0
"""Six standard deviations: three around each centre do not overlap."""


@sources.register
class Mixture(GaussianMixtureSource):
    """Several equally common bell curves side by side on a line, far enough apart to be told apart.

    Law: $x ~ sum_k N(6 (k - (K + 1)/2), 1)/K$ for $k = 1 ... K$, $K$ = `components`; the mean is 0 and the variance
    $1 + 3 (K^2 - 1)$. Neighbours lie six standard deviations apart, so three around each centre never overlap.

    Names: mixture of Gaussians, Gaussian mixture, multimodal truth.

    References:
        Shumailov et al. 2024, Nature 631:755 (mixtures of Gaussians under recursion).
    """

    label: ClassVar[str] = "Mixture on a line"
    kind: Literal["mixture"] = "mixture"
    components: int = knob(2, label="Components", help="How many bell curves stand side by side.", ge=2, le=10)

    @property
    def space(self) -> Space:
        return Space("columns", ("x1",))

    @property
    def distribution(self) -> GaussianMixture:
        farthest = SPACING * (self.components - 1) / 2
        return GaussianMixture.equal(np.linspace(-farthest, farthest, self.components)[:, None], sd=1.0)
