"""Luck with modes: how many modes a faithful model misses, and how many missing ones are more than luck.

A model is faithful when it draws each mode as often as its training rows hold it, as the bootstrap does. It learns from n rows and
draws n, so a mode that holds a share p of the truth is drawn Binomial(n, C/n) times, with C ~ Binomial(n, p) of the training rows
there. Where C is known, as for model 1, luck is told given C.

Whether a mode is missed is one event; modes of a world compete for the same n rows, so that one missed makes another less likely
to be (negative association, Joag-Dev & Proschan 1983). Then Chernoff's bound holds as if the events were independent,

    P(M >= m) <= exp(-s m) prod (1 - q + q exp(s))   for every s > 0 (q is each event's chance),

and a count is called more than luck where that is below the size. So the size is at most what is said, for one world and
for thousands, whether the chances are alike or not.

Two modes that are missed half the time are both missed in a quarter of all worlds, which is not beyond any usual size; with
chances of a millionth one is enough:

>>> critical_count(np.array([0.5, 0.5]), size=0.001) > 2
True
>>> critical_count(np.array([1e-6, 1e-6]), size=0.001) <= 1
True
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.metrics.variety import REACH, least_rows_alive
from sim.sources import Modes, Source

TILTS: Final = frozen(np.geomspace(1e-3, 300, 400))
"""The s at which Chernoff's bound is asked; it holds at each, so a coarse choice costs power and never size.

