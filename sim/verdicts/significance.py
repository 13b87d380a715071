"""Significance: whether replicates show less, or more, than chance allows, so that one correct run in a thousand is told so at its end.

Replicates are counted beyond an edge of the noise floor. The edge is itself drawn: of m fresh batches the 5 % quantile is at most
the j-th smallest, j = 1 + (m - 1)/20 rounded up, and the share of all real batches below that one has the law Beta(j, m + 1 - j),
or less where values are coarse. So k of R replicates lie beyond the edge by chance with a probability of at most

    Σ_{i≥k} C(R, i) B(j + i, m + 1 - j + R - i)/B(j, m + 1 - j),

with 64 batches 0.0007 for three of three and 0.0003 for six of ten (a beta-binomial law; Wilks 1941). Two of two are too
often there by chance, and one of course: for them the edge is put as many times farther from the median as `FARTHER` says.

Where there are few rows a good part of real batches lie on the edge, and none can lie beyond. So ten replicates and more are also
paired with the real rows they began with, and two tests look at the same ones, because each is blind where the other sees. Where
replicates go apart, their average stays while most of them lose: so those that came to the edge are counted. Where they are
few, counts say little: so their average change is judged, too. A change has no skew where nothing changes, for later rows and
real ones are drawn alike; but where a metric knows few values most changes are nothing, and what is left must be enough for a test.
Half of the thousandth is spent on the count, a quarter on each of the others.

A single world is told only of what is far beyond:

>>> below(np.array([[1.0, 0.6, 0.4, 0.01]]), low=0.5, typical=1.0, logs=True).tolist()
[False, False, False, True]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, comb, lgamma, log, log1p, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from sim.arrays import Flags, Floats
from sim.recording.floors import FLOOR_DRAWS
from sim.theory.student import normal_score
from sim.verdicts.medians import medians

LEVEL: Final = 1 / 1000
"""How often chance alone may be called something else, for one claim about the last generation."""

CRITICAL_Z: Final = 3
"""The half width of intervals, in standard errors: chance alone goes so far to one side once in 741."""

FEWEST_REPLICATES: Final = 10
"""Replicates below which no change is tested, and those beyond the edge are counted. Nor is a change of fewer than so many of them.

Nine worlds that all go one way do so once in 512 by chance, ten once in 1024.
"""

FAIR_COINS: Final = 200
"""Coins from which on their law is taken as normal, with the correction for continuity."""

ROUNDING: Final = 1e-9
"""Of chances that are summed from logarithms."""

FARTHER: Final = ((2.0, 1 / 32, 2.0), (4.0, 1 / 1000, 6.0))
"""Edges farther out: how many times farther from the median they are, and how often a replicate is beyond them by chance.

In the units of the metric, and last on the scale of logarithms. By simulation over sources of every kind, 2 to 400 rows and
all metrics that phases are told from, edges of 64 batches. Of normal rows 2 and 3 do; the variance of heavy tails needs 6.
"""


ALL_FARTHER: Final = ((3, 3e-4), (2, 6e-5))
"""Where the edges are told from fewer draws: how many replicates at least, all of them beyond those edges, and how often by chance.

Such an edge may itself be near by luck, for all replicates at once, so none may be on this side of it. By simulation of coverage and
precision of 10 to 60 rows of three sources, edges of 8 draws, 20,000 batches each: 0.25 and 0.05 in a thousand at most.
"""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the noise floor, beyond which values are larger.

    Attributes:
        at: the edge.
        typical: the median of the noise floor; None where it is not known, and no edge is farther out.
        logs: whether the edges farther out are reckoned on the scale of logarithms; there, values are the negative of what was
            measured where `sign` is -1.
        sign: -1 where values and edge were mirrored.
        draws: the batches that the noise floor was told from.
    """

    at: float
    typical: float | None
    logs: bool
    sign: int
    draws: int

    def beyond(self, steps: int) -> float:
        """The edge itself for 0 steps, or one of those farther out; infinite where none is."""
        if steps == 0:
            return self.at
        if self.typical is None or not self.at > self.typical:
            return np.inf
        linear, _, logarithmic = FARTHER[steps - 1]
        at, typical = self.sign * self.at, self.sign * self.typical
        if not self.logs or self.draws < FLOOR_DRAWS or min(at, typical) <= 0:
            return self.typical + linear * (self.at - self.typical)
        return self.sign * typical * (at / typical) ** logarithmic


