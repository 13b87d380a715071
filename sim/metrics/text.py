"""Text: how varied passages are and how much they repeat, themselves and each other. From the tokens alone.

The passage 0 1 0 1 has three pairs of neighbours, 01, 10 and 01, of which two are different:

>>> space, truth = Space("sequences", ("1", "2", "3", "4"), vocabulary=2), Reference(np.zeros((1, 4)), np.zeros(4), 0.0)
>>> (3 * distinct_2(truth, space)(Batch(np.array([[[0, 1, 0, 1]]]), space))).tolist()
[2.0]
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.sources import Reference
from sim.spaces import Space

TOKENS: Final = 1000
"""The length at which types are counted against tokens.

A choice: the usual worlds have more (100 passages of 24 tokens and longer), so that all are compared at one length.
"""

REPEATED: Final = 4
"""The length of the runs of tokens that count as repetition. Four as in the seq-rep-4 of Welleck et al. 2020."""

BLEU_PASSAGES: Final = 64
"""Passages that are pieced together from each other; self-BLEU grows with their number, so it is fixed."""

BLEU_ORDERS: Final = (1, 2, 3, 4)
"""Lengths of the runs that are matched. One to four as in Papineni et al. 2002."""

REPLICATES: Final = 8
"""The first replicates, on which self-BLEU is measured."""

TINY: Final = 1e-300
"""What stands for a share of 0, so that its logarithm is a number."""


def ngrams(rows: NDArray[np.int32], k: int, vocabulary: int) -> NDArray[np.int64]:
    """Every k tokens in a row as one number, (..., length - k + 1).

    >>> ngrams(np.array([1, 2, 3, 4]), k=2, vocabulary=10).tolist()
    [12, 23, 34]
    """
    count = max(0, rows.shape[-1] - k + 1)
    keys = np.zeros((*rows.shape[:-1], count), dtype=np.int64)
    for place in range(k):
        # At most 2,000 words in runs of four fit into 64 bits.
        keys = keys * vocabulary + rows[..., place : place + count]
    return keys


def _distinct_count(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many different numbers there are along the last axis."""
    ordered = np.sort(keys, axis=-1)
    return (ordered[..., 1:] != ordered[..., :-1]).sum(axis=-1) + (keys.shape[-1] > 0)


def _distinct(k: int, vocabulary: int) -> Measure:
    def measure(batch: Batch) -> Floats:
        keys = ngrams(batch.rows, k, vocabulary).reshape(len(batch.rows), -1)
        return _distinct_count(keys) / keys.shape[1] if keys.shape[1] else np.full((len(keys),), np.nan)

    return measure


@metric(label="Distinct pairs", rank=60, spaces=("sequences",), better="truth", ideal=None)
def distinct_2(reference: Reference, space: Space) -> Measure:
    """How many of the pairs of neighbouring tokens are different ones.

    Law: different pairs / pairs, over all passages of a world.

    Edges: it falls with the number of tokens even for real text, so compare equal n and length (see the noise floor).

    Names: distinct-2, dist-2.

    References:
        Li et al. 2016, arXiv 1510.03055. Guo et al. 2023, arXiv 2311.09807 (it falls under recursive training).
    """
    return _distinct(2, space.vocabulary)


@metric(label="Distinct triples", rank=40, spaces=("sequences",), better="truth", ideal=None)
def distinct_3(reference: Reference, space: Space) -> Measure:
    """How many of the runs of three tokens are different ones.

    Law: different triples / triples, over all passages of a world.

    Edges: it falls with the number of tokens even for real text, so compare equal n and length (see the noise floor).

    Names: distinct-3, dist-3.

    References:
        Li et al. 2016, arXiv 1510.03055. Guo et al. 2023, arXiv 2311.09807 (it falls under recursive training).
    """
    return _distinct(3, space.vocabulary)


