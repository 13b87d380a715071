"""Words: what is left of a vocabulary. All from the counts of the words drawn, on all replicates.

Where a row is one word, n words are drawn; where it is a passage, n times its length, and all places count alike.

Of four equally likely words two are drawn, twice each:

>>> space = Space("tokens", ("token",), vocabulary=4)
>>> truth, drawn = Reference(np.zeros((1, 1)), np.zeros(1), 0.0, probabilities=np.full(4, 0.25)), np.array([[[0], [0], [1], [1]]])
>>> {metric.__name__: metric(truth, space)(Batch(drawn, space)).item() for metric in (tokens_alive, diversity, total_variation)}
{'tokens_alive': 2.0, 'diversity': 0.5, 'total_variation': 0.5}
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.sources import Reference
from sim.spaces import Space

RARE: Final = 0.1
"""The real mass that rare words hold together, at most. A choice: a tail large enough to be counted in a hundred rows."""

ZIPF_RANKS: Final = 100
"""Ranks that the slope is fitted to. A choice: beyond them counts are small, and the line would bend with n."""

FEWEST_RANKS: Final = 3
"""Below so many there is no slope to speak of."""

WORD_SPACES: Final = ("tokens", "sequences")
"""The kinds of rows that are words."""


def _shares(batch: Batch) -> Floats:
    return batch.counts / batch.tokens


def _probabilities(reference: Reference) -> Floats:
    assert reference.probabilities is not None
    return reference.probabilities


def _diversity(shares: Floats) -> Floats:
    return 1 - (shares**2).sum(axis=-1)


@metric(label="Diversity", rank=20, spaces=WORD_SPACES, better="truth", ideal=lambda truth: float(_diversity(_probabilities(truth))))
def diversity(reference: Reference, space: Space) -> Measure:
    """The chance that two words drawn at random are different.

    Law: $H = 1 - sum p^2$, $p$ the frequencies among the $n$ words drawn. Its mean is $H_0 (1 - 1/n)$ for real rows and, for word
    counts under replace, $H_0 (1 - 1/n)^(t+1)$.

    Edges: 0 when one word is left. Within a passage words depend on each other, so its mean is a little off that.

    Names: heterozygosity, Gini-Simpson index.

    References:
        Simpson 1949, doi 10.1038/163688a0. Seddik et al. 2024, arXiv 2404.05090.
    """
    return lambda batch: _diversity(_shares(batch))


def _vocabulary(truth: Reference) -> float:
    return float(np.count_nonzero(_probabilities(truth)))


@metric(label="Words alive", unit="words", rank=10, spaces=WORD_SPACES, better="higher", ideal=_vocabulary, whole=True)
def tokens_alive(reference: Reference, space: Space) -> Measure:
    """How many different words are drawn.

    Law: the number of words drawn at least once among $n$; $sum (1 - (1 - p)^n)$ on average for real rows.

    Edges: never more than n, so a large vocabulary is never seen in full.

    Names: types (as against tokens), support size, richness.

    References:
        Suresh et al. 2024, arXiv 2412.17646.
    """
    return lambda batch: np.count_nonzero(batch.counts, axis=1).astype(np.float64)


def _entropy(shares: Floats) -> Floats:
    return 0 - (shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=-1)


@metric(label="Entropy", unit="nats", spaces=WORD_SPACES, better="truth", ideal=lambda truth: float(_entropy(_probabilities(truth))))
def entropy(reference: Reference, space: Space) -> Measure:
    """How unpredictable the next word is.

    Law: $-sum p ln p$ in nats, $p$ the frequencies among the $n$ words drawn, with $0 ln 0 = 0$.

    Edges: 0 when one word is left; too low for finite $n$, about $(words alive - 1)/(2 n)$, and not corrected (see the noise floor).

    Names: Shannon entropy, plug-in entropy.

    References:
        Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x. Miller 1955 (the bias).
    """
    return lambda batch: _entropy(_shares(batch))


def _rare(probabilities: Floats) -> NDArray[np.int64]:
    """The least probable words that together hold at most 10 % of the mass; at least one word, the least probable."""
    order = np.argsort(probabilities, kind="stable").astype(np.int64)
    # Rounding must not keep out a word with which the sum is exactly 10 %.
    count = int(np.searchsorted(np.cumsum(probabilities[order]), RARE + 1e-12, side="right"))
    return order[: max(1, count)]


def _true_rare_mass(truth: Reference) -> float:
    probabilities = _probabilities(truth)
    return float(probabilities[_rare(probabilities)].sum())


@metric(label="Rare word mass", rank=30, spaces=WORD_SPACES, better="truth", ideal=_true_rare_mass)
def rare_mass(reference: Reference, space: Space) -> Measure:
    """How much of what is drawn is rare words.

    Law: the share of the words drawn that are rare: the least probable ones, as many as together hold no more
    than 10 % of the real mass.

    Edges: at least the least probable word is rare, even where it alone holds more.

    References:
        Shumailov et al. 2024, Nature 631:755 (the tails go first).
    """
    rare = _rare(_probabilities(reference))
    return lambda batch: batch.counts[:, rare].sum(axis=1) / batch.tokens


@metric(label="Total variation", rank=40, spaces=WORD_SPACES, better="lower", ideal=0.0)
def total_variation(reference: Reference, space: Space) -> Measure:
    """How much of the frequencies would have to be moved to restore the truth.

    Law: half of $sum |p - q|$, $p$ the frequencies among the $n$ words drawn and $q$ the true probabilities; 0 is equal, 1 is
    nothing in common.

    Edges: with n below the size of the vocabulary even real rows are far from 0 (see the noise floor).

    Names: total variation distance, half the L1 distance.
    """
    truth = _probabilities(reference)
    return lambda batch: 0.5 * np.abs(_shares(batch) - truth).sum(axis=1)


def _slope(frequencies: Floats) -> Floats:
    """Minus the least-squares slope of log frequency on log rank, over the first 100 ranks alive, (replicates,)."""
    top = -np.sort(-frequencies, axis=1)[:, :ZIPF_RANKS]
    alive = top > 0
    many = alive.sum(axis=1)
    x = np.log(np.arange(1, top.shape[1] + 1, dtype=np.float64))
    y = np.log(np.where(alive, top, 1.0))
    centre = (x * alive).sum(axis=1) / np.maximum(many, 1)
    dx = np.where(alive, x - centre[:, None], 0.0)
    slope = np.full((len(top),), np.nan, dtype=np.float64)
    np.divide((dx * y).sum(axis=1), (dx**2).sum(axis=1), out=slope, where=many >= FEWEST_RANKS)
    return 0 - slope


def _true_slope(truth: Reference) -> float | None:
    found = float(_slope(_probabilities(truth)[None])[0])
    return None if np.isnan(found) else found


@metric(label="Zipf exponent", spaces=WORD_SPACES, better="truth", ideal=_true_slope)
def zipf_exponent(reference: Reference, space: Space) -> Measure:
    """How steeply frequency falls with rank: 0 is not at all, about 1 is English text.

    Law: minus the least-squares slope of log frequency on log rank, words ranked by how often they were drawn, over ranks
    1 to 100 or as many as are alive.

    Edges: NaN when fewer than three words are left; with few rows per word it is off even for real rows (see the noise floor).

    Names: Zipf slope, rank-frequency exponent.

    References:
        Zipf 1949, Human Behavior and the Principle of Least Effort. Marchi et al. 2024, arXiv 2404.02325 (temperature).
    """
    return lambda batch: _slope(batch.counts.astype(np.float64))
