"""The Gaussian on a line: typical paths, where they differ from means, and how fast the spread halves.

The mean of a collapsing variance is carried by ever fewer worlds; the mean of its logarithm is what one sees.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.families.gaussian import Gaussian
from sim.sources import Reference
from sim.sources.normal import Normal
from sim.theory.law import law
from sim.theory.pools import fully_synthetic
from sim.theory.scope import TRAINING, Fields, in_scope
from sim.theory.special import c4, digamma, tetragamma, trigamma

KNOWN: Final[Fields] = ("source.normal.dim", "family.gaussian.ddof", *TRAINING)

NORMAL = "Exact for the one-dimensional normal source, the Gaussian model, replace and no real rows. Rows drawn from model t."
SURESH = "Chi-square logarithms; Suresh et al. 2024, arXiv 2412.17646; Shumailov et al. 2024, Nature 631:755."


def univariate_gaussian(experiment: Experiment) -> Gaussian | None:
    """The Gaussian model of an experiment in which every draw is normal and on a line; None elsewhere."""
    if not in_scope(experiment, KNOWN):
        return None
    family, source = experiment.family, experiment.source
    plain = isinstance(source, Normal) and source.dim == 1 and fully_synthetic(experiment) and experiment.n >= 2
    return family if plain and isinstance(family, Gaussian) else None


def log_step(experiment: Experiment) -> float | None:
    """E[log σ²] gained in one generation: ln λ + ψ((n−1)/2) − ln((n−ddof)/2); None where no law is known."""
    family = univariate_gaussian(experiment)
    if family is None:
        return None
    return math.log(experiment.temperature) + digamma((experiment.n - 1) / 2) - math.log((experiment.n - family.ddof) / 2)


def half_life(experiment: Experiment, whole: float | None = None) -> float | None:
    """Where the typical path of the spread (standard deviation) crosses one half; None where unknown or never.

    Law: (ln(4 V₀/whole²) + ψ((n−1)/2) − ln((n−1)/2))/−E[log σ² gained], about 0.69 n for maximum likelihood and 1.39 n for unbiased
    fits. It is the path of rows drawn, as `typical_variance` has it, which begins a little below V₀: what is a number between two
    generations lies on the line between them on a logarithmic axis.

    Args:
        experiment: what was run.
        whole: the spread of which one half is meant; the truth's if left out.

    >>> loop = {"source": {"kind": "normal"}, "n": 10_000}
    >>> found = [half_life(Experiment.model_validate({**loop, "family": {"kind": "gaussian", "ddof": ddof}})) for ddof in (0, 1)]
    >>> [round(generations / 10_000, 2) for generations in found]
    [0.69, 1.39]
    """
    step = log_step(experiment)
    if step is None or step >= 0:
        return None
    shares = experiment.source.reference().variance / whole**2 if whole else 1.0
    return max(0.0, (math.log(4 * shares) + _last_draw(experiment)) / -step)


def _last_draw(experiment: Experiment) -> float:
    """E[log of the sample variance of n normal rows] less that of their law's: by how much rows drawn are narrower than their model."""
    half = (experiment.n - 1) / 2
    return digamma(half) - math.log(half)


def _draws(experiment: Experiment) -> Floats:
    return np.arange(1.0, experiment.generations + 2)


def log_deviation(experiment: Experiment, truth: Reference) -> Floats:
    """√Var[log total_variance_t] = √((t + 1) ψ′((n−1)/2))."""
    return np.sqrt(_draws(experiment) * trigamma((experiment.n - 1) / 2))


def variance_deviation(experiment: Experiment, truth: Reference) -> Floats | None:
    """√Var[total_variance_t] = E √((1 + 2/(n−1))^(t+1) − 1), up to t = n; None where it is not known."""
    family = univariate_gaussian(experiment)
    if family is None:
        return None
    # Beyond t = n it would overflow, and is not compared.
    n, draws = experiment.n, np.minimum(_draws(experiment), experiment.n + 1)
    factor = experiment.temperature * (n - 1) / (n - family.ddof)
    return truth.variance * np.power(factor, draws - 1) * np.sqrt(np.power(1 + 2 / (n - 1), draws) - 1)


