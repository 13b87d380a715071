"""Typical paths: what most worlds do, where it differs from the mean.

The mean of a collapsing variance is carried by ever fewer worlds; the mean of its logarithm is what one sees.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.experiment import Experiment
from sim.records import Floats
from sim.sources import Reference
from sim.theory import law


def digamma(x: float) -> float:
    """The digamma function for x > 0, by recurrence and the asymptotic series (error below 1e-12).

    Why not scipy's: it would be the only reason to import scipy on the way to the first picture.
    """
    shift = 0.0
    while x < 12:
        shift -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return shift + math.log(x) - 0.5 / x - series


def log_drift(experiment: Experiment) -> float | None:
    """E[log variance] gained per generation in the one-dimensional Gaussian replace loop; None elsewhere."""
    family: Any = experiment.family
    plain = experiment.source.title() == "normal" and len(experiment.source.space.columns) == 1 and family.kind == "gaussian"
    regime: Any = experiment.regime
    alone = experiment.n_real == 0 and (regime.kind == "replace" or (regime.kind == "window" and regime.k == 1))
    if not (plain and alone) or experiment.n < 2:
        return None
    half = (experiment.n - 1) / 2
    return digamma(half) - math.log((experiment.n - family.ddof) / 2) + math.log(experiment.temperature)


def half_life(experiment: Experiment) -> float | None:
    """The generation at which the typical path of the spread (standard deviation) is halved; None where unknown or never.

    Law: ln 4 / -E[log variance ratio], about 0.69 n for maximum likelihood and 1.39 n for unbiased fits.
    """
    drift = log_drift(experiment)
    return None if drift is None or drift >= 0 else math.log(4) / -drift


@law(
    metric="total_variance",
    kind="typical path",
    formula="exp(t [psi((n-1)/2) - ln((n-ddof)/2) + ln temperature] + psi((n-1)/2) - ln((n-1)/2))",
    assumptions="Exact for the one-dimensional normal source, Gaussian model, replace, no real rows. Rows drawn from model t.",
    reference="Chi-square logarithms; compare Suresh et al. 2025, arXiv 2412.17646, and Shumailov et al. 2024, Nature 631:755.",
)
def typical_variance(experiment: Experiment, truth: Reference) -> Floats | None:
    """exp E[log total_variance_t]."""
    drift = log_drift(experiment)
    if drift is None:
        return None
    half = (experiment.n - 1) / 2
    first = digamma(half) - math.log(half)
    return truth.variance * np.exp(drift * np.arange(experiment.generations + 1) + first)


@law(
    metric="tokens_alive",
    kind="lower bound",
    formula="sum_i 1 - exp(-n p_i g_{t+1}), g_1 = 1, g_{t+1} = 1 - exp(-g_t)",
    assumptions="Categorical model without smoothing, replace, no real rows, temperature 1. Tight for Zipf vocabularies.",
    reference="Suresh et al. 2025, arXiv 2412.17646, Corollary 1.",
)
def tokens_alive(experiment: Experiment, truth: Reference) -> Floats | None:
    """A lower bound of E[tokens alive among the n rows drawn at index t]."""
    family: Any = experiment.family
    plain = family.kind == "categorical" and family.smoothing == 0 and experiment.temperature == 1
    if truth.probabilities is None or not plain or experiment.n_real or experiment.regime.title() != "replace":
        return None
    alive, g = np.empty(experiment.generations + 1), 1.0
    for t in range(experiment.generations + 1):
        alive[t] = -np.expm1(-experiment.n * truth.probabilities * g).sum()
        g = -math.expm1(-g)
    return alive
