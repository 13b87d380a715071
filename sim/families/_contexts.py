"""Counts of tokens by context, the last few tokens before them, for all replicates at once.

A context of depth j is a replicate and its last j tokens. Contexts are numbered level by level: the number of a context of
depth j + 1 is found from that of its last j tokens and the token before them, so keys stay small whatever the order.
Numbers run replicate by replicate, so a replicate's counts do not depend on how many replicates there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Floats
from sim.tokens import Tokens

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """All contexts of one depth.

    Attributes:
        contexts: sorted keys, parent x (V + 1) + token; a context's number is its place here.
        pairs: sorted keys, context x V + next token.
        counts: how often each pair was seen; not whole where labels are soft.
        first: where each context's pairs begin, with the end of the last one behind.
        total: the sum of a context's counts.
        types: the sum of min(1, count): how many different tokens followed.
    """

    contexts: Indices
    pairs: Indices
    counts: Floats
    first: Indices
    total: Floats
    types: Floats

    @classmethod
    def of(cls, contexts: Indices, pairs: Indices, counts: Floats, vocabulary: int) -> Level:
        """One depth from its contexts and pairs, both in sorted order."""
        owner = pairs // vocabulary
        first = np.searchsorted(owner, np.arange(len(contexts) + 1))
        total, types = (np.bincount(owner, w, len(contexts)).astype(np.float64) for w in (counts, np.minimum(1.0, counts)))
        return cls(contexts, pairs, counts, first, total, types)

    def pairs_of(self, numbers: Indices) -> tuple[Indices, Indices]:
        """Every pair of every context in a list of context numbers: which entry of the list, and which pair."""
        sizes = self.first[numbers + 1] - self.first[numbers]
        entry = np.repeat(np.arange(len(numbers)), sizes)
        # Counts 0, 1, 2, ... within each context.
        offset = np.arange(len(entry)) - np.repeat(sizes.cumsum() - sizes, sizes)
        return entry, self.first[numbers][entry] + offset


def histories(rows: Tokens, depth: int, vocabulary: int) -> Indices:
    """The last tokens before every token, nearest first, (m, depth) for m tokens; V stands for the start of a passage."""
    passages = rows.reshape(-1, rows.shape[-1])
    padded = np.pad(passages, ((0, 0), (depth, 0)), constant_values=vocabulary).astype(np.int64)
    width = passages.shape[1]
    history = np.empty((passages.size, depth), dtype=np.int64)
    for back in range(1, depth + 1):
        history[:, back - 1] = padded[:, depth - back : depth - back + width].ravel()
    return history


def replicate_of_tokens(shape: tuple[int, ...]) -> Indices:
    """The replicate of every token of an array of that shape, flat."""
    return np.repeat(np.arange(shape[0], dtype=np.int64), int(np.prod(shape[1:])))


def flat_tokens(rows: Array) -> Indices:
    """All tokens of an array, one after another."""
    return rows.reshape(-1).astype(np.int64)


def number_contexts(replicate: Indices, history: Indices, vocabulary: int) -> Iterable[tuple[Indices, Indices]]:
    """For every depth from 0: the sorted keys of all contexts, and each token's context number."""
    contexts, number = np.unique(replicate, return_inverse=True)
    yield contexts, number
    for column in history.T:
        contexts, number = np.unique(number * (vocabulary + 1) + column, return_inverse=True)
        yield contexts, number


def find(keys: Indices, wanted: Indices) -> Indices:
    """The place of each wanted key among sorted ones; -1 where it is not there."""
    if not len(keys):
        return np.full(wanted.shape, -1)
    # A key beyond the last one would be looked up behind the end.
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where((keys.take(place) == wanted) & (wanted >= 0), place, -1)


def find_contexts(levels: tuple[Level, ...], replicate: Indices, history: Indices, vocabulary: int) -> list[Indices]:
    """For every depth, the number of each token's context; -1 where it was never seen."""
    found = [find(levels[0].contexts, replicate)]
    for depth, deeper in enumerate(levels[1:]):
        parent = found[-1]
        found.append(find(deeper.contexts, np.where(parent < 0, -1, parent * (vocabulary + 1) + history[:, depth])))
    return found
