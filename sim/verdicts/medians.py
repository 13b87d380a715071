"""Medians over the replicates: of numbers the usual one, of counts a whole one, for half a word or mode is none.

Of an even number of worlds the lower of the two in the middle stands for a count:

>>> median_at({"tokens_alive": np.array([[5.0], [2.0]])}, "tokens_alive", 0)
2.0
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.arrays import Floats
from sim.metrics import is_whole


def medians(values: Floats, *, whole: bool = False) -> Floats:
    """The median over the replicates that were measured, by generation; NaN where none was.

    Args:
        values: (replicates, generations + 1); NaN where a replicate was not measured.
        whole: the lower median, a whole number for counts.
    """
    known = np.isfinite(values).any(axis=0)
    found = np.full(values.shape[1], np.nan)
    if not known.any():
        return found
    some = values[:, known]
    gaps = bool(np.isnan(some).any())  # with them it takes ten times as long
    if whole:
        found[known] = (np.nanquantile if gaps else np.quantile)(some, 0.5, axis=0, method="lower")
    else:
        found[known] = (np.nanmedian if gaps else np.median)(some, axis=0)
    return found


def median_path(metrics: Mapping[str, Floats], name: str) -> Floats:
    """The median of one metric by generation, (generations + 1,), of counts the lower one: as curves and sentences have it."""
    return medians(metrics[name], whole=is_whole(name))


def median_at(metrics: Mapping[str, Floats], name: str, t: int, *, whole: bool | None = None) -> float:
    """The median of one metric over the replicates that were measured in generation t, infinite ones too; NaN where none was.

    Args:
        metrics: as in `Run.metrics`.
        name: of the metric.
        t: the generation.
        whole: the lower median, a whole number for counts: half a word or mode is none. As the metric declares itself if left out.
    """
    known = _known_at(metrics, name, t)
    if not known.size:
        return float("nan")
    low, high = known[(len(known) - 1) // 2], known[len(known) // 2]
    return float(low if (is_whole(name) if whole is None else whole) else (low + high) / 2)


def middle(metrics: Mapping[str, Floats], name: str, t: int) -> tuple[float, ...]:
    """The median as a sentence tells it: of a count in two replicates both, the lower first, for none of them is in the middle.

    >>> counts = {"tokens_alive": np.array([[5.0, 4.0], [5.0, 2.0]])}
    >>> middle(counts, "tokens_alive", 1), middle(counts, "tokens_alive", 0)
    ((2.0, 4.0), (5.0,))
    """
    known = _known_at(metrics, name, t)
    both = known.size == 2 and known[0] != known[1] and is_whole(name)
    return tuple(known.tolist()) if both else (median_at(metrics, name, t),)


def real_median(floors: Mapping[str, float], name: str) -> float:
    """What n fresh real rows typically score, of counts the whole number below; NaN where that is not known.

    Args:
        floors: as in `Run.noise_floor`.
        name: of the metric.
    """
    found = float(floors.get(name, float("nan")))
    return float(np.floor(found)) if is_whole(name) else found


def _known_at(metrics: Mapping[str, Floats], name: str, t: int) -> Floats:
    """What was measured in a generation, in ascending order: sorting a few dozen takes a tenth of what `np.median` does."""
    if name not in metrics:
        return np.empty(0)
    ordered = np.sort(metrics[name][:, t])  # what is not a number comes last
    return ordered[: len(ordered) - int(np.isnan(ordered).sum())]
