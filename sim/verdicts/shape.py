"""Shape: whether the rows drawn still look like real ones, whatever their spread is.

One bell fitted to digits keeps their spread to the last per cent, and half of its rows lie where no digit is. So three
things are asked beside the spread, each of the worlds it was measured in, and each against what fresh real rows show:

    coverage, precision   the typical replicate reaches fewer of the real rows, or puts fewer rows among them, than chance
                          allows (`significance.below`). Both are measured in 8 replicates, on 400 rows of each at most.
    shape distance        it is larger than chance allows, in one column. Beyond, the Wasserstein distance less the mean shift
                          is, by the triangle inequality a lower bound of the distance of the centred rows.
    far tails             rows beyond the truth's central 99.9 % are at most half as many as real rows would have, in all
                          replicates together, and fewer than faithful models draw once in a thousand (`most_by_chance`).

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
from sim.verdicts.significance import LEVEL

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

A choice: of very many rows the test tells a twentieth from the whole, which no one would call lost.
"""


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
    once, often = (_few(seen, drawn, level) for level in (LEVEL, LEVEL / max(1, run.last)))
    found: Flags = np.logical_and.accumulate(once[::-1])[::-1] | often
    found[0] = False
    return found


def _few(seen: Floats, drawn: Floats, level: float) -> Flags:
    most = [min(FAR_LEFT * FAR_TAIL * rows, most_by_chance(FAR_TAIL * rows, level)) for rows in drawn]
    return np.asarray(seen <= most, dtype=np.bool_)


@lru_cache(maxsize=256)
def most_by_chance(expected: float, level: float) -> int:
    """The most far rows, where so many are expected, that faithful models draw no more often than this level; -1 for none.

    Law: a faithful model learned from real rows, C of which were far, C Poisson with the mean expected, and draws K far ones, Poisson
    with the mean C; rows of one replicate are no independent draws. Chernoff's bound, the least over s > 0 of
    exp(s k + expected (exp(exp(-s) - 1) - 1)), is at most the level.

    >>> [most_by_chance(expected, 0.001) for expected in (1, 10, 20, 100)]
    [-1, -1, 2, 53]
    """
    s = np.linspace(0.01, 12, 600)
    lifted = expected * np.expm1(np.expm1(-s))
    k = np.arange(int(expected) + 1)[:, None]
    bound = (s * k + lifted).min(axis=1)
    return int((bound <= math.log(level)).sum()) - 1


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
