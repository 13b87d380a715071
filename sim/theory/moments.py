"""The law of second moments: one linear recursion behind most closed forms.

Let W_t be the mean variance (trace, divisor m) of the pool that model t learns from, D_t the mean squared distance of the
pool's centre from the truth, V_0 the truth's variance. Model t draws rows around the pool's centre with variance
g(W_t), where g is affine: what the family adds or takes. Means of affine maps are exact, so

    E[total_variance_t] = g(W_t),        E[mean_shift_t^2] = D_t + g(W_t)/n,        index 0: V_0 and V_0/n.

For families that reproduce the mean and covariance of their pool g(W) = W, and then W_t + D_t = V_0 in every unbiased
regime: what the spread loses, the centre wanders.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.experiment import Experiment
from sim.records import Floats
from sim.sources import Reference
from sim.theory import law

Drawn = Callable[[float, int], float]


def drawn_variance(experiment: Experiment, total: int) -> Drawn | None:
    """g(W, m): the variance of rows drawn from a model that learned m rows with variance W; None when unknown."""
    family: Any = experiment.family
    heat, d = experiment.temperature, total
    if family.kind == "gaussian":
        return lambda w, m: heat * w * m / (m - family.ddof) if m > family.ddof else np.nan
    if family.kind == "kde" and family.bandwidth == "fixed":
        return lambda w, _: w + heat * d * family.h**2
    if family.kind == "kde" and family.bandwidth == "scott":
        return lambda w, m: w * (1 + heat * m ** (-2 / (d + 4)) * m / max(m - 1, 1))
    if family.kind == "kde":
        return lambda w, m: w * (1 + (heat - 1) * m ** (-2 / (d + 4)))
    if heat == 1 and (family.kind == "gmm" or (family.kind == "categorical" and family.smoothing == 0)):
        return lambda w, _: w
    return None


def moments(experiment: Experiment, variance: float) -> tuple[Floats, Floats] | None:
    """E[g(W_t)] and D_t for t = 0 .. generations, (V_0, 0) at t = 0; None when the recursion is not closed."""
    drawn = drawn_variance(experiment, len(experiment.source.space.columns))
    step = _step(experiment, variance)
    if drawn is None or step is None:
        return None
    n = experiment.n
    spread, shift = np.full((2, experiment.generations + 1), np.nan)
    spread[0], shift[0] = variance, 0.0
    pool, away = variance * (1 - 1 / n), variance / n
    for t in range(1, experiment.generations + 1):
        m = n * t if experiment.regime.title() == "accumulate" else n
        spread[t], shift[t] = drawn(pool, m), away
        pool, away = step(pool, away, float(spread[t]), t)
    return spread, shift


Step = Callable[[float, float, float, int], tuple[float, float]]


def _step(experiment: Experiment, variance: float) -> Step | None:
    regime: Any = experiment.regime
    real = experiment.n_real
    if real == 0 or experiment.real_supply == "fresh":
        if regime.kind == "replace" or (regime.kind == "window" and regime.k == 1):
            return _replace(experiment, variance)
        if regime.kind == "accumulate":
            return _accumulate(experiment, variance)
    return None


def _replace(experiment: Experiment, variance: float) -> Step:
    """W' = (1 - 1/n)(a V_0 + (1-a) g) + a(1-a) D,   D' = a V_0/n + (1-a)^2 D + (1-a) g/n."""
    n, a = experiment.n, experiment.n_real / experiment.n

    def step(pool: float, away: float, g: float, t: int) -> tuple[float, float]:
        mixed = a * variance + (1 - a) * g
        return (1 - 1 / n) * mixed + a * (1 - a) * away, (mixed + n * (1 - a) ** 2 * away) / n

    return step


def _accumulate(experiment: Experiment, variance: float) -> Step:
    """The pool of n t rows takes in a batch whose mean lies B from its own: W' = (t W + batch)/(t+1) + t B/(t+1)^2."""
    n, a = experiment.n, experiment.n_real / experiment.n

    def step(pool: float, away: float, g: float, t: int) -> tuple[float, float]:
        mixed = a * variance + (1 - a) * g
        batch = (1 - 1 / n) * mixed + a * (1 - a) * away
        apart = mixed / n + a**2 * away
        wider = (t * pool + batch) / (t + 1) + t * apart / (t + 1) ** 2
        return wider, away - 2 * a * away / (t + 1) + apart / (t + 1) ** 2

    return step


