"""The time that a run still needs, judged by how long it took so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

FEWEST_FOR_TREND = 4
"""Generations from which on a constant part and a growing one can be told apart."""

FACTOR = 2.0
"""What is promised is right within this factor, or nothing is."""


def remaining(times: Sequence[float], total: int, load: Callable[[float], float]) -> float | None:
    """Seconds that are still to go; None while nothing is known.

    The time of a generation is taken to be a constant part and a part that grows with its load; both are read from the
    halves of what was done. Under `accumulate` the plain mean would promise a third of the truth. Of a few generations all
    may be constant or all grow: the middle of both is told, unless they are too far apart.

    Args:
        times: the clock after every generation done, the first of them only to begin with.
        total: how many generations there are to do in all after that first one.
        load: the rows that the generation of a number, counted from 0 after that first one, has to learn from.
    """
    done = len(times) - 1
    if done < 1:
        return None
    mean = (times[-1] - times[0]) / done
    if done < FEWEST_FOR_TREND:
        apart = load((done + total) / 2) / load(done / 2)
        return mean * math.sqrt(apart) * (total - done) if apart <= FACTOR**2 else None
    half = done // 2
    early = (times[half] - times[0]) / half
    late = (times[-1] - times[half]) / (done - half)
    light, heavy, rest = load(half / 2), load((half + done) / 2), load((done + total) / 2)
    slope = max(0.0, (late - early) / (heavy - light)) if heavy > light else 0.0
    slope = min(slope, late / heavy)
    level = late - slope * heavy if heavy > light else mean
    return (total - done) * (level + slope * rest)
