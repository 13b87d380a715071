"""The visitor's own text: kept in memory, known by its checksum, never written anywhere and never part of a link."""

from __future__ import annotations

import hashlib
import re
import string
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import model_validator

from sim.sources import sources
from sim.sources._passages import UNIT, VOCABULARY, Passages, TextSource, Unit, corpus_of, length_knob, passages_of
from sim.sources._writing import composed
from sim.spec import SpecError, knob, shown

LARGEST: Final = 2 << 20
"""The most bytes of one text, 2 MB as file managers count them. A choice: longer than the longest novels."""

SHORTEST: Final = 2000
"""The fewest characters, after runs of white space have become one space.

Of so many 400 are held out, where the longest passages (256) still begin at more than fifty places.
"""

FEWEST_KINDS: Final = 5
"""The fewest different characters. A choice: what has fewer is no text in any language."""

MOST_TEXTS: Final = 16
"""Texts held at once; the one that was not asked for longest makes room.

A choice: at two megabytes each they stay a small part of the memory of a server.
"""

CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""The controls of Unicode but tabs and line ends: 65 code points for good, whatever else a version of Unicode knows."""

END_MARK: Final = "\x1a"
"""What DOS wrote behind the last line of a text."""

LAYOUT: Final = dict.fromkeys(map(ord, "\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"))
"""Marks that only direct how a text is laid out: soft hyphens, directions of writing, word joiners and byte-order marks.

No reader sees them, and a word with one is the same word. Joiners within words and private signs stay.
"""

CHARACTERS: Final = 500
"""The most different characters, the unknown one included; rarer ones are the unknown one.

A choice: room for several alphabets; models grow with it.
"""

EXAMPLE: Final = """
You are looking at a loop. On the left stands real data, shown in grey. A model learns from it and then writes something of
its own, shown in blue. In the next round a new model begins from nothing, and what it learns from is no longer the grey but
the blue. So it goes on, one step for each generation, and every model is a pupil of the one before it. Nobody tells a model
what is real. It takes what it is given, copies what it can, and hands the copy on.

Why should that change anything? Because no model sees everything. It reads a sample, and a sample is always a little
poorer than what it was taken from. What is common turns up every time. What is rare may be missed by chance, and a model
that has never seen a thing will hardly ever write it. Its pupil then has no way to learn it. The rare things lie far from
the middle, in what is called the tails, and that is why the tails go first. A strange word, an odd spelling, a turn of
phrase that one writer in a thousand uses: each is safe only as long as somebody goes on using it.

Chance is not the only cause. A model is a simple picture of something rich, and it bends what it shows to fit its own
shape. It may also prefer what is likely and leave out what is not, because people like to read what they expect. Such
small errors would not matter in a single copy. In a loop they are copied too, and the next errors come on top of them.
After a few rounds the blue shape is narrower than the grey one, or smoother, or it has moved to another place.

Language models are open to this because they learn from the web, and more and more of the web was written by language
models. A page does not say who wrote it. When the next model is trained, old pages by people and new pages by machines lie
in the same heap. If the machines repeat themselves, the heap repeats itself as well, and a language loses some of its less
common words without anyone having decided so.

The loop does not have to end badly. Keep the old pages and add the new ones to them, and most of the variety stays. Mix in
some fresh writing by people in every round, and the models are held close to it. How much is enough depends on the model,
on how much it reads and on how often the loop is run. You can try that here: move the share of real data, press play, and
see what is still there at the end.
"""
"""What there is until a visitor brings a text, written for this project; it says what the visitor is looking at."""


class TextsInMemory:
    """The texts of this process, by checksum."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def put(self, text: str) -> str:
        """Keep a text; returns its checksum."""
        checksum = _checksum(text)
        with self._lock:
            self._texts[checksum] = text
            self._texts.move_to_end(checksum)
            while len(self._texts) > MOST_TEXTS:
                self._texts.popitem(last=False)
        return checksum

    def get(self, checksum: str) -> str | None:
        """The text of that checksum, if it is still here."""
        with self._lock:
            if checksum in self._texts:
                self._texts.move_to_end(checksum)
            return self._texts.get(checksum)


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


_EXAMPLE: Final = _single_spaced(EXAMPLE)
_TEXTS: Final = TextsInMemory()


