"""Significance: whether replicates show less, or more, than chance allows, paired with the real rows they began with.

Two tests look at the same replicates, because each is blind where the other sees. Where replicates go apart, their average stays
while most of them lose: so those at the edge of the noise floor are counted. Where they are few, counts say little: so their
average change is judged, too.

A single world has nothing to be tested with, so it must lie beyond the edge by itself:

>>> below(np.array([[1.0, 0.6, 0.4]]), low=0.5).tolist()
[False, False, True]
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Final

import numpy as np

from sim.arrays import Flags, Floats
from sim.metrics import is_whole
from sim.theory.student import normal_score

CRITICAL_Z: Final = 3
"""The critical value of both tests: standard errors beyond which something is not called chance.

Chance alone goes so far to one side once in 741.
"""

FEWEST_REPLICATES: Final = 10
"""Replicates below which nothing is tested and the median must lie beyond the edge by itself.

McNemar's score of nine never exceeds 3: even where all of them have come it is the root of their number.
"""


def below(values: Floats, low: float, scaled: Floats | None = None) -> Flags:
    """Where the typical replicate is at or below an edge and has come there by more than chance, (generations + 1,).

    Law: the median is at most the edge; and the mean change since generation 0, paired by replicate, is below minus three of
    its standard errors, or McNemar's (came - left)/sqrt(came + left) of the replicates at or below the edge is above 3.
    With fewer than ten replicates the median must be below the edge. Never at generation 0.

    Args:
        values: (replicates, generations + 1); NaN where a replicate was not measured.
        low: the low edge of the noise floor.
        scaled: the same on the scale on which changes are averaged; the values themselves if left out.
    """
    return _significantly_beyond(-values, -low, -(values if scaled is None else scaled))


def above(values: Floats, high: float, scaled: Floats | None = None) -> Flags:
    """Where the typical replicate is at or above an edge and has come there by more than chance; see `below`."""
    return _significantly_beyond(values, high, values if scaled is None else scaled)


def _significantly_beyond(values: Floats, edge: float, scaled: Floats) -> Flags:
    typical = medians(values)
    later = np.ones(len(typical), dtype=np.bool_)
    later[0] = False
    if len(values) < FEWEST_REPLICATES:
        return (typical > edge) & later
    moved: Flags = np.asarray(standardized_change(scaled) > CRITICAL_Z, dtype=np.bool_) | _mcnemar(values >= edge, values)
    return (typical >= edge) & moved


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


def _mcnemar(beyond: Flags, values: Floats) -> Flags:
    """Whether significantly more replicates lie beyond the edge than in generation 0: McNemar's test of paired proportions."""
    now: Flags = beyond[np.isfinite(values).all(axis=1)]
    came, left = (now & ~now[:, :1]).sum(axis=0), (~now & now[:, :1]).sum(axis=0)
    return np.asarray(came - left > CRITICAL_Z * np.sqrt(came + left), dtype=np.bool_)


def standardized_change(values: Floats) -> Floats:
    """By how many standard errors the replicates have risen since generation 0 on average: Student's t, as a normal score.

    Lower scores the fewer replicates there are; NaN where fewer than ten were measured.
    """
    changes = (values - values[:, :1])[np.isfinite(values).all(axis=1)]
    if len(changes) < FEWEST_REPLICATES:
        return np.full((values.shape[1],), np.nan, dtype=np.float64)
    mean: Floats = changes.mean(axis=0)
    error: Floats = changes.std(axis=0, ddof=1) / sqrt(len(changes))
    # Where no replicate differs from the others the score is infinite; 1e9 can still be squared.
    scores: Floats = np.divide(mean, error, out=np.where(mean, np.copysign(1e9, mean), 0.0), where=error > 0)
    return normal_score(scores, np.full(scores.shape, float(len(changes) - 1)))
