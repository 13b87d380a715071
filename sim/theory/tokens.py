"""Words: what drift leaves alive, what it keeps on average, and what temperature does to Zipf's law."""

from __future__ import annotations

import math

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.families.categorical import Categorical
from sim.metrics import metrics
from sim.sources import Reference
from sim.sources.zipf import Zipf
from sim.theory.horizon import mean_horizon
from sim.theory.law import law
from sim.theory.moments import retained_share
from sim.theory.pools import fully_synthetic
from sim.theory.scope import LOOP, TRAINING


def neutral_drift(experiment: Experiment) -> bool:
    """Whether word counts drift neutrally, as in the Wright-Fisher model: no smoothing, temperature 1, replace, no real rows."""
    family = experiment.family
    plain = isinstance(family, Categorical) and family.smoothing == 0 and experiment.temperature == 1
    return plain and fully_synthetic(experiment)


def survival(generations: int) -> Floats:
    """g_{t+1} for t = 0 … generations: g_1 = 1, g_{t+1} = 1 − exp(−g_t), about 2/t.

    A word expected c times in the first batch is still drawn at index t with probability 1 − exp(−c g_{t+1}) if counts
    are Poisson: the branching process of its copies.

    >>> survival(2).round(3).tolist()  # 1, 1 - 1/e, 1 - exp(-0.632)
    [1.0, 0.632, 0.469]
    """
    found = np.empty(generations + 1)
    g = 1.0
    for t in range(generations + 1):
        found[t], g = g, -math.expm1(-g)
    return found


@law(
    metric="tokens_alive",
    kind="lower bound",
    formula="Σ 1 − exp(−n p g), g = 1 at t = 0 and then 1 − exp(−g) of the one before",
    assumptions="Word counts without smoothing, replace, no real rows, temperature 1; tight for large vocabularies.",
    reference="Suresh et al. 2024, arXiv 2412.17646, Corollary 1.",
    knows=("source", "family.categorical.smoothing", *TRAINING),
    requires="the bound needs word counts without smoothing, replace, no real rows and temperature 1",
)
def alive(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[tokens_alive_t] ≥ Σ_i 1 − exp(−n p_i g_{t+1})."""
    if truth.probabilities is None or not neutral_drift(experiment):
        return None
    expected = experiment.n * truth.probabilities
    return np.array([-np.expm1(-expected * g).sum() for g in survival(experiment.generations)])


def rare_words(truth: Reference) -> tuple[float, float]:
    """The mass of the words that count as rare, as the metric defines them, and their share of the vocabulary."""
    assert truth.probabilities is not None
    mass = metrics()["rare_mass"].ideal(truth) or 0.0
    # The metric tells the mass alone; how many of the least probable words make it up is found again, rounding allowed.
    count = int(np.searchsorted(np.sort(truth.probabilities).cumsum(), mass * (1 - 1e-12))) + 1
    return mass, count / len(truth.probabilities)


def _drift_deviation(experiment: Experiment, truth: Reference) -> Floats | None:
    if truth.probabilities is None or not neutral_drift(experiment):
        return None
    mass, _ = rare_words(truth)
    drifted = 1 - (1 - 1 / experiment.n) ** np.arange(1, experiment.generations + 2)
    return np.sqrt(mass * (1 - mass) * drifted)


def _rare_formula(experiment: Experiment) -> str:
    smoothed = isinstance(experiment.family, Categorical) and experiment.family.smoothing > 0
    return "approaches the rare words' share of the vocabulary" if smoothed else "constant: on average a word wins as much as it loses"


@law(
    metric="rare_mass",
    kind="mean",
    formula=_rare_formula,
    assumptions="Exact for word counts at temperature 1. A mean over replicates: in most of them fewer and fewer rare words carry it.",
    reference="Wright-Fisher drift; Seddik et al. 2024, arXiv 2404.05090.",
    knows=LOOP,
    horizon=mean_horizon,
    deviation=_drift_deviation,
)
def mean_rare_mass(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[rare_mass_t]: the truth's, shrunk towards uniform to the share that smoothing leaves of it."""
    retained = retained_share(experiment)
    if truth.probabilities is None or retained is None:
        return None
    mass, uniform = rare_words(truth)
    return uniform + retained * (mass - uniform)


@law(
    metric="zipf_exponent",
    kind="unlimited rows",
    formula="s/λᵗ",
    assumptions="Zipf's words, word counts without smoothing, replace, no real rows; with n rows the difference is the work of chance.",
    reference="p^(1/λ) turns exponent s into s/λ; compare Marchi et al. 2024, arXiv 2404.02325.",
    horizon=lambda _: -1,  # n rows are never unlimited, so the measurement is not held against it
    knows=("source.zipf.vocabulary", "source.zipf.exponent", "family.categorical.smoothing", *TRAINING),
    requires="it needs Zipf's words, word counts without smoothing, replace and no real rows",
)
def tempered_exponent(experiment: Experiment, truth: Reference) -> Floats | None:
    """s/λᵗ, drawn while the second word would still be seen once in n rows."""
    source, family = experiment.source, experiment.family
    if not isinstance(source, Zipf) or not isinstance(family, Categorical) or family.smoothing:
        return None
    if not fully_synthetic(experiment) or experiment.n < 2:
        return None
    logs = np.arange(experiment.generations + 1) * -math.log(experiment.temperature)
    found = source.exponent * np.exp(np.minimum(logs, 700.0))  # exp overflows beyond 709
    return np.where(found <= math.log2(experiment.n), found, np.nan)
