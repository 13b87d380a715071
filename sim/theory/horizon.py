"""How far a mean over worlds may be held against a run."""

from __future__ import annotations

from typing import Final

from sim.experiment import Experiment
from sim.sources.student_t import StudentT
from sim.theory.pools import pool_kind

FAIR_ROWS: Final = 16
"""Rows a generation from which on fifty worlds judge a mean fairly."""

ENOUGH_REAL: Final = 5
"""Real rows a generation from which on no world strays far enough to upset a mean."""


def mean_horizon(experiment: Experiment) -> int:
    """The last generation at which a mean over worlds may be compared, with the worlds' own standard deviation; -1 for none.

    Where worlds are skewed, a few of them carry the mean, and the standard deviation that it is judged by. So nothing is
    compared with fewer than sixteen rows (of true laws under accumulate and subsample, judged by fifty worlds, up to one in
    three is found more than three standard errors off at n = 2, one in twelve at n = 5, at most one in fifty from n = 16
    on), and nothing where rows have no fourth moment. Without earlier batches and with fewer than five real rows the mean
    is carried by ever fewer worlds: one in ten is off at t = n, one in fifty at t = n/4, and nothing is compared beyond that.

    >>> loop = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 40}
    >>> [mean_horizon(Experiment.model_validate({**loop, "n": n})) for n in (10, 100, 1000)]
    [-1, 25, 40]
    """
    heavy = isinstance(experiment.source, StudentT) and experiment.source.df <= 4
    if heavy or experiment.n < FAIR_ROWS:
        return -1
    bounded = pool_kind(experiment) in ("accumulate", "subsample") or experiment.n_real >= ENOUGH_REAL
    return experiment.generations if bounded else min(experiment.n // 4, experiment.generations)
