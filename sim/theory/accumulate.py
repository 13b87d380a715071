"""Accumulate and subsample without real rows beyond batch 0: the loss is bounded, unless something is biased.

Derivation, accumulate: a pool of t batches has the centre C and the variance W_t (divisor n t). Model t learns it and draws n
rows with the centre C + e, e of variance G_t/n, and the variance G_t, so seen from C the mean square of all t + 1 batches is
(t W_t + G_t)/(t + 1), and the new centre lies at e/(t + 1):

    W_{t+1} = W_t + (G_t - W_t)/(t + 1) - G_t/(n (t + 1)²),    D_{t+1} = D_t + G_t/(n (t + 1)²).

It begins with W_1 = (1 - 1/n) V_0, batch 0 about its own mean. Where G_t = W_t this is V_0 times the product of 1 - 1/(n s²)
over s = 1 … t, and Euler's product gives its limit sin(π/√n)/(π/√n), about 1 - π²/(6n). Where G_t = W_t + b the variance
grows like the logarithm of t; where G_t = λ W_t, λ < 1, it falls like t to the power of λ - 1.

Derivation, subsample: of the n t rows of the pool, with variance P_t, n are chosen without replacement. Their mean lies v P_t
from C in mean square, v = (t - 1)/(n t - 1), and their variance is what is left: G_t = (1 - v) P_t. The new batch has the mean
square v P_t + G_t = P_t about C, as all before it, and moves the centre by 1/(t + 1) of an offset of v P_t + G_t/n:

    P_{t+1} = P_t (1 - (v + (1 - v)/n)/(t + 1)²),    P_1 = (1 - 1/n) V_0.

For large n the losses are 1/n at first, (2 - 1/s)/(n (s + 1)²) in turn s, and v = 1/n for the last choice. They add up to
n D = 1 + (π²/3 - 2) - (2 - π²/6) + 1 = π²/2 - 2 = 2.935 in units of V_0.

Two rows a generation: the factors are 1 - 1/2 and then 1 - 1/8.

>>> regime = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "regime": {"kind": "accumulate"}}
>>> product(Experiment.model_validate({**regime, "n": 2, "generations": 2}), Truth(1.0)).variance.tolist()
[1.0, 0.5, 0.4375]
"""

from __future__ import annotations

import numpy as np

from sim.experiment import Experiment
from sim.theory.moment_map import MomentMap, moment_map
from sim.theory.moments import Moments, Truth, moment_form
from sim.theory.pools import pool_kind
from sim.theory.scope import LOOP

KAZDAN = "Kazdan et al. 2024, arXiv 2410.16713; Gerstgrasser et al. 2024, arXiv 2404.01413."


def _unbiased(experiment: Experiment) -> bool:
    return moment_map(experiment, experiment.n) == MomentMap()


@moment_form(variance="V₀ ∏ (1 − 1/(n s²)), s = 1 … t", shift="V₀ − G", reference=KAZDAN, knows=LOOP)
def product(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = V_0 ∏_{s≤t} (1 − 1/(n s²)), which never falls below sin(π/√n)/(π/√n)."""
    if pool_kind(experiment) != "accumulate" or experiment.n_real or not _unbiased(experiment):
        return None
    s = np.arange(1, experiment.generations + 1)
    variance = truth.variance * np.concatenate([[1.0], np.cumprod(1 - 1 / (experiment.n * s**2))])
    return Moments(variance, truth.variance - variance, np.ones_like(variance))


def _drawn_formula(experiment: Experiment) -> str:
    found = moment_map(experiment, experiment.n)
    assert found is not None
    if found.formula:  # a map says n for its training rows, of which this pool has more than a batch
        formula = found.formula.replace("n/(n − 1)", "m/(m − 1)").replace("n^", "m^")
        return f"{formula} W" + (", m = n t" if "m" in formula else "")
    d = len(experiment.source.space.columns)
    return f"W + {'λ ' if experiment.temperature != 1 else ''}{f'{d} ' if d > 1 else ''}h²"


def _pool_formula(experiment: Experiment) -> str:
    return f"G = {_drawn_formula(experiment)}; the pool's variance W goes from t to t + 1 by + (G − W)/(t + 1) − G/(n (t + 1)²)"


@moment_form(variance=_pool_formula, shift="Σ G/(n (s + 1)²) over the generations s before t", reference=KAZDAN, knows=LOOP)
def pool(experiment: Experiment, truth: Truth) -> Moments | None:
    """W_{t+1} = W_t + (G_t − W_t)/(t+1) − G_t/(n (t+1)²) and D_{t+1} = D_t + G_t/(n (t+1)²), W_0 = V_0.

    The model's rows follow from the pool by its moment map, which may depend on how many rows the pool has.
    """
    found = moment_map(experiment, experiment.n)
    if pool_kind(experiment) != "accumulate" or experiment.n_real or found is None or found.centre_factor != 1:
        return None
    n, last = experiment.n, experiment.generations
    path = np.empty((2, last + 1))
    pooled, shift, variance = truth.variance, 0.0, truth.variance
    for t in range(last + 1):
        path[:, t] = variance, shift
        step = variance / (n * (t + 1) ** 2)
        pooled, shift = pooled + (variance - pooled) / (t + 1) - step, shift + step
        learned = moment_map(experiment, n * (t + 1))
        assert learned is not None
        variance = learned.variance_factor * pooled + learned.added_variance
    return Moments(path[0], path[1], np.ones(last + 1))


@moment_form(
    variance="P (1 − v), v = (t − 1)/(n t − 1); P goes from V₀ (1 − 1/n) at t = 1 to t + 1 by the factor 1 − (v + (1 − v)/n)/(t + 1)²",
    shift="V₀ − G",
    reference="Kazdan et al. 2024, arXiv 2410.16713 (the regime); the recursion is derived in sim/theory/accumulate.py.",
    knows=LOOP,
)
def subsample(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = P_t (1 − v_t); n D_t tends to π²/2 − 2 = 2.935 in units of V_0."""
    if pool_kind(experiment) != "subsample" or experiment.n_real or experiment.n < 2 or not _unbiased(experiment):
        return None
    n = experiment.n
    t = np.arange(1, experiment.generations + 1)
    chosen = (t - 1) / (n * t - 1)
    factors = 1 - (chosen + (1 - chosen) / n) / (t + 1) ** 2
    pooled = (1 - 1 / n) * np.concatenate([[1.0], np.cumprod(factors)[:-1]])
    variance = truth.variance * np.concatenate([[1.0], pooled * (1 - chosen)])
    return Moments(variance, truth.variance - variance, np.ones_like(variance))
