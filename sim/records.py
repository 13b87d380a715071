"""What a run leaves behind: frozen values and read-only arrays, never a model.

`State` travels through the loop, `Generation` is what one turn of it shows, `Run` is the whole of it, `Ending` says in
one sentence how it ended. Nothing here points back into the engine, so nothing can rewrite history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Floats, Record
from sim.experiment import Experiment
from sim.pool import Pool

LARGEST: Final = 1e30
"""Numbers beyond this count as diverged. What is left fits into a record's 32 bits and has finite fourth powers."""

EndingKind = Literal["completed", "collapsed", "diverged", "impossible", "cancelled", "interrupted"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: data, never an exception.

    Attributes:
        kind: completed, collapsed (every world is a single point, and stays one), diverged (numbers left the finite), impossible (no
            model can be fitted), cancelled, or interrupted (there was no memory for the next generation, or it failed).
        generation: the generation at which that happened.
        sentence: the same for a reader.
    """

    kind: EndingKind
    generation: int
    sentence: str

    @property
    def early(self) -> bool:
        """Whether the run could go on from here."""
        return self.kind in ("cancelled", "interrupted")


@dataclass(frozen=True, slots=True, eq=False)
class State(Record):
    """Everything the loop needs to go on: picklable, read-only.

    Attributes:
        t: the generation whose rows these are; 0 is real data.
        rows: n rows of model t (of the source at t = 0), (replicates, n, d).
        pool: what model t + 1 will learn from.
        kept: the real rows that a fixed supply repeats, (replicates, n_real, d).
        births: the generations the training rows of model t were born in, (replicates, m); None at t = 0.
        scores: what model t and model 1 say of rows, as arrays; see `sim.recording.scores`.
        first: model 1, kept by families that score.
        model: model t, kept by families that remember.
        ending: set when the run cannot go on.
        portraits: rows of model t that come of the same latent draws in every generation, (replicates, k, d); for pictures only.
    """

    t: int
    rows: Array
    pool: Pool
    kept: Array
    births: NDArray[np.int32] | None = None
    scores: Mapping[str, Array] = field(default_factory=dict[str, Array])
    first: Any = None
    model: Any = None
    ending: Ending | None = None
    portraits: Array | None = None


class NoiseFloor(float):
    """The value a metric takes on n fresh real rows: its median, with the band in which nearly nine in ten fresh draws fall.

    The edges are the 5 % and 95 % quantiles over 64 draws, which cover 87 % of fresh ones on average. Dear metrics and wide or
    long batches have fewer draws, down to 8; their edges are put farther from the median, so that they cover as much;
    there they may lie beyond what the metric can be (a share below 0).

    Attributes:
        low: the low edge.
        high: the high edge.
    """

    __slots__ = ("high", "low")
    low: float
    high: float

    def __new__(cls, median: float, low: float, high: float) -> NoiseFloor:
        """A floor from its three quantiles."""
        self = super().__new__(cls, median)
        self.low, self.high = low, high
        return self

    def __reduce__(self) -> tuple[type[NoiseFloor], tuple[float, float, float]]:
        return NoiseFloor, (float(self), self.low, self.high)

    def __repr__(self) -> str:
        return f"NoiseFloor({float(self):.4g}, low={self.low:.4g}, high={self.high:.4g})"


@dataclass(frozen=True, slots=True, eq=False)
class Generation(Record):
    """One turn of the loop, as a record.

    Attributes:
        experiment: what was run.
        t: 0 is the real data, t >= 1 is what model t draws.
        rows: n rows drawn, (replicates, n, d).
        metrics: each (replicates,); NaN where a metric was not measured.
        ages: the share of model t's training rows born in each generation 0 .. t - 1, mean over replicates, (t,).
        points: which replicates have shrunk to a single point, (replicates,).
        surprise: minus the log-probability of the first rows under model 1, (replicates, k); none where it is not offered.
        noise_floor: per metric, on the first record only.
        ending: set on the last record only.
        counts: how many of the n rows are each word, or at each mode, (replicates, words or modes), where asked for; see
            `sim.recording.counts`.
        centre: the mean of the n rows where it is one number, (replicates,).
        real_surprise: minus the log-probability of real rows that no model saw under model 1, (replicates, m); on record 1 only.
        portraits: see `State`.
    """

    experiment: Experiment
    t: int
    rows: Array
    metrics: Mapping[str, Floats]
    ages: Floats
    points: NDArray[np.bool_]
    noise_floor: Mapping[str, NoiseFloor] = field(default_factory=dict[str, NoiseFloor])
    ending: Ending | None = None
    surprise: Floats | None = None
    counts: Array | None = None
    centre: Floats | None = None
    real_surprise: Floats | None = None
    portraits: Array | None = None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Run(Record):
    """A finished run as arrays, always of full shape; what was not measured is NaN.

    Attributes:
        experiment: what was run.
        metrics: each (replicates, generations + 1), read-only; index 0 is real data.
        noise_floor: per metric, what a perfect model would score at this n.
        samples: the first k rows drawn, (replicates, generations + 1, k, d), thinned for drawing; rows beyond an early
            ending are NaN (tokens: -1).
        ages: `ages[t, s]` is the share of model t's training rows born in generation s, (generations + 1,) squared.
        points: which replicates are a single point, (replicates, generations + 1).
        ending: how it ended.
        surprise: minus the log-probability of the first rows of each generation under model 1, for histograms, (replicates,
            generations + 1, k); NaN where there is none; None where the family does not offer it.
        counts: how many of all n rows are each word, or at each mode, (replicates, generations + 1, words or modes); None
            where there are neither or too many to keep.
        centres: the mean of all n rows where it is one number, (replicates, generations + 1); NaN beyond an early ending.
        real_surprise: minus the log-probability of the first real rows that no model saw under model 1, (replicates, m); None
            where `surprise` is, and before generation 1.
        portraits: rows that come of the same latent draws in every generation, (replicates, generations + 1, k, d), for
            pictures from families that draw from a latent space; NaN at generation 0 and beyond an early ending.
    """

    experiment: Experiment
    metrics: Mapping[str, Floats]
    noise_floor: Mapping[str, NoiseFloor]
    samples: Array
    ages: NDArray[np.float32]
    points: NDArray[np.bool_]
    ending: Ending
    surprise: NDArray[np.float32] | None = None
    counts: Array | None = None
    centres: Floats | None = None
    real_surprise: NDArray[np.float32] | None = None
    portraits: NDArray[np.float32] | None = None

    @property
    def last(self) -> int:
        """The last generation that was measured."""
        if self.ending.kind in ("completed", "collapsed"):
            return self.experiment.generations
        return self.ending.generation - (self.ending.kind in ("diverged", "impossible"))

    def evenly(self, most: int) -> tuple[int, ...]:
        """The generations that were measured, or an even selection of so many of them, first and last included."""
        return tuple(int(t) for t in np.unique(np.linspace(0, self.last, min(self.last + 1, most)).round()))