@metric(label="Type-token ratio", rank=70, spaces=("sequences",), better="truth", ideal=None)
def type_token_ratio(reference: Reference, space: Space) -> Measure:
    """How many different tokens a text of 1,000 tokens has, per token.

    Law: the expected number of types among $K = 1,000$ tokens drawn without replacement from all $N$ of a world, divided by $K$:
    the sum over tokens of $1 - C(N - c, K)/C(N, K)$, $c$ the counts. So worlds of any size are compared at one length.

    Edges: K = N where there are fewer than 1,000 tokens. Order within passages does not count.

    Names: TTR at fixed length, rarefaction, HD-D.

    References:
        Hurlbert 1971, doi 10.2307/1934145 (rarefaction). McCarthy and Jarvis 2007, doi 10.1177/0265532207080767.
    """

    def measure(batch: Batch) -> Floats:
        n = batch.tokens
        k = min(TOKENS, n)
        # Words that are equally common are missed with equal chance, so each count is worked out once.
        counts, inverse = np.unique(batch.counts, return_inverse=True)
        present = np.array([1 - _chance_missed(n, int(c), k) for c in counts])
        return present[inverse].reshape(batch.counts.shape).sum(axis=1) / k

    return measure


def _chance_missed(n: int, c: int, k: int) -> float:
    """The chance that none of c among n is drawn when k are, C(n - c, k)/C(n, k)."""
    if n - c < k:
        return 0.0
    return math.exp(math.lgamma(n - c + 1) - math.lgamma(n - c - k + 1) - math.lgamma(n + 1) + math.lgamma(n - k + 1))


@metric(label="Repetition", rank=35, spaces=("sequences",), better="truth", ideal=None)
def repetition(reference: Reference, space: Space) -> Measure:
    """How much a passage repeats itself.

    Law: 1 - different runs / runs of four tokens within a passage; the mean over passages.

    Edges: 0 when nothing occurs twice, near 1 when a passage says one thing over and over; NaN for passages of fewer than
    four tokens.

    Names: seq-rep-4.

    References:
        Welleck et al. 2020, arXiv 1908.04319.
    """

    def measure(batch: Batch) -> Floats:
        keys = ngrams(batch.rows, REPEATED, space.vocabulary)
        if not keys.size:
            return np.full((len(keys),), np.nan)
        return 1 - (_distinct_count(keys) / keys.shape[-1]).mean(axis=1)

    return measure


@metric(label="Self-BLEU", rank=80, spaces=("sequences",), better="truth", ideal=None, replicates=REPLICATES)
def self_bleu(reference: Reference, space: Space) -> Measure:
    """How much passages resemble each other: how well each could be pieced together from the others.

    Law: for each of the first 64 passages, the geometric mean over k = 1 to 4 of the share of its runs of k tokens that
    occur in one of the other 63, each at most as often as in the passage that has it most; the mean over passages. For
    k > 1 one is added to both sides of the share, so that no passage scores 0 by a single missing match.

    Edges: 1 when all passages are the same; it grows with the number of passages, which is why that is fixed. NaN with
    one passage.

    Names: Self-BLEU-4 with add-one smoothing.

    References:
        Zhu et al. 2018, arXiv 1802.01886. Papineni et al. 2002, doi 10.3115/1073083.1073135. Lin and Och 2004, doi
        10.3115/1220355.1220427 (add-one).
    """
    orders = [k for k in BLEU_ORDERS if k <= len(space.columns)]

    def measure(batch: Batch) -> Floats:
        rows = batch.rows[:, :BLEU_PASSAGES]
        if rows.shape[1] < 2:
            return np.full((len(rows),), np.nan)
        fitting = [k for k in orders if k <= rows.shape[2]]
        shares = [[_matched(ngrams(passages, k, space.vocabulary), k > 1) for k in fitting] for passages in rows]
        return np.exp(np.log(np.maximum(shares, TINY)).mean(axis=1)).mean(axis=1)

    return measure


def _matched(keys: NDArray[np.int64], add_one: bool) -> Floats:
    """The share of each passage's runs that another passage has, clipped at how often it has them, (passages,)."""
    kinds, number = np.unique(keys.ravel(), return_inverse=True)
    passages, width = len(keys), int(keys.shape[1])
    place = np.repeat(np.arange(passages), width) * len(kinds) + number
    counts = np.bincount(place, minlength=passages * len(kinds)).reshape(passages, len(kinds))
    # The most that another passage has: the largest count, or the second largest for the passage with the largest.
    ordered = np.sort(counts, axis=0)
    elsewhere = np.where(counts == ordered[-1:], ordered[-2:-1], ordered[-1:])
    return (np.minimum(counts, elsewhere).sum(axis=1) + add_one) / (width + add_one)
