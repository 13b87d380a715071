"""Betting: a curve foretold, and how it compares with the one that came.

Values are on the bet's own scale: shares of the typical value at its first generation, or the metric's unit. The run's
curve is the median over the worlds, as on the stage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.lessons.lesson import Bet, Sketch
from sim.records import Run
from sim.verdicts.significance import medians


@dataclass(frozen=True)
class Match:
    """How far a sketch lies from a run: the mean distance over generations, in the bet's scale."""

    sketch: Sketch
    off: float


def whole(bet: Bet, run: Run) -> float:
    """What 1 on the bet's scale is worth in the metric's unit."""
    return 1.0 if bet.scale == "value" else float(medians(run.metrics[bet.metric])[bet.since])


def happened(bet: Bet, run: Run) -> Floats:
    """The median path of the run on the bet's scale, from generation `since` to the last one measured."""
    return medians(run.metrics[bet.metric])[bet.since : run.last + 1] / whole(bet, run)


def foretold(sketch: Sketch, end: float, count: int) -> Floats:
    """A sketch at evenly spaced generations, tilted so that it ends at a value; never below nothing.

    Args:
        sketch: the curve picked.
        end: the value foretold for the last generation.
        count: how many generations.
    """
    x = np.linspace(0, 1, count)
    places, values = zip(*sketch.points, strict=True)
    return np.maximum(0.0, np.interp(x, places, values) + (end - values[-1]) * x)


def closest(bet: Bet, run: Run) -> list[Match]:
    """The sketches of a bet, the one closest to the run first."""
    path = happened(bet, run)
    known = np.isfinite(path)
    found = [Match(s, float(np.abs(foretold(s, s.points[-1][1], len(path)) - path)[known].mean())) for s in bet.curves]
    return sorted(found, key=lambda match: match.off)
