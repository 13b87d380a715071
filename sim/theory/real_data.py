"""Real rows in every new batch under replace: the loop settles, and how much is left depends on their number.

Every batch of n rows has n_r = a n real ones and n_s = (1 - a) n of the model, whose rows have the variance G.

Derivation, fresh rows: seen from the truth, the batch's centre is (1 - a)(c + e) + a r, with c the model's centre, e an error
of variance G/n_s and r one of variance V_0/n_r. The mean square of the rows is a V_0 + (1 - a)(G + D), so

    D' = a V_0/n + (1 - a)² D + (1 - a) G/n,    W' = (1 - 1/n)(a V_0 + (1 - a) G) + a (1 - a) D.

Without bias G = W and W + D stays V_0, which leaves D* = V_0/(n_r (2 - a) + 1 - a): one fresh row a generation keeps two thirds
of the variance, whatever n.

Derivation, the same rows: their centre r is fixed, E|r|² = V_0/n_r, and their variance about it is (1 - 1/n_r) V_0. If s is the
centre of the model's rows in a batch, the next model's centre is r + (1 - a)(s - r), so with E = E|s - r|² and the cross term
K = (1 - a) E[r (s - r)], which begin as V_0/n_r + V_0/n_s and -(1 - a) V_0/n_r,

    W' = a (1 - 1/n_r) V_0 + (1 - a)(1 - 1/n_s) G + a (1 - a) E,    E' = (1 - a)² E + G/n_s,    K' = (1 - a) K,

and D = V_0/n_r + 2 K + (1 - a)² E. Without bias W* = V_0 (1 - 1/n_r)(1 - (1 - a)/(n_r (2 - a) + 1 - a)): one row that is always
the same keeps nothing.

One fresh row in every two, n_r = 1 and a = 1/2: half of the variance stays, however long the loop runs.

>>> loop = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "real_share": 0.5, "n": 2}
>>> fresh(Experiment.model_validate({**loop, "generations": 100}), Truth(1.0)).variance[-1].round(6).item()
0.5
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.theory.moment_map import moment_map
from sim.theory.moments import Moments, Truth, moment_form
from sim.theory.pools import pool_kind
from sim.theory.scope import LOOP

DERIVED = "Derived in sim/theory/real_data.py and checked by Monte Carlo; with bias, Alemohammad et al. 2023, arXiv 2307.01850."


def _drawn_formula(experiment: Experiment) -> str:
    found = moment_map(experiment, experiment.n)
    assert found is not None
    if found.added_variance:
        return "G = W + blur"
    return f"G = {found.formula} W" if found.formula else "G = W"


def _fresh_formula(experiment: Experiment) -> str:
    learned = "W′ = (1 − 1/n)(a V₀ + (1 − a) G) + a (1 − a) D"
    return f"{_drawn_formula(experiment)}; {learned}, D′ = a V₀/n + (1 − a)² D + (1 − a) G/n, a the real share"


def _fixed_formula(experiment: Experiment) -> str:
    learned = "W′ = a (1 − 1/n_r) V₀ + (1 − a)(1 − 1/n_s) G + a (1 − a) E"
    return f"{_drawn_formula(experiment)}; {learned}, E′ = (1 − a)² E + G/n_s, a = n_r/n the real share"


def _only_real_formula(experiment: Experiment) -> str:
    return f"V₀ at t = 0; {_drawn_formula(experiment)} from then on, W = (1 − 1/n) V₀"


@moment_form(variance=_only_real_formula, shift="V₀/n from t = 1 on", reference=DERIVED, knows=LOOP)
def only_real(experiment: Experiment, truth: Truth) -> Moments | None:
    """Every model learns n real rows and nothing else, new ones or the same: G_t = s (1 − 1/n) V₀ + b and D_t = V₀/n from t = 1 on."""
    found = moment_map(experiment, experiment.n)
    if pool_kind(experiment) != "replace" or experiment.n_real < experiment.n or found is None or found.centre_factor != 1:
        return None
    learned = found.variance_factor * (1 - 1 / experiment.n) * truth.variance + found.added_variance
    variance, shift = (
        _from_first(first, then, experiment) for first, then in ((truth.variance, learned), (0.0, truth.variance / experiment.n))
    )
    return Moments(variance, shift, np.ones_like(variance))


def _from_first(first: float, then: float, experiment: Experiment) -> Floats:
    return np.array([first, *[then] * experiment.generations])


@moment_form(
    variance=_fresh_formula,
    shift="",  # both are one system of equations
    reference=DERIVED,
    knows=LOOP,
)
def fresh(experiment: Experiment, truth: Truth) -> Moments | None:
    """Two numbers carry everything: the pool's variance W and its centre's mean squared distance D from the truth."""
    applies = pool_kind(experiment) == "replace" and 0 < experiment.n_real < experiment.n and experiment.real_supply == "fresh"
    found = moment_map(experiment, experiment.n)
    if not applies or found is None or found.centre_factor != 1:
        return None
    n, a = experiment.n, experiment.n_real / experiment.n
    path = np.empty((2, experiment.generations + 1))
    path[:, 0] = truth.variance, 0.0
    pooled, shift = (1 - 1 / n) * truth.variance, truth.variance / n
    for t in range(1, experiment.generations + 1):
        variance = found.variance_factor * pooled + found.added_variance
        path[:, t] = variance, shift
        mixed = a * truth.variance + (1 - a) * variance
        pooled, shift = (1 - 1 / n) * mixed + a * (1 - a) * shift, mixed / n + (1 - a) ** 2 * shift
    return Moments(path[0], path[1], np.ones_like(path[0]))


@moment_form(
    variance=_fixed_formula,
    shift="the centre's distance from the real rows and theirs from the truth, combined",
    reference=DERIVED,
    knows=LOOP,
)
def fixed(experiment: Experiment, truth: Truth) -> Moments | None:
    """Everything is told from the centre of the real rows that return; E is the mean squared distance of the other rows' centre."""
    n, real = experiment.n, experiment.n_real
    applies = pool_kind(experiment) == "replace" and 0 < real < n and experiment.real_supply == "fixed"
    found = moment_map(experiment, n)
    if not applies or found is None or found.centre_factor != 1:
        return None
    a, synthetic, fixed_error = real / n, n - real, truth.variance / real
    path = np.empty((2, experiment.generations + 1))
    path[:, 0] = truth.variance, 0.0
    # Batch 0 is real throughout; its rows beyond the first n_real take the place of a model's.
    pooled, distance, cross = (1 - 1 / n) * truth.variance, fixed_error + truth.variance / synthetic, -(1 - a) * fixed_error
    for t in range(1, experiment.generations + 1):
        variance = found.variance_factor * pooled + found.added_variance
        path[:, t] = variance, fixed_error + 2 * cross + (1 - a) ** 2 * distance
        distance = (1 - a) ** 2 * distance + variance / synthetic
        pooled = a * (1 - 1 / real) * truth.variance + (1 - a) * (1 - 1 / synthetic) * variance + a * (1 - a) * distance
        cross *= 1 - a
    return Moments(path[0], path[1], np.ones_like(path[0]))