def below(
    values: Floats, low: float, scaled: Floats | None = None, *, typical: float | None = None, logs: bool = False, draws: int = FLOOR_DRAWS
) -> Flags:
    """Where the replicates are at or below an edge and have come there by more than chance, (generations + 1,).

    Law: more replicates are below the edge than chance brings there; or, of ten and more, the median is at most the edge, and
    the mean change since generation 0, paired by replicate, is negative by Student's t, or more have come to the edge than have
    left it by McNemar's exact test. The module's docstring says how sure each is. Never at generation 0.

    Many looks: the last generation is tested with the whole level, those before it too as long as all after them pass (tests in
    a fixed order: Maurer, Hothorn & Lehmacher 1995); any other with the level divided by the number of generations (Bonferroni). So
    chance is called something else once in a thousand runs at the end, and twice in a thousand anywhere.

    Args:
        values: (replicates, generations + 1); NaN where a replicate was not measured.
        low: the low edge of the noise floor.
        scaled: the same on the scale on which changes are averaged; the values themselves if left out.
        typical: the median of the noise floor; where it is left out one or two replicates are never told to be below.
        logs: whether values have no steps and are above 0, so that edges farther out are reckoned in logarithms.
        draws: the batches of fresh rows that the noise floor was told from.
    """
    edge = Edge(-low, None if typical is None else -typical, logs, -1, draws)
    return _significantly_beyond(-values, edge, -(values if scaled is None else scaled))


def above(
    values: Floats, high: float, scaled: Floats | None = None, *, typical: float | None = None, logs: bool = True, draws: int = FLOOR_DRAWS
) -> Flags:
    """Where the replicates are at or above an edge and have come there by more than chance; see `below`."""
    return _significantly_beyond(values, Edge(high, typical, logs, 1, draws), values if scaled is None else scaled)


def _significantly_beyond(values: Floats, edge: Edge, scaled: Floats) -> Flags:
    measured = np.isfinite(values).any(axis=1)
    test = _count_test if measured.sum() < FEWEST_REPLICATES else _count_and_paired_tests
    once = test(values[measured], edge, scaled[measured], LEVEL)
    often = test(values[measured], edge, scaled[measured], LEVEL / max(1, len(once) - 1))
    unbroken = np.logical_and.accumulate(once[::-1])[::-1]
    found: Flags = unbroken | often
    found[0] = False
    return found


def _count_test(values: Floats, edge: Edge, scaled: Floats, level: float) -> Flags:
    """Whether most replicates, and more than chance would bring there, are beyond the edge, or the nearest farther out that can tell."""
    count = len(values)
    for steps in range(1 + len(FARTHER)):
        enough = _enough(count, edge.draws, steps, level)
        if enough <= count:
            return np.asarray((values > edge.beyond(steps)).sum(axis=0) >= enough, dtype=np.bool_)
    return np.zeros((values.shape[1],), dtype=np.bool_)


