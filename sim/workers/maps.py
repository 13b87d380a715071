"""Fitting a map as a task: it tells how far it is and can be ended at any moment.

Why in a worker: a fit in the server's own process would hold up every visitor for seconds, and its memory would never be
given back; so its worker serves nobody afterwards.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from sim.maps.fitting import NoMap, fit_map
from sim.workers.tasks import Failure, Task

UNFINISHED: Final = "The map was not finished."


@dataclass(frozen=True, eq=False)
class MapTask(Task[float | NDArray[np.float32]]):
    """The share of the layout that is done, 0 to 1, again and again; then the places of the rows, (m, 2).

    Attributes:
        rows: (m, d), at most 4000.
    """

    tries: ClassVar[int] = 1  # a fit that ran out of memory would again, and nobody should wait three times for it
    spends_worker: ClassVar[bool] = True
    refusals: ClassVar[tuple[type[Exception], ...]] = (NoMap,)

    rows: NDArray[Any]

    def answers(self) -> Iterator[float | NDArray[np.float32]]:
        """UMAP calls back how far it is, so it is fitted on another thread."""
        shares: queue.SimpleQueue[float | None] = queue.SimpleQueue()
        with ThreadPoolExecutor(1) as threads:
            yield 0.0
            fit = threads.submit(fit_map, self.rows, shares.put)
            fit.add_done_callback(lambda _: shares.put(None))
            yield from iter(shares.get, None)
            yield fit.result()

    def error(self, failure: Failure) -> NoMap:
        """What is wrong with the rows, or that there is no map, whatever it was."""
        return NoMap(failure.sentence if failure.kind == "refused" else UNFINISHED)
