"""What an experiment is in the eyes of theory: how its model answers its pool, and which rows the pool holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Literal

from sim.experiment import Experiment
from sim.families import Family
from sim.families.categorical import Categorical
from sim.families.gaussian import Gaussian
from sim.families.gmm import Gmm
from sim.families.kde import Kde
from sim.regimes.window import Window


@dataclass(frozen=True, slots=True)
class Response:
    """How the rows drawn from a model depend on the first two moments of the rows that it learned.

    If a model learned rows with centre c and variance W (trace, divisor m), then the rows it draws have the centre
    `keep` c, seen from where the model is pulled to, and on average the variance `scale` W + `added`.

    Attributes:
        scale: what multiplies the variance.
        added: what is added to it, in data units squared.
        keep: the share of the centre that is kept; below 1 only for smoothed word counts, which are pulled to uniform.
        words: the scale as a formula; empty when it is 1.
    """

    scale: float = 1.0
    added: float = 0.0
    keep: float = 1.0
    words: str = ""


@singledispatch
def answer(family: Family, experiment: Experiment, m: int) -> Response | None:
    """How a family answers m training rows; None when first and second moments do not tell."""
    return None


@answer.register
def _(family: Gaussian, experiment: Experiment, m: int) -> Response | None:
    heat, unbiased = experiment.temperature, "n/(n − 1)"
    if m <= family.ddof:
        return None
    words = ("λ" if heat != 1 else "") + (f" {unbiased}" if family.ddof else "")
    return Response(heat * m / (m - family.ddof), words=words.strip())


@answer.register
def _(family: Gmm, experiment: Experiment, m: int) -> Response | None:
    if experiment.temperature == 1:
        return Response()
    return Response(experiment.temperature, words="λ") if family.k == 1 else None


@answer.register
def _(family: Kde, experiment: Experiment, m: int) -> Response | None:
    heat, d = experiment.temperature, len(experiment.source.space.columns)
    if family.bandwidth == "fixed":
        return Response(added=heat * d * family.h**2)
    factor = m ** (-2 / (d + 4))
    power, warm = f"n^(−2/{d + 4})", "λ " if heat != 1 else ""
    if family.bandwidth == "scott":
        return Response(1 + heat * factor * m / (m - 1), words=f"(1 + {warm}{power} n/(n − 1))") if m > 1 else None
    return Response(1 + (heat - 1) * factor, words=f"(1 + (λ − 1) {power})" if heat != 1 else "")


@answer.register
def _(family: Categorical, experiment: Experiment, m: int) -> Response | None:
    if experiment.temperature != 1:
        return None
    vocabulary = experiment.source.space.vocabulary
    keep = m / (m + vocabulary * family.smoothing)
    return Response(keep**2, (1 - keep**2) * (1 - 1 / vocabulary), keep)


def response(experiment: Experiment, m: int) -> Response | None:
    """How this experiment's model answers m training rows; None when it has no law."""
    return answer(experiment.family, experiment, m)


PoolKind = Literal["replace", "accumulate", "subsample", "window", "other"]


def pool_kind(experiment: Experiment) -> PoolKind:
    """What the training pool is in this run: a window of one batch replaces, one that is never full accumulates."""
    regime = experiment.regime
    if isinstance(regime, Window):
        return "replace" if regime.k == 1 else "accumulate" if regime.k >= experiment.generations else "window"
    kind = regime.title()
    return kind if kind in ("replace", "accumulate", "subsample") else "other"


def replaces_alone(experiment: Experiment) -> bool:
    """Whether every model after the first learns from the newest rows drawn and nothing else."""
    return pool_kind(experiment) == "replace" and experiment.n_real == 0
