"""Stationarity: whether a run has come to rest near where it began.

A run moves no more if neither its typical replicate nor the distance between its replicates changes between the eighth of the
run before the middle and the eighth before the end:

    level     paired by replicate, the mean change of the logarithm of the spread is within 5 % of nothing, or within three of
              its standard errors;
    scatter   the variance over replicates of that logarithm, and the mean squared shift of the centre, have grown by less than
              √2 (their geometric mean). Under replace both double, long before anything is lost; where a run is
              stationary they stand still.

So a spread that grows by a twentieth or less while the generations double counts as standing still. Nor is a run
stationary that stands still at another level: that it kept its level must be shown, not merely not refuted. Both ends of the
interval for the mean change of the same logarithm since generation 0, three standard errors wide to each side (by Student's t), lie
within 15 % of nothing (Schuirmann 1987, two one-sided tests). Where worlds differ too much for that, nothing is said to hold.
Fewer than ten replicates, or fewer than eight generations, cannot tell standing still from luck.

Under replace most of the spread of twenty rows is gone after forty generations; fresh real rows alone keep it.

>>> from sim import Experiment, simulate
>>> loop = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20}
>>> runs = [simulate(Experiment.model_validate({**loop, "real_share": share}), ["total_variance"]) for share in (0.0, 1.0)]
>>> [stationary(run, np.sqrt(run.metrics["total_variance"])) for run in runs]
[False, True]
"""

from __future__ import annotations

from math import log, sqrt
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.records import Run
from sim.theory.student import normal_score
from sim.verdicts.significance import CRITICAL_Z, FEWEST_REPLICATES

LEVEL_TOLERANCE: Final = 0.05
"""The most that the logarithm of the spread changes over the second half of a stationary run, on average over the replicates."""

SHIFT_TOLERANCE: Final = 0.15
"""The most that it can have changed since generation 0.

A choice: a seventh of the spread is what a class does not see on the histogram.
"""

FEWEST_GENERATIONS: Final = 8
"""Generations below which nothing is called stationary. An eighth of the run, the window, is one generation then."""


def stationary(run: Run, spreads: Floats) -> bool:
    """Whether a run moves no more and has kept its level; see the module's docstring.

    Args:
        run: the run.
        spreads: of every replicate, (replicates, last + 1).
    """
    spread_out = spreads[(spreads > 0).all(axis=1)]
    if run.last < FEWEST_GENERATIONS or len(spread_out) < FEWEST_REPLICATES:
        return False
    logs = np.log(spread_out)
    middle, end = _windows(run)
    last = logs[:, end].mean(axis=1)
    return (
        _surely_within(last - logs[:, 0], SHIFT_TOLERANCE)
        and _within(last - logs[:, middle].mean(axis=1), LEVEL_TOLERANCE)
        and _scatter_is_stationary(run, logs)
    )


def _windows(run: Run) -> tuple[slice, slice]:
    width, middle = max(1, run.last // 8), run.last // 2
    return slice(middle + 1 - width, middle + 1), slice(run.last + 1 - width, run.last + 1)


def _within(changes: Floats, share: float) -> bool:
    error = float(changes.std(ddof=1)) / sqrt(len(changes))
    return abs(float(changes.mean())) <= max(share, CRITICAL_Z * error)


def _surely_within(changes: Floats, share: float) -> bool:
    """Whether the mean is within a share of nothing, and by so much that chance would not bring a mean beyond it so near."""
    mean, error = abs(float(changes.mean())), float(changes.std(ddof=1)) / sqrt(len(changes))
    if error == 0:
        return mean <= share
    room = np.array([(share - mean) / error])
    return bool(normal_score(room, np.array([len(changes) - 1.0]))[0] >= CRITICAL_Z)


def _scatter_is_stationary(run: Run, logs: Floats) -> bool:
    middle, end = _windows(run)
    paths = [logs.var(axis=0)]
    if "mean_shift" in run.metrics:
        paths.append((run.metrics["mean_shift"][:, : run.last + 1] ** 2).mean(axis=0))
    before, after = (np.array([path[window].mean() for path in paths]) for window in (middle, end))
    moving = (before > 0) & (after > 0)
    return not moving.any() or float(np.log(after[moving] / before[moving]).mean()) < log(2) / 2
