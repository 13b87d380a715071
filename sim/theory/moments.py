"""Second moments: the variance of the rows drawn and the wandering of their centre, exactly, on average over worlds.

If G_t is the variance of the rows that model t draws (G_0 = V_0, the truth's) and D_t the mean squared distance of its
centre from the truth (D_0 = 0), then of the n rows drawn

    E[total_variance_t] = G_t,    E[mean_shift_t²] = D_t + G_t/n,    E[diversity_t] = (1 − 1/n) G_t.

Derivation: the rows are independent, so their mean is the centre plus an error of variance G_t/n that has nothing to do
with it; their squared distances from that mean add up to (n - 1) G_t, which total_variance divides by n - 1, and diversity,
for words are unit vectors and 1 - sum of squared frequencies is their variance, by n.

Where a family reproduces mean and variance of what it learned, the mean square of rows about the truth, G_t + D_t, passes
unchanged from pool to model and from model to batch, so every unbiased regime obeys G_t + D_t = V_0: what the variance loses,
the centre has wandered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.registry import discover
from sim.sources import Reference
from sim.spaces import SpaceKind
from sim.state import LARGEST
from sim.theory.horizon import mean_horizon
from sim.theory.law import Text, law
from sim.theory.scope import LOOP, Fields, silent_beyond
from sim.theory.typical import univariate_gaussian, variance_deviation, variance_skewness

LARGEST_VARIANCE: Final = LARGEST**2
"""No run has a larger one: its rows stay within `LARGEST`."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What is known of the rows drawn, by generation, each (generations + 1,).

    Attributes:
        variance: G_t, their variance around their model's centre.
        shift: D_t, the mean squared distance of that centre from the truth.
        retained: the share of the truth's distance from the target of shrinkage that is left on average; 1 without shrinkage.
    """

    variance: Floats
    shift: Floats
    retained: Floats


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth's second moments.

    Attributes:
        variance: the trace of its covariance.
        target_distance: its squared distance from the target of shrinkage; 0 where nothing shrinks.
    """

    variance: float
    target_distance: float = 0.0


Finder = Callable[[Experiment, Truth], Moments | None]


@dataclass(frozen=True, slots=True, eq=False)
class MomentForm:
    """One way to write the second moments down; see `moment_form` for its attributes."""

    variance: Text
    shift: Text
    reference: str
    general: bool
    find: Finder

    def formula_of_variance(self, experiment: Experiment) -> str:
        """What G is, for one experiment."""
        return self.variance if isinstance(self.variance, str) else self.variance(experiment)

    def formula_of_shift(self, experiment: Experiment) -> str:
        """What D is, for one experiment."""
        return self.shift if isinstance(self.shift, str) else self.shift(experiment)


_FORMS: list[MomentForm] = []


def moment_form(*, variance: Text, shift: Text, reference: str, knows: Fields = (), general: bool = False) -> Callable[[Finder], Finder]:
    """Register a function as the closed form of a case.

    Args:
        variance: what G_t is, in one line.
        shift: what D_t is; empty where the variance says both.
        reference: who derived it, or the file of this repository that does.
        knows: the fields of the experiment it has taken into account, as `sim.theory.scope` names them.
        general: asked only when no special form applies.
    """

    def register(find: Finder) -> Finder:
        gated = silent_beyond(knows, find)
        _FORMS.append(MomentForm(variance, shift, reference, general, gated))
        return gated

    return register


def second_moments(experiment: Experiment) -> tuple[MomentForm, Moments] | None:
    """The simplest form that applies to an experiment, with its values; None when none does."""
    return _second_moments(experiment)  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=32)
def _second_moments(experiment: Experiment) -> tuple[MomentForm, Moments] | None:
    discover(__package__ or "sim.theory")
    truth = truth_of(experiment.source.reference())
    with np.errstate(over="ignore", invalid="ignore"):  # what grows beyond all bounds is cut off below
        for one in sorted(_FORMS, key=lambda one: one.general):  # stable: in each file the simplest form comes first
            found = one.find(experiment, truth)
            if found is not None:
                return one, _within_bounds(found)
    return None


