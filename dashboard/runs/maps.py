"""Maps for the stage: which one a visitor sees, and who fits those that are not shipped.

One worker process at a time fits for all visitors; until a map is ready the principal map is shown. A fit that nobody
waits for any more is ended.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import Run
from sim.maps.files import shipped
from sim.maps.fitting import mappable
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import pooled_map, pooled_rows
from sim.sources import Source
from sim.workers.maps import fit_in_worker

KEPT_FITS: Final = 8
CHOICES: Final = {"umap": "UMAP", "pca": "PCA", "pooled": "UMAP, pooled"}
"""The maps of sources with more than two columns, the usual one first."""

Flat = Any
"""A `LandmarkMap`, a `PooledMap`, or None for the principal map."""


@dataclass(eq=False)
class Fit:
    """One map in the making.

    Attributes:
        progress: the share of the layout that is done.
        stopped: ended on request.
        future: the map.
    """

    progress: float = 0.0
    stopped: bool = False
    watchers: set[str] = field(default_factory=set[str])
    future: Future[Flat] = field(default_factory=Future[Flat])
    _end: Callable[[], None] | None = None

    def stop(self) -> None:
        """End the worker; what it did is lost."""
        self.stopped = True
        self.future.cancel()
        if self._end is not None:
            self._end()

    def make(self, rows: NDArray[Any], finish: Callable[[NDArray[np.float32]], Flat]) -> Flat:
        """Fit the map of some rows in a worker process."""
        return finish(fit_in_worker(rows, self._told, self._began))

    def _told(self, share: float) -> None:
        self.progress = share

    def _began(self, end: Callable[[], None]) -> None:
        self._end = end
        if self.stopped:
            end()


class Fits:
    """All maps that were fitted or are being fitted, shared between visitors."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="map")
        self._fits: OrderedDict[Hashable, Fit] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, key: Hashable, rows: Callable[[], NDArray[Any]], finish: Callable[[NDArray[np.float32]], Flat], visitor: str) -> Fit:
        """The fit of this key, started if it is new; the visitor stops waiting for any other. Raises `NoMap`."""
        with self._lock:
            fit = self._fits.get(key) or self._new(key, rows(), finish)
            self._fits.move_to_end(key)
            self._leave(visitor, fit)
            fit.watchers.add(visitor)
            return fit

    def leave(self, visitor: str) -> None:
        """The visitor waits for no map."""
        with self._lock:
            self._leave(visitor, None)

    def forget(self, fit: Fit) -> None:
        """Fit this map anew when it is next asked for."""
        with self._lock:
            for key in [key for key, known in self._fits.items() if known is fit]:
                del self._fits[key]

    def _new(self, key: Hashable, rows: NDArray[Any], finish: Callable[[NDArray[np.float32]], Flat]) -> Fit:
        mappable(rows)
        fit = Fit()
        self._fits[key] = fit
        fit.future = self._pool.submit(fit.make, rows, finish)
        while len(self._fits) > KEPT_FITS:
            self._fits.popitem(last=False)[1].stop()
        return fit

    def _leave(self, visitor: str, stays: Fit | None) -> None:
        for key, other in list(self._fits.items()):
            other.watchers.discard(visitor)
            if other is not stays and not other.watchers and not other.future.done():
                other.stop()
                del self._fits[key]


def choices(source: Source) -> dict[str, str]:
    """The maps that a visitor may choose between, by kind; none where two columns or fewer are their own map."""
    space = source.space
    return CHOICES if space.kind == "columns" and len(space.columns) > 2 else {}


def ask_map(fits: Fits, kind: str, run: Run, world: int, visitor: str) -> LandmarkMap | Fit | None:
    """The map of that kind: ready, in the making, or None for the principal map. Raises `NoMap` with a sentence."""
    source = run.experiment.source
    ready = shipped(source) if kind == "umap" else None
    if kind not in choices(source) or kind == "pca" or ready is not None:
        fits.leave(visitor)
        return ready
    if kind == "pooled":
        key = (run.experiment, run.last, world)  # a key that held the run would keep it after the queue has let go of it
        return fits.ask(key, lambda: pooled_rows(run, world), lambda places: pooled_map(run, world, places), visitor)
    return fits.ask(source.model_dump_json(), lambda: source.landmarks().rows, lambda places: _landmark_map(source, places), visitor)


def _landmark_map(source: Source, places: NDArray[np.float32]) -> LandmarkMap:
    landmarks = source.landmarks()
    return LandmarkMap(np.asarray(landmarks.rows, dtype=np.float32), places, landmarks.labels)
