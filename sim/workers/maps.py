"""Fitting a map elsewhere: in a worker process that tells how far it is and can be ended at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.maps.fitting import NoMap, mappable
from sim.maps.worker import REFUSAL
from sim.workers.runs import THREADS

ROOT = Path(__file__).parent.parent.parent


def fit_in_worker(
    rows: NDArray[Any], progress: Callable[[float], None], began: Callable[[Callable[[], None]], None]
) -> NDArray[np.float32]:
    """The places of rows on a UMAP map of their own, (m, 2), fitted by a worker process.

    Args:
        rows: (m, d), at most 4000.
        progress: is told the share of the layout that is done; the first seconds are compilation and tell nothing.
        began: is given a function that ends the worker.

    Raises:
        NoMap: with a sentence: what is wrong with the rows, or that the worker was ended.
    """
    mappable(rows)
    with tempfile.TemporaryDirectory(prefix="map-") as name:
        folder = Path(name)
        np.save(folder / "rows.npy", rows, allow_pickle=False)
        _work(folder, progress, began)
        if not (folder / "places.npy").exists():
            raise NoMap("The map was not finished.")
        return np.load(folder / "places.npy", allow_pickle=False)


def _work(folder: Path, progress: Callable[[float], None], began: Callable[[Callable[[], None]], None]) -> None:
    command = [sys.executable, "-m", "sim.maps.worker", str(folder)]
    threads = dict.fromkeys(THREADS, "1")
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **threads}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as worker:
        began(worker.kill)
        assert worker.stdout is not None
        for line in worker.stdout:
            if line.startswith(REFUSAL):
                raise NoMap(line.removeprefix(REFUSAL).strip())
            progress(float(line))
