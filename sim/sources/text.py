"""English prose that every Python carries: the pages behind `help()`.

>>> "for" in prose().split(), ">>>" in prose()
(True, False)
"""

from __future__ import annotations

import hashlib
import importlib
import platform
import re
import string
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Final, Literal

from sim.sources import sources
from sim.sources._passages import UNIT, VOCABULARY, Passages, TextSource, Unit, length_knob, passages_of

CHARACTERS: Final = 128
"""More different characters than the cleaned prose has."""

SHORTEST: Final = 60
"""The fewest characters of a paragraph of prose; what is shorter is mostly a heading."""

LETTERS: Final = 0.85
"""The least share of letters and spaces in it; below lie tables, grammars and code."""

_WORDS = f"{string.ascii_letters} ".encode()

_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "—": "-", "–": "-", "…": "..."})


@sources.register
class Text(TextSource):
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
    unit: Unit = UNIT
    length: int = length_knob(64)
    vocabulary: int = VOCABULARY

    @property
    def provenance(self) -> Mapping[str, str]:
        text = prose()
        checksum = hashlib.sha256(text.encode()).hexdigest()
        return {"text": "pydoc_data.topics", "python": platform.python_version(), "sha256": checksum, "characters": str(len(text))}

    def passages(self) -> Passages:
        return passages_of(prose(), self.unit, self.vocabulary, CHARACTERS, self.length)


@cache
def prose() -> str:
    """The paragraphs of prose among the help pages, joined by spaces."""
    pages: Any = importlib.import_module("pydoc_data.topics")
    topics: dict[str, str] = pages.topics
    found = [plain for page in sorted(topics) for part in re.split(r"\n\s*\n", topics[page]) if (plain := _plain(part))]
    return " ".join(dict.fromkeys(found))


def _plain(paragraph: str) -> str:
    """A paragraph without line breaks and markup; nothing if it is not prose."""
    bare = re.sub(r"\s*\[\d+\]|[*\"]", "", paragraph.translate(_PLAIN)).encode("ascii", "ignore")
    text = b" ".join(bare.split())
    words = len(text) - len(text.translate(None, _WORDS))
    wordy = len(text) >= SHORTEST and words >= LETTERS * len(text)
    return text.decode() if wordy and text[-1] in b".:;!?)" and b"::=" not in text and b">>>" not in text else ""
