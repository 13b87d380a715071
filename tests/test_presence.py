"""What figures say is there and what is gone is so: told of all rows drawn, where they were thinned for drawing too."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from dashboard.figures import View
from dashboard.figures.map import plane
from dashboard.figures.presence import modes_alive
from sim import Experiment, Run, simulate


@cache
def grid() -> Run:
    settings = {"source": {"kind": "grid"}, "family": {"kind": "kde", "h": 0.0}, "n": 1000, "generations": 40, "replicates": 60}
    return simulate(Experiment.model_validate(settings), ["modes_alive"])


def crosses(run: Run, world: int) -> list[int]:
    """How many modes are crossed out in each frame of the map."""
    frames = plane(View(run, world, ()))[0].frames
    marks: list[list[Any]] = [frame["data"][1]["marker.symbol"] for frame in frames]
    return [sum(symbol == "x-thin-open" for symbol in symbols) for symbols in marks]


def test_modes_are_crossed_out_by_all_rows_and_not_by_those_kept_for_drawing() -> None:
    run = grid()
    assert run.samples.shape[2] < run.experiment.n
    for world in (0, 7, 59):
        assert crosses(run, world) == [25 - alive for alive in run.metrics["modes_alive"][world]]
    assert sum(crosses(run, 0)) > 0


def test_no_mode_is_crossed_out_where_its_rows_were_not_counted() -> None:
    frames = plane(View(replace(grid(), tallies=None), 0, ()))[0].frames
    assert all(frame["traces"] == [1] for frame in frames)


def test_modes_are_counted_anew_as_the_metric_counts_where_all_rows_are_kept() -> None:
    run = simulate(grid().experiment.but(n=200, replicates=2), ["modes_alive"])
    alive = modes_alive(View(replace(run, tallies=None), 1, ()))
    assert alive is not None
    assert np.array_equal(alive.sum(axis=1), run.metrics["modes_alive"][1])
