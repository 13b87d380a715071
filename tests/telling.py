"""What the tests of presets share: each preset's recorded run, read once for all of them."""

from __future__ import annotations

from functools import cache

from sim import Run
from sim.presets import presets
from sim.store.shipped import FOLDER, load


@cache
def run_of(name: str) -> Run:
    """The recorded run, whatever Python's text it was recorded of."""
    return load(FOLDER / f"{name}.npz", presets()[name].experiment).run