def add(data: bytes | str) -> str:
    """Take a visitor's text and keep it in memory; it is read as text and never as anything else.

    Args:
        data: plain text in UTF-8, at most two megabytes. Letters and marks typed one by one or as one are the same text;
            what only directs how it is laid out, and an end mark of DOS, is left out.

    Returns:
        The checksum that stands for it in `OwnText`.

    Raises:
        SpecError: when it is too large, not text, too short, has too few different characters or none of them twice.

    >>> add("Once upon a time.")
    Traceback (most recent call last):
        ...
    sim.spec.SpecError: text must be at least 2,000 characters, white space counted once; got 17. Take a longer text.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    if len(raw) > LARGEST:
        raise SpecError("text", f"at most {LARGEST:,} bytes", f"{len(raw):,} bytes", "Take a part of it.")
    text = _single_spaced(composed(_decoded(raw)))
    if len(text) < SHORTEST:
        rule = f"at least {SHORTEST:,} characters, white space counted once"
        raise SpecError("text", rule, f"{len(text):,}", "Take a longer text.")
    if len(kinds := set(text)) < FEWEST_KINDS:
        raise SpecError("text", f"written with at least {FEWEST_KINDS} different characters", str(len(kinds)), "Take real prose.")
    # Only the unknown token is left where no character is seen twice.
    if len(corpus_of(text, "characters", CHARACTERS).words) == 1:
        raise SpecError("text", "written with characters that stand in it more than once", "none that does", "Take real prose.")
    return _TEXTS.put(text)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        got = f"the byte {raw[problem.start]:#04x} at place {problem.start + 1:,}"
        raise SpecError("text", "plain text in UTF-8", got, "Save it as plain text (.txt) in UTF-8.") from None
    text = text.rstrip(END_MARK + string.whitespace)
    if (odd := CONTROL.search(text)) is not None:
        line, column = _place(text, odd.start())
        place = f"It stands in line {line:,}, column {column:,}. Take it out."
        raise SpecError("text", "plain text", f"a control character ({ord(odd[0]):#x})", place)
    return text.translate(LAYOUT)


def _place(text: str, position: int) -> tuple[int, int]:
    """The line and column of a position, both from 1, as an editor counts them."""
    before = text[:position].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@sources.register
class OwnText(TextSource):
    """A text that you bring, for models to learn; until then, a page about the loop on stage.

    Law: white space of any kind becomes one space, and a letter with its marks one form. One stretch in five is held out;
    fresh rows are passages of the rest that begin at any word with equal chance. What is seen less than twice, or does not
    fit into the vocabulary, is the unknown token.

    Edges: the text stays in this server's memory and is forgotten with it; a link holds its checksum only, so it works
    as long as the text is here. Short texts are learned by heart.

    Names: upload, corpus.

    References:
        Yergeau 2003, RFC 3629 (UTF-8). Unicode Standard Annex 15 (normalization forms) and Annex 29 (words).
    """

    label: ClassVar[str] = "Your own text"
    kind: Literal["own_text"] = "own_text"
    checksum: str = knob(_checksum(_EXAMPLE), label="Text", help="The checksum of the text that was added.")
    unit: Unit = UNIT
    length: int = length_knob(32)
    vocabulary: int = VOCABULARY

    @model_validator(mode="after")
    def _is_here(self) -> Self:
        self.passages()
        return self

    @property
    def provenance(self) -> Mapping[str, str]:
        return {"text": "added by the visitor, kept in memory only", "checksum": self.checksum}

    @property
    def size(self) -> int:
        """The characters of the text, white space counted once."""
        return len(self._text())

    def __getstate__(self) -> dict[Any, Any]:
        """A text travels with its experiment between processes of this server, each of which has a memory of its own."""
        return {**super().__getstate__(), "text": self._text()}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        _TEXTS.put(state["text"])
        super().__setstate__({name: value for name, value in state.items() if name != "text"})

    def _text(self) -> str:
        text = _TEXTS.get(self.checksum) or (_EXAMPLE if self.checksum == _checksum(_EXAMPLE) else None)
        if text is None:
            raise SpecError("checksum", "that of a text this server holds", shown(self.checksum), "Upload the text again.")
        return text

    def passages(self) -> Passages:
        return passages_of(self._text(), self.unit, self.vocabulary, CHARACTERS, self.length)
