"""Extent: how far the outermost rows lie apart."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.sources import Reference
from sim.spaces import Space


@metric(label="Extent", unit="data units", rank=11, better="truth", ideal=None)
def extent(reference: Reference, space: Space) -> Measure:
    """How far apart the outermost rows are.

    Law: the largest number of a column less its smallest, in the column where that is most.
    """

    def measure(batch: Batch) -> Floats:
        return np.asarray((batch.rows.max(axis=1) - batch.rows.min(axis=1)).max(axis=1), dtype=np.float64)

    return measure
