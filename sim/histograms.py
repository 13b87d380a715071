"""Histograms of all rows, for runs that keep only a part of them for drawing.

A figure picks its bins once the run is known, and a run is counted while it goes, so rows are counted in finer bins that depend on
the experiment alone: so many between the edges of the truth's tails, and as fine to both sides. The figure joins them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Array, Floats
from sim.experiment import Experiment
from sim.traces import SAMPLE_BYTES, Trace, TraceInput, rows_kept

SPANS: Final = 5
"""How often the distance between the tails' edges is counted: once between them, and twice to either side. A choice: what is drawn wider
than that, as of a Gaussian with four times the truth's spread, is drawn of the rows kept, and says so."""

FINENESS: Final = (120, 60, 30, 10)
"""Bins between the tails' edges; the first is taken that has room. A choice: each divides the one before it, and all have many divisors."""


class Histograms(Trace):
    """How many of all n rows lie in each fine bin, (replicates, generations + 1, bins), first those below all bins, last those above.

    For rows of one column, and only where a run keeps a part of its rows; see `fine_edges`. Zeros where nothing was counted.
    """

    def read(self, given: TraceInput) -> Array | None:
        """In the smallest numbers that hold them."""
        rows, edges = given.state.rows, fine_edges(given.experiment)
        if edges is None or not rows.shape[1]:
            return None
        width = (edges[-1] - edges[0]) / (len(edges) - 1)
        places = np.clip(np.floor((rows[..., 0] - edges[0]) / width) + 1, 0, len(edges)).astype(np.int64)
        bins, worlds = len(edges) + 1, len(rows)
        flat = np.bincount((places + bins * np.arange(worlds)[:, None]).ravel(), minlength=bins * worlds)
        return flat.reshape(worlds, bins).astype(np.min_scalar_type(given.experiment.n))

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """None where all rows are kept, and where there would be no room for the coarsest bins."""
        edges = fine_edges(experiment)
        if entry is None or edges is None:
            return None
        return np.zeros((experiment.replicates, experiment.generations + 1, len(edges) + 1), entry.dtype)

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """In coarser bins where the run is longer than the one the entry was read for."""
        joined = (entry.shape[1] - 2) // (whole.shape[2] - 2)
        inner = entry[:, 1:-1].reshape(len(entry), -1, joined).sum(axis=2)
        whole[:, t] = np.concatenate([entry[:, :1], inner, entry[:, -1:]], axis=1)


def fine_edges(experiment: Experiment) -> Floats | None:
    """The edges of the bins that rows are counted in; None where they are not counted.

    >>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20_000, "generations": 20}
    >>> edges = fine_edges(Experiment.model_validate(settings))
    >>> len(edges) - 1, round(float(edges[240]), 3), round(float(edges[360]), 3)
    (600, -1.96, 1.96)
    """
    space = experiment.source.space
    if space.kind != "columns" or len(space.columns) != 1 or rows_kept(experiment, experiment.n, 1) == experiment.n:
        return None
    central, one = experiment.source.reference().central, experiment.replicates * (experiment.generations + 1)
    room = SAMPLE_BYTES // (one * np.min_scalar_type(experiment.n).itemsize)
    fine = next((fine for fine in FINENESS if SPANS * fine + 2 <= room), None)
    if central is None or fine is None or not central[1] > central[0]:
        return None
    left, right = central
    return left + (right - left) / fine * np.arange(-2 * fine, 3 * fine + 1, dtype=np.float64)
