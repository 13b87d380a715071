"""What no page needs and tests hold others against: closed forms from the same papers, and mixtures in the units of the data."""

from __future__ import annotations

import math

import numpy as np

from sim import Experiment
from sim.arrays import Floats
from sim.families.gmm import FittedGmm
from sim.theory.special import digamma
from sim.theory.tokens import neutral_drift


def component_means(model: FittedGmm) -> Floats:
    """The means of a mixture's components in data units, (replicates, k, d)."""
    return model.centre + model.scale * model.scaled_means


def component_covariances(model: FittedGmm) -> Floats:
    """The covariances of a mixture's components in data units squared, (replicates, k, d, d)."""
    return model.scaled_covariances * model.scale[..., None] * model.scale[..., None, :]


def accumulated_floor(n: int) -> float:
    """What accumulate keeps of the variance for ever: sin(π/√n)/(π/√n), about 1 − π²/(6n)."""
    angle = math.pi / math.sqrt(n)
    return math.sin(angle) / angle


def stationary_share(n: int, n_real: int, supply: str = "fresh") -> float:
    """What is left of the variance in the long run with n_real real rows in each batch of n, without bias.

    Law: V* = 1 − 1/(n_r (2 − a) + 1 − a) with a = n_r/n for fresh rows; times (1 − 1/n_r), with 1 − a on top, for the
    same rows every time. One fresh row a generation keeps two thirds; one that is always the same keeps nothing.
    """
    a = n_real / n
    if n_real == 0:
        return 0.0
    rest = 1 / (n_real * (2 - a) + 1 - a)
    return 1 - rest if supply == "fresh" else (1 - 1 / n_real) * (1 - (1 - a) * rest)


def eigenvalue_rates(n: int, d: int, ddof: int) -> Floats:
    """E[log eigenvalue] gained per generation in the long run by a d-dimensional Gaussian under replace, largest first, (d,).

    Law: ψ((n−i)/2) − ln((n−ddof)/2), i = 1 … d; all different, so a round cloud becomes a needle. Needs n > d.
    """
    return np.array([digamma((n - i) / 2) - math.log((n - ddof) / 2) for i in range(1, d + 1)])


def time_to_fixation(experiment: Experiment) -> float | None:
    """About how many generations it takes until only one word is left: −2n Σ (1 − p) ln(1 − p); None without neutral drift.

    Law: the diffusion limit, exact for large n; 4 % too long at n = 30. With ten equally common words 1.9 n.
    """
    p = experiment.source.reference().probabilities
    if p is None or not neutral_drift(experiment):
        return None
    rest = 1 - p[(p > 0) & (p < 1)]
    return float(-2 * experiment.n * (rest * np.log(rest)).sum())


def median_extinction_time(count: float) -> float:
    """The median number of generations after which a word first seen that often is gone: 2c/ln 2 for large counts."""
    return 2 * count / math.log(2)
