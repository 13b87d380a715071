"""Sources: the truth. Each gives training rows, fresh rows and a reference to measure against.

A source is one file in this folder; a file with a leading underscore holds what several sources share. Column sources
give rows of numbers, (replicates, n, d) floats; token sources give one whole number a row, (replicates, n, 1) integers
from 0 to vocabulary - 1; sequence sources give passages, (replicates, n, d) such integers, one per position.
May import nothing of `sim` but the ground that all stand on.

A variant is looked up by its kind. The truth that metrics measure against is exact:

>>> truth = sources["normal"]().reference()
>>> truth.mean.tolist(), truth.variance, tuple(round(edge, 2) for edge in truth.central)
([0.0], 1.0, (-1.96, 1.96))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.registry import Registry
from sim.spaces import Space
from sim.spec import Spec
from sim.streams import Streams


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """The separate places where the truth has its mass.

    Attributes:
        centres: (k, d).
        spread: the standard deviation of each mode along any direction, (k,).
        weights: the share of rows of each mode, (k,).
        minority: the position of the mode that stands for the minority, if one does.
    """

    centres: Floats
    spread: Floats
    weights: Floats
    minority: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The truth as arrays, for the metrics.

    The truth is what real rows are drawn from: a distribution or, for a real data set, the rows of its training part,
    each as likely as any other.

    Attributes:
        rows: reference rows that no model trains on, (m, d): quantiles of a one-dimensional distribution, a fixed sample
            of a wider one, the held-out part of a real data set; for tokens (m, 1); for sequences in no order, so that the
            first few stand for all.
        mean: the true mean, (d,).
        variance: the trace of the true covariance.
        central: in one dimension the two quantiles that hold the central 95 % of the truth.
        far: in one dimension the two quantiles that hold the central 99.9 % of the truth.
        radius: beyond one dimension the distance from the mean that holds 95 % of the truth.
        modes: where the truth has its mass, if it has separate modes.
        probabilities: of each token, (vocabulary,), if rows are tokens; at a random place of a passage, for sequences.
        labels: the class of each reference row, (m,), if the data have classes.
        log_prob: the true log-probability of each reference row, (m,), where it is known exactly.
        entropy: the mean of minus that over all passages, in nats, where it is known exactly.
        training: the real text that passages are cut from, as one row of tokens, (length,), where there is such a text.
        all_rows: all rows of a real data set, trained on or held out, (k, d); None where real rows never end.
    """

    rows: NDArray[np.float64] | NDArray[np.int32]
    mean: Floats
    variance: float
    central: tuple[float, float] | None = None
    far: tuple[float, float] | None = None
    radius: float | None = None
    modes: Modes | None = None
    probabilities: Floats | None = None
    labels: NDArray[np.int64] | None = None
    log_prob: Floats | None = None
    entropy: float | None = None
    training: NDArray[np.int32] | None = None
    all_rows: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Different real rows that a map is fitted to.

    Attributes:
        rows: (m, d).
        labels: the class of each, (m,), if the data have classes.
    """

    rows: NDArray[Any]
    labels: NDArray[np.int64] | None = None


class Source(Spec):
    """The truth: a distribution or a real data set."""

    label: ClassVar[str]

    @property
    def space(self) -> Space:
        """What a row of this source is."""
        raise NotImplementedError

    @property
    def provenance(self) -> Mapping[str, str]:
        """What the data depend on beyond this spec (a version, a checksum), for whoever repeats the run; mostly nothing."""
        return {}

    def sample(self, replicates: int, rows: int, streams: Streams) -> NDArray[np.float64] | NDArray[np.int32]:
        """Fresh real rows in exchangeable order, (replicates, rows, d).

        Args:
            replicates: how many; replicate r gets the same rows however many there are.
            rows: how many rows each replicate gets.
            streams: the randomness of this generation.
        """
        raise NotImplementedError

    def reference(self) -> Reference:
        """The truth as arrays; the same for every seed, computed once per source."""
        raise NotImplementedError

    def landmarks(self, most: int = 2000) -> Landmarks:
        """Different real rows for a map, the same for every seed: those of a fixed sample, at most so many."""
        drawn = self.sample(1, most, Streams(0, 0, f"landmarks/{self.kind_name()}"))[0]
        _, first = np.unique(drawn, axis=0, return_index=True)
        return Landmarks(drawn[np.sort(first)])


sources: Registry[Source] = Registry("source", __name__)
"""Every source, by kind."""
