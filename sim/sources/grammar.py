"""Sentences of a small made-up language, whose probabilities are known exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.sources._passages import token_columns
from sim.sources._reference import REFERENCE_ROWS, token_moments
from sim.spaces import Space
from sim.spec import Real, knob
from sim.streams import Streams
from sim.tokens import Tokens, bisected

RULES: Final[Mapping[str, tuple[tuple[float, str, str], ...]]] = MappingProxyType(
    {
        "start": ((0.5, "one", "one"), (0.5, "many", "many")),
        "one": ((0.25, "adjective", "one"), (0.75, "noun", "one noun")),
        "many": ((0.25, "adjective", "many"), (0.75, "nouns", "many nouns")),
        "one noun": ((0.2, "link", "one link"), (0.1, "adverb", "one noun"), (0.7, "does", "object")),
        "many nouns": ((0.2, "link", "many link"), (0.1, "adverb", "many nouns"), (0.7, "do", "object")),
        "one link": ((0.5, "one", "one of one"), (0.5, "many", "one of many")),
        "many link": ((0.5, "one", "many of one"), (0.5, "many", "many of many")),
        "one of one": ((1.0, "noun", "one noun"),),
        "one of many": ((1.0, "nouns", "one noun"),),
        "many of one": ((1.0, "noun", "many nouns"),),
        "many of many": ((1.0, "nouns", "many nouns"),),
        "object": ((0.2, "stop", "start"), (0.4, "one", "object of one"), (0.4, "many", "object of many")),
        "object of one": ((0.25, "adjective", "object of one"), (0.75, "noun", "end")),
        "object of many": ((0.25, "adjective", "object of many"), (0.75, "nouns", "end")),
        "end": ((0.7, "stop", "start"), (0.15, "and", "start"), (0.15, "link", "further")),
        "further": ((0.5, "one", "object of one"), (0.5, "many", "object of many")),
    }
)
"""Where a sentence stands: what may come next with which chance, and where it stands then."""

FIXED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "stop": (".",),
        "and": ("and",),
        "one": ("a", "this", "every", "another"),
        "many": ("some", "these", "all", "most"),
        "link": ("of", "with", "near", "behind"),
    }
)
"""Words that are always there. What may follow in one place is told apart by its word, so a sentence has one reading."""

ENDINGS: Final = (("noun", "on"), ("nouns", "ons"), ("does", "ates"), ("do", "ate"), ("adjective", "ish"), ("adverb", "ly"))
"""The kinds whose words are made up, and how these end."""

SHARES: Final = (0.25, 0.25, 0.15, 0.15, 0.15, 0.05)
"""How much of what is left of the vocabulary each of them gets. A choice: forms of one word get the same, and adverbs are few."""

STEMS: Final = tuple("".join(parts) for parts in product("bdfgklmnprstvz", "aeiou", "lmnrst"))
STRIDE: Final = 89
"""Stems are taken this far apart, so that neighbours in a list do not look alike; it has no divisor in common with their number."""

STEMS_PER_KIND: Final = 50
"""How far apart the lists of two kinds begin among the stems.

