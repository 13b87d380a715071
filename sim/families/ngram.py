"""The n-gram model: counts what follows the last few tokens, and falls back to fewer where it has seen little.

In the passage 0 1 0 1 token 1 came after each of two 0s. Half of all tokens are 1, so p(1 | 0) = (2 + 1 * 1/2)/(2 + 1) = 5/6:

>>> passage, space = np.array([[[0, 1, 0, 1]]]), Space("sequences", ("1", "2", "3", "4"), vocabulary=2)
>>> model = Ngram(order=2).fit(passage, space, Streams(0, 0))
>>> (6 * model.conditional(np.array([0]), np.array([[0]]))).round(6).tolist()
[[1.0, 5.0]]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.families import CannotFit, Capability, Family, PreviousModel, Rows, check_rows, families
from sim.families._contexts import Indices, Level, find, find_contexts, flat_tokens, histories, number_contexts, replicate_of_tokens
from sim.families._decoding import (
    LABELS,
    OPENING,
    PROMPT,
    TOP_P,
    Labels,
    Opening,
    check_prompt,
    decoding_probabilities,
    draw_tokens,
    passages_to_fill,
    prompt_length,
    real_prompts,
)
from sim.spaces import Space, SpaceKind
from sim.spec import Real, SpecError, knob
from sim.streams import Streams
from sim.tokens import Tokens

SOFT_VOCABULARY: Final = 256
"""The largest vocabulary that soft labels are learned for.

