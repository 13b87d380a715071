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
from math import nan
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.metrics import is_whole, metrics
from sim.metrics.variety import alive_modes
from sim.presets import STATISTICS
from sim.records import Run
from sim.spec import SpecError, shown
from sim.theory import laws_for
from sim.verdicts.causes import causes_by_law, divisor_share
from sim.verdicts.medians import median_path, real_median

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


def share_of_steps_up(metric: str, name: str) -> Value:
    """The share of single steps, from one generation to the next in one replicate, in which a metric rises."""

    def value(readings: Readings) -> float:
        run = readings.run(name)
        steps = np.diff(run.metrics[metric][:, : run.last + 1])
        return float((steps[np.isfinite(steps)] > 0).mean())

    return value


def regained(metric: str, name: str) -> Value:
    """Of all generations of all replicates in which a metric is 0, the share after which it is not."""

    def value(readings: Readings) -> float:
        run = readings.run(name)
        values = run.metrics[metric][:, : run.last + 1]
        after = values[:, 1:][values[:, :-1] == 0]
        if not after.size:
            raise MarkError(f"regained {metric}({name}) must start from a generation with nothing; there is none.")
        return float((after > 0).mean())

    return value


def modes_that_returned(name: str) -> Value:
    """How many modes, counted over all replicates, are alive again after a generation in which they were not."""

    def value(readings: Readings) -> float:
        run, modes = readings.run(name), readings.experiment(name).source.reference().modes
        if modes is None or run.counts is None:
            raise MarkError(f"returned({name}) must be of a run whose modes were counted.")
        found = alive_modes(run.counts[:, : run.last + 1], run.experiment.n, modes)
        return float((~found[:, :-1] & found[:, 1:]).any(axis=1).sum())

    return value


def variance_within_modes(name: str, t: int) -> Value:
    """The median over the replicates of the variance (divisor n) of rows about the mean of those nearest the same mode.

    Of the rows that a run keeps, as `sim.traces.Samples` says.
    """

    def value(readings: Readings) -> float:
        run, modes = readings.run(name), readings.experiment(name).source.reference().modes
        if modes is None:
            raise MarkError(f"within({name}) must be of a source with modes; this one has none.")
        rows = run.samples[:, _generation(run, t)].astype(np.float64)
        return float(np.median([_within(world, modes.centres) for world in rows]))

    return value


def share_of_divisor(name: str, unbiased: str, t: int) -> Value:
    """The divisor's share of the lost spread, from a run and the same run with the divisor n - 1; see `sim.verdicts.causes`."""

    def value(readings: Readings) -> float:
        try:
            found = divisor_share(readings.run(name), readings.run(unbiased), None if t == LAST else t)
        except SpecError as problem:
            raise MarkError(f"divisor({name}, {unbiased}) must be of such a pair: {problem}") from None
        return nan if found is None else found.share

    return value


def share_of_divisor_by_law(name: str) -> Value:
    """The same by the closed form, which gives one share for every generation."""

    def value(readings: Readings) -> float:
        found = causes_by_law(readings.experiment(name), 1)
        if found is None:
            raise MarkError(f"divisor_by_law({name}) must be known; there is no closed form.")
        return found.share

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
    values = run.metrics[metric][:, _generation(run, t)]
    return values[np.isfinite(values)]


def _generation(run: Run, t: int) -> int:
    if t > run.last:
        raise MarkError(f"A generation of this run must be at most {run.last}; got {t}.")
    return run.last if t == LAST else t


def _within(rows: Floats, centres: Floats) -> float:
    nearest = ((rows[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    groups = (rows[nearest == mode] for mode in np.unique(nearest))
    return sum(float(((group - group.mean(axis=0)) ** 2).sum()) for group in groups) / len(rows)
