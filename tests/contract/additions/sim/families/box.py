"""A box: uniform between the smallest and the largest number of each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, PreviousModel, Rows, check_rows, families
from sim.spaces import Space, SpaceKind
from sim.streams import Streams


@families.register
class Box(Family):
    """Draws every column evenly between the smallest and the largest number that it saw.

    Law: under replace the width of the box shrinks by the factor (n - 1)/(n + 1) a generation on average.

    References:
        David and Nagaraja 2003, Order Statistics, section 2.3.
    """

    label: ClassVar[str] = "Box"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    kind: Literal["box"] = "box"

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedBox:
        check_rows(rows, 1, "A box")
        return FittedBox(rows.min(axis=1, keepdims=True), rows.max(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, eq=False)
class FittedBox:
    """The lowest and highest corner of each replicate's box, (replicates, 1, d)."""

    low: Floats
    high: Floats

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """Rows within the box, which temperature stretches about its middle."""
        replicates, _, d = self.low.shape
        middle, half = self.low / 2 + self.high / 2, (self.high / 2 - self.low / 2) * np.sqrt(temperature)
        return middle + half * (2 * streams.uniform("rows", (replicates, n, d)) - 1)

    def log_prob(self, rows: Rows) -> Floats:
        """The log-density; minus infinity outside of the box and where it has no volume."""
        widths = self.high - self.low
        flat = (widths == 0).any(axis=2)
        inside = ((rows >= self.low) & (rows <= self.high)).all(axis=2) & ~flat
        density = -np.log(np.where(widths > 0, widths, 1.0)).sum(axis=2)
        return np.where(inside, np.broadcast_to(density, rows.shape[:2]), -np.inf)