def fixed_moments(experiment: Experiment, variance: float) -> tuple[Floats, Floats] | None:
    """The same for replace with one real block of n_r rows that returns every time.

    With d_t the squared distance between the pool's centre and the block's: d' = (1-a)^2 (d + g/n_s) and
    W' = a (1 - 1/n_r) V_0 + (1-a)(1 - 1/n_s) g + a (1-a)(d + g/n_s).
    """
    drawn = drawn_variance(experiment, len(experiment.source.space.columns))
    n, real = experiment.n, experiment.n_real
    if drawn is None or not 0 < real < n or experiment.real_supply != "fixed" or experiment.regime.title() != "replace":
        return None
    a, synthetic = real / n, n - real
    spread, shift = np.full((2, experiment.generations + 1), np.nan)
    spread[0], shift[0] = variance, 0.0
    pool, apart, cross = variance * (1 - 1 / n), variance * (1 - a) / real, -variance * (1 - a) / real
    for t in range(1, experiment.generations + 1):
        g = drawn(pool, n)
        spread[t], shift[t] = g, variance / real + 2 * cross + apart
        moved = apart + g / synthetic
        pool = a * (1 - 1 / real) * variance + (1 - a) * (1 - 1 / synthetic) * g + a * (1 - a) * moved
        apart, cross = (1 - a) ** 2 * moved, (1 - a) * cross
    return spread, shift


def subsample_moments(experiment: Experiment, variance: float) -> tuple[Floats, Floats] | None:
    """The same for subsample without real rows and g(W) = W: W_t = P_t (1 - v_t), v_t = (t-1)/(n t - 1),
    P_{t+1} = P_t [1 - (v_t + (1 - v_t)/n)/(t+1)^2].
    """
    drawn = drawn_variance(experiment, len(experiment.source.space.columns))
    if drawn is None or experiment.regime.title() != "subsample" or experiment.n_real or experiment.n < 2 or drawn(1.0, experiment.n) != 1:
        return None
    n, whole = experiment.n, 1 - 1 / experiment.n
    spread = np.full(experiment.generations + 1, variance)
    for t in range(1, experiment.generations + 1):
        chance = (t - 1) / (n * t - 1)
        spread[t] = variance * whole * (1 - chance)
        whole *= 1 - (chance + (1 - chance) / n) / (t + 1) ** 2
    return spread, variance - spread


def all_moments(experiment: Experiment, variance: float) -> tuple[Floats, Floats] | None:
    """Whichever of the recursions is exact for this experiment, or None."""
    for recursion in (moments, fixed_moments, subsample_moments):
        found = recursion(experiment, variance)
        if found is not None:
            return found
    return None


UNIVERSAL = "Exact for any source of independent rows: only means and covariances enter. Rows drawn from model t, unbiased variance."
SOURCES = "Second-moment recursion after Shumailov et al. 2024, Alemohammad et al. 2023 and Kazdan et al. 2024 (arXiv 2410.16713); derived in the module's docstring."


@law(
    metric="total_variance",
    kind="mean",
    formula="replace: (1 - 1/n)^t V0; accumulate: V0 prod (1 - 1/(n s^2)); with real rows, bias or kernels: the same recursion, g(W) for W",
    assumptions=UNIVERSAL,
    reference=SOURCES,
)
def total_variance(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[total_variance_t] = g(W_t)."""
    found = all_moments(experiment, truth.variance) if experiment.source.space.kind == "columns" else None
    return None if found is None else found[0]


@law(
    metric="mean_shift",
    kind="root mean square",
    formula="sqrt(D_t + g(W_t)/n); replace: sqrt(V0 (1 - (1 - 1/n)^(t+1)))",
    assumptions=UNIVERSAL + " The root of the mean square over worlds, not the median.",
    reference=SOURCES,
)
def mean_shift(experiment: Experiment, truth: Reference) -> Floats | None:
    """sqrt(E[mean_shift_t^2]) = sqrt(D_t + g(W_t)/n)."""
    found = all_moments(experiment, truth.variance) if experiment.source.space.kind == "columns" else None
    return None if found is None else np.sqrt(found[1] + found[0] / experiment.n)


@law(
    metric="diversity",
    kind="mean",
    formula="H0 (1 - 1/n)^(t+1) under replace; H0 (1 - 1/n) prod (1 - 1/(n s^2)) under accumulate",
    assumptions="Exact: counts are multinomial; diversity of the n rows drawn.",
    reference="Wright-Fisher drift; Seddik et al. 2024, arXiv 2404.05090.",
)
def diversity(experiment: Experiment, truth: Reference) -> Floats | None:
    """E[diversity_t] = (1 - 1/n) W_t with W_0 = 1 - sum p^2."""
    if truth.probabilities is None:
        return None
    found = all_moments(experiment, float(1 - (truth.probabilities**2).sum()))
    return None if found is None else found[0] * (1 - 1 / experiment.n)