def log_skewness(experiment: Experiment, truth: Reference) -> Floats:
    """The skewness of log total_variance_t, a sum of t + 1 independent logarithms: ψ″/(ψ′^(3/2) √(t + 1)) of (n−1)/2."""
    half = (experiment.n - 1) / 2
    return tetragamma(half) / trigamma(half) ** 1.5 / np.sqrt(_draws(experiment))


def variance_skewness(experiment: Experiment, truth: Reference) -> Floats | None:
    """The skewness of total_variance_t, a product of t + 1 independent χ²/(n−1), up to t = n; None where it is not known."""
    if univariate_gaussian(experiment) is None:
        return None
    n, draws = experiment.n, np.minimum(_draws(experiment), experiment.n + 1)
    square = np.power(1 + 2 / (n - 1), draws)
    cube = np.power((1 + 2 / (n - 1)) * (1 + 4 / (n - 1)), draws)
    return (cube - 3 * square + 2) / np.power(square - 1, 1.5)


def _typical_formula(experiment: Experiment) -> str:
    family = univariate_gaussian(experiment)
    divisor = "(n − 1)" if family and family.ddof else "n"
    warm = "ln λ + " if experiment.temperature != 1 else ""
    return f"V₀ exp(t ({warm}ψ((n − 1)/2) − ln({divisor}/2)) + ψ((n − 1)/2) − ln((n − 1)/2)), ψ the digamma function"


@law(
    metric="total_variance",
    kind="typical path",
    formula=_typical_formula,
    assumptions=NORMAL,
    reference=SURESH,
    knows=KNOWN,
    deviation=log_deviation,
    skewness=log_skewness,
)
def typical_variance(experiment: Experiment, truth: Reference) -> Floats | None:
    """exp E[log total_variance_t]: t fits and draws, and the sample variance of the last draw."""
    step = log_step(experiment)
    if step is None:
        return None
    logs = math.log(truth.variance) + step * np.arange(experiment.generations + 1) + _last_draw(experiment)
    return np.exp(np.minimum(logs, 700.0))  # exp overflows beyond 709


@law(
    metric="frechet",
    kind="mean",
    formula="D + G/n + G + 1 − 2 E[s], E[s] = c₄ (c₄ √(λ (n − 1)/(n − ddof)))ᵗ, c₄ = E[s]/σ of n normal rows",
    assumptions=NORMAL + " G and D as for the total variance and the mean shift; the truth is the reference rows' mean and variance.",
    reference="W₂² of two normal distributions; Shumailov et al. 2024, Nature 631:755, Theorem 3.1 (its growth with ddof 1).",
    horizon=lambda experiment: min(max(1, experiment.n // 4), experiment.generations),
    knows=KNOWN,
    requires="it is known only for the normal source on a line, the Gaussian model, replace and no real rows",
)
def mean_frechet(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[(x̄ − m)² + (s − v)²] for normal rows drawn, m and v the mean and standard deviation of the reference rows."""
    family = univariate_gaussian(experiment)
    if family is None:
        return None
    n, heat, t = experiment.n, experiment.temperature, np.arange(experiment.generations + 1)
    rows = np.asarray(truth.rows, dtype=np.float64)[:, 0]
    centre, width = float(rows.mean()), float(rows.std(ddof=1))
    ratio = heat * (n - 1) / (n - family.ddof)
    with np.errstate(over="ignore"):
        variance = truth.variance * ratio**t
        deviation = math.sqrt(truth.variance) * c4(n) * (math.sqrt(ratio) * c4(n)) ** t
        wandered = variance.cumsum() / n
    found = wandered + (float(truth.mean[0]) - centre) ** 2 + variance + width**2 - 2 * width * deviation
    return np.where(np.isfinite(found), found, np.nan)