def _within_bounds(found: Moments) -> Moments:
    """The same, unknown from where its numbers leave the range that a run can have."""
    lost = ~(found.variance < LARGEST_VARIANCE) | ~(found.shift < LARGEST_VARIANCE)
    return Moments(*(np.where(lost, np.nan, path) for path in (found.variance, found.shift, found.retained)))


def truth_of(reference: Reference) -> Truth:
    """The second moments of the truth; words are unit vectors, and smoothing shrinks their mean to the uniform frequencies.

    Four equally likely words:

    >>> from sim.sources.zipf import Zipf
    >>> truth_of(Zipf(vocabulary=4, exponent=0.0).reference())
    Truth(variance=0.75, target_distance=0.0)
    """
    if reference.probabilities is None:
        return Truth(reference.variance)
    square = float((reference.probabilities**2).sum())
    return Truth(1 - square, square - 1 / len(reference.probabilities))


def _variance_horizon(experiment: Experiment) -> int:
    exact = univariate_gaussian(experiment) is not None
    return min(experiment.n, experiment.generations) if exact else mean_horizon(experiment)


def _moments(experiment: Experiment, kind: SpaceKind) -> Moments | None:
    found = second_moments(experiment) if experiment.source.space.kind == kind else None
    return None if found is None else found[1]


def _form(experiment: Experiment) -> MomentForm:
    found = second_moments(experiment)
    assert found is not None
    return found[0]


def _formula_of_variance(experiment: Experiment) -> str:
    return _form(experiment).formula_of_variance(experiment)


def _reference(experiment: Experiment) -> str:
    return _form(experiment).reference


def _assumptions(experiment: Experiment) -> str:
    symbols = "V₀ is the truth's variance" + (", λ the temperature" if experiment.temperature != 1 else "")
    return f"Exact for every source with a variance, because only means and covariances enter. {symbols}. Rows drawn from model t."


def _shift_assumptions(experiment: Experiment) -> str:
    return f"{_assumptions(experiment)} Squares are averaged, so the line lies above the typical replicate."


def _shift_formula(experiment: Experiment) -> str:
    shift = _form(experiment).formula_of_shift(experiment)
    both = [f"D = {shift}"] * bool(shift) + [_what_g_is(experiment)]
    return f"√(D + G/n), {', '.join(both)}"


def _what_g_is(experiment: Experiment) -> str:
    """The formula of the variance as an equation; some are systems of them, which say themselves what G is."""
    variance = _formula_of_variance(experiment)
    return variance if variance.startswith("G = ") else f"G = {variance}"


@law(
    metric="total_variance",
    kind="mean",
    formula=_formula_of_variance,
    assumptions=_assumptions,
    reference=_reference,
    knows=LOOP,
    horizon=_variance_horizon,
    deviation=variance_deviation,
    skewness=variance_skewness,
)
def mean_variance(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[total_variance_t] = G_t."""
    found = _moments(experiment, "columns")
    return None if found is None or experiment.n < 2 else found.variance.copy()


@law(
    metric="mean_shift",
    kind="root mean square",
    formula=_shift_formula,
    assumptions=_shift_assumptions,
    reference=_reference,
    knows=LOOP,
    horizon=mean_horizon,
)
def shift(experiment: Experiment, truth: Reference) -> Floats | None:
    """√E[mean_shift_t²] = √(D_t + G_t/n)."""
    found = _moments(experiment, "columns")
    return None if found is None else np.sqrt(found.shift + found.variance / experiment.n)


@law(
    metric="diversity",
    kind="mean",
    formula=lambda experiment: f"(1 − 1/n) G, {_what_g_is(experiment).replace('V₀', 'H₀')}",
    assumptions="Exact: counts are multinomial. H₀ = 1 − Σ p² of the truth; the diversity of the n rows drawn from model t.",
    reference=_reference,
    knows=LOOP,
    horizon=mean_horizon,
)
def mean_diversity(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[diversity_t] = (1 − 1/n) G_t."""
    found = _moments(experiment, "tokens")
    return None if found is None else (1 - 1 / experiment.n) * found.variance


def retained_share(experiment: Experiment) -> Floats | None:
    """The share of each word's distance from uniform that is left in the mean frequencies; None without a law."""
    found = _moments(experiment, "tokens")
    return None if found is None else found.retained
