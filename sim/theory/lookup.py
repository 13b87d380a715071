"""Which laws apply to an experiment, and why none does."""

from __future__ import annotations

from functools import lru_cache

from sim.experiment import Experiment
from sim.registry import discover
from sim.theory.law import KINDS, Law, closed_forms
from sim.theory.reasons import reason


def laws(experiment: Experiment) -> tuple[Law, ...]:
    """Every closed form that applies to an experiment, the most telling kinds first."""
    return _laws(experiment)  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=32)
def _laws(experiment: Experiment) -> tuple[Law, ...]:
    discover(__package__ or "sim.theory")
    truth = experiment.source.reference()
    found = [one.evaluated(experiment, truth) for one in closed_forms()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: KINDS.index(one.kind)))


def laws_for(experiment: Experiment, metric: str) -> tuple[Law, ...]:
    """The closed forms for one metric of an experiment; empty when none applies."""
    return tuple(found for found in laws(experiment) if found.metric == metric)


def why_none(experiment: Experiment, metric: str) -> str:
    """Why no closed form is drawn for a metric, in one sentence; empty when one is.

    >>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gmm"}, "temperature": 0.5}
    >>> why_none(Experiment.model_validate(settings), "total_variance")
    'No closed form is drawn: at temperature 0.5 the model Mixture of Gaussians narrows its parts but not their distances.'
    """
    return "" if laws_for(experiment, metric) else reason(experiment, [one for one in closed_forms() if one.metric == metric])
