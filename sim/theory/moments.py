"""Second moments: the spread of the rows drawn and the wandering of their centre, exactly, on average over worlds.

If G_t is the variance of the rows that model t draws (G_0 = V_0, the truth's) and D_t the mean squared distance of its
centre from the truth (D_0 = 0), then of the n rows drawn

    E[total_variance_t] = G_t,    E[mean_shift_t²] = D_t + G_t/n,    E[diversity_t] = (1 − 1/n) G_t.

Where a family reproduces mean and variance of what it learned, every unbiased regime obeys G_t + D_t = V_0: what the
spread loses, the centre has wandered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.engine import LARGEST
from sim.experiment import Experiment
from sim.registry import discover
from sim.sources import Reference
from sim.sources.student_t import StudentT
from sim.theory.closed_forms import law
from sim.theory.conditions import pool_kind
from sim.theory.typical import normal_on_a_line, variance_deviation

LARGEST_VARIANCE: Final = LARGEST**2

FAIR_ROWS: Final = 16
"""Rows a generation from which on fifty worlds judge a mean fairly."""

ENOUGH_REAL: Final = 5
"""Real rows a generation from which on no world strays far enough to upset a mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What is known of the rows drawn, by generation, each (generations + 1,).

    Attributes:
        spread: G_t, their variance around their model's centre.
        shift: D_t, the mean squared distance of that centre from the truth.
        kept: the share of the truth's distance from the point of pull that is left on average; 1 without a pull.
    """

    spread: Floats
    shift: Floats
    kept: Floats


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth's second moments: its variance, and its squared distance from the point that the model is pulled to."""

    variance: float
    apart: float = 0.0


