"""Replace without real rows: geometric decline, or growth to a level where blur and drift balance."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.theory.conditions import Response, replaces_alone, response
from sim.theory.moments import Moments, Truth, form

SOURCES = "Shumailov et al. 2024, Nature 631:755; Alemohammad et al. 2023, arXiv 2307.01850; Kazdan et al. 2024, arXiv 2410.16713."


def _spread_words(experiment: Experiment) -> str:
    found = response(experiment, experiment.n)
    assert found is not None
    if not found.words:
        return "V₀ (1 − 1/n)ᵗ"
    constant = abs(found.scale * (1 - 1 / experiment.n) - 1) < 1e-12
    return f"V₀ ({found.words} (1 − 1/n))ᵗ" + (" = V₀" if constant else "")


def _shift_words(experiment: Experiment) -> str:
    found = response(experiment, experiment.n)
    return "V₀ (1 − (1 − 1/n)ᵗ)" if found is not None and not found.words else "Σ G/n over the generations before t"


@form(spread=_spread_words, shift=_shift_words, reference=SOURCES)
def geometric(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = V_0 qᵗ with q = scale (1 − 1/n), and D_t = Σ_{s<t} G_s/n."""
    found = response(experiment, experiment.n)
    if found is None or not replaces_alone(experiment) or found.added:
        return None
    q = found.scale * (1 - 1 / experiment.n)
    return _wandering(truth.variance * np.power(q, np.arange(experiment.generations + 1.0)), experiment.n)


def _blur_words(experiment: Experiment) -> str:
    d = len(experiment.source.space.columns)
    blur = f"{'λ ' if experiment.temperature != 1 else ''}{f'{d} ' if d > 1 else ''}h²"
    return f"V₀ (1 − 1/n)ᵗ + n {blur} (1 − (1 − 1/n)ᵗ)"


@form(spread=_blur_words, shift="Σ G/n over the generations before t", reference=SOURCES)
def blurred(experiment: Experiment, truth: Truth) -> Moments | None:
    """G_t = V_0 qᵗ + added (1 − qᵗ)/(1 − q): every model adds its blur, and drift takes 1/n of everything."""
    found = response(experiment, experiment.n)
    if found is None or not replaces_alone(experiment) or not found.added or found.keep != 1:
        return None
    return _wandering(_relaxing(experiment, truth, found), experiment.n)


@form(
    spread="V₀ qᵗ + (1 − k²)(1 − 1/V)(1 − qᵗ)/(1 − q), q = k² (1 − 1/n), k = n/(n + V × smoothing), V the vocabulary",
    shift="V₀ − G + 2 (1 − kᵗ)(Σ p² − 1/V)",
    reference="Wright-Fisher drift with mutation; Seddik et al. 2024, arXiv 2404.05090 (without).",
)
def smoothed(experiment: Experiment, truth: Truth) -> Moments | None:
    """The same with a centre that is pulled to the uniform frequencies, of which kᵗ of the way is left."""
    found = response(experiment, experiment.n)
    if found is None or not replaces_alone(experiment) or found.keep == 1:
        return None
    spread, kept = _relaxing(experiment, truth, found), np.power(found.keep, np.arange(experiment.generations + 1.0))
    return Moments(spread, truth.variance - spread + 2 * truth.apart * (1 - kept), kept)


def _relaxing(experiment: Experiment, truth: Truth, found: Response) -> Floats:
    q = found.scale * (1 - 1 / experiment.n)
    powers = np.power(q, np.arange(experiment.generations + 1.0))
    return truth.variance * powers + found.added * (1 - powers) / (1 - q)


def _wandering(spread: Floats, n: int) -> Moments:
    """The centre takes a step of variance G/n in every generation."""
    shift = np.concatenate([[0.0], spread[:-1].cumsum() / n])
    return Moments(spread, shift, np.ones_like(spread))
