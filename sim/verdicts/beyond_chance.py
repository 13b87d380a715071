"""Beyond chance: whether a metric has left the noise floor of its run, by the tests of `sim.verdicts.significance`.

Under replace the spread of ten rows has left it after forty generations:

>>> from sim import Experiment, simulate
>>> run = simulate(Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10}), ["total_variance"])
>>> bool(below_chance(run, "total_variance")[-1]), bool(above_chance(run, "total_variance")[-1])
(True, False)
"""

from __future__ import annotations

from sim.arrays import Flags, Floats
from sim.recording.floors import floor_draws
from sim.records import Run
from sim.verdicts.significance import above, below
from sim.verdicts.spread import spread_metric, spreads


def below_chance(run: Run, name: str) -> Flags:
    """Where a metric is smaller than chance allows, (last + 1,)."""
    floor, logs, draws = run.noise_floor[name], name == "total_variance", floor_draws(run.experiment, name)
    return below(measured(run, name), floor.low, _scaled(run, name), typical=float(floor), logs=logs, draws=draws)


def above_chance(run: Run, name: str, values: Floats | None = None) -> Flags:
    """Where a metric, or values that are at most as large as it, are larger than chance allows, (last + 1,)."""
    floor, draws = run.noise_floor[name], floor_draws(run.experiment, name)
    found = measured(run, name) if values is None else values
    return above(found, floor.high, _scaled(run, name), typical=float(floor), draws=draws)


def measured(run: Run, name: str) -> Floats:
    """A metric of every replicate in the generations that were measured, (replicates, last + 1)."""
    return run.metrics[name][:, : run.last + 1]


def _scaled(run: Run, name: str) -> Floats | None:
    """The scale on which changes are averaged: that of the spread, for it is what is told."""
    return spreads(run) if name == spread_metric(run.experiment) else None
