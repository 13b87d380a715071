"""Passages of a real text: its vocabulary, the part that is drawn from and the part that is held out.

A text becomes one long row of tokens, numbered from common to rare. It is cut into equal parts, every fifth of which is
held out; passages are windows of either, never of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import frozen
from sim.sources import Reference, Source
from sim.sources._reference import REFERENCE_ROWS, token_moments
from sim.sources._writing import composed, unsuited, words_in
from sim.spaces import Space
from sim.spec import SpecError, knob
from sim.streams import Streams
from sim.tokens import UNKNOWN, Tokens

Unit = Literal["characters", "words"]
JOINERS: Final = {"characters": "", "words": " "}

FEWEST_SEEN: Final = 2
"""A token seen less often than that is outside the vocabulary, so that there is always something to call unknown."""

HELD_OUT: Final = 5
"""One part in so many is held out. So four fifths are trained on, as of the real tables."""

PART: Final = 5000
"""The length of a part of a long text, in tokens; a short text has five parts.

A choice: the English prose has fifty, so that what is held out comes from everywhere in it.
"""

SHORTEST_PASSAGE: Final = 8
"""The fewest tokens of a passage. A choice: metrics look at runs of four tokens."""

FEWEST_ROWS: Final = 50
"""The fewest places where passages of a part may begin, and the fewest reference rows.

