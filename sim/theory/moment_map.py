"""The moment map of a model: how mean and variance of the rows it draws follow from those of the rows it learned.

Derivation, for m rows with centre c and variance W (trace, divisor m) in d columns, at temperature λ:

    Gaussian      draws from N(c, λ S) and S has the divisor m - ddof, so its trace is W m/(m - ddof).
    mixture       every M-step reproduces c and W; λ multiplies what lies within components, which is all of W for k = 1 alone.
    kernels       a row drawn is a training row plus noise: W + λ d h² for a fixed blur; with f = m^(-1/(d + 4)) the noise of
                  Scott's has λ f² times the variance with divisor m - 1, and the shrunk kernel's λ f² W, after rows were pulled
                  to c by √(1 - f²): (1 - f² + λ f²) W.
    word counts   p = u + k (q - u) for the frequencies q learned, u = 1/V for each of V words, k = m/(m + V smoothing). Words are
                  unit vectors with the variance 1 - |p|² and |p - u|² = |p|² - 1/V, so 1 - |p|² = k² W + (1 - k²)(1 - 1/V).

A family whose map is known is named here, or in a file of this folder, with `@maps_moments(...)`; of any other no second
moments are told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sim.experiment import Experiment
from sim.families import Family
from sim.families.categorical import Categorical
from sim.families.gaussian import Gaussian
from sim.families.gmm import Gmm
from sim.families.kde import Kde
from sim.theory.scope import Fields, in_scope, unknown_settings

ANY_ROWS: Final[Fields] = ("source", "regime", "real_share", "real_supply")
"""What decides which rows a model learns; a map holds for any rows."""

UNBIASED: Final = "n/(n − 1)"


@dataclass(frozen=True, slots=True)
class MomentMap:
    """If a model learned rows with centre c and variance W (trace, divisor m), what it draws has the moments

        centre = `centre_factor` c, seen from the target of its shrinkage;    E[variance] = `variance_factor` W + `added_variance`.

    Attributes:
        variance_factor: 1 where the model reproduces the variance it learned.
        added_variance: in data units squared; the blur of kernels, or what smoothing adds.
        centre_factor: below 1 only for smoothed word counts, which are shrunk towards uniform.
        formula: the variance factor as a formula; empty when it is 1.
    """

    variance_factor: float = 1.0
    added_variance: float = 0.0
    centre_factor: float = 1.0
    formula: str = ""


F = TypeVar("F", bound=Family)
Finder = Callable[[F, Experiment, int], MomentMap | None]

_MAPS: dict[type[Family], tuple[Fields, Finder[Any]]] = {}


def maps_moments(family: type[F], *, knows: Fields = ()) -> Callable[[Finder[F]], Finder[F]]:
    """Register a function as the moment map of a family.

    Args:
        family: the family; those derived from it are told the same.
        knows: the fields taken into account, as `sim.theory.scope` names them.
    """

    def register(find: Finder[F]) -> Finder[F]:
        _MAPS[family] = knows, find
        return find

    return register


def moment_map(experiment: Experiment, m: int) -> MomentMap | None:
    """The map of this experiment's model after m training rows; None when first and second moments do not tell.

    The variance that divides by m - 1, as seen by the one that divides by m = 5:

    >>> unbiased = {"source": {"kind": "normal"}, "family": {"kind": "gaussian", "ddof": 1}}
    >>> moment_map(Experiment.model_validate(unbiased), m=5).variance_factor
    1.25
    """
    for parent in type(experiment.family).__mro__:
        if parent in _MAPS:
            knows, find = _MAPS[parent]
            return find(experiment.family, experiment, m) if in_scope(experiment, knows) else None
    return None


def unmapped_settings(experiment: Experiment) -> tuple[str, ...]:
    """The settings off their defaults that the map of this model does not know, as a reader calls them."""
    known = next((_MAPS[parent][0] for parent in type(experiment.family).__mro__ if parent in _MAPS), None)
    return () if known is None else unknown_settings(experiment, known)


@maps_moments(Gaussian, knows=(*ANY_ROWS, "temperature", "family.gaussian.ddof"))
def _(family: Gaussian, experiment: Experiment, m: int) -> MomentMap | None:
    temperature = experiment.temperature
    if m <= family.ddof:
        return None
    formula = ("λ" if temperature != 1 else "") + (f" {UNBIASED}" if family.ddof else "")
    return MomentMap(temperature * m / (m - family.ddof), formula=formula.strip())


@maps_moments(Gmm, knows=(*ANY_ROWS, "temperature", "family.gmm.k"))
def _(family: Gmm, experiment: Experiment, m: int) -> MomentMap | None:
    if experiment.temperature == 1:
        return MomentMap()
    return MomentMap(experiment.temperature, formula="λ") if family.k == 1 else None


@maps_moments(Kde, knows=(*ANY_ROWS, "temperature", "family.kde.bandwidth", "family.kde.h"))
def _(family: Kde, experiment: Experiment, m: int) -> MomentMap | None:
    temperature, d = experiment.temperature, len(experiment.source.space.columns)
    if family.bandwidth == "fixed":
        return MomentMap(added_variance=temperature * d * family.h**2)
    factor = m ** (-2 / (d + 4))
    power, temperature_factor = f"n^(−2/{d + 4})", "λ " if temperature != 1 else ""
    if family.bandwidth == "scott":
        return MomentMap(1 + temperature * factor * m / (m - 1), formula=f"(1 + {temperature_factor}{power} {UNBIASED})") if m > 1 else None
    return MomentMap(1 + (temperature - 1) * factor, formula=f"(1 + (λ − 1) {power})" if temperature != 1 else "")


@maps_moments(Categorical, knows=(*ANY_ROWS, "temperature", "family.categorical.smoothing"))
def _(family: Categorical, experiment: Experiment, m: int) -> MomentMap | None:
    if experiment.temperature != 1:
        return None
    vocabulary = experiment.source.space.vocabulary
    shrinkage = m / (m + vocabulary * family.smoothing)
    return MomentMap(shrinkage**2, (1 - shrinkage**2) * (1 - 1 / vocabulary), shrinkage)