From the best one for hundreds of thousands of events to the best one for events that have no chance at all.
"""

REACHED: Final = 12.0
"""Standard deviations of a number of training rows beyond which it has no chance: less than 1e-30."""


def shares_at_modes(modes: Modes) -> Floats:
    """The share of real rows that lie within three standard deviations of each mode, (k,), whichever mode they come from.

    Law: sum_j w_j P(|x - c_k| <= 3 s_k), x ~ N(c_j, s_j^2 I) in d dimensions: a noncentral chi-square number's distribution function.

    A single round mode in the plane holds 1 - exp(-9/2) of its rows there:

    >>> shares_at_modes(Modes(np.zeros((1, 2)), np.ones(1), np.ones(1))).round(6).tolist()
    [0.988891]
    """
    from scipy.special import chndtr

    centres, spread = modes.centres, modes.spread
    squares: Floats = ((centres[:, None, :] - centres) ** 2).sum(axis=2)
    within = np.asarray(chndtr((REACH * spread[:, None] / spread) ** 2, centres.shape[1], squares / spread**2), dtype=np.float64)
    shares: Floats = within @ modes.weights
    return shares


def chances_of_missing(source: Source, n: int, training: int | None = None) -> Floats:
    """The chance that n rows of a faithful model, which learned from real rows, leave each mode dead, (k,); none without modes.

    Law: E[P(Binomial(n, C/m) < r)] with C ~ Binomial(m, p) of the m training rows, p from `shares_at_modes`, and r rows enough to be
    alive.

    Args:
        source: the truth.
        n: how many rows are drawn.
        training: how many different real rows the model learned from; n if left out.

    One row of a model that learned from one row leaves all modes dead but that row's own:

    >>> from sim.sources import sources
    >>> chances = chances_of_missing(sources["ring"](), 1)
    >>> bool(np.allclose(1 - chances, shares_at_modes(sources["ring"]().reference().modes)))
    True
    """
    return _chances_of_missing(cast(Any, source), n, training or n)


def chances_given_training(counts: NDArray[np.integer], n: int, modes: Modes) -> Floats:
    """The chance that n rows of a faithful model leave each mode dead, given how many of its n training rows are there, (..., k).

    A mode with none of two training rows is missed for sure, one with both never, and one with one of them once in four times:

    >>> modes = Modes(np.array([[0.0], [6.0]]), np.ones(2), np.full(2, 0.5))
    >>> chances_given_training(np.array([[0, 2], [1, 1]]), 2, modes).tolist()
    [[1.0, 0.0], [0.25, 0.25]]
    """
    from scipy.special import bdtr

    def missed(least: float, there: NDArray[np.int64]) -> Floats:
        return np.asarray(bdtr(least - 1, n, np.minimum(there / n, 1.0)), dtype=np.float64)

    return _by_count(counts, least_rows_alive(n, modes), missed)


def critical_count(chances: Floats, size: float, replicates: int = 1) -> float:
    """The count of events from which on it is more than luck: it has at most the chance `size`, by Chernoff's bound.

    Law: the least (log(1/size) + sum log(1 - q + q exp(s)))/s over s > 0.

    Args:
        chances: of each event, of any shape.
        size: the chance that luck alone may have.
        replicates: how many times all of the events are there.
    """
    values, times = np.unique(chances, return_counts=True)
    growth = np.log1p(values * np.expm1(TILTS[:, None])) @ (replicates * times)
    return float(((growth - log(size)) / TILTS).min())


def critical_net(chances: Floats, size: float) -> float:
    """The net count from which on it is more than luck, where each pair loses with its chance and gains with the same.

    Law: as for `critical_count`, with 1 + 2a (cosh(s) - 1) for each pair; a is at most 1/2.
    """
    values, times = np.unique(chances, return_counts=True)
    growth = np.log1p(2 * values * (np.cosh(TILTS[:, None]) - 1)) @ times
    return float(((growth - log(size)) / TILTS).min())


def chances_of_losing(counts: NDArray[np.integer], later: NDArray[np.integer], n: int, modes: Modes) -> Floats:
    """The chance that of two batches of one model the first has a mode alive and the second not, given their rows together, (..., k).

    Law: each of the S = counts + later rows is of either batch alike, so the second has Binomial(S, 1/2) of them. (Exactly, it
    is hypergeometric, which is narrower.)

    >>> modes = Modes(np.array([[0.0], [6.0]]), np.ones(2), np.full(2, 0.5))
    >>> chances_of_losing(np.array([3, 0]), np.array([0, 0]), 8, modes).tolist()
    [0.125, 0.0]
    """
    from scipy.special import bdtr

    def lost(least: float, both: NDArray[np.int64]) -> Floats:
        most = np.minimum(least - 1, both - least)
        return np.where(most >= 0, np.asarray(bdtr(np.maximum(most, 0), np.maximum(both, 1), 0.5), dtype=np.float64), 0.0)

    return _by_count(counts.astype(np.int64) + later, least_rows_alive(n, modes), lost)


def _by_count(counts: NDArray[np.integer], least: Floats, chance: Callable[[float, NDArray[np.int64]], Floats]) -> Floats:
    """A chance that depends on the count and on how many rows are enough, asked once for each count that may be, (..., k)."""
    found, every = np.empty(counts.shape), np.arange(int(counts.max(initial=0)) + 1)
    for enough in np.unique(least):
        alike = least == enough
        found[..., alike] = chance(float(enough), every)[counts[..., alike]]
    return found


@lru_cache(maxsize=256)
def _chances_of_missing(source: Source, n: int, training: int) -> Floats:
    modes = source.reference().modes
    if modes is None:
        return frozen(np.empty(0))
    shares = np.clip(shares_at_modes(modes), 0.0, 1.0)
    pairs, which = np.unique(np.stack([shares, least_rows_alive(n, modes)]), axis=1, return_inverse=True)
    found = np.array([_missed(n, training, float(share), least) for share, least in pairs.T])
    return frozen(found[which.ravel()])


def _missed(n: int, training: int, share: float, least: float) -> float:
    """P(Binomial(n, C/training) < least) on average over C ~ Binomial(training, share)."""
    from scipy.special import bdtr, gammaln, xlog1py, xlogy

    mean, reached = training * share, REACHED * (1 + (training * share * (1 - share)) ** 0.5)
    there = np.arange(max(0, int(mean - reached)), min(training, int(mean + reached)) + 1)
    ways = gammaln(training + 1) - gammaln(there + 1) - gammaln(training - there + 1)
    chances = np.exp(ways + xlogy(there, share) + xlog1py(training - there, -share))
    return float(np.clip(chances @ np.asarray(bdtr(least - 1, n, there / training)), 0.0, 1.0))
