"""Two interleaved half circles: a truth that no straight line and no single bell curve can follow.

Without noise a row lies on a circle of radius 1 around (0, 0) or around (1, 1/2):

>>> rows = Moons(noise=0.0).sample(replicates=1, rows=50, streams=Streams(0, 0))
>>> distances = np.stack([np.linalg.norm(rows - centre, axis=2) for centre in ([0.0, 0.0], [1.0, 0.5])])
>>> bool(np.isclose(distances, 1.0).any(axis=0).all())
True
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.sources._reference import sampled_radius, sampled_rows
from sim.spaces import Space
from sim.spec import Real, knob
from sim.streams import Streams

MIDDLE: Final = np.array([0.5, 0.25])
"""The centre of symmetry: turning one moon by half a circle about it gives the other."""


@sources.register
class Moons(Source):
    """Two thin crescents, equally common, each reaching into the hollow of the other.

    Law: a row is $(cos a, sin a)$ or $(1 - cos a, 1/2 - sin a)$, with equal chance, $a$ uniform on $[0, pi]$, plus normal noise of
    standard deviation $s$ = `noise` in both columns. The mean is $(1/2, 1/4)$ and the total variance
    $1 - 4/pi^2 + (1 + (1/2 - 4/pi)^2)/4 + 2 s^2$. The radius that holds 95 % is that of a fixed sample of half a million
    rows (standard error of the share beyond it: 0.03 percentage points).

    Edges: without noise every row lies exactly on a curve.

    Names: two moons, half moons, make_moons (scikit-learn).

    References:
        Pedregosa et al. 2011, JMLR 12:2825 (make_moons). Kazdan et al. 2024, arXiv 2410.16713 (kernel density loops on moons).
    """

    label: ClassVar[str] = "Two moons"
    kind: Literal["moons"] = "moons"
    noise: Real = knob(0.1, label="Noise", help="How far rows stray from the crescents.", unit="data units", ge=0, le=1, step=0.01)

    @property
    def space(self) -> Space:
        return Space("columns", ("x1", "x2"))

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        angle = math.pi * streams.uniform("angle", (replicates, rows))
        side = np.where(streams.uniform("moon", (replicates, rows)) < 0.5, 1.0, -1.0)[..., None]
        drawn = streams.normal("noise", (replicates, rows, 2))
        drawn *= self.noise
        drawn += MIDDLE + side * (np.stack([np.cos(angle), np.sin(angle)], axis=-1) - MIDDLE)
        return drawn

    def reference(self) -> Reference:
        return _reference(self.noise)


@lru_cache(maxsize=32)
def _reference(noise: float) -> Reference:
    within = 1 - 4 / math.pi**2
    between = (1 + (0.5 - 4 / math.pi) ** 2) / 4
    variance = within + between + 2 * noise**2
    mean = frozen(MIDDLE.copy())
    source = Moons(noise=noise)
    return Reference(sampled_rows(source), mean, variance, radius=sampled_radius(source, mean))
