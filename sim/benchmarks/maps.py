"""Maps: placing rows, which happens on the way to every picture of a table."""

from __future__ import annotations

import numpy as np

from sim.benchmarks import Measurement, benchmark, medians
from sim.maps.files import shipped
from sim.sources import sources
from sim.streams import Streams


@benchmark("placing 20 generations of 300 digits on the shipped map", reach="0.3 s")
def placing() -> Measurement:
    """New rows, none of them a copy of a landmark; the map is loaded before."""
    source = sources["digits"]()
    flat = shipped(source)
    assert flat is not None
    rows = source.sample(20, 300, Streams(0, 0)) + Streams(0, 0).normal("blur", (20, 300, 64)) * 0.05
    (seconds,) = medians(5, lambda: flat.place(rows))
    return Measurement(seconds, "s", f"{len(flat.rows)} landmarks, {seconds / 6000 * 1e6:.0f} us a row", bool(np.less_equal(seconds, 0.3)))
