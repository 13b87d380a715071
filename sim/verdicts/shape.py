"""Shape: whether the rows drawn still look like real ones, whatever their spread is.

One bell fitted to digits keeps their spread to the last per cent, and half of its rows lie where no digit is. So three
things are asked beside the spread, each of the worlds it was measured in, and each against what fresh real rows show:

    coverage, precision   the typical replicate reaches fewer of the real rows, or puts fewer rows among them, than chance
                          allows (`significance.below`). Both are measured in 8 replicates, on 400 rows of each at most.
    shape distance        it is larger than chance allows, in one column. Beyond, the Wasserstein distance less the mean shift
                          is, by the triangle inequality a lower bound of the distance of the centred rows.
    far tails             rows beyond the truth's central 99.9 % are at most half as many as real rows would have, in all
                          replicates together, and so few by chance less than once in a thousand (the binomial law).

Fresh real rows lose none of it; one bell for a spiral has lost its shape from the first model on.

>>> from sim import Experiment, simulate
>>> loop = {"source": {"kind": "swiss_roll"}, "family": {"kind": "gaussian"}, "generations": 2, "replicates": 10}
>>> runs = [simulate(Experiment.model_validate({**loop, "real_share": share}), ["coverage", "precision"]) for share in (1.0, 0.0)]
>>> [bool(off_support(run)[2]) for run in runs]
[True, True]
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from sim.arrays import Flags, Floats
from sim.metrics.spread import FAR_TAIL
from sim.records import Run
from sim.verdicts.beyond_chance import above_chance, below_chance, measured
from sim.verdicts.medians import medians

RESEMBLANCE: Final = ("coverage", "precision")
"""The metrics of which either tells that rows no longer look like real ones; they are measured beyond one column.

In one column the shape distance is exact and measured in every replicate, which tells more.
"""

SHAPE: Final = (*RESEMBLANCE, "shape_distance")
"""All metrics of shape; those that apply to a run are measured for its sentences."""

LITTLE: Final = 0.5
"""The share of what fresh real rows cover below which rows bear little resemblance to them.

A choice, and the same half as that of the spread.
"""

FAR_LEFT: Final = 0.5
"""The share of the far rows expected that may be left where they are called thin.

A choice: of very many rows the binomial law tells a twentieth from the whole, which no one would call lost.
"""

RARELY: Final = 0.001
"""The chance of a false alarm of the far tails, in any one generation."""


def off_support(run: Run) -> Flags:
    """Where fewer real rows are reached, or fewer rows lie among them, than chance allows, (last + 1,)."""
    return np.any([nowhere(run), *(below_chance(run, name) for name in told_from(run))], axis=0)


def unlike(run: Run) -> Flags:
    """Where less than half as many real rows are reached as fresh ones reach, by more than chance, (last + 1,)."""
    if "coverage" not in told_from(run):
        return nowhere(run)
    return below_chance(run, "coverage") & (medians(measured(run, "coverage")) < LITTLE * run.noise_floor["coverage"])


def smeared(run: Run) -> Flags:
    """Where the rows are farther from the truth than chance allows, their centre aside and in one column their width, (last + 1,)."""
    if "shape_distance" in run.metrics:
        return above_chance(run, "shape_distance")
    if not {"wasserstein", "mean_shift"} <= run.metrics.keys():
        return nowhere(run)
    return above_chance(run, "wasserstein", measured(run, "wasserstein") - measured(run, "mean_shift"))


def far_tails_thin(run: Run) -> Flags:
    """Where far rows are at most half as many as expected, in all replicates together, by more than chance, (last + 1,)."""
    if "far_tail_mass" not in run.metrics:
        return nowhere(run)
    seen, drawn = far_rows(run)
    thin = seen <= [min(FAR_LEFT * FAR_TAIL * rows, most_by_chance(int(rows), FAR_TAIL)) for rows in drawn]
    thin[0] = False
    return np.asarray(thin, dtype=np.bool_)


@lru_cache(maxsize=64)
def most_by_chance(drawn: int, share: float) -> int:
    """The most of so many rows, each of which is one of this share, that chance leaves behind no more often than `RARELY`; -1 for none.

    Law: the largest k with P(X <= k) <= 1/1000, X binomial; looked for below half of what is expected.

    >>> [most_by_chance(rows, 0.001) for rows in (1000, 10_000, 100_000)]
    [-1, 1, 50]
    """
    i = np.arange(int(FAR_LEFT * share * drawn))
    # The logarithms of P(X = k), each from the one before.
    logs = np.concatenate([[0.0], np.log((drawn - i) / (i + 1) * share / (1 - share)).cumsum()]) + drawn * math.log1p(-share)
    return int(np.searchsorted(np.logaddexp.accumulate(logs), math.log(RARELY), side="right")) - 1


def far_rows(run: Run) -> tuple[Floats, Floats]:
    """The rows beyond the truth's central 99.9 % and all rows drawn, of all replicates measured, each (last + 1,)."""
    share, n = measured(run, "far_tail_mass") * FAR_TAIL, float(run.experiment.n)
    return np.rint(np.nansum(share * n, axis=0)), np.isfinite(share).sum(axis=0) * n


def told_from(run: Run) -> tuple[str, ...]:
    """The metrics of resemblance that this run was measured with."""
    return tuple(name for name in RESEMBLANCE if name in run.metrics and len(run.experiment.source.space.columns) > 1)


def nowhere(run: Run) -> Flags:
    """No generation at all, (last + 1,)."""
    return np.zeros(run.last + 1, dtype=np.bool_)
