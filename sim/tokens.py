"""Tokens: many draws from many categorical distributions at once, and counts of them.

Everything that draws tokens draws them here, by the inverse of the cumulative distribution: one uniform number a row,
so a row's token depends on its own number alone, rows come in exchangeable order and replicates keep their prefix.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats

Tokens = NDArray[np.int32]

UNKNOWN = "�"
"""What stands for every token outside a vocabulary."""

BLOCK = 1 << 15
"""Numbers looked up at once (256 kB); more would fall out of the processor's cache."""

SLICES_PER_TOKEN = 2
"""Slices of the guide table per token: measured best, since more cost more to lay out than they save in searches."""


def sample_tokens(cumulative: Floats, uniforms: Floats) -> Tokens:
    """The token of each uniform number: the first one whose cumulative probability exceeds it.

    A guide table says for each of many equal slices of [0, 1) with which token to begin; where tokens end within a
    slice, a bisection between this slice's token and the next one's decides. So the draw is exact and takes two
    look-ups for most rows.

    Args:
        cumulative: running sums of the probabilities, never falling, the last one 1 up to rounding; (replicates, V),
            or (1, V) when every replicate draws from the same distribution.
        uniforms: numbers in [0, 1), (replicates, n).

    Returns:
        Tokens from 0 to V - 1, (replicates, n, 1). A token of probability 0 is never drawn, not even where rounding
        leaves the last sum below 1.

    References:
        Chen and Asau 1974, AIIE Transactions 6:163 (guide tables). Devroye 1986, Non-Uniform Random Variate
        Generation, section III.2.4.

    >>> sample_tokens(np.array([[0.5, 0.75, 1.0]]), np.array([[0.1, 0.5, 0.9]])).ravel().tolist()
    [0, 1, 2]
    """
    replicates, n = uniforms.shape
    if len(cumulative) == 1:
        return _drawn(cumulative, uniforms.reshape(1, -1)).reshape(replicates, n, 1)
    step = max(1, BLOCK // max(n, cumulative.shape[1]))
    blocks = [_drawn(cumulative[i : i + step], uniforms[i : i + step]) for i in range(0, replicates, step)]
    return np.concatenate(blocks)[..., None]


def _drawn(cumulative: Floats, uniforms: Floats) -> Tokens:
    vocabulary, n = int(cumulative.shape[1]), int(uniforms.shape[1])
    slices = 1 << (SLICES_PER_TOKEN * max(1, min(vocabulary, n)) - 1).bit_length()  # a power of two scales without rounding
    guides = _guides(cumulative, slices)
    replicate = np.arange(len(cumulative))[:, None]
    place = (uniforms * slices).astype(np.intp)
    place += replicate * (slices + 1)
    tokens = guides.take(place)
    unsure = np.flatnonzero(cumulative.take(tokens + replicate * vocabulary) <= uniforms)
    if unsure.size:
        first = unsure // n * vocabulary
        low, high = guides.take(place.take(unsure)), guides.take(place.take(unsure) + 1)
        tokens.put(unsure, bisected(cumulative, first + low, first + high, uniforms.take(unsure)) - first)
    return tokens


def _guides(cumulative: Floats, slices: int) -> Tokens:
    """The first token that ends beyond the start of each slice; behind them the last token of all, (rows, slices + 1)."""
    rows = len(cumulative)
    ends = np.minimum(np.ceil(cumulative * slices), slices).astype(np.intp)
    ends += np.arange(rows)[:, None] * (slices + 1)
    counts = np.bincount(ends.ravel(), minlength=rows * (slices + 1)).reshape(rows, slices + 1)
    last = (cumulative < cumulative[:, -1:]).sum(axis=1, dtype=np.int32)
    return np.minimum(counts.cumsum(axis=1, dtype=np.int32), last[:, None])


def counts_per_replicate(numbers: NDArray[Any], width: int) -> NDArray[np.int64]:
    """How often each number below `width` stands in each replicate's row, (replicates, width).

    Args:
        numbers: whole numbers from 0 to width - 1, (replicates, m).
        width: how many numbers there are.

    >>> counts_per_replicate(np.array([[0, 2, 2], [1, 1, 1]]), width=3).tolist()
    [[1, 0, 2], [0, 3, 0]]
    """
    replicates = len(numbers)
    # One bincount for all replicates: each has numbers of its own.
    shifted = numbers + np.arange(replicates, dtype=np.int64)[:, None] * width
    return np.bincount(shifted.ravel(), minlength=replicates * width).reshape(replicates, width)


def bisected(ends: Floats, low: NDArray[np.intp], high: NDArray[np.intp], numbers: Floats) -> NDArray[np.intp]:
    """The first place from low to high whose end lies beyond the number; high if there is none."""
    for _ in range(int((high - low).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        beyond = ends.take(middle) > numbers
        low, high = np.where(beyond, low, np.minimum(middle + 1, high)), np.where(beyond, middle, high)
    return high
