"""Real rows in every new batch under replace: the loop settles, and how much is left depends on their number."""

from __future__ import annotations

import numpy as np

from sim.experiment import Experiment
from sim.theory.conditions import pool_kind, response
from sim.theory.moments import Moments, Truth, form

DERIVED = "Derived in shared/literature.md, section 1, and checked by Monte Carlo; with bias, Alemohammad et al. 2023, arXiv 2307.01850."


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


def _answer(experiment: Experiment) -> str:
    found = response(experiment, experiment.n)
    assert found is not None
    if found.added:
        return "G = W + blur"
    return f"G = {found.words} W" if found.words else "G = W"


def _fresh_words(experiment: Experiment) -> str:
    learned = "W′ = (1 − 1/n)(a V₀ + (1 − a) G) + a (1 − a) D"
    return f"{_answer(experiment)}; {learned}, D′ = a V₀/n + (1 − a)² D + (1 − a) G/n, a the real share"


def _fixed_words(experiment: Experiment) -> str:
    learned = "W′ = a (1 − 1/n_r) V₀ + (1 − a)(1 − 1/n_s) G + a (1 − a) E"
    return f"{_answer(experiment)}; {learned}, E′ = (1 − a)² E + G/n_s, a = n_r/n the real share"


@form(
    spread=_fresh_words,
    shift="",
    reference=DERIVED,
)
def fresh(experiment: Experiment, truth: Truth) -> Moments | None:
    """Two numbers carry everything: the pool's variance W and its centre's mean squared distance D from the truth."""
    applies = pool_kind(experiment) == "replace" and experiment.n_real > 0 and experiment.real_supply == "fresh"
    found = response(experiment, experiment.n)
    if not applies or found is None or found.keep != 1:
        return None
    n, a = experiment.n, experiment.n_real / experiment.n
    path = np.empty((2, experiment.generations + 1))
    path[:, 0] = truth.variance, 0.0
    learned, away = (1 - 1 / n) * truth.variance, truth.variance / n
    for t in range(1, experiment.generations + 1):
        spread = found.scale * learned + found.added
        path[:, t] = spread, away
        mixed = a * truth.variance + (1 - a) * spread
        learned, away = (1 - 1 / n) * mixed + a * (1 - a) * away, mixed / n + (1 - a) ** 2 * away
    return Moments(path[0], path[1], np.ones_like(path[0]))


@form(
    spread=_fixed_words,
    shift="the centre's distance from the real rows and theirs from the truth, combined",
    reference=DERIVED,
)
def fixed(experiment: Experiment, truth: Truth) -> Moments | None:
    """Everything is told from the centre of the real rows that return: E is the batch's mean squared distance from it."""
    n, real = experiment.n, experiment.n_real
    applies = pool_kind(experiment) == "replace" and 0 < real < n and experiment.real_supply == "fixed"
    found = response(experiment, n)
    if not applies or found is None or found.keep != 1:
        return None
    a, synthetic, block = real / n, n - real, truth.variance / real
    path = np.empty((2, experiment.generations + 1))
    path[:, 0] = truth.variance, 0.0
    learned, apart, cross = (1 - 1 / n) * truth.variance, block + truth.variance / synthetic, -(1 - a) * block
    for t in range(1, experiment.generations + 1):
        spread = found.scale * learned + found.added
        path[:, t] = spread, block + 2 * cross + (1 - a) ** 2 * apart
        apart = (1 - a) ** 2 * apart + spread / synthetic
        learned = a * (1 - 1 / real) * truth.variance + (1 - a) * (1 - 1 / synthetic) * spread + a * (1 - a) * apart
        cross *= 1 - a
    return Moments(path[0], path[1], np.ones_like(path[0]))
