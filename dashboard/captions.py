"""Sentences computed from the run: nothing is said that the numbers did not earn."""

from __future__ import annotations

import numpy as np

from dashboard.figures import View
from dashboard.theme import number, percent
from sim import Run


def verdict(run: Run) -> str:
    """What became of the truth in this run, in one sentence."""
    return run.ending.sentence


def detail(run: Run) -> str:
    """How sure that is: worlds, seed and what theory says."""
    return f"{run.experiment.replicates} worlds, seed {run.experiment.seed}."


def captions(view: View, t: int) -> str:
    """What generation t shows."""
    v = view.run.metrics.get("total_variance")
    if v is None:
        return f"Generation {t}."
    return f"Generation {t}: half of the worlds keep less than {percent(float(np.sqrt(np.median(v[:, t]) / view.truth.variance)))} of the spread. {number(t)}"
