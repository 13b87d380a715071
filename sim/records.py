"""What a run leaves behind: frozen values and read-only arrays, never a model.

`Generation` is what one turn of the loop shows, `Run` is the whole of it. Nothing here points back into the engine, so nothing
can rewrite history. The arrays that both hold for every generation are declared in `sim.traces`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Floats, FrozenDataclass, ReadOnly, frozen
from sim.experiment import Experiment
from sim.histograms import Histograms
from sim.state import Ending
from sim.traces import Ages, Centres, Counts, Points, Portraits, RealSurprise, Samples, Surprise, Trace


class NoiseFloor(float):
    """The value a metric takes on n fresh real rows: its median, with the band in which nearly nine in ten fresh draws fall.

    The edges are the 5 % and 95 % quantiles over 64 draws, which cover 87 % of fresh ones on average. Dear metrics and wide or
    long batches have fewer draws, down to 8; their edges are put farther from the median, so that they cover as much;
    there they may lie beyond what the metric can be (a share below 0).

    Attributes:
        low: the low edge.
        high: the high edge.

    >>> floor = NoiseFloor(1.0, low=0.8, high=1.2)
    >>> floor, 2 * floor
    (NoiseFloor(1, low=0.8, high=1.2), 2.0)
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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Generation(FrozenDataclass):
    """One turn of the loop, as a record.

    Attributes:
        experiment: what was run.
        t: 0 is the real data, t >= 1 is what model t draws.
        metrics: each (replicates,); NaN where a metric was not measured.
        noise_floor: per metric, on the first record only.
        ending: set on the last record only.
        traces: what it adds to each array of `Run`, by name; see `sim.traces`.
    """

    experiment: Experiment
    t: int
    metrics: Mapping[str, Floats]
    noise_floor: Mapping[str, NoiseFloor] = field(default_factory=lambda: ReadOnly[NoiseFloor]({}))
    ending: Ending | None = None
    traces: Mapping[str, Array]

    @property
    def rows(self) -> Array:
        """All n rows drawn, (replicates, n, d); fewer where it was thinned."""
        return self.traces["samples"]

    def thinned(self, rows: int) -> Generation:
        """The same record with no more than so many rows of each replicate, and without a hold on the others."""
        if self.rows.shape[1] <= rows:
            return self
        return replace(self, traces={**self.traces, "samples": frozen(self.rows[:, :rows].copy())})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, weakref_slot=True)
class Run(FrozenDataclass):
    """A finished run as arrays, always of full shape; what was not measured is NaN.

    Attributes:
        experiment: what was run.
        metrics: each (replicates, generations + 1), read-only; index 0 is real data.
        noise_floor: per metric, what a perfect model would score at this n.
        ending: how it ended.

    The arrays that follow are traces: their classes in `sim.traces` say what they hold and when there is none.
    """

    experiment: Experiment
    metrics: Mapping[str, Floats]
    noise_floor: Mapping[str, NoiseFloor]
    ending: Ending
    samples: Annotated[Array, Samples()]
    ages: Annotated[NDArray[np.float32], Ages()]
    points: Annotated[NDArray[np.bool_], Points()]
    surprise: Annotated[NDArray[np.float32] | None, Surprise()] = None
    real_surprise: Annotated[NDArray[np.float32] | None, RealSurprise()] = None
    counts: Annotated[Array | None, Counts()] = None
    histograms: Annotated[Array | None, Histograms()] = None
    centres: Annotated[Floats | None, Centres()] = None
    portraits: Annotated[NDArray[np.float32] | None, Portraits()] = None

    @property
    def last(self) -> int:
        """The last generation that was measured."""
        if self.ending.kind in ("completed", "collapsed"):
            return self.experiment.generations
        return self.ending.generation - (self.ending.kind in ("diverged", "impossible"))

    def evenly(self, most: int) -> tuple[int, ...]:
        """The generations that were measured, or an even selection of so many of them, first and last included."""
        return tuple(int(t) for t in np.unique(np.linspace(0, self.last, min(self.last + 1, most)).round()))


def _declared() -> dict[str, Trace]:
    hints: dict[str, Any] = get_type_hints(Run, include_extras=True)
    found = {name: part for name, hint in hints.items() for part in getattr(hint, "__metadata__", ())}
    return {name: part for name, part in found.items() if isinstance(part, Trace)}


TRACES: Final[Mapping[str, Trace]] = ReadOnly(_declared())
"""Every trace by the name of the attribute that holds it."""
