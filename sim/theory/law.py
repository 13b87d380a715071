"""What a law is, how it is held against a run, and how a function becomes one.

A law is one function in a file of this folder, registered with `@law(...)`. It returns the path of a metric as records
hold it, or None where its assumptions do not hold, and it is asked only about experiments within its scope (`sim.theory.scope`).
Records hold rows drawn, most formulas speak of models: index 0 is n real rows, index t is n rows drawn from model t, and
every law here speaks of those rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.experiment import Experiment
from sim.sources import Reference
from sim.theory.scope import Fields, silent_beyond
from sim.theory.skew import mean_score, skewed_score

LawKind = Literal["typical path", "mean", "root mean square", "lower bound", "unlimited rows"]

KINDS: Final[tuple[LawKind, ...]] = ("typical path", "mean", "root mean square", "lower bound", "unlimited rows")
"""What the line is, the most telling first.

Typical path: exp of the mean logarithm over worlds. Mean: over worlds, carried by ever fewer of them where worlds collapse.
Root mean square: of a distance, over worlds. Lower bound: of the mean. Unlimited rows: what would happen if n were
infinite, so that a difference from it is the work of chance.
"""

CRITICAL: Final = 3.5
"""From which score on a measurement differs from a law: a correct program goes so far in fewer than one of a thousand runs.

Normal numbers do once in 2,149. What is left of the thousandth is for skew that the tests do not know, simulated for every family
and source, 2 to 200 worlds.
"""

ROUNDING: Final = 1e-18
"""Below this share of its first value a path is rounding error, and is not compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One closed form, evaluated for one experiment.

    Attributes:
        metric: what it predicts.
        kind: what the line is, one of `KINDS`.
        formula: the law in one line.
        assumptions: when it holds.
        reference: who derived it.
        values: the predicted path, (generations + 1,).
        horizon: the last generation at which it may be compared; later, worlds too rare to be sampled carry the mean.
        deviation: the exact standard deviation over worlds of what is compared (values, their logarithms or their
            squares), (generations + 1,); None where it is unknown and the sample's own is used.
        skewness: the exact skewness of the same, (generations + 1,); None where it is unknown.
    """

    metric: str
    kind: LawKind
    formula: str
    assumptions: str
    reference: str
    values: Floats
    horizon: int
    deviation: Floats | None
    skewness: Floats | None = None

    def measured(self, values: Floats) -> Floats:
        """The statistic of measured values (replicates, generations + 1) that this law speaks of, in the metric's unit.

        Two worlds with the values 1/2 and 2 are 1.25 on average, and typically 1:

        >>> laws = [Law("total_variance", kind, "V₀", "", "", np.ones(1), 0, None) for kind in ("mean", "typical path")]
        >>> [round(law.measured(np.array([[0.5], [2.0]])).item(), 6) for law in laws]
        [1.25, 1.0]
        """
        centre, _, _ = _summary(self._compared(values))
        return np.exp(centre) if self.kind == "typical path" else np.sqrt(centre) if self.kind == "root mean square" else centre

    def compare(self, values: Floats) -> Floats:
        """How many standard errors the measurement lies above the law, by generation, as a normal score that is as rare.

        Skew is accounted for, exactly where the law knows it (see `sim.theory.skew`). NaN where it may not be compared: beyond
        the horizon, with fewer than two worlds, where a world has nothing, for what is not exact, and where rounding has taken
        over. A lower bound is only off where the mean lies below it.

        Args:
            values: the metric as measured, (replicates, generations + 1).
        """
        compared, expected = self._compared(values), self._transformed(self.values)
        count = np.isfinite(compared).sum(axis=0)
        z = mean_score(compared, expected) if self.deviation is None else self._exact_score(compared, expected, self.deviation)
        z = np.minimum(z, 0.0) if self.kind == "lower bound" else z
        z[(count < 2) | (np.arange(len(z)) > self.horizon) | (self.values < ROUNDING * self.values[0])] = np.nan
        return z

    def _exact_score(self, compared: Floats, expected: Floats, deviation: Floats) -> Floats:
        """With the law's own scatter: the skewness of a mean falls with the root of the number of worlds."""
        centre, _, count = _summary(compared)
        off, root = centre - expected, np.sqrt(np.maximum(count, 1))
        # A law may be hit to the last digit by worlds that do not scatter: that is no distance, and rounding is none either.
        missed = np.where(np.abs(off) < 1e-9, 0.0, np.nan)
        z = np.divide(off, deviation / root, out=missed, where=deviation / root > 1e-12 * np.abs(centre))
        return z if self.skewness is None else skewed_score(z, self.skewness / root)

    def _compared(self, values: Floats) -> Floats:
        seen = values if self.kind != "typical path" else np.where(values > 0, values, np.nan)
        return self._transformed(seen)

    def _transformed(self, values: Floats) -> Floats:
        if self.kind == "typical path":
            with np.errstate(divide="ignore"):
                return np.log(values)
        return np.square(values) if self.kind == "root mean square" else values


