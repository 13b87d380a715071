"""Spread: how much of it a run has left, and of what.

The spread of columns is the standard deviation (the root of the total variance), that of words the diversity. The whole of it is the
truth's or, where that is less than nine tenths of it (heavy tails, a handful of rows), what n real rows typically show.

Two normal rows typically show 0.67 of the standard deviation, hundred all of it:

>>> from sim import simulate
>>> loop = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 1}
>>> runs = [simulate(Experiment.model_validate({**loop, "n": n}), ["total_variance"]) for n in (2, 100)]
>>> [0.4 < whole_spread(run) < 0.9 for run in runs], whole_spread(runs[1])
([True, False], 1.0)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from sim.arrays import Floats, frozen
from sim.experiment import Experiment
from sim.records import Run
from sim.spaces import SpaceKind
from sim.verdicts.medians import medians

T = TypeVar("T")

NEEDS: Final[Mapping[SpaceKind, tuple[str, ...]]] = MappingProxyType(
    {"columns": ("total_variance",), "tokens": ("diversity",), "sequences": ("diversity",)}
)
"""The metrics without which nothing can be told."""

HALF: Final = 0.5
"""The share of the spread below which a collapse is late.

A choice, and the definition of late; half-lives are reckoned by the same half.
"""

NEARLY_WHOLE: Final = 0.9
"""Where n real rows typically show less than this share of the truth's spread, what they show is the whole of it.

A choice: four normal rows typically show 0.89 of it, five 0.92.
"""


def cached_by_run(function: Callable[[Run], T]) -> Callable[[Run], T]:
    """What a function of a run gave, for as long as the run is kept: every sentence of every generation asks anew."""
    known: WeakKeyDictionary[Run, T] = WeakKeyDictionary()

    @wraps(function)
    def cached(run: Run) -> T:
        if run not in known:
            known[run] = function(run)
        return known[run]

    return cached


def chance_hides_half(run: Run) -> bool:
    """Whether so few rows are drawn that fresh real ones may show less than half of the spread: then a loss of half may be luck."""
    low = _as_spread(run, np.array(max(0.0, run.noise_floor[spread_metric(run.experiment)].low)))
    return bool(low < HALF * whole_spread(run))


def spread_metric(experiment: Experiment) -> str:
    """The metric that says how much spread there is: total variance for columns, diversity for words."""
    return NEEDS[experiment.source.space.kind][0]


@cached_by_run
def whole_spread(run: Run) -> float:
    """The spread of which a run keeps or loses a share: the truth's, or what n real rows typically show where that is less."""
    truth = true_spread(run)
    typical = float(_as_spread(run, np.array(float(run.noise_floor[spread_metric(run.experiment)]))))
    return typical if typical < NEARLY_WHOLE * truth else truth


@cached_by_run
def true_spread(run: Run) -> float:
    """The truth's standard deviation or, for words, its diversity."""
    truth = run.experiment.source.reference()
    return float(truth.variance**0.5) if truth.probabilities is None else float(1 - (truth.probabilities**2).sum())


@cached_by_run
def spreads(run: Run) -> Floats:
    """The spread of every replicate, (replicates, last + 1)."""
    return frozen(_as_spread(run, run.metrics[spread_metric(run.experiment)][:, : run.last + 1]))


@cached_by_run
def spread_left(run: Run) -> Floats:
    """The typical replicate's spread as a share of the whole, (last + 1,); NaN where no replicate has one."""
    whole = whole_spread(run)
    return frozen(
        _as_spread(run, medians(run.metrics[spread_metric(run.experiment)])[: run.last + 1]) / whole if whole else np.ones(run.last + 1)
    )


def _as_spread(run: Run, values: Floats) -> Floats:
    return np.sqrt(values) if spread_metric(run.experiment) == "total_variance" else values
