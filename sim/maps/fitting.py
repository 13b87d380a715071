"""Fitting a UMAP map: the one place that calls umap and numba, one call at a time.

With numba's `workqueue` threads two calls at once abort the whole process, whatever the seed; so every call holds one
lock, and the thread-safe layer is asked for where the machine has one.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.maps.landmarks import NEIGHBOURS

MOST_ROWS = 4000
"""Below umap's own limit for exact neighbours (4096)."""

LARGEST = 1e18
"""Distances between larger numbers have squares that 32 bits cannot hold."""

MIN_DIST = 0.1
"""umap's own default: how close to each other it lays out rows that are alike."""

SEED = 0
"""Any number would do; it stands in the file of a map."""

_NUMBA = threading.Lock()


class NoMap(Exception):
    """These rows have no UMAP map; the message is a sentence for the reader."""


def check_rows(rows: NDArray[Any]) -> None:
    """Refuse rows that UMAP cannot lay out, or that need no map; raises `NoMap` with a sentence.

    >>> check_rows(np.zeros((100, 5)))
    Traceback (most recent call last):
        ...
    sim.maps.fitting.NoMap: A map needs more than 15 different rows; these are 1.
    """
    if rows.ndim != 2 or rows.shape[1] < 3:
        raise NoMap("One or two columns are their own map.")
    if not np.isfinite(rows).all():
        raise NoMap("A map needs finite numbers; some of these rows hold others.")
    if np.abs(rows).max(initial=0.0) > LARGEST:
        raise NoMap("A map needs numbers up to 10^18; some of these rows hold larger ones.")
    distinct = len(np.unique(rows, axis=0))
    if distinct <= NEIGHBOURS:
        raise NoMap(f"A map needs more than {NEIGHBOURS} different rows; these are {distinct}.")
    if len(rows) > MOST_ROWS:
        raise NoMap(f"A map is fitted to at most {MOST_ROWS} rows; these are {len(rows)}.")


def fit_map(rows: NDArray[Any], progress: Callable[[float], None] | None = None) -> NDArray[np.float32]:
    """The places of rows on a UMAP map of their own, (m, 2).

    Args:
        rows: (m, d), at most 4000.
        progress: is told the share of the layout that is done.

    Raises:
        NoMap: with a sentence.

    References:
        McInnes, Healy and Melville 2018, arXiv 1802.03426.
    """
    check_rows(rows)
    with _NUMBA:
        choose_threads()
        umap: Any = importlib.import_module("umap")
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="n_jobs value")
            places = _reducer(umap, progress).fit_transform(np.asarray(rows, dtype=np.float32))
    return np.asarray(places - places.mean(axis=0), dtype=np.float32)


def choose_threads() -> None:
    """Ask numba for threads that survive two callers, where the machine has them; a choice already made stands."""
    if "NUMBA_THREADING_LAYER" not in os.environ:
        os.environ["NUMBA_THREADING_LAYER"] = "threadsafe" if _has_openmp() else "workqueue"


def _has_openmp() -> bool:
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        return False
    return True


def _reducer(umap: Any, progress: Callable[[float], None] | None) -> Any:
    progress_bar = (
        {"disable": False, "file": ProgressFile(progress), "mininterval": 0.2, "bar_format": "{n_fmt}/{total_fmt}\n"}
        if progress
        else {"disable": True}
    )
    return umap.UMAP(n_neighbors=NEIGHBOURS, min_dist=MIN_DIST, random_state=SEED, n_jobs=1, tqdm_kwds=progress_bar)


class ProgressFile:
    """A file that turns a progress bar's "12/500" into shares."""

    def __init__(self, progress: Callable[[float], None]) -> None:
        self._progress = progress

    def write(self, text: str) -> None:
        """One line of the bar, or anything else, which is passed over."""
        done, slash, total = text.strip().partition("/")
        if slash and done.isdigit() and total.isdigit() and int(total):
            self._progress(int(done) / int(total))

    def flush(self) -> None:
        """Nothing is held back."""
