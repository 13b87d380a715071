"""Replace without real rows: geometric decline, or growth to a level where blur and drift balance.

Derivation: model t has the centre c and draws n independent rows, which are all that model t + 1 learns from. Their mean is
c plus an error of variance G_t/n, and their variance with divisor n is (1 - 1/n) G_t on average. A model that maps a variance
W to s W + b and leaves the centre alone therefore obeys

    G_{t+1} = s (1 - 1/n) G_t + b,    D_{t+1} = D_t + G_t/n,

a geometric sequence with q = s (1 - 1/n). Smoothed word counts shrink the centre, too: seen from the uniform frequencies
u = 1/V it is k times what was learned, E[c_t] = u + kᵗ (p - u). For unit vectors E|c_t|² = 1 - G_t, hence

    D_t = E|c_t|² - 2 E[c_t] p + |p|² = V_0 - G_t + 2 (1 - kᵗ)(|p|² - 1/V).

Two rows a generation: half of the variance goes each time, and the centre has wandered by as much.

>>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 2, "generations": 2}
>>> found = geometric(Experiment.model_validate(settings), Truth(1.0))
>>> found.variance.tolist(), found.shift.tolist()
([1.0, 0.5, 0.25], [0.0, 0.5, 0.75])
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.theory.moment_map import MomentMap, moment_map
from sim.theory.moments import Moments, Truth, moment_form
from sim.theory.pools import fully_synthetic
from sim.theory.scope import LOOP

SOURCES = "Shumailov et al. 2024, Nature 631:755; Alemohammad et al. 2023, arXiv 2307.01850; Kazdan et al. 2024, arXiv 2410.16713."


def _variance_formula(experiment: Experiment) -> str:
    found = moment_map(experiment, experiment.n)
    assert found is not None
    if not found.formula:
        return "V₀ (1 − 1/n)ᵗ"
    constant = abs(found.variance_factor * (1 - 1 / experiment.n) - 1) < 1e-12
    return f"V₀ ({found.formula} (1 − 1/n))ᵗ" + (" = V₀" if constant else "")


def _shift_formula(experiment: Experiment) -> str:
    found = moment_map(experiment, experiment.n)
    return "V₀ (1 − (1 − 1/n)ᵗ)" if found is not None and not found.formula else "Σ G/n over the generations before t"


@moment_form(variance=_variance_formula, shift=_shift_formula, reference=SOURCES, knows=LOOP)
def geometric(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = V_0 qᵗ with q = variance factor × (1 − 1/n), and D_t = Σ_{s<t} G_s/n."""
    found = moment_map(experiment, experiment.n)
    if found is None or not fully_synthetic(experiment) or found.added_variance:
        return None
    q = found.variance_factor * (1 - 1 / experiment.n)
    return _random_walk(truth.variance * np.power(q, np.arange(experiment.generations + 1.0)), experiment.n)


def _blur_formula(experiment: Experiment) -> str:
    d = len(experiment.source.space.columns)
    blur = f"{'λ ' if experiment.temperature != 1 else ''}{f'{d} ' if d > 1 else ''}h²"
    return f"V₀ (1 − 1/n)ᵗ + n {blur} (1 − (1 − 1/n)ᵗ)"


@moment_form(variance=_blur_formula, shift="Σ G/n over the generations before t", reference=SOURCES, knows=LOOP)
def blurred(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = V_0 qᵗ + b (1 − qᵗ)/(1 − q): every model adds its blur, and drift takes 1/n of everything."""
    found = moment_map(experiment, experiment.n)
    if found is None or not fully_synthetic(experiment) or not found.added_variance or found.centre_factor != 1:
        return None
    return _random_walk(_relaxation(experiment, truth, found), experiment.n)


@moment_form(
    variance="V₀ qᵗ + (1 − k²)(1 − 1/V)(1 − qᵗ)/(1 − q), q = k² (1 − 1/n), k = n/(n + V × smoothing), V the vocabulary",
    shift="V₀ − G + 2 (1 − kᵗ)(Σ p² − 1/V)",
    reference="Wright-Fisher drift with mutation; Seddik et al. 2024, arXiv 2404.05090 (without).",
    knows=LOOP,
)
def smoothed(experiment: Experiment, truth: Truth) -> Moments | None:
    """The same with a centre that is shrunk towards the uniform frequencies, from which kᵗ of its distance is left."""
    found = moment_map(experiment, experiment.n)
    if found is None or not fully_synthetic(experiment) or found.centre_factor == 1:
        return None
    variance, retained = _relaxation(experiment, truth, found), np.power(found.centre_factor, np.arange(experiment.generations + 1.0))
    return Moments(variance, truth.variance - variance + 2 * truth.target_distance * (1 - retained), retained)


def _relaxation(experiment: Experiment, truth: Truth, found: MomentMap) -> Floats:
    q = found.variance_factor * (1 - 1 / experiment.n)
    powers = np.power(q, np.arange(experiment.generations + 1.0))
    return truth.variance * powers + found.added_variance * (1 - powers) / (1 - q)


def _random_walk(variance: Floats, n: int) -> Moments:
    """The centre takes a step of variance G/n in every generation."""
    shift = np.concatenate([[0.0], variance[:-1].cumsum() / n])
    return Moments(variance, shift, np.ones_like(variance))
