"""What the tests of presets share: each preset's run, computed once for all of them."""

from __future__ import annotations

from functools import cache

from sim import Run, simulate
from sim.presets import presets


@cache
def run_of(name: str) -> Run:
    """The run of a preset with the metrics that it claims something about."""
    preset = presets()[name]
    return simulate(preset.experiment, {claim.metric: None for claim in preset.claims})
