"""Bets: the curve that somebody predicts, and how it compares with the one that is observed.

Values are on the bet's own scale: shares of the typical value at its first generation, or the metric's unit. The run's
curve is the median over the replicates, as on the stage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.lessons.lesson import Bet, Sketch
from sim.records import Run
from sim.verdicts.medians import median_path


@dataclass(frozen=True)
class Match:
    """How well a sketch agrees with a run.

    Attributes:
        sketch: one of the bet's curves.
        distance: the mean absolute difference over generations, on the bet's scale.
    """

    sketch: Sketch
    distance: float


def unit_of(bet: Bet, run: Run) -> float:
    """What 1 on the bet's scale is worth in the metric's unit."""
    return 1.0 if bet.scale == "value" else float(median_path(run.metrics, bet.metric)[bet.since])


def observed(bet: Bet, run: Run) -> Floats:
    """The median path of the run on the bet's scale, from generation `since` to the last one measured, (generations,)."""
    return median_path(run.metrics, bet.metric)[bet.since : run.last + 1] / unit_of(bet, run)


def predicted(sketch: Sketch, end: float, count: int) -> Floats:
    """A sketch at evenly spaced generations, tilted so that it ends at a value, never below 0, (count,).

    Args:
        sketch: the curve picked.
        end: the value predicted for the last generation.
        count: how many generations.

    A line from 1 to 0, with the end moved to 1/2:

    >>> falls = Sketch(label="It falls to nothing.", points=[[0.0, 1.0], [1.0, 0.0]])
    >>> predicted(falls, end=0.5, count=3).tolist()
    [1.0, 0.75, 0.5]
    """
    x = np.linspace(0, 1, count)
    places, values = zip(*sketch.points, strict=True)
    return np.maximum(0.0, np.interp(x, places, values) + (end - values[-1]) * x)


def ranked(bet: Bet, run: Run) -> list[Match]:
    """The sketches of a bet, the one closest to the run first."""
    path = observed(bet, run)
    known = np.isfinite(path)  # generations in which no replicate could be measured count for no curve
    found = [Match(s, float(np.abs(predicted(s, s.points[-1][1], len(path)) - path)[known].mean())) for s in bet.curves]
    return sorted(found, key=lambda match: match.distance)