With the usual vocabulary of 200 no kind has more words, so that kinds share no stems but their forms.
"""

SAME_STEMS: Final = ("nouns", "do")
"""Kinds that are another form of the kind before them, with the same stems."""


@sources.register
class Grammar(Source):
    """Sentences of a small grammar with made-up words, in which nouns and verbs must agree.

    Law: a sentence walks through places (subject, verb, object, ...); each place says which kind of word comes next with
    which chance, and kinds have their own words with Zipf frequencies, $(i + 1)^(-s)$ for word $i$. Singular or plural is
    remembered from the first word to the verb, across what stands between. The place is known from the words before, so
    the log-probability of any passage, and the entropy of passages, are sums: exact.

    Edges: a passage begins with a sentence and ends after its last token, in mid-sentence or not. Exponent 0 makes all
    words of a kind equally common.

    Names: probabilistic regular grammar, unifilar hidden Markov model.

    References:
        Chomsky 1956, doi 10.1109/TIT.1956.1056813. Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x. Zipf 1949, Human
        Behavior and the Principle of Least Effort.
    """

    label: ClassVar[str] = "Small grammar"
    kind: Literal["grammar"] = "grammar"
    length: int = knob(24, label="Passage length", help="How many tokens a passage has.", unit="tokens", ge=8, le=128)
    vocabulary: int = knob(200, label="Vocabulary", help="How many different words there are.", unit="words", ge=50, le=1000, scale="log")
    exponent: Real = knob(
        1.0,
        label="Zipf exponent",
        help="How fast frequency falls with rank among words of a kind: 0 is not at all, 1 is about what English text shows.",
        ge=0,
        le=3,
        step=0.1,
    )

    @property
    def space(self) -> Space:
        words = tuple(_automaton(self.vocabulary, self.exponent).words)
        return Space("sequences", token_columns(self.length), len(words), words=words, joiner=" ")

    def sample(self, replicates: int, rows: int, streams: Streams) -> Tokens:
        numbers = streams.uniform("rows", (replicates, rows, self.length))
        return _automaton(self.vocabulary, self.exponent).sample(numbers)

    def reference(self) -> Reference:
        return _reference(self.vocabulary, self.exponent, self.length)


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """The grammar as tables.

    Attributes:
        words: what each token reads as.
        probabilities: of the next token in each place, (places, V).
        following: the place after each token, (places, V); 0, the start, where the token cannot come.

    A coin that is thrown again and again has one bit of entropy a throw:

    >>> coin = Automaton(("heads", "tails"), np.array([[0.5, 0.5]]), np.array([[0, 0]]))
    >>> round(float(coin.entropy(3) / np.log(2)), 6)
    3.0
    """

    words: tuple[str, ...]
    probabilities: Floats
    following: NDArray[np.int64]

    def sample(self, numbers: Floats) -> Tokens:
        """The passage of each row of uniform numbers, token by token."""
        width = len(self.words)
        ends = self.probabilities.cumsum(axis=1).ravel()
        rows = np.empty(numbers.shape, dtype=np.int32)
        place = np.zeros(numbers.shape[:-1], dtype=np.int64)
        for i in range(numbers.shape[-1]):
            begin = place * width
            last = begin + width - 1
            rows[..., i] = bisected(ends, begin, last, numbers[..., i] * ends.take(last)) - begin
            place = self.following[place, rows[..., i]]
        return rows

    def log_prob(self, rows: Tokens) -> Floats:
        """The exact log-probability of passages (..., length), in nats; -inf for what the grammar cannot say."""
        place, total = np.zeros(rows.shape[:-1], dtype=np.int64), np.zeros(rows.shape[:-1])
        with np.errstate(divide="ignore"):
            logs = np.log(self.probabilities)
        for i in range(rows.shape[-1]):
            total = total + logs[place, rows[..., i]]
            place = self.following[place, rows[..., i]]
        return total

    def visits(self, length: int) -> Floats:
        """The chance to stand in each place before each token of a passage, (length, places)."""
        size = len(self.probabilities)
        step = np.zeros((size, size))
        np.add.at(step, (np.arange(size)[:, None], self.following), self.probabilities)
        # Every passage begins at place 0, the start.
        found = [np.eye(size)[0]]
        for _ in range(length - 1):
            found.append(found[-1] @ step)
        return np.stack(found)

    def entropy(self, length: int) -> float:
        """The exact entropy of a passage, in nats."""
        p = self.probabilities
        surprise = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=1)
        return float((self.visits(length) @ surprise).sum())


@lru_cache(maxsize=32)
def _automaton(vocabulary: int, exponent: float) -> Automaton:
    kinds = dict(_kinds(vocabulary))
    words = tuple(word for kind in kinds.values() for word in kind)
    first = dict(zip(kinds, np.cumsum([0, *map(len, kinds.values())]).tolist(), strict=False))
    names = list(RULES)
    probabilities, following = np.zeros((len(RULES), len(words))), np.zeros((len(RULES), len(words)), dtype=np.int64)
    for place, rules in enumerate(RULES.values()):
        for chance, kind, target in rules:
            weights = np.arange(1, len(kinds[kind]) + 1, dtype=np.float64) ** -exponent
            here = slice(first[kind], first[kind] + len(weights))
            probabilities[place, here] = chance * weights / weights.sum()
            following[place, here] = names.index(target)
    return Automaton(words, frozen(probabilities), frozen(following))


def _kinds(vocabulary: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The words of every kind, from common to rare."""
    yield from FIXED.items()
    room = vocabulary - sum(map(len, FIXED.values()))
    sizes = [max(1, int(share * room)) for share in SHARES]
    adjectives = [kind for kind, _ in ENDINGS].index("adjective")
    sizes[adjectives] += room - sum(sizes)  # what rounding left
    for place, ((kind, ending), size) in enumerate(zip(ENDINGS, sizes, strict=True)):
        begin = STEMS_PER_KIND * (place - (kind in SAME_STEMS))
        yield kind, tuple(STEMS[(begin + i) * STRIDE % len(STEMS)] + ending for i in range(size))


@lru_cache(maxsize=32)
def _reference(vocabulary: int, exponent: float, length: int) -> Reference:
    machine = _automaton(vocabulary, exponent)
    rows = machine.sample(Streams(0, 0, "reference").uniform("grammar", (REFERENCE_ROWS, length)))
    shares = machine.visits(length) @ machine.probabilities
    mean, variance = token_moments(shares)
    exact = frozen(machine.log_prob(rows))
    return Reference(
        frozen(rows),
        mean,
        variance,
        probabilities=frozen(shares.mean(axis=0)),
        log_prob=exact,
        entropy=machine.entropy(length),
    )
