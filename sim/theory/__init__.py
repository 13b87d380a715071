"""Theory: closed forms for what a run should show, found by experiment and metric.

A law is one function in a file of this folder, registered with `@law(...)`. It returns the predicted path of a metric
as records hold it (rows drawn, not models: see each law), or None when its assumptions do not hold for an experiment.
Nothing approximate is called agreement: `Law.compare` gives standard errors only where the law is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.experiment import Experiment
from sim.records import Floats
from sim.registry import discover
from sim.sources import Reference

LawKind = Literal["mean", "typical path", "root mean square", "lower bound"]
Path = Callable[[Experiment, Reference], Floats | None]


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One closed form, evaluated for one experiment.

    Attributes:
        metric: what it predicts.
        kind: what the line is: the mean over worlds, the typical path (exp of the mean logarithm), the root of the mean
            square, or a lower bound of the mean.
        formula: the law in one line.
        assumptions: when it holds.
        reference: who derived it.
        values: the predicted path, (generations + 1,).
        horizon: the last generation at which means may be compared; later the mean is carried by worlds too rare to sample.
    """

    metric: str
    kind: LawKind
    formula: str
    assumptions: str
    reference: str
    values: Floats
    horizon: int

    def compare(self, measured: Floats) -> Floats:
        """How many standard errors the measurement (replicates, generations + 1) lies above the law, by generation.

        NaN where it may not be compared: fewer than two replicates, a bound, or a mean beyond the horizon.
        """
        transform = {"mean": _same, "typical path": _log, "root mean square": np.square}.get(self.kind)
        if transform is None or len(measured) < 2:
            return np.full(self.values.shape, np.nan)
        seen = transform(measured)
        error = seen.std(axis=0, ddof=1) / np.sqrt(len(seen))
        off = seen.mean(axis=0) - transform(self.values)
        z = np.divide(off, error, out=np.full_like(error, np.nan), where=error > 0)
        if self.kind != "typical path":
            z[self.horizon + 1 :] = np.nan
        return z


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    metric: str
    kind: LawKind
    formula: str
    assumptions: str
    reference: str
    path: Path


_LAWS: list[_Entry] = []


def law(*, metric: str, kind: LawKind, formula: str, assumptions: str, reference: str) -> Callable[[Path], Path]:
    """Register a function as the law of one metric."""

    def register(path: Path) -> Path:
        _LAWS.append(_Entry(metric, kind, formula, assumptions, reference, path))
        return path

    return register


def laws(experiment: Experiment) -> tuple[Law, ...]:
    """Every closed form that applies to an experiment."""
    discover(__name__)
    truth = experiment.source.reference()
    paths = ((entry, entry.path(experiment, truth)) for entry in _LAWS)
    return tuple(
        Law(e.metric, e.kind, e.formula, e.assumptions, e.reference, values, experiment.n) for e, values in paths if values is not None
    )


def laws_for(experiment: Experiment, metric: str) -> tuple[Law, ...]:
    """The closed forms for one metric of an experiment; empty when none applies."""
    return tuple(found for found in laws(experiment) if found.metric == metric)


def why_none(experiment: Experiment, metric: str) -> str:
    """Why no closed form is drawn for a metric, in one sentence."""
    if not any(entry.metric == metric for entry in _LAWS):
        return "No closed form is known for this metric; only the measurement is drawn."
    family, regime = type(experiment.family).label, type(experiment.regime).label
    causes = [f"the model {family} under the regime {regime}"]
    if experiment.temperature != 1:
        causes.append(f"temperature {experiment.temperature:g}")
    if experiment.n_real:
        causes.append(f"{experiment.real_supply} real rows")
    return f"No closed form is known for {' with '.join(causes)}; only the measurement is drawn."


def _same(values: Floats) -> Floats:
    return values


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.log(values)
