"""Noise floors: what a perfect model would score, told from batches of fresh real rows.

They are drawn from a stream of their own, which the loop never uses.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Array, Floats
from sim.experiment import Experiment
from sim.metrics import Batch, Measure, Metric, metrics
from sim.records import NoiseFloor
from sim.streams import Streams

FLOOR_DRAWS: Final = 64
"""The most batches of fresh real rows behind a noise floor."""

FEWEST_DRAWS: Final = 8
"""The fewest, however wide or long a batch is."""

FLOOR_NUMBERS: Final = 400_000
"""The most numbers drawn for the noise floor; wide or long batches get fewer draws.

Dear metrics look at 8 draws in any case: 64 took seconds longer, before the first picture.
"""


def fresh_batches(experiment: Experiment) -> Array:
    """Batches of n real rows that no model sees, (draws, n, d)."""
    return experiment.source.sample(_batches(experiment), experiment.n, Streams(experiment.seed, 0).within("floor"))


def floor_draws(experiment: Experiment, name: str) -> int:
    """How many of them the noise floor of a metric is told from.

    >>> settings = {"source": {"kind": "digits"}, "family": {"kind": "gaussian"}}
    >>> [floor_draws(Experiment.model_validate({**settings, "n": n}), "total_variance") for n in (20, 200, 1000)]
    [64, 31, 8]
    """
    return min(_batches(experiment), metrics()[name].replicates)


def _batches(experiment: Experiment) -> int:
    d = len(experiment.source.space.columns)
    return min(FLOOR_DRAWS, max(FEWEST_DRAWS, FLOOR_NUMBERS // (experiment.n * d)))


def noise_floor(metric: Metric, measure: Measure, fresh: Batch) -> NoiseFloor:
    """The noise floor of a metric; NaN where it reads scores, because fresh real rows have no model."""
    return floor_of(np.array([np.nan]) if metric.scores else measure(fresh.first(metric.replicates)))


def floor_of(values: Floats) -> NoiseFloor:
    """The median of the finite values and the edges of their band; NaN where there are none.

    >>> floor_of(np.linspace(0, 1, FLOOR_DRAWS))
    NoiseFloor(0.5, low=0.05, high=0.95)
    """
    drawn = values[np.isfinite(values)]
    if not drawn.size:
        return NoiseFloor(np.nan, np.nan, np.nan)
    low, median, high = (float(edge) for edge in np.quantile(drawn, (0.05, 0.5, 0.95)))
    wider = stretch(drawn.size)
    return NoiseFloor(median, median - wider * (median - low), median + wider * (high - median))


def stretch(draws: int) -> float:
    """How many times farther from the median the edges of so few draws are put, so that they cover what those of 64 do.

    The 5 % and 95 % quantiles of 64 draws cover 87 % of fresh ones, those of 8 only 72 %. The formula was fitted to normal
    draws by simulation, for 3 draws and more.
    """
    return 1 + 3.46 * (1 / max(1, draws - 2) - 1 / (FLOOR_DRAWS - 2))
