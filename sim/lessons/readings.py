"""Readings: the numbers that formulas of a lesson read off its experiments and their runs.

Every function here takes names, as they stand in a formula, and returns what computes the number once the runs are there.

>>> from types import SimpleNamespace
>>> shrinks = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50})
>>> lesson = SimpleNamespace(experiment={"main": shrinks}.get)
>>> setting("n", "main")(lesson), ideal("total_variance", "main")(lesson)
(50.0, 1.0)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.metrics import is_whole, metrics
from sim.presets import STATISTICS
from sim.records import Run
from sim.spec import shown
from sim.theory import laws_for
from sim.verdicts.significance import median_path, real_median

LAST: Final = -1
"""Stands for the last generation, whichever that is."""


class MarkError(ValueError):
    """A mark that cannot be read or does not hold; the message is a sentence."""


class Readings(Protocol):
    """Where formulas find what they read."""

    def experiment(self, name: str) -> Experiment:
        """The experiment of that name in the lesson."""
        ...

    def run(self, name: str) -> Run:
        """Its run."""
        ...


Value = Callable[[Readings], float]
"""Computes the value of a formula, or of a part of one; raises `MarkError` where the runs do not give it."""

Condition = Callable[[Floats], NDArray[np.bool_]]
"""Which values lie beyond a bound."""


def statistic(word: str, metric: str, name: str, t: int) -> Value:
    """A statistic of a metric over the replicates; `count`, and the median of what is counted, is the lower median, one of the values."""
    if word == "count" or (word == "median" and is_whole(metric)):
        return lambda readings: float(np.quantile(_measured(readings.run(name), metric, t), 0.5, method="lower"))
    return lambda readings: float(STATISTICS[word](_measured(readings.run(name), metric, t)))


def replicates_where(holds: Condition, metric: str, name: str, t: int) -> Value:
    """How many replicates have a metric beyond a bound."""
    return lambda readings: float(holds(_measured(readings.run(name), metric, t)).sum())


def first_generation_where(holds: Condition, metric: str, name: str) -> Value:
    """The first generation whose median lies beyond a bound."""

    def value(readings: Readings) -> float:
        there = np.flatnonzero(holds(median_path(readings.run(name).metrics, metric)))
        if not there.size:
            raise MarkError(f"first {metric}({name}) must be reached in the run; it never is.")
        return float(there[0])

    return value


def noise_floor(metric: str, name: str) -> Value:
    """What n fresh real rows typically score; of counts no half."""
    return lambda readings: real_median(readings.run(name).noise_floor, metric)


def ideal(metric: str, name: str) -> Value:
    """What the truth itself would score."""

    def value(readings: Readings) -> float:
        found = metrics()[metric].ideal(readings.experiment(name).source.reference())
        if found is None:
            raise MarkError(f"truth {metric}({name}) must be known; it is not. Say real {metric}({name}).")
        return found

    return value


def closed_form(metric: str, name: str, t: int) -> Value:
    """The mean that the closed form of a metric gives."""

    def value(readings: Readings) -> float:
        known = [law for law in laws_for(readings.experiment(name), metric) if law.kind == "mean"]
        if not known:
            raise MarkError(f"formula {metric}({name}) must be known; there is no closed form of its mean.")
        return float(known[0].values[t])

    return value


def setting(path: str, name: str) -> Value:
    """A setting of an experiment that is a number, by its dotted path."""

    def value(readings: Readings) -> float:
        found: object = readings.experiment(name)
        for part in path.split("."):
            found = getattr(found, part, None)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise MarkError(f"{shown(path)} must be a statistic or a setting of {name} that is a number.")
        return float(found)

    return value


def _measured(run: Run, metric: str, t: int) -> Floats:
    """The metric in the replicates where it was measured at a generation, (k,)."""
    if t > run.last:
        raise MarkError(f"A generation of this run must be at most {run.last}; got {t}.")
    values = run.metrics[metric][:, run.last if t == LAST else t]
    return values[np.isfinite(values)]
