"""Maps for the stage: which one a visitor sees, and what is laid out for those that are not shipped.

Until a map is ready the principal map is shown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dashboard.runs.map_fit import MapFit, Placement
from dashboard.runs.queue import Jobs
from dashboard.runs.visits import MAP
from sim import Run
from sim.maps import choices
from sim.maps.files import shipped
from sim.maps.fitting import check_rows
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import pooled_map, pooled_rows
from sim.sources import Source


def ask_map(queue: Jobs, kind: str, run: Run, replicate: int, visitor: str) -> LandmarkMap | MapFit | None:
    """The map of that kind: ready, in the making, or None for the principal map. Raises `NoMap` with a sentence."""
    source = run.experiment.source
    ready = shipped(source) if kind == "umap" else None
    if kind not in choices(source) or kind == "pca" or ready is not None:
        queue.unsubscribe(visitor, MAP)
        return ready
    if kind == "pooled":
        key = (run.experiment, run.last, replicate)  # a key that held the run would keep it after the queue has let go of it
        return queue.ask_map(key, lambda: _pooled(run, replicate), visitor)
    return queue.ask_map(source.model_dump_json(), lambda: _landmarks(source), visitor)


def _pooled(run: Run, replicate: int) -> Placement:
    return _checked(Placement(pooled_rows(run, replicate), lambda places: pooled_map(run, replicate, places)))


def _landmarks(source: Source) -> Placement:
    landmarks = source.landmarks()

    def finish(places: NDArray[np.float32]) -> LandmarkMap:
        return LandmarkMap(np.asarray(landmarks.rows, dtype=np.float32), places, landmarks.labels)

    return _checked(Placement(landmarks.rows, finish))


def _checked(placement: Placement) -> Placement:
    check_rows(placement.rows)
    return placement
