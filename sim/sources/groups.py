"""A majority and a minority: who disappears first?

With a minority of one half the mean lies midway, and the total variance is 2 + 36/4:

>>> truth = Groups(minority=0.5).distribution
>>> truth.mean.tolist(), truth.variance
([3.0, 0.0], 11.0)
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np

from sim.sources import sources
from sim.sources._gaussians import GaussianMixture, GaussianMixtureSource
from sim.spaces import Space
from sim.spec import Real, knob

DISTANCE: Final = 6.0
"""Six standard deviations: three around each centre do not overlap."""


@sources.register
class Groups(GaussianMixtureSource):
    """A large group and a small one, equally wide and clearly apart.

    Law: with probability $1 - w$ a row is $N((0, 0), I)$, with probability $w$ = `minority` it is $N((6, 0), I)$; the mean is
    $(6 w, 0)$ and the total variance $2 + 36 w (1 - w)$.

    Edges: at $w = 0.5$ the groups are equally large and the second still counts as the minority; with $n w$ well below 1
    most batches hold no minority row at all, even of real data.

    Names: majority and minority, subpopulations, imbalanced groups.

    References:
        Wyllie et al. 2024, arXiv 2403.07857 (minority groups under recursive training).
    """

    label: ClassVar[str] = "Majority and minority"
    minority_mode: ClassVar[int | None] = 1
    kind: Literal["groups"] = "groups"
    minority: Real = knob(
        0.1, label="Minority share", help="The share of real rows that belong to the small group.", gt=0, le=0.5, step=0.01, scale="share"
    )

    @property
    def space(self) -> Space:
        return Space("columns", ("x1", "x2"))

    @property
    def distribution(self) -> GaussianMixture:
        weights = np.array([1 - self.minority, self.minority])
        return GaussianMixture(weights, np.array([[0.0, 0.0], [DISTANCE, 0.0]]), sd=1.0)