A choice: more than the characters of the English prose, fewer than words; each context holds a number for every token.
"""

SOFT_NUMBERS: Final = 12_000_000
"""The most contexts x tokens that soft labels may fill at one depth, over all replicates (100 MB)."""

OPERATIONS: Final = 5000.0
"""What counting or drawing a token costs at each depth, in floating-point operations of the same time; measured."""

NUMBERS_AT_ONCE: Final = 1 << 21
"""Probabilities held at once (16 MB) while drawing with temperature or top-p."""


@families.register
class Ngram(Family):
    """Counts which token follows the last few, and writes passages token by token with the shares it counted.

    Law: with $h$ the last $k - 1$ tokens, $h'$ the last $k - 2$, $c$ the counts, $T(h)$ the number of different tokens seen after $h$
    and $s$ the smoothing, $p(w | h) = (c(h w) + s T(h) p(w | h')) / (c(h) + s T(h))$, down to the uniform $1/V$; a context never
    seen hands over to the shorter one. Smoothing 1 is Witten and Bell's. A passage begins with a start sign as its past.
    Temperature draws from $p^(1/temperature)$, renormalised, then top-p keeps the likeliest tokens.

    With soft labels a passage that the previous model drew adds that model's $p(. | h)$ to the counts at every context,
    instead of one for the token drawn, as it is before temperature and top-p; $T$ is then the sum of $min(1, count)$.

    Edges: order 1 without smoothing is word counts. Without smoothing held-out passages may be impossible, and perplexity
    infinite. Where h occurred once and smoothing is small, the model copies.

    Names: Markov chain of order n - 1, interpolated Witten-Bell smoothing, distillation (soft labels).

    References:
        Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x. Witten and Bell 1991, doi 10.1109/18.87000. Chen and
        Goodman 1999, doi 10.1006/csla.1999.0128. Hinton et al. 2015, arXiv 1503.02531 (soft labels).
    """

    label: ClassVar[str] = "N-gram language model"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"sequences"})
    offers: ClassVar[frozenset[Capability]] = frozenset({"log_prob"})
    remembers: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"generations": 10, "replicates": 5})
    kind: Literal["ngram"] = "ngram"
    order: int = knob(
        3, label="Order", help="How many tokens belong together: 3 means that the last two decide about the next.", ge=1, le=5
    )
    smoothing: Real = knob(
        1.0,
        label="Smoothing",
        help="How much it trusts shorter contexts: 0 is not at all where the long one was seen, 1 is Witten and Bell's rule.",
        ge=0,
        le=10,
        step=0.1,
    )
    top_p: Real = TOP_P
    opening: Opening = OPENING
    prompt: int = PROMPT
    labels: Labels = LABELS

    @property
    def prompt_length(self) -> int:
        return prompt_length(self.opening, self.prompt)

    def check(self, space: Space) -> None:
        check_prompt(self.opening, self.prompt, space)
        if self.labels == "soft" and space.vocabulary > SOFT_VOCABULARY:
            rule = f"hard with more than {SOFT_VOCABULARY} different tokens"
            raise SpecError("family.labels", rule, f"soft with {space.vocabulary:,}", "Take characters instead of words.", "hard")

    def operations(self, space: Space, rows: int, n: int) -> float:
        return OPERATIONS * self.order * len(space.columns) * (rows + n)

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedNgram:
        check_rows(rows, 1, "An n-gram model")
        replicate, history = replicate_of_tokens(rows.shape), histories(rows, self.order - 1, space.vocabulary)
        depths = list(number_contexts(replicate, history, space.vocabulary))
        if self.labels == "soft" and previous is not None:
            levels = _soft_counts(rows, depths, previous, replicate, history, space.vocabulary)
        else:
            levels = tuple(_hard_counts(contexts, number, rows, space.vocabulary) for contexts, number in depths)
        prompts = real_prompts(self.opening, self.prompt, rows, previous)
        return FittedNgram(levels, space.vocabulary, rows.shape[2], self.smoothing, self.top_p, self.labels == "hard", prompts)


def _hard_counts(contexts: Indices, number: Indices, rows: Rows, vocabulary: int) -> Level:
    pairs, counts = np.unique(number * vocabulary + flat_tokens(rows), return_counts=True)
    return Level.of(contexts, pairs, counts.astype(np.float64), vocabulary)


def _soft_counts(
    rows: Rows, depths: list[tuple[Indices, Indices]], previous: PreviousModel, replicate: Indices, history: Indices, vocabulary: int
) -> tuple[Level, ...]:
    """Counts where the tokens of the rows that the teacher drew are replaced by the probability it gave to each token there."""
    contexts, deepest = depths[-1]
    if len(contexts) * vocabulary > SOFT_NUMBERS:
        numbers, most = f"{len(contexts) * vocabulary:,}", f"{SOFT_NUMBERS:,}"
        raise CannotFit(f"Soft labels need contexts x tokens within {most} numbers; these rows need {numbers}. Take fewer rows.")
    from_teacher = np.repeat(previous.drawn.reshape(-1), rows.shape[2])
    # The teacher is asked once for each of the longest contexts, at the first token that stands behind it.
    _, example = np.unique(deepest, return_index=True)
    times = np.bincount(deepest, from_teacher, minlength=len(contexts))
    asked = example[times > 0]
    soft = previous.model.conditional(replicate[asked], history[asked]) * times[times > 0][:, None]
    hard, tokens = np.flatnonzero(~from_teacher), np.arange(vocabulary)
    found: list[Level] = []
    for keys, number in depths:
        places = np.concatenate([number[hard] * vocabulary + flat_tokens(rows)[hard], (number[asked, None] * vocabulary + tokens).ravel()])
        weights = np.concatenate([np.ones(len(hard)), soft.ravel()])
        # Laid out in full, because a teacher gives some probability to every token.
        dense = np.bincount(places, weights, minlength=len(keys) * vocabulary).astype(np.float64)
        pairs = np.flatnonzero(dense)
        found.append(Level.of(keys, pairs, dense[pairs], vocabulary))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class FittedNgram:
    """Counts by context, and how to draw from them.

    Attributes:
        levels: the counts, from the empty context to the longest.
        vocabulary: V.
        length: of a passage.
        smoothing: how much shorter contexts are trusted.
        top_p: the share of the probability that is drawn from.
        whole_counts: whether all counts are whole numbers, as they are with hard labels.
        prompts: real first tokens for each passage, (replicates, k, tokens); None where passages are free.
    """

    levels: tuple[Level, ...]
    vocabulary: int
    length: int
    smoothing: float
    top_p: float
    whole_counts: bool
    prompts: Tokens | None

    def sample(self, n: int, streams: Streams, temperature: float) -> Tokens:
        """Passages written token by token, (replicates, n, length)."""
        replicates = len(self.levels[0].contexts)
        rows = passages_to_fill(self.prompts, replicates, n, self.length, streams)
        numbers = streams.uniform("rows", rows.shape)
        replicate, plain = replicate_of_tokens((replicates, n)), temperature == 1 and self.top_p == 1 and self.whole_counts
        history = np.full((replicates * n, len(self.levels) - 1), self.vocabulary, dtype=np.int64)
        for place in range(self.length):
            if rows[:, :, place].min(initial=0) < 0:
                u = numbers[:, :, place].ravel()
                drawn = self._draw_by_backing_off(replicate, history, u) if plain else self._draw(replicate, history, u, temperature)
                rows[:, :, place] = drawn.reshape(replicates, n)
            history = np.concatenate([rows[:, :, place].reshape(-1, 1), history], axis=1)[:, : history.shape[1]].astype(np.int64)
        return rows

    def log_prob(self, rows: Rows) -> Floats:
        """Log-probability of passages in nats; -inf for what was never seen, without smoothing."""
        history, replicate = histories(rows, len(self.levels) - 1, self.vocabulary), replicate_of_tokens(rows.shape)
        p = np.full(len(replicate), 1 / self.vocabulary)
        for level, contexts in zip(self.levels, find_contexts(self.levels, replicate, history, self.vocabulary), strict=True):
            place = find(level.pairs, np.where(contexts < 0, -1, contexts * self.vocabulary + flat_tokens(rows)))
            count = np.where(place < 0, 0.0, level.counts.take(place))
            backoff = self.smoothing * level.types.take(contexts)
            p = np.where(contexts < 0, p, (count + backoff * p) / (level.total.take(contexts) + backoff))
        with np.errstate(divide="ignore"):
            return np.log(p).reshape(rows.shape).sum(axis=2)

    def conditional(self, replicate: Indices, history: Indices) -> Floats:
        """Probabilities of the next token, (m, V).

        Args:
            replicate: the replicate of each context, (m,).
            history: the last order - 1 tokens, nearest first, V for the start of a passage, (m, order - 1).
        """
        p = self._unigram()[replicate]
        longer = zip(self.levels[1:], find_contexts(self.levels, replicate, history, self.vocabulary)[1:], strict=True)
        for level, contexts in longer:
            seen = np.flatnonzero(contexts >= 0)
            backoff = self.smoothing * level.types[contexts[seen]]
            whole = level.total[contexts[seen]] + backoff
            p[seen] *= (backoff / whole)[:, None]
            entry, pair = level.pairs_of(contexts[seen])
            p[seen[entry], level.pairs[pair] % self.vocabulary] += level.counts[pair] / whole[entry]
        return p

    def _unigram(self) -> Floats:
        """Probabilities after the empty context, (replicates, V)."""
        level = self.levels[0]
        counts = np.zeros((len(level.contexts), self.vocabulary))
        counts.put(level.pairs, level.counts)
        backoff = (self.smoothing * level.types)[:, None]
        return (counts + backoff / self.vocabulary) / (level.total[:, None] + backoff)

    def _draw(self, replicate: Indices, history: Indices, uniforms: Floats, temperature: float) -> Tokens:
        """Draws from the interpolation laid out, once for each context that occurs."""
        step = max(1, NUMBERS_AT_ONCE // self.vocabulary)
        tokens = np.empty(len(replicate), dtype=np.int32)
        for begin in range(0, len(replicate), step):
            block = slice(begin, begin + step)
            contexts = np.stack([replicate[block], *history[block].T])
            # Many passages stand at the same context; its distribution is worked out once.
            _, example, which = np.unique(contexts, axis=1, return_index=True, return_inverse=True)
            conditional = self.conditional(replicate[block][example], history[block][example])
            p = decoding_probabilities(conditional, temperature, self.top_p)
            tokens[block] = draw_tokens(p, which.reshape(-1), uniforms[block])
        return tokens

    def _draw_by_backing_off(self, replicate: Indices, history: Indices, uniforms: Floats) -> Tokens:
        """Draws from the interpolation without laying it out: stay with a context's own tokens or go to the shorter one.

        What is left of the uniform number after each decision is again uniform, so one number a token is enough.
        """
        u, undecided = uniforms.copy(), np.ones(len(replicate), dtype=np.bool_)
        tokens = np.zeros(len(replicate), dtype=np.int32)
        by_depth = zip(self.levels, find_contexts(self.levels, replicate, history, self.vocabulary), strict=True)
        # From the longest context down to the empty one.
        for level, contexts in reversed(list(by_depth)):
            total = level.total.take(contexts)
            stay = np.where(undecided & (contexts >= 0), total / (total + self.smoothing * level.types.take(contexts)), 0.0)
            here = u < stay
            tokens[here] = self._draw_seen(level, contexts[here], u[here] / stay[here])
            u = np.where(here | (stay == 0), u, (u - stay) / np.where(stay < 1, 1 - stay, 1.0))
            undecided &= ~here
        return np.where(undecided, np.minimum((u * self.vocabulary).astype(np.int32), self.vocabulary - 1), tokens)

    def _draw_seen(self, level: Level, contexts: Indices, uniforms: Floats) -> NDArray[np.int32]:
        """Tokens that followed these contexts, each as often as it did; running sums of whole counts are exact."""
        ends = level.counts.cumsum()
        begin = ends[level.first[contexts]] - level.counts[level.first[contexts]]
        rank = np.minimum((uniforms * level.total[contexts]).astype(np.int64), level.total[contexts] - 1)
        pair = np.searchsorted(ends, begin + rank, side="right")
        return (level.pairs[pair] % self.vocabulary).astype(np.int32)
