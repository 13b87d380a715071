"""Settling: whether a run has come to rest near where it began.

A run moves no more if neither its typical world nor the distance between its worlds changes between the eighth of the
run before the middle and the eighth before the end:

    level     paired by world, the mean change of the logarithm of the spread is within 5 % of nothing, or within three of
              its standard errors;
    scatter   the variance over worlds of that logarithm, and the mean squared shift of the centre, have grown by less than
              √2 (their geometric mean). Under replace both double, long before anything is lost; where a run has settled
              they stand still.

So a spread that grows by a twentieth or less while the generations double counts as standing still. Nor has a run settled
that stands still at another level: the mean change of the same logarithm since generation 0 is within 15 % of nothing, or
within three of its standard errors. With a handful of rows the noise floor alone would let a run pass that lost a third.
Fewer than ten worlds, or fewer than eight generations, cannot tell standing still from luck.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.records import Run
from sim.verdicts.significance import FEWEST_WORLDS, SURE

STILL: Final = 0.05
KEPT: Final = 0.15
FEWEST_GENERATIONS: Final = 8


def stationary(run: Run, spreads: Floats) -> bool:
    """Whether a run moves no more and has kept its level; see the module's docstring.

    Args:
        run: the run.
        spreads: of every world, (replicates, last + 1).
    """
    worlds = spreads[(spreads > 0).all(axis=1)]
    if run.last < FEWEST_GENERATIONS or len(worlds) < FEWEST_WORLDS:
        return False
    logs = np.log(worlds)
    middle, end = _windows(run)
    last = logs[:, end].mean(axis=1)
    return _within(last - logs[:, 0], KEPT) and _within(last - logs[:, middle].mean(axis=1), STILL) and _together(run, logs)


def _windows(run: Run) -> tuple[slice, slice]:
    width, middle = max(1, run.last // 8), run.last // 2
    return slice(middle + 1 - width, middle + 1), slice(run.last + 1 - width, run.last + 1)


def _within(changes: Floats, share: float) -> bool:
    error = float(changes.std(ddof=1)) / sqrt(len(changes))
    return abs(float(changes.mean())) <= max(share, SURE * error)


def _together(run: Run, logs: Floats) -> bool:
    middle, end = _windows(run)
    paths = [logs.var(axis=0)]
    if "mean_shift" in run.metrics:
        paths.append((run.metrics["mean_shift"][:, : run.last + 1] ** 2).mean(axis=0))
    before, after = (np.array([path[window].mean() for path in paths]) for window in (middle, end))
    moving = before > 0
    return not moving.any() or float(np.log(after[moving] / before[moving]).mean()) < log(2) / 2
