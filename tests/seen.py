"""What a run shows, read from its arrays with a few lines of numpy: what sentences about it are held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import Run

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


def lasting(flags: Flags) -> int | None:
    """The first generation with a flag that nine of ten from there on have, found by trying each."""
    return next((t for t in range(len(flags)) if flags[t] and flags[t:].mean() >= 0.9), None)


@dataclass(frozen=True, eq=False)
class Seen:
    """A run as arrays.

    Attributes:
        run: what was run and measured.
        replicate: the world whose rows are drawn.
    """

    run: Run
    replicate: int = 0

    @property
    def last(self) -> int:
        """The last generation."""
        return self.run.last

    @property
    def n(self) -> int:
        """Rows of a generation."""
        return self.run.experiment.n

    @property
    def worlds(self) -> int:
        """How many worlds there are."""
        return self.run.experiment.replicates

    @cached_property
    def of_words(self) -> bool:
        """Whether rows are words or passages."""
        return self.run.experiment.source.space.kind != "columns"

    @property
    def things(self) -> str:
        """What a passage or a row of words is made of, in the singular."""
        return self.run.experiment.source.space.unit

    def values(self, name: str) -> Values:
        """A metric, (worlds that were measured, generations); empty where it was not measured."""
        if name not in self.run.metrics:
            return np.empty((0, self.last + 1))
        found = np.asarray(self.run.metrics[name][:, : self.last + 1])
        return found[~np.isnan(found).all(axis=1)]

    def median(self, name: str) -> Values:
        """The median over the worlds, by generation; NaN where nothing was measured."""
        return self.medians[name] if name in self.medians else np.full(self.last + 1, np.nan)

    @cached_property
    def medians(self) -> dict[str, Values]:
        """The same of every metric."""
        columns = {name: [column[~np.isnan(column)] for column in self.values(name).T] for name in self.run.metrics}
        return {name: np.array([np.median(known) if known.size else np.nan for known in found]) for name, found in columns.items()}

    def middles(self, name: str, t: int) -> tuple[float, float]:
        """The middle value or the two middle values over the worlds in generation t."""
        known = np.sort(self.values(name)[:, t])
        known = known[~np.isnan(known)]
        return (float(known[(known.size - 1) // 2]), float(known[known.size // 2])) if known.size else (np.nan, np.nan)

    def floor(self, name: str) -> tuple[float, float, float]:
        """What fresh real rows show: the low edge, the median and the high edge."""
        found = self.run.noise_floor.get(name)
        return (np.nan, np.nan, np.nan) if found is None else (found.low, float(found), found.high)

    @property
    def spread_metric(self) -> str:
        """Whose root is the spread of rows, or, of words, which is their spread itself."""
        return "diversity" if self.of_words else "total_variance"

    def as_spread(self, values: Values | float) -> Values:
        """A variance as a standard deviation; a diversity as it is."""
        return np.asarray(values) if self.of_words else np.sqrt(np.maximum(values, 0))

    @cached_property
    def true_spread(self) -> float:
        """The truth's standard deviation, or the chance that two of its words differ."""
        truth = self.run.experiment.source.reference()
        return float(np.sqrt(truth.variance)) if truth.probabilities is None else float(1 - np.sum(truth.probabilities**2))

    @cached_property
    def whole(self) -> float:
        """What shares are of: the truth's spread, or what as many real rows typically show where that is under nine tenths of it."""
        typical = float(self.as_spread(self.floor(self.spread_metric)[1]))
        return typical if typical < 0.9 * self.true_spread else self.true_spread

    @cached_property
    def spreads(self) -> Values:
        """The spread of each world that has one, (worlds, generations)."""
        return self.as_spread(self.values(self.spread_metric))

    @cached_property
    def left(self) -> Values:
        """The typical world's share of the whole, by generation."""
        typical = self.as_spread(self.median(self.spread_metric))
        return typical / self.whole if self.whole else np.ones(self.last + 1)

    def at_low(self, name: str) -> Flags:
        """Where the typical world is at or below what nearly all fresh real rows show."""
        return self.median(name) <= self.floor(name)[0] + 1e-12 if name in self.run.metrics else np.zeros(self.last + 1, dtype=np.bool_)

    def at_high(self, name: str) -> Flags:
        """Where it is at or above."""
        return self.median(name) >= self.floor(name)[2] - 1e-12 if name in self.run.metrics else np.zeros(self.last + 1, dtype=np.bool_)

    @property
    def judged(self) -> list[str]:
        """The metrics of what a verdict is about: spread, tails, shape and words; not the centre, which wanders, nor modes."""
        of_rows = ("total_variance", "tail_mass", "far_tail_mass", "wasserstein", "shape_distance")
        beside = ("coverage", "precision") if self.columns > 1 else ()
        names = ("diversity", "tokens_alive", "rare_mass") if self.of_words else (*of_rows, *beside)
        return [name for name in names if name in self.run.metrics]

    def outside(self, t: int) -> list[str]:
        """Those whose typical world is not within what fresh real rows show."""
        floors = {name: self.floor(name) for name in self.judged}
        return [name for name, (low, _, high) in floors.items() if not low <= self.median(name)[t] <= high]

    @cached_property
    def modes(self) -> int:
        """How many modes the truth has."""
        modes = self.run.experiment.source.reference().modes
        return 0 if modes is None else len(modes.weights)

    @cached_property
    def alive(self) -> Flags:
        """Which modes have at least a tenth of the rows they should, and one at least, (worlds, generations, modes)."""
        modes = self.run.experiment.source.reference().modes
        assert modes is not None
        assert self.run.counts is not None
        return self.run.counts[:, : self.last + 1] >= np.maximum(1, 0.1 * self.n * modes.weights)

    @property
    def columns(self) -> int:
        """How many columns a row has."""
        return len(self.run.experiment.source.space.columns)
