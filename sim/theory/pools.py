"""Which batches a model learns from, in the eyes of theory."""

from __future__ import annotations

from typing import Final, Literal

from sim.experiment import Experiment
from sim.regimes.window import Window
from sim.theory.scope import Fields, in_scope, unknown_settings

PoolKind = Literal["replace", "accumulate", "subsample", "window", "other"]

KNOWN: Final[Fields] = (
    *("source", "family", "real_share", "real_supply", "temperature"),
    *("regime.replace", "regime.accumulate", "regime.subsample", "regime.window.k"),
)


def pool_kind(experiment: Experiment) -> PoolKind:
    """What the training pool is in this run: a window of one batch replaces, one that is never full accumulates.

    >>> loop = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 40}
    >>> [pool_kind(Experiment.model_validate({**loop, "regime": {"kind": "window", "k": k}})) for k in (1, 3, 40)]
    ['replace', 'window', 'accumulate']
    """
    regime = experiment.regime
    if not in_scope(experiment, KNOWN):
        return "other"
    if isinstance(regime, Window):
        return "replace" if regime.k == 1 else "accumulate" if regime.k >= experiment.generations else "window"
    kind = regime.kind_name()
    return kind if kind in ("replace", "accumulate", "subsample") else "other"


def unpooled_settings(experiment: Experiment) -> tuple[str, ...]:
    """The settings off their defaults that are not known to leave the pool as it is, as a reader calls them."""
    return unknown_settings(experiment, KNOWN)


def fully_synthetic(experiment: Experiment) -> bool:
    """Whether every model after the first learns from the newest rows drawn and nothing else.

    Names: the fully synthetic loop of Alemohammad et al. 2023, arXiv 2307.01850.
    """
    return pool_kind(experiment) == "replace" and experiment.n_real == 0
