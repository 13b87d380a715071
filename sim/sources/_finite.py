"""Real data sets: finitely many rows, split once into a part that is drawn from and a part that is held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.records import frozen
from sim.sources import Floats, Landmarks, Reference
from sim.sources._reference import radius_within
from sim.streams import Streams


@dataclass(frozen=True, slots=True, eq=False)
class FiniteSet:
    """A real data set whose training part is the truth.

    Attributes:
        training: the rows that fresh rows are drawn from, (m, d).
        landmarks: the different rows of the training part, with their classes.
        reference: the held-out rows with their classes, and the moments of the training part.
    """

    training: Floats
    landmarks: Landmarks
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


def finite_set(rows: Floats, labels: NDArray[np.int64], name: str, *, standardised: bool = False) -> FiniteSet:
    """A data set from its rows and their classes, split by its name.

    Args:
        rows: all rows, (m, d).
        labels: the class of each, (m,).
        name: of the split.
        standardised: whether columns are scaled by the mean and standard deviation of the training part.
    """
    chosen, kept = split(len(rows), name)
    if standardised:
        rows = (rows - rows[chosen].mean(axis=0)) / rows[chosen].std(axis=0)
    training, held_out = rows[chosen], rows[kept]
    mean = training.mean(axis=0)
    variance = float(training.var(axis=0).sum())
    radius = radius_within(training, mean, len(training) // 20)
    truth = Reference(frozen(held_out), frozen(mean), variance, radius=radius, labels=frozen(labels[kept]))
    first = np.sort(np.unique(training, axis=0, return_index=True)[1])
    return FiniteSet(frozen(training), Landmarks(frozen(training[first]), frozen(labels[chosen][first])), truth)
