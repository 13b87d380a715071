"""MapFit: the computation of one map by a worker process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dashboard.runs.computation import Computation
from dashboard.runs.lanes import LANES
from sim.maps.fitting import NoMap
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import PooledMap
from sim.workers.maps import UNFINISHED, MapTask

FittedMap = LandmarkMap | PooledMap


@dataclass(frozen=True, eq=False)
class Placement:
    """What a map is made of.

    Attributes:
        rows: what is laid out, (m, d).
        finish: makes the map of the places of these rows, (m, 2).
    """

    rows: NDArray[Any]
    finish: Callable[[NDArray[np.float32]], FittedMap]


@dataclass(eq=False)
class MapFit(Computation[Hashable, FittedMap]):
    """The computation of one map.

    Attributes:
        placement: what it is made of; None once it is computed.
        progress: the share of the placement that is done.
    """

    placement: Placement | None = None
    progress: float = 0.0
    survives_absence: ClassVar[bool] = False

    @property
    def lane(self) -> str:
        """That of all maps, which is one at a time."""
        return "map"

    def compute(self) -> FittedMap:
        """Lay the rows out in a worker process; raises `NoMap` with a sentence, also when it was stopped."""
        placement, self.placement = self.placement, None  # it may hold a run, which the queue wants to let go of before the map
        assert placement is not None
        for answer in LANES[self.lane].runner(MapTask(placement.rows), self.going):
            if isinstance(answer, np.ndarray):
                return placement.finish(answer)
            self.progress = answer
        raise NoMap(UNFINISHED)
