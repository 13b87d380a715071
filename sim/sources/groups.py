"""A majority and a minority: who disappears first?"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats
from sim.sources import Reference, Source, sources
from sim.sources._gaussians import Gaussians
from sim.spaces import Space
from sim.spec import Real, knob
from sim.streams import Streams

DISTANCE = 6.0


@sources.register
class Groups(Source):
    """A large group and a small one, equally wide and clearly apart.

    Law: with probability 1 - w a row is N((0, 0), I), with probability w = `minority` it is N((6, 0), I); the mean is
    (6w, 0) and the total variance 2 + 36 w (1 - w).

    Edges: at w = 0.5 the groups are equally large and the second still counts as the minority; with n w well below 1
    most batches hold no minority row at all, even of real data.

    Names: majority and minority, subpopulations, imbalanced groups.

    References:
        Wyllie et al. 2024, arXiv 2403.07857 (minority groups under recursive training).
    """

    label: ClassVar[str] = "Majority and minority"
    kind: Literal["groups"] = "groups"
    minority: Real = knob(
        0.1, label="Minority share", help="The share of real rows that belong to the small group.", gt=0, le=0.5, step=0.01, scale="share"
    )

    @property
    def space(self) -> Space:
        return Space("columns", ("x1", "x2"))

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        return _law(self.minority).sample(replicates, rows, streams)

    def reference(self) -> Reference:
        return _reference(self.minority)


def _law(minority: float) -> Gaussians:
    return Gaussians(np.array([1 - minority, minority]), np.array([[0.0, 0.0], [DISTANCE, 0.0]]), sd=1.0)


@lru_cache(maxsize=32)
def _reference(minority: float) -> Reference:
    return _law(minority).reference(Groups(minority=minority), minority=1)