A choice: with fewer, held-out numbers would hang on single passages.
"""

UNIT: Final[Unit] = knob("characters", label="Unit", help="Whether models read and write single characters or whole words.")
VOCABULARY: Final[int] = knob(
    1000,
    label="Vocabulary",
    help="How many different words there are; all rarer ones are one unknown word.",
    unit="words",
    ge=50,
    le=2000,
    scale="log",
    needs={"unit": ("words",)},
)
"""The knobs that all sources of real text share, declared once."""


def length_knob(default: int, least: int = SHORTEST_PASSAGE, most: int = 256) -> Any:
    """How long passages are."""
    return knob(default, label="Passage length", help="How many tokens a passage has.", unit="tokens", ge=least, le=most)


@dataclass(frozen=True, eq=False)
class Corpus:
    """A text as tokens.

    Attributes:
        unit: what a token is.
        words: what each token reads as, from common to rare, the unknown one last.
        training: the part that passages are drawn from, (length,).
        held_out: the part that no model trains on, (length,).
        advice: why another unit suits this text better, in a sentence; empty where this one does.
    """

    unit: Unit
    words: tuple[str, ...]
    training: Tokens
    held_out: Tokens
    advice: str = ""

    @property
    def size(self) -> int:
        """The tokens of the whole text."""
        return len(self.training) + len(self.held_out)

    def passages(self, length: int) -> Passages:
        """Its passages of that many tokens; raises `SpecError` where the text is too short for them, or has no word twice."""
        if len(self.words) == 1:
            raise SpecError("unit", "characters, because no word of this text stands in it twice", self.unit, "", "characters")
        starts = _starts(self, self.training, length)
        held_out = _starts(self, self.held_out, length)
        if min(len(starts), len(held_out)) < FEWEST_ROWS:
            most = len(self.held_out) - FEWEST_ROWS
            if most < SHORTEST_PASSAGE:
                raise SpecError("unit", f"characters, because this text has only {self.size:,} words", self.unit, "", "characters")
            rule = f"at most {most:,}, because the part of this text that is held out has {len(self.held_out):,} {self.unit}"
            raise SpecError("length", rule, str(length), "Take shorter passages or a longer text.", most)
        return Passages(self, length, frozen(starts), frozen(held_out))


@dataclass(frozen=True, eq=False)
class Passages:
    """The windows of a text that are rows.

    Attributes:
        corpus: the text.
        length: of a passage, in tokens.
        starts: where a passage of the training part may begin.
        held_out: where a passage of the held-out part may begin.
    """

    corpus: Corpus
    length: int
    starts: NDArray[np.intp]
    held_out: NDArray[np.intp]

    @property
    def space(self) -> Space:
        """What a row is."""
        unit: Literal["word", "character"] = "word" if self.corpus.unit == "words" else "character"
        words, joiner = self.corpus.words, JOINERS[self.corpus.unit]
        return Space("sequences", token_columns(self.length), len(words), words=words, joiner=joiner, unit=unit)

    def sample(self, replicates: int, rows: int, streams: Streams) -> Tokens:
        """Passages of the training part that begin anywhere with equal chance, (replicates, rows, length)."""
        chosen = (streams.uniform("rows", (replicates, rows)) * len(self.starts)).astype(np.intp)
        return self.corpus.training.take(self.starts.take(chosen)[..., None] + np.arange(self.length))

    @cached_property
    def reference(self) -> Reference:
        """Held-out passages that do not overlap where there is room, and the frequencies of tokens in training passages."""
        counts = np.stack([self._counted(place) for place in range(self.length)])
        shares = counts / len(self.starts)
        mean, variance = token_moments(shares)
        text = self.corpus.training
        return Reference(self._reference_rows(), mean, variance, probabilities=frozen(shares.mean(axis=0)), training=text)

    def _counted(self, place: int) -> NDArray[np.int64]:
        return np.bincount(self.corpus.training.take(self.starts + place), minlength=len(self.corpus.words))

    def _reference_rows(self) -> Tokens:
        """In no order, so that the first few of them stand for all."""
        m = min(REFERENCE_ROWS, max(FEWEST_ROWS, len(self.corpus.held_out) // self.length))
        # Evenly spread, so that they overlap only where there is too little room.
        evenly = self.held_out.take(np.linspace(0, len(self.held_out) - 1, m).astype(np.intp))
        order = Streams(0, 0, "reference").uniform("passages", (m,)).argsort()
        return frozen(self.corpus.held_out.take(evenly[order, None] + np.arange(self.length)))


def corpus(text: str, unit: Unit, vocabulary: int) -> Corpus:
    """A text as tokens.

    Args:
        text: what is written.
        unit: "characters", or "words": lower-case words and single signs; see `sim.sources._writing.words_in`.
        vocabulary: the most different tokens, the unknown one included; the rarest of the training part make room for it.
    """
    kinds, numbers = _kinds(text, unit)
    part = min(PART, max(1, len(numbers) // HELD_OUT))
    # The last of every five parts.
    out = np.arange(len(numbers)) // part % HELD_OUT == HELD_OUT - 1
    seen = np.bincount(numbers[~out], minlength=len(kinds)).tolist()
    # Equally common tokens are sorted by themselves, so that numbers do not depend on where a token comes first.
    ranked = sorted(
        (kind for kind in range(len(kinds)) if seen[kind] >= FEWEST_SEEN and kinds[kind] != UNKNOWN),
        key=lambda kind: (-seen[kind], kinds[kind]),
    )[: vocabulary - 1]
    ranks = np.full(len(kinds), len(ranked), dtype=np.int32)
    ranks[ranked] = np.arange(len(ranked))
    tokens, words = ranks.take(numbers), (*(kinds[kind] for kind in ranked), UNKNOWN)
    advice = unsuited(kinds, np.bincount(numbers, minlength=len(kinds))) if unit == "words" else ""
    return Corpus(unit, words, frozen(tokens[~out]), frozen(tokens[out]), advice)


def _kinds(text: str, unit: Unit) -> tuple[list[str], NDArray[np.intp]]:
    """The different tokens of a text, and which of them stands at each place, (length,)."""
    if unit == "characters":
        codes, places = np.unique(np.frombuffer(composed(text).encode("utf-32-le"), dtype="<u4"), return_inverse=True)
        return [chr(code) for code in codes.tolist()], places
    kinds: dict[str, int] = {}
    places = np.array([kinds.setdefault(word, len(kinds)) for word in words_in(text)], dtype=np.intp)
    return list(kinds), places


def token_columns(length: int) -> tuple[str, ...]:
    """The names of the columns of passages."""
    return tuple(f"token {place + 1}" for place in range(length))


def _starts(text: Corpus, tokens: Tokens, length: int) -> NDArray[np.intp]:
    """Where a passage may begin: at any word; where that leaves too few, anywhere."""
    room = max(0, len(tokens) - length + 1)
    if text.unit == "words" or " " not in text.words:
        return np.arange(room)
    space = tokens == text.words.index(" ")
    # A word begins behind a space.
    begins = np.flatnonzero(np.concatenate([[True], space[:-1]]) & ~space)
    begins = begins[begins < room]
    return begins if len(begins) >= FEWEST_ROWS else np.arange(room)


class TextSource(Source):
    """A source whose rows are passages of a real text."""

    def passages(self) -> Passages:
        """The passages of this text that this source's knobs ask for; raises `SpecError` where there are none."""
        raise NotImplementedError

    @property
    def space(self) -> Space:
        return self.passages().space

    @property
    def advice(self) -> Mapping[str, str]:
        advice = self.passages().corpus.advice
        return {"unit": advice} if advice else {}

    def sample(self, replicates: int, rows: int, streams: Streams) -> Tokens:
        return self.passages().sample(replicates, rows, streams)

    def reference(self) -> Reference:
        return self.passages().reference


@lru_cache(maxsize=16)
def corpus_of(text: str, unit: Unit, vocabulary: int) -> Corpus:
    """A text as tokens, kept for the next who asks; see `corpus`."""
    return corpus(text, unit, vocabulary)


def passages_of(text: str, unit: Unit, words: int, characters: int, length: int) -> Passages:
    """The passages of a text, kept for the next who asks; raises `SpecError` where there are none.

    Args:
        text: the text.
        unit: what a token is.
        words: the vocabulary, where tokens are words.
        characters: the vocabulary, where they are characters.
        length: of a passage, in tokens.
    """
    return _passages_of(text, unit, words if unit == "words" else characters, length)


@lru_cache(maxsize=16)
def _passages_of(text: str, unit: Unit, vocabulary: int, length: int) -> Passages:
    return corpus_of(text, unit, vocabulary).passages(length)
