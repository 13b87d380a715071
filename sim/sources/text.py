"""English prose that every Python carries: the pages behind `help()`."""

from __future__ import annotations

import hashlib
import importlib
import platform
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar, Final, Literal

from sim.sources import Reference, Source, sources
from sim.sources._passages import SHORTEST_PASSAGE, Corpus, Passages, Unit, corpus
from sim.spaces import Space
from sim.spec import knob
from sim.streams import Streams
from sim.tokens import Tokens

CHARACTERS: Final = 128
"""More different characters than the cleaned prose has."""

SHORTEST: Final = 60
LETTERS: Final = 0.85

_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "—": "-", "–": "-", "…": "..."})


@sources.register
class Text(Source):
    """English documentation prose: passages of the pages that Python's own `help()` shows.

    Law: paragraphs of plain prose are kept (no code, tables, grammars or headings; each paragraph once), about 250,000
    characters. One stretch of 5,000 tokens in five is held out; fresh rows are passages of the rest that begin at any word
    with equal chance. Tokens are numbered from common to rare. What is seen less than twice, or does not fit into the
    vocabulary, is the unknown token.

    Edges: the prose differs a little between Python versions, so version and checksum are recorded with a run
    (`provenance`). A passage may be drawn twice, and passages overlap.

    Names: pydoc topics, The Python Language Reference, corpus.

    References:
        van Rossum and the Python development team 2023, The Python Language Reference, docs.python.org/3/reference
        (PSF License).
    """

    label: ClassVar[str] = "English prose"
    kind: Literal["text"] = "text"
    unit: Unit = knob("characters", label="Unit", help="Whether models read and write single characters or whole words.")
    length: int = knob(64, label="Passage length", help="How many tokens a passage has.", unit="tokens", ge=SHORTEST_PASSAGE, le=256)
    vocabulary: int = knob(
        1000,
        label="Vocabulary",
        help="How many different words there are; all rarer ones are one unknown word.",
        unit="words",
        ge=50,
        le=2000,
        scale="log",
        needs={"unit": ("words",)},
    )

    @property
    def space(self) -> Space:
        return self._passages().space

    @property
    def provenance(self) -> Mapping[str, str]:
        text = prose()
        checksum = hashlib.sha256(text.encode()).hexdigest()
        return {"text": "pydoc_data.topics", "python": platform.python_version(), "sha256": checksum, "characters": str(len(text))}

    def sample(self, replicates: int, rows: int, streams: Streams) -> Tokens:
        return self._passages().sample(replicates, rows, streams)

    def reference(self) -> Reference:
        return self._passages().reference

    def _passages(self) -> Passages:
        return _cut(self.unit, self.vocabulary if self.unit == "words" else CHARACTERS, self.length)


@cache
def prose() -> str:
    """The paragraphs of prose among the help pages, joined by spaces."""
    pages: Any = importlib.import_module("pydoc_data.topics")
    topics: dict[str, str] = pages.topics
    found = [plain for page in sorted(topics) for part in re.split(r"\n\s*\n", topics[page]) if (plain := _plain(part))]
    return " ".join(dict.fromkeys(found))


def _plain(paragraph: str) -> str:
    """A paragraph without line breaks and markup; nothing if it is not prose."""
    bare = re.sub(r"\s*\[\d+\]|[*\"]", "", paragraph.translate(_PLAIN)).encode("ascii", "ignore").decode()
    text = " ".join(bare.split())
    words = sum(c.isalpha() or c == " " for c in text)
    wordy = len(text) >= SHORTEST and words >= LETTERS * len(text)
    return text if wordy and text[-1] in ".:;!?)" and "::=" not in text and ">>>" not in text else ""


@lru_cache(maxsize=8)
def _corpus(unit: Unit, vocabulary: int) -> Corpus:
    return corpus(prose(), unit, vocabulary)


@lru_cache(maxsize=32)
def _cut(unit: Unit, vocabulary: int, length: int) -> Passages:
    return _corpus(unit, vocabulary).passages(length)
