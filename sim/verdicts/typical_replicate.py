"""The typical replicate: which one to show of many.

Of three worlds that end with the variances 3, 2 and 1 it is the one in the middle:

>>> from dataclasses import replace
>>> from sim import Experiment, simulate
>>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 1, "replicates": 3}
>>> run = simulate(Experiment.model_validate(settings), ["total_variance"])
>>> typical_replicate(replace(run, metrics={"total_variance": np.array([[4.0, 3.0], [4.0, 2.0], [4.0, 1.0]])}))
1
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.records import Run
from sim.verdicts.criteria import USES
from sim.verdicts.spread import cached_by_run, spread_metric


@cached_by_run
def typical_replicate(run: Run) -> int:
    """The replicate whose picture is neither lucky nor unlucky, all along and at the end.

    Law: of the fifth of the replicates whose last spread is nearest the median, the one whose ranks are nearest the middle: that
    of its spread, in nine of ten generations, and those of the other metrics that phases are told from, in the last.
    """
    spread = run.metrics.get(spread_metric(run.experiment))
    if spread is None:
        return 0
    last = spread[:, run.last]
    order = np.argsort(last, kind="stable")[: max(1, np.isfinite(last).sum())]
    middle, reach = (len(order) - 1) // 2, len(order) // 10
    near = order[middle - reach : middle + reach + 1]
    others = [run.metrics[name][:, run.last] for name in USES[run.experiment.source.space.kind] if name in run.metrics]
    path = np.quantile([_rank_distance(values) for values in spread.T], 0.9, axis=0)
    return int(near[np.argmin(np.max([path, *map(_rank_distance, others)], axis=0)[near])])


def _rank_distance(values: Floats) -> Floats:
    """How far every value's rank is from the middle one, as a share of all, (replicates,); 0 where not all were measured."""
    if not np.isfinite(values).all():
        return np.zeros(len(values))
    line = np.sort(values)
    ranks = np.searchsorted(line, values, "left") + np.searchsorted(line, values, "right")
    return np.abs(ranks / (2 * len(line)) - 0.5)