def _summary(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and number of the values measured, each (generations + 1,); NaN where there are too few."""
    seen = np.isfinite(values)
    count = seen.sum(axis=0).astype(np.float64)
    known = np.where(seen, values, 0.0)
    nothing = np.full_like(count, np.nan)
    mean = np.divide(known.sum(axis=0), count, out=nothing.copy(), where=count > 0)
    squares = (np.where(seen, known - np.nan_to_num(mean), 0.0) ** 2).sum(axis=0)
    return mean, np.sqrt(np.divide(squares, count - 1, out=nothing, where=count > 1)), count


Path = Callable[[Experiment, Reference], Floats | None]
Text = str | Callable[[Experiment], str]


@dataclass(frozen=True, slots=True, eq=False)
class ClosedForm:
    """A registered function with its words, before it is evaluated for an experiment; see `law` for its attributes."""

    metric: str
    kind: LawKind
    formula: Text
    assumptions: Text
    reference: Text
    knows: Fields
    requires: str
    horizon: Callable[[Experiment], int]
    deviation: Path | None
    skewness: Path | None
    path: Path

    def evaluated(self, experiment: Experiment, truth: Reference) -> Law | None:
        """The law for one experiment; None beyond its scope, and where its assumptions do not hold."""
        values = self.path(experiment, truth)
        if values is None:
            return None
        formula, assumptions, reference = (_text(text, experiment) for text in (self.formula, self.assumptions, self.reference))
        deviation, skewness = (None if find is None else find(experiment, truth) for find in (self.deviation, self.skewness))
        return Law(self.metric, self.kind, formula, assumptions, reference, frozen(values), self.horizon(experiment), deviation, skewness)


_REGISTERED: list[ClosedForm] = []


def closed_forms() -> tuple[ClosedForm, ...]:
    """Every closed form registered so far."""
    return tuple(_REGISTERED)


def _to_the_end(experiment: Experiment) -> int:
    return experiment.generations


def law(
    *,
    metric: str,
    kind: LawKind,
    formula: Text,
    assumptions: Text,
    reference: Text,
    knows: Fields = (),
    requires: str = "",
    horizon: Callable[[Experiment], int] = _to_the_end,
    deviation: Path | None = None,
    skewness: Path | None = None,
) -> Callable[[Path], Path]:
    """Register a function as a law of one metric; its words may depend on the experiment.

    Args:
        metric: see `Law`, as for `kind`, `formula`, `assumptions`, `reference`, `horizon` and `deviation`.
        kind: one of `KINDS`.
        formula: the law in one line.
        assumptions: when it holds.
        reference: who derived it, or the file of this repository that does.
        knows: the fields of the experiment it has taken into account, as `sim.theory.scope` names them. A law that
            names none is silent, because every experiment has a source and a model.
        requires: what a narrow law takes; the page says it where the metric has no other and none is drawn.
        horizon: the last generation at which it may be compared.
        deviation: the exact standard deviation over worlds.
        skewness: their exact skewness.
    """

    def register(path: Path) -> Path:
        gated = silent_beyond(knows, path)
        _REGISTERED.append(ClosedForm(metric, kind, formula, assumptions, reference, knows, requires, horizon, deviation, skewness, gated))
        return gated

    return register


def _text(text: Text, experiment: Experiment) -> str:
    return text if isinstance(text, str) else text(experiment)
