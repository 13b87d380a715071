"""Real data sets: finitely many rows, split once into a part that is drawn from and a part that is held out."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.sources import Landmarks, Reference, Source
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


PARTS: Final = 20
"""The training part is a multiple of this, so that exactly 5 % of it can lie beyond the radius."""

TRAINED_ON: Final = 0.8
"""The share of rows in the training part; the others are held out.

A choice, and a usual one: what is held out must still stand for the truth.
"""


class FiniteSource(Source):
    """A source whose truth is the training part of a real data set.

    Attributes:
        standardised: whether columns are scaled by the mean and standard deviation of the training part.
    """

    standardised: ClassVar[bool] = False

    @classmethod
    def load(cls) -> tuple[Floats, NDArray[np.int64]]:
        """All rows of the data set, (m, d), and their classes, (m,)."""
        raise NotImplementedError

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        return finite_set(type(self)).sample(replicates, rows, streams)

    def reference(self) -> Reference:
        return finite_set(type(self)).reference

    def landmarks(self, most: int = 2000) -> Landmarks:
        # All of them, however many are asked for: shipped maps are fitted to them.
        return finite_set(type(self)).landmarks


def split(rows: int, name: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the training and the held-out rows, the same in every run.

    Args:
        rows: how many there are.
        name: of the data set, so that each is split in its own way.
    """
    shuffled = Streams(0, 0, "split").uniform(name, (rows,)).argsort()
    training = PARTS * round(rows * TRAINED_ON / PARTS)
    return shuffled[:training], shuffled[training:]


def scikit_learn_data(file: str, loader: str, *, header: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Rows and classes of a data set that comes with scikit-learn, whose last column is the class.

    The file is read where it lies: importing scikit-learn costs whoever draws these rows a second and 80 MB, the server of
    the pages too. A version that keeps its files elsewhere is asked for the rows; they are the same.

    Args:
        file: its name there.
        loader: the function of `sklearn.datasets` that loads it.
        header: lines of the file before the first row.
    """
    package = find_spec("sklearn")
    found = Path(package.origin).parent / "datasets" / "data" / file if package is not None and package.origin else None
    if found is not None and found.exists():
        table = np.loadtxt(found, delimiter=",", skiprows=header)
        return table[:, :-1], table[:, -1].astype(np.int64)
    datasets: Any = importlib.import_module("sklearn.datasets")
    rows, classes = getattr(datasets, loader)(return_X_y=True)
    return np.asarray(rows, dtype=np.float64), np.asarray(classes, dtype=np.int64)


@cache
def finite_set(source: type[FiniteSource]) -> FiniteSet:
    """The data set of a source, loaded and split once."""
    rows, labels = source.load()
    chosen, kept = split(len(rows), source.kind_name())
    if source.standardised:
        rows = (rows - rows[chosen].mean(axis=0)) / rows[chosen].std(axis=0)
    training, held_out = rows[chosen], rows[kept]
    mean = training.mean(axis=0)
    variance = float(training.var(axis=0).sum())
    radius = radius_within(training, mean, len(training) // PARTS)
    truth = Reference(frozen(held_out), frozen(mean), variance, radius=radius, labels=frozen(labels[kept]), all_rows=frozen(rows))
    # The first of equal rows, in the order of the split.
    first = np.sort(np.unique(training, axis=0, return_index=True)[1])
    return FiniteSet(frozen(training), Landmarks(frozen(training[first]), frozen(labels[chosen][first])), truth)
