"""Real data sets: finitely many rows, split once into a part that is drawn from and a part that is held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.records import frozen
from sim.sources import Floats, Reference
from sim.sources._reference import radius_within
from sim.streams import Streams


@dataclass(frozen=True, slots=True, eq=False)
class FiniteSet:
    """A real data set whose training part is the truth.

    Attributes:
        training: the rows that fresh rows are drawn from, (m, d).
        reference: the held-out rows with their classes, and the moments of the training part.
    """

    training: Floats
    reference: Reference

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        """Rows drawn uniformly and with replacement from the training part, (replicates, rows, d)."""
        chosen = streams.uniform("rows", (replicates, rows)) * len(self.training)
        return self.training.take(chosen.astype(np.intp), axis=0)


def split(rows: int, name: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the training and the held-out rows, the same in every run.

    Four fifths train, rounded to a multiple of 20, so that exactly 5 % of them can lie beyond the radius.
    """
    shuffled = Streams(0, 0, "split").uniform(name, (rows,)).argsort()
    training = 20 * round(rows * 0.8 / 20)
    return shuffled[:training], shuffled[training:]


def finite_set(training: Floats, held_out: Floats, labels: NDArray[np.int64]) -> FiniteSet:
    """A data set from its two parts and the classes of the held-out rows."""
    mean = training.mean(axis=0)
    variance = float(training.var(axis=0).sum())
    radius = radius_within(training, mean, len(training) // 20)
    truth = Reference(frozen(held_out), frozen(mean), variance, radius=radius, labels=frozen(labels))
    return FiniteSet(frozen(training), truth)
