"""Lanes: who only moves a slider does not queue behind long runs, nor behind networks, tables or maps."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass

from sim import Experiment
from sim.workers.inline import run_inline
from sim.workers.runner import run_in_worker
from sim.workers.tasks import Runner

TRAINERS = max(1, min(2, (os.cpu_count() or 2) - 1))
"""How many networks are trained at a time by other processes; where there are several processors, one is left to those who only look."""


@dataclass(frozen=True)
class Lane:
    """One line of computations that wait for each other and for no others.

    Attributes:
        most: how many are computed at a time.
        runner: who computes them.
    """

    most: int
    runner: Runner


LANES = {"quick": Lane(1, run_inline), "long": Lane(1, run_inline), "train": Lane(TRAINERS, run_in_worker), "map": Lane(1, run_in_worker)}
"""Every lane by name; of quick runs, two at a time would only take the interpreter from each other."""

QUICK, LEAST = 2_000_000, 500
"""Numbers that the models of a run learn from, up to which it is quick (Gaussians: half a second); least a generation."""

QUICK_SECONDS = 4.0
"""By the models' own counts of operations; measured were 1.3 s of n-grams, and 6 s of mixtures of sixteen, that count so."""

FEW_METRICS = 12
"""More are measured for tables alone, and some of those take longer than the run."""


def lane(asked: Experiment, metrics: Collection[str]) -> str:
    """The lane of a run, judged before it begins."""
    if asked.family.heavy:
        return "train"
    rows = asked.regime.trained_rows(asked.n, (asked.generations + 1) // 2)
    each = max(LEAST, asked.replicates * rows * len(asked.source.space.columns))
    light = asked.generations * each <= QUICK and asked.seconds <= QUICK_SECONDS
    return "quick" if light and len(metrics) <= FEW_METRICS else "long"