@lru_cache(maxsize=1024)
def _enough(count: int, draws: int, steps: int, level: float) -> int:
    """How many replicates beyond an edge are most, and more than chance; one more than all where none are enough."""
    if steps and draws < FLOOR_DRAWS:
        fewest, often = ALL_FARTHER[steps - 1]
        return count if count >= fewest and often <= level else count + 1
    chance = beta_binomial_tail(count, draws) if steps == 0 else _binomial_tail(count, FARTHER[steps - 1][1])
    return next((k for k in range(count // 2 + 1, count + 1) if chance[k] <= level * (1 + ROUNDING)), count + 1)


@lru_cache(maxsize=256)
def beta_binomial_tail(count: int, draws: int) -> tuple[float, ...]:
    """The probability that at least k of so many fresh batches lie beyond the 5 % quantile of so many others, for k = 0 … count.

    >>> [round(chance, 4) for chance in beta_binomial_tail(3, 64)]
    [1.0, 0.2105, 0.0195, 0.0007]
    """
    a = 1 + ceil((draws - 1) / 20)
    b = draws + 1 - a
    return _tails([_log_choose(count, i) + _log_beta(a + i, b + count - i) - _log_beta(a, b) for i in range(count + 1)])


@lru_cache(maxsize=256)
def _binomial_tail(count: int, share: float) -> tuple[float, ...]:
    return _tails([_log_choose(count, i) + i * log(share) + (count - i) * log1p(-share) for i in range(count + 1)])


def _tails(logs: list[float]) -> tuple[float, ...]:
    """Sums from every place to the end, of numbers given by their logarithms."""
    return tuple(np.exp(logs)[::-1].cumsum()[::-1].tolist())


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _log_choose(count: int, i: int) -> float:
    return lgamma(count + 1) - lgamma(i + 1) - lgamma(count - i + 1)


def _count_and_paired_tests(values: Floats, edge: Edge, scaled: Floats, level: float) -> Flags:
    critical = NormalDist().inv_cdf(1 - level / 4)
    enough = 0.5 ** _changed(scaled) <= level / 4  # the chance that so many all go one way
    risen: Flags = np.asarray((standardized_change(scaled) > critical) & enough, dtype=np.bool_)
    moved = risen | _mcnemar(values >= edge.at, values, level / 4)
    on_edge: Flags = np.asarray(medians(values) >= edge.at, dtype=np.bool_)
    return np.asarray(_count_test(values, edge, scaled, level / 2) | (on_edge & moved), dtype=np.bool_)


def _mcnemar(beyond: Flags, values: Floats, level: float) -> Flags:
    """Whether more replicates have come beyond the edge since generation 0 than have left it: McNemar's exact test, one-sided."""
    now: Flags = beyond[np.isfinite(values).all(axis=1)]
    came, left = (now & ~now[:, :1]).sum(axis=0), (~now & now[:, :1]).sum(axis=0)
    fewest = np.array([_fewest_of(int(moved), level) for moved in came + left])
    return np.asarray(came >= fewest, dtype=np.bool_)


@lru_cache(maxsize=4096)
def _fewest_of(moved: int, level: float) -> int:
    """How many of so many fair coins must show heads so that chance brings as many no more often; one more than all where none do."""
    if moved > FAIR_COINS:
        return int(np.ceil((moved + 1 + NormalDist().inv_cdf(1 - level) * sqrt(moved)) / 2))
    chance = 0.0
    for heads in range(moved, -1, -1):
        chance += comb(moved, heads) / 2**moved
        if chance > level:
            return heads + 1
    return 0


def standardized_change(values: Floats) -> Floats:
    """By how many standard errors the replicates have risen since generation 0 on average: Student's t, as a normal score.

    Lower scores the fewer replicates there are; NaN where fewer than ten were measured, or have changed.
    """
    changes = (values - values[:, :1])[np.isfinite(values).all(axis=1)]
    if len(changes) < FEWEST_REPLICATES:
        return np.full((values.shape[1],), np.nan, dtype=np.float64)
    mean: Floats = changes.mean(axis=0)
    error: Floats = changes.std(axis=0, ddof=1) / sqrt(len(changes))
    # Where no replicate differs from the others the score is infinite; 1e9 can still be squared.
    scores: Floats = np.divide(mean, error, out=np.where(mean, np.copysign(1e9, mean), 0.0), where=error > 0)
    found = normal_score(scores, np.full(scores.shape, float(len(changes) - 1)))
    return np.where(_changed(values) >= FEWEST_REPLICATES, found, np.nan)


def _changed(values: Floats) -> Floats:
    """How many replicates have another value than in generation 0."""
    known = values[np.isfinite(values).all(axis=1)]
    return (known != known[:, :1]).sum(axis=0).astype(np.float64)