Words = Callable[[Experiment], str]
Finder = Callable[[Experiment, Truth], Moments | None]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way to write the second moments down: `spread` says G_t, `shift` says D_t (empty: the spread says both)."""

    spread: Words
    shift: Words
    reference: str
    general: bool
    find: Finder


_FORMS: list[Form] = []


def form(*, spread: str | Words, shift: str | Words, reference: str, general: bool = False) -> Callable[[Finder], Finder]:
    """Register a function as the closed form of a case; a general one is asked when no special one applies."""

    def register(find: Finder) -> Finder:
        _FORMS.append(Form(_spoken(spread), _spoken(shift), reference, general, find))
        return find

    return register


def _spoken(words: str | Words) -> Words:
    return words if callable(words) else lambda _: words


def second_moments(experiment: Experiment) -> tuple[Form, Moments] | None:
    """The simplest form that applies to an experiment, with its values; None when none does."""
    return _second_moments(experiment)  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=32)
def _second_moments(experiment: Experiment) -> tuple[Form, Moments] | None:
    discover(__package__ or "sim.theory")
    truth = truth_of(experiment.source.reference())
    with np.errstate(over="ignore", invalid="ignore"):
        for one in sorted(_FORMS, key=lambda one: one.general):
            found = one.find(experiment, truth)
            if found is not None:
                return one, _within_bounds(found)
    return None


def _within_bounds(found: Moments) -> Moments:
    """The same, unknown from where its numbers leave the range that a run can have."""
    lost = ~(found.spread < LARGEST_VARIANCE) | ~(found.shift < LARGEST_VARIANCE)
    return Moments(*(np.where(lost, np.nan, path) for path in (found.spread, found.shift, found.kept)))


def truth_of(reference: Reference) -> Truth:
    """The second moments of the truth; words are unit vectors, and smoothing pulls them to the uniform frequencies."""
    if reference.probabilities is None:
        return Truth(reference.variance)
    square = float((reference.probabilities**2).sum())
    return Truth(1 - square, square - 1 / len(reference.probabilities))


def mean_horizon(experiment: Experiment) -> int:
    """The last generation at which a mean over worlds may be compared, with the worlds' own standard deviation; -1 for none.

    Where worlds are skewed, a few of them carry the mean, and the standard deviation that it is judged by. So nothing is
    compared with fewer than sixteen rows (of true laws under accumulate and subsample, judged by fifty worlds, up to one in
    three is found more than three standard errors off at n = 2, one in twelve at n = 5, at most one in fifty from n = 16
    on), and nothing where rows have no fourth moment. Without earlier batches and with fewer than five real rows the mean
    is carried by ever fewer worlds: one in ten is off at t = n, one in fifty at t = n/4, and nothing is compared beyond that.
    """
    heavy = isinstance(experiment.source, StudentT) and experiment.source.df <= 4
    if heavy or experiment.n < FAIR_ROWS:
        return -1
    bounded = pool_kind(experiment) in ("accumulate", "subsample") or experiment.n_real >= ENOUGH_REAL
    return experiment.generations if bounded else min(experiment.n // 4, experiment.generations)


def _variance_horizon(experiment: Experiment) -> int:
    exact = normal_on_a_line(experiment) is not None
    return min(experiment.n, experiment.generations) if exact else mean_horizon(experiment)


def _columns(experiment: Experiment) -> Moments | None:
    found = second_moments(experiment) if experiment.source.space.kind == "columns" else None
    return None if found is None else found[1]


def _tokens(experiment: Experiment) -> Moments | None:
    found = second_moments(experiment) if experiment.source.space.kind == "tokens" else None
    return None if found is None else found[1]


def _form(experiment: Experiment) -> Form:
    found = second_moments(experiment)
    assert found is not None
    return found[0]


def _reference(experiment: Experiment) -> str:
    return _form(experiment).reference


def _assumptions(experiment: Experiment) -> str:
    symbols = "V₀ is the truth's variance" + (", λ the temperature" if experiment.temperature != 1 else "")
    return f"Exact for every source with a variance, because only means and covariances enter. {symbols}. Rows drawn from model t."


def _shift_assumptions(experiment: Experiment) -> str:
    return f"{_assumptions(experiment)} Squares are averaged, so the line lies above the typical world."


def _shift_words(experiment: Experiment) -> str:
    spread, shift = _form(experiment).spread(experiment), _form(experiment).shift(experiment)
    both = [f"D = {shift}"] * bool(shift) + [spread if spread.startswith("G = ") else f"G = {spread}"]
    return f"√(D + G/n), {', '.join(both)}"


@law(
    metric="total_variance",
    kind="mean",
    formula=lambda experiment: _form(experiment).spread(experiment),
    assumptions=_assumptions,
    reference=_reference,
    horizon=_variance_horizon,
    deviation=variance_deviation,
)
def mean_variance(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[total_variance_t] = G_t."""
    found = _columns(experiment)
    return None if found is None or experiment.n < 2 else found.spread.copy()


@law(
    metric="mean_shift",
    kind="root mean square",
    formula=_shift_words,
    assumptions=_shift_assumptions,
    reference=_reference,
    horizon=mean_horizon,
)
def shift(experiment: Experiment, truth: Reference) -> Floats | None:
    """√E[mean_shift_t²] = √(D_t + G_t/n)."""
    found = _columns(experiment)
    return None if found is None else np.sqrt(found.shift + found.spread / experiment.n)


@law(
    metric="diversity",
    kind="mean",
    formula=lambda experiment: f"(1 − 1/n) G, G = {_form(experiment).spread(experiment).replace('V₀', 'H₀')}",
    assumptions="Exact: counts are multinomial. H₀ = 1 − Σ p² of the truth; the diversity of the n rows drawn from model t.",
    reference=_reference,
    horizon=mean_horizon,
)
def mean_diversity(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[diversity_t] = (1 − 1/n) G_t."""
    found = _tokens(experiment)
    return None if found is None else (1 - 1 / experiment.n) * found.spread


def kept_share(experiment: Experiment) -> Floats | None:
    """The share of each word's distance from uniform that is left in the mean frequencies; None without a law."""
    found = _tokens(experiment)
    return None if found is None else found.kept
