"""Accumulate and subsample without real rows beyond batch 0: the loss is bounded, unless something is biased."""

from __future__ import annotations

import math

import numpy as np

from sim.experiment import Experiment
from sim.theory.conditions import Response, pool_kind, response
from sim.theory.moments import Moments, Truth, form

KAZDAN = "Kazdan et al. 2024, arXiv 2410.16713; Gerstgrasser et al. 2024, arXiv 2404.01413."


def lowest_share(n: int) -> float:
    """What accumulate keeps of the variance for ever: sin(π/√n)/(π/√n), about 1 − π²/(6n)."""
    angle = math.pi / math.sqrt(n)
    return math.sin(angle) / angle


def _unbiased(experiment: Experiment) -> bool:
    return response(experiment, experiment.n) == Response()


@form(spread="V₀ ∏ (1 − 1/(n s²)), s = 1 … t", shift="V₀ − G", reference=KAZDAN)
def product(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = V_0 ∏_{s≤t} (1 − 1/(n s²)), which never falls below `lowest_share`."""
    if pool_kind(experiment) != "accumulate" or experiment.n_real or not _unbiased(experiment):
        return None
    s = np.arange(1, experiment.generations + 1)
    spread = truth.variance * np.concatenate([[1.0], np.cumprod(1 - 1 / (experiment.n * s**2))])
    return Moments(spread, truth.variance - spread, np.ones_like(spread))


def _answer_words(experiment: Experiment) -> str:
    found = response(experiment, experiment.n)
    assert found is not None
    if found.words:
        words = found.words.replace("n/(n − 1)", "m/(m − 1)").replace("n^", "m^")
        return f"{words} W" + (", m = n t" if "m" in words else "")
    d = len(experiment.source.space.columns)
    return f"W + {'λ ' if experiment.temperature != 1 else ''}{f'{d} ' if d > 1 else ''}h²"


def _pool_words(experiment: Experiment) -> str:
    return f"G = {_answer_words(experiment)}; the pool's variance W goes from t to t + 1 by + (G − W)/(t + 1) − G/(n (t + 1)²)"


@form(spread=_pool_words, shift="Σ G/(n (s + 1)²) over the generations s before t", reference=KAZDAN)
def pool(experiment: Experiment, truth: Truth) -> Moments | None:
    """W_{t+1} = W_t + (G_t − W_t)/(t+1) − G_t/(n (t+1)²) and D_{t+1} = D_t + G_t/(n (t+1)²), W_0 = V_0.

    With a fixed kernel the variance grows like the logarithm of t; with temperature below 1 it falls like a power of t.
    """
    found = response(experiment, experiment.n)
    if pool_kind(experiment) != "accumulate" or experiment.n_real or found is None or found.keep != 1:
        return None
    n, last = experiment.n, experiment.generations
    path = np.empty((2, last + 1))
    learned, away, spread = truth.variance, 0.0, truth.variance
    for t in range(last + 1):
        path[:, t] = spread, away
        step = spread / (n * (t + 1) ** 2)
        learned, away = learned + (spread - learned) / (t + 1) - step, away + step
        reply = response(experiment, n * (t + 1))
        assert reply is not None
        spread = reply.scale * learned + reply.added
    return Moments(path[0], path[1], np.ones(last + 1))


@form(
    spread="P (1 − v), v = (t − 1)/(n t − 1); P goes from V₀ (1 − 1/n) at t = 1 to t + 1 by the factor 1 − (v + (1 − v)/n)/(t + 1)²",
    shift="V₀ − G",
    reference="Kazdan et al. 2024, arXiv 2410.16713 (the regime); the recursion is derived in shared/literature.md, section 1.",
)
def subsample(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = P_t (1 − v_t); n D_t tends to π²/2 − 2 = 2.935 in units of V_0."""
    if pool_kind(experiment) != "subsample" or experiment.n_real or experiment.n < 2 or not _unbiased(experiment):
        return None
    n = experiment.n
    t = np.arange(1, experiment.generations + 1)
    chance = (t - 1) / (n * t - 1)
    factors = 1 - (chance + (1 - chance) / n) / (t + 1) ** 2
    whole = (1 - 1 / n) * np.concatenate([[1.0], np.cumprod(factors)[:-1]])
    spread = truth.variance * np.concatenate([[1.0], whole * (1 - chance)])
    return Moments(spread, truth.variance - spread, np.ones_like(spread))
