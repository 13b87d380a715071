"""Copying: how much of what is written stands word for word in the real training text.

The text is 1 2 3 4; of the passage 2 3 0 the first two tokens stand in it together:

>>> from sim.metrics import Batch
>>> space, passage = Space("sequences", ("1", "2", "3"), vocabulary=5), np.array([[2, 3, 0]], dtype=np.int32)
>>> truth = Reference(passage, np.zeros(3), 0.0, training=np.array([1, 2, 3, 4], dtype=np.int32))
>>> longest_copy(truth, space)(Batch(passage[None], space)).tolist()
[2.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.metrics import Measure, metric
from sim.sources import Reference
from sim.spaces import Space

LOOKUPS: Final = 4096
"""Places in passages that are looked up, for each replicate. A choice: 64 passages of 64 tokens."""

FEWEST_PASSAGES: Final = 4
"""Passages that are looked up even if they hold more places. A choice: the mean of fewer says little."""

REPLICATES: Final = 4
"""The first replicates, which this dear metric looks at. A choice: half as many as other dear metrics, for it is the dearest of text."""

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SuffixArray:
    """A text's windows in dictionary order.

    Attributes:
        text: the text and, behind it, one window's length of -1.
        order: where each window begins, from the first in the dictionary to the last.
        length: of a window.
    """

    text: NDArray[np.int32]
    order: Indices
    length: int

    def window(self, place: Indices) -> NDArray[np.int32]:
        """The windows of these ranks, (m, length)."""
        return self.text.take(self.order.take(place)[:, None] + np.arange(self.length))

    def longest(self, wanted: NDArray[np.int32]) -> Indices:
        """How many first tokens of each wanted window stand together somewhere in the text, (m,)."""
        low, high = np.zeros(len(wanted), dtype=np.int64), np.full(len(wanted), len(self.order))
        for _ in range(len(self.order).bit_length()):
            middle = np.minimum((low + high) >> 1, len(self.order) - 1)
            before = (low < high) & _before(self.window(middle), wanted)
            low, high = np.where(before, middle + 1, low), np.where(before, high, np.minimum(middle, high))
        # Of all windows, those next to the wanted one in the dictionary begin most like it.
        neighbours = (np.maximum(low - 1, 0), np.minimum(low, len(self.order) - 1))
        return np.maximum(*(_common_prefix(self.window(place), wanted) for place in neighbours))


def _before(windows: NDArray[np.int32], wanted: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which windows stand before the wanted ones in the dictionary."""
    # The first place where they differ; where they are equal, neither stands before the other.
    place = np.argmax(windows != wanted, axis=1)[:, None]
    return (np.take_along_axis(windows, place, axis=1) < np.take_along_axis(wanted, place, axis=1))[:, 0]


def _common_prefix(windows: NDArray[np.int32], wanted: NDArray[np.int32]) -> Indices:
    """How many first tokens agree, (m,)."""
    return (windows == wanted).cumprod(axis=1).sum(axis=1)


@lru_cache(maxsize=4)
def _suffix_array(truth: Reference) -> SuffixArray:
    """The training text's windows, sorted by doubling the length that is compared.

    References:
        Manber and Myers 1993, doi 10.1137/0222058 (suffix arrays).
    """
    assert truth.training is not None
    text, length = truth.training, truth.rows.shape[1]
    rank, known = text.astype(np.int64), 1
    while known < length:
        behind = np.concatenate([rank[known:], np.full((min(known, len(rank)),), -1)])
        # Ranks by twice as many tokens, from the ranks of the first half and of the half behind it.
        _, rank = np.unique(rank * (int(rank.max()) + 2) + behind + 1, return_inverse=True)
        known *= 2
    order = np.argsort(rank, kind="stable").astype(np.int64)
    return SuffixArray(np.concatenate([text, np.full((length,), -1, dtype=np.int32)]), order, length)


def _mean_longest_copy(known: SuffixArray, rows: NDArray[np.int32]) -> float:
    """The mean over passages, each at most a window long, of the longest run of tokens that stands in the text."""
    padded = np.pad(rows, ((0, 0), (0, known.length)), constant_values=-2)  # no token, and not the -1 behind the text
    places: Indices = np.arange(len(rows[0]))[:, None] + np.arange(known.length)
    found = known.longest(padded[:, places].reshape(-1, known.length))
    return float(found.reshape(rows.shape).max(axis=1).mean())


def _first_passages(rows: NDArray[np.int32]) -> NDArray[np.int32]:
    return rows[..., : max(FEWEST_PASSAGES, LOOKUPS // rows.shape[-1]), :]


def _held_out_copy(truth: Reference) -> float:
    return _mean_longest_copy(_suffix_array(truth), _first_passages(np.asarray(truth.rows, dtype=np.int32)))


@metric(
    label="Longest copy",
    unit="tokens",
    rank=45,
    spaces=("sequences",),
    better="truth",
    ideal=_held_out_copy,
    needs=lambda truth: truth.training is not None,
    replicates=REPLICATES,
    floor_is_ideal=False,
)
def longest_copy(reference: Reference, space: Space) -> Measure:
    """How many tokens in a row a passage has word for word from the real training text, at its longest.

    Law: for each passage the longest run of its tokens that stands anywhere in the text that real passages are cut from;
    the mean over the first passages (as many as have 4,096 tokens, at least 4).

    Edges: real passages of generation 0 are cut from that text, so they are copies from end to end, and so is the noise
    floor; the ideal is what new real text scores, the held-out passages. A model that parrots stays near the passage length.
    Of prompted passages only what follows the prompt is looked up; the ideal is that of whole passages.

    Names: verbatim memorisation, longest common substring, parrot.

    References:
        Carlini et al. 2023, arXiv 2202.07646. Manber and Myers 1993, doi 10.1137/0222058.
    """
    known = _suffix_array(reference)
    return lambda batch: np.array([_mean_longest_copy(known, rows) for rows in _first_passages(batch.rows)])
