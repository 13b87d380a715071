"""The n-gram model: counts what follows the last few tokens, and falls back to fewer where it has seen little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.families import CannotFit, Family, Past, Rows, Score, families, learnable
from sim.families._contexts import Indices, Level, find, flat, histories, level, located, numbered, spread, worlds
from sim.families._decoding import LABELS, OPENING, PROMPT, TOP_P, Labels, Opening, decoded, opened, openings, pick, prompt_fits, prompted
from sim.spaces import Space, SpaceKind
from sim.spec import Real, SpecError, knob
from sim.streams import Streams
from sim.tokens import Tokens

SOFT_VOCABULARY: Final = 256
"""The largest vocabulary that soft labels are learned for."""

SOFT_NUMBERS: Final = 12_000_000
"""The most contexts x tokens that soft labels may fill at one depth, over all worlds (100 MB)."""

OPERATIONS: Final = 5000.0
"""What counting or drawing a token costs at each depth, in floating-point operations of the same time; measured."""

BLOCK: Final = 1 << 21
"""Probabilities held at once while drawing with temperature or top-p."""


@families.register
class Ngram(Family):
    """Counts which token follows the last few, and writes passages token by token with the shares it counted.

    Law: with h the last k - 1 tokens, h' the last k - 2, c the counts, T(h) the number of different tokens seen after h
    and s the smoothing, p(w | h) = (c(h w) + s T(h) p(w | h')) / (c(h) + s T(h)), down to the uniform 1/V; a context never
    seen hands over to the shorter one. Smoothing 1 is Witten and Bell's. A passage begins with a start sign as its past.
    Temperature draws from p^(1/temperature), renormalised, then top-p keeps the likeliest tokens.

    With soft labels a passage that the previous model drew adds that model's p(. | h) to the counts at every context,
    instead of one for the token drawn, as it is before temperature and top-p; T is then the sum of min(1, count).

    Edges: order 1 without smoothing is word counts. Without smoothing held-out passages may be impossible, and perplexity
    infinite. Where h occurred once and smoothing is small, the model copies.

    Names: Markov chain of order n - 1, interpolated Witten-Bell smoothing, distillation (soft labels).

    References:
        Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x. Witten and Bell 1991, doi 10.1109/18.87000. Chen and
        Goodman 1999, doi 10.1006/csla.1999.0128. Hinton et al. 2015, arXiv 1503.02531 (soft labels).
    """

    label: ClassVar[str] = "N-gram language model"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"sequences"})
    offers: ClassVar[frozenset[Score]] = frozenset({"log_prob"})
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
    def given(self) -> int:
        return prompted(self.opening, self.prompt)

    def check(self, space: Space) -> None:
        prompt_fits(self.opening, self.prompt, space)
        if self.labels == "soft" and space.vocabulary > SOFT_VOCABULARY:
            rule = f"hard with more than {SOFT_VOCABULARY} different tokens"
            raise SpecError("family.labels", rule, f"soft with {space.vocabulary:,}", "Take characters instead of words.", "hard")

    def operations(self, space: Space, rows: int, n: int) -> float:
        return OPERATIONS * self.order * len(space.columns) * (rows + n)

    def fit(self, rows: Rows, space: Space, streams: Streams, past: Past | None = None) -> FittedNgram:
        learnable(rows, 1, "An n-gram model")
        world, history = worlds(rows.shape), histories(rows, self.order - 1, space.vocabulary)
        depths = list(numbered(world, history, space.vocabulary))
        if self.labels == "soft" and past is not None:
            levels = _softly(rows, depths, past, world, history, space.vocabulary)
        else:
            levels = tuple(_counted(contexts, number, rows, space.vocabulary) for contexts, number in depths)
        kept = openings(self.opening, self.prompt, rows, past)
        return FittedNgram(levels, space.vocabulary, rows.shape[2], self.smoothing, self.top_p, self.labels == "hard", kept)


def _counted(contexts: Indices, number: Indices, rows: Rows, vocabulary: int) -> Level:
    pairs, counts = np.unique(number * vocabulary + flat(rows), return_counts=True)
    return level(contexts, pairs, counts.astype(np.float64), vocabulary)


def _softly(
    rows: Rows, depths: list[tuple[Indices, Indices]], past: Past, world: Indices, history: Indices, vocabulary: int
) -> tuple[Level, ...]:
    """Counts where the tokens of taught rows are replaced by what their teacher gave to each token there."""
    contexts, deepest = depths[-1]
    if len(contexts) * vocabulary > SOFT_NUMBERS:
        numbers, most = f"{len(contexts) * vocabulary:,}", f"{SOFT_NUMBERS:,}"
        raise CannotFit(f"Soft labels need contexts x tokens within {most} numbers; these rows need {numbers}. Take fewer rows.")
    taught = np.repeat(past.taught.reshape(-1), rows.shape[2])
    _, example = np.unique(deepest, return_index=True)
    times = np.bincount(deepest, taught, minlength=len(contexts))
    asked = example[times > 0]
    said = past.model.conditional(world[asked], history[asked]) * times[times > 0][:, None]
    told, tokens = np.flatnonzero(~taught), np.arange(vocabulary)
    found: list[Level] = []
    for keys, number in depths:
        places = np.concatenate([number[told] * vocabulary + flat(rows)[told], (number[asked, None] * vocabulary + tokens).ravel()])
        weights = np.concatenate([np.ones(len(told)), said.ravel()])
        dense = np.bincount(places, weights, minlength=len(keys) * vocabulary).astype(np.float64)
        pairs = np.flatnonzero(dense)
        found.append(level(keys, pairs, dense[pairs], vocabulary))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class FittedNgram:
    """Counts by context, from the empty context to the longest, and how to draw from them."""

    levels: tuple[Level, ...]
    vocabulary: int
    length: int
    smoothing: float
    top_p: float
    whole: bool
    openings: Tokens | None

    def sample(self, n: int, streams: Streams, temperature: float) -> Tokens:
        """Passages written token by token, (replicates, n, length)."""
        replicates = len(self.levels[0].contexts)
        rows = opened(self.openings, replicates, n, self.length, streams)
        numbers = streams.uniform("rows", rows.shape)
        world, plain = worlds((replicates, n)), temperature == 1 and self.top_p == 1 and self.whole
        past = np.full((replicates * n, len(self.levels) - 1), self.vocabulary, dtype=np.int64)
        for place in range(self.length):
            if rows[:, :, place].min(initial=0) < 0:
                u = numbers[:, :, place].ravel()
                drawn = self._descended(world, past, u) if plain else self._decoded(world, past, u, temperature)
                rows[:, :, place] = drawn.reshape(replicates, n)
            past = np.concatenate([rows[:, :, place].reshape(-1, 1), past], axis=1)[:, : past.shape[1]].astype(np.int64)
        return rows

    def log_prob(self, rows: Rows) -> Floats:
        """Log-probability of passages in nats; -inf for what was never seen, without smoothing."""
        past, world = histories(rows, len(self.levels) - 1, self.vocabulary), worlds(rows.shape)
        p = np.full(len(world), 1 / self.vocabulary)
        for at, nodes in zip(self.levels, located(self.levels, world, past, self.vocabulary), strict=True):
            place = find(at.pairs, np.where(nodes < 0, -1, nodes * self.vocabulary + flat(rows)))
            count = np.where(place < 0, 0.0, at.counts.take(place))
            trust = self.smoothing * at.types.take(nodes)
            p = np.where(nodes < 0, p, (count + trust * p) / (at.total.take(nodes) + trust))
        with np.errstate(divide="ignore"):
            return np.log(p).reshape(rows.shape).sum(axis=2)

    def conditional(self, world: Indices, past: Indices) -> Floats:
        """Probabilities of the next token, (m, V).

        Args:
            world: the replicate of each context, (m,).
            past: the last order - 1 tokens, nearest first, V for the start of a passage, (m, order - 1).
        """
        p = self._shortest()[world]
        for at, nodes in zip(self.levels[1:], located(self.levels, world, past, self.vocabulary)[1:], strict=True):
            seen = np.flatnonzero(nodes >= 0)
            trust = self.smoothing * at.types[nodes[seen]]
            whole = at.total[nodes[seen]] + trust
            p[seen] *= (trust / whole)[:, None]
            entry, pair = spread(at, nodes[seen])
            p[seen[entry], at.pairs[pair] % self.vocabulary] += at.counts[pair] / whole[entry]
        return p

    def _shortest(self) -> Floats:
        """Probabilities after the empty context, (replicates, V)."""
        at = self.levels[0]
        counts = np.zeros((len(at.contexts), self.vocabulary))
        counts.put(at.pairs, at.counts)
        trust = (self.smoothing * at.types)[:, None]
        return (counts + trust / self.vocabulary) / (at.total[:, None] + trust)

    def _decoded(self, world: Indices, past: Indices, uniforms: Floats, temperature: float) -> Tokens:
        """Draws from the interpolation laid out, once for each context that occurs."""
        step = max(1, BLOCK // self.vocabulary)
        tokens = np.empty(len(world), dtype=np.int32)
        for begin in range(0, len(world), step):
            block = slice(begin, begin + step)
            nodes = np.stack([world[block], *past[block].T])
            _, example, which = np.unique(nodes, axis=1, return_index=True, return_inverse=True)
            p = decoded(self.conditional(world[block][example], past[block][example]), temperature, self.top_p)
            tokens[block] = pick(p, which.reshape(-1), uniforms[block])
        return tokens

    def _descended(self, world: Indices, past: Indices, uniforms: Floats) -> Tokens:
        """Draws from the interpolation without laying it out: stay with a context's own tokens or go to the shorter one.

        What is left of the uniform number after each decision is again uniform, so one number a token is enough.
        """
        u, open_ = uniforms.copy(), np.ones(len(world), dtype=np.bool_)
        tokens = np.zeros(len(world), dtype=np.int32)
        for at, nodes in reversed(list(zip(self.levels, located(self.levels, world, past, self.vocabulary), strict=True))):
            total = at.total.take(nodes)
            stay = np.where(open_ & (nodes >= 0), total / (total + self.smoothing * at.types.take(nodes)), 0.0)
            here = u < stay
            tokens[here] = self._own(at, nodes[here], u[here] / stay[here])
            u = np.where(here | (stay == 0), u, (u - stay) / np.where(stay < 1, 1 - stay, 1.0))
            open_ &= ~here
        return np.where(open_, np.minimum((u * self.vocabulary).astype(np.int32), self.vocabulary - 1), tokens)

    def _own(self, at: Level, nodes: Indices, uniforms: Floats) -> NDArray[np.int32]:
        """Tokens that followed these contexts, each as often as it did; running sums of whole counts are exact."""
        ends = at.counts.cumsum()
        begin = ends[at.first[nodes]] - at.counts[at.first[nodes]]
        turn = np.minimum((uniforms * at.total[nodes]).astype(np.int64), at.total[nodes] - 1)
        pair = np.searchsorted(ends, begin + turn, side="right")
        return (at.pairs[pair] % self.vocabulary).astype(np.int32)
