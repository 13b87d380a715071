"""A rolled-up ribbon seen from its edge: neighbours in the plane need not be neighbours along the curve.

Without noise a row lies as far from the middle as the roll has turned there, from 3/4 to 9/4:

>>> rows = SwissRoll(noise=0.0).sample(replicates=1, rows=1000, streams=Streams(0, 0))
>>> distances = np.linalg.norm(rows, axis=2)
>>> bool(((distances >= 3 / 4) & (distances <= 9 / 4)).all())
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

FIRST_TURN: Final = 0.75
LAST_TURN: Final = 2.25
"""Turns at which the roll begins and ends: scikit-learn's, from 1.5 pi to 4.5 pi, divided by 2 pi."""


@sources.register
class SwissRoll(Source):
    """A spiral of one and a half turns, each turn one unit further out than the last.

    Law: a row is $s (cos 2 pi s, sin 2 pi s)$, $s$ uniform on $[3/4, 9/4]$, plus normal noise of standard deviation
    $r$ = `noise` in both columns. The mean is $(1/pi, 1/(3 pi^2))$ and the total variance
    $39/16 - 1/pi^2 - 1/(9 pi^4) + 2 r^2$. This is the usual roll divided by $2 pi$ and without the column along its axis,
    which is independent of the others. The radius that holds 95 % is that of a fixed sample of half a million rows
    (standard error of the share beyond it: 0.03 percentage points).

    Edges: without noise every row lies exactly on the curve; rows are spread evenly in angle, so the inner turn is denser.

    Names: Swiss roll, Archimedean spiral, make_swiss_roll (scikit-learn).

    References:
        Tenenbaum et al. 2000, Science 290:2319, doi 10.1126/science.290.5500.2319. Kazdan et al. 2024, arXiv
        2410.16713 (kernel density loops on Swiss rolls).
    """

    label: ClassVar[str] = "Swiss roll"
    kind: Literal["swiss_roll"] = "swiss_roll"
    noise: Real = knob(0.1, label="Noise", help="How far rows stray from the spiral.", unit="data units", ge=0, le=1, step=0.01)

    @property
    def space(self) -> Space:
        return Space("columns", ("x1", "x2"))

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        turns = FIRST_TURN + (LAST_TURN - FIRST_TURN) * streams.uniform("turns", (replicates, rows))
        angle = 2 * math.pi * turns
        drawn = streams.normal("noise", (replicates, rows, 2))
        drawn *= self.noise
        drawn += turns[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return drawn

    def reference(self) -> Reference:
        return _reference(self.noise)


@lru_cache(maxsize=32)
def _reference(noise: float) -> Reference:
    mean = frozen(np.array([1 / math.pi, 1 / (3 * math.pi**2)]))
    # 39/16 is the mean of s^2.
    variance = 39 / 16 - float(mean @ mean) + 2 * noise**2
    source = SwissRoll(noise=noise)
    return Reference(sampled_rows(source), mean, variance, radius=sampled_radius(source, mean))
