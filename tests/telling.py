"""What the tests of presets share: each preset's run, read once for all of them."""

from __future__ import annotations

from functools import cache

from sim import Run, simulate
from sim.presets import presets
from sim.store.shipped import FOLDER, load


@cache
def run_of(name: str) -> Run:
    """The recorded run, whatever Python's text it was recorded of; computed where a preset is not recorded yet."""
    path, experiment = FOLDER / f"{name}.npz", presets()[name].experiment
    return load(path, experiment).run if path.exists() else simulate(experiment)
