"""The visitor's own text: kept in memory, known by its checksum, never written anywhere and never part of a link."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import model_validator

from sim.sources import sources
from sim.sources._passages import UNIT, VOCABULARY, Passages, TextSource, Unit, corpus_of, length_knob, passages_of
from sim.spec import SpecError, knob, shown

LARGEST: Final = 1_000_000
"""The most bytes of one text. A choice: as long as a long novel."""

SHORTEST: Final = 2000
"""The fewest characters, after runs of white space have become one space.

Of so many 400 are held out, where the longest passages (256) still begin at more than fifty places.
"""

FEWEST_KINDS: Final = 5
"""The fewest different characters. A choice: what has fewer is no text in any language."""

MOST_TEXTS: Final = 16
"""Texts held at once; the one that was not asked for longest makes room.

A choice: at a megabyte each they stay a small part of the memory of a server.
"""

CHARACTERS: Final = 500
"""The most different characters, the unknown one included; rarer ones are the unknown one.

A choice: room for several alphabets; models grow with it.
"""

EXAMPLE: Final = """
Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or twice
she had peeped into the book her sister was reading, but it had no pictures or conversations in it, "and what is the use
of a book," thought Alice "without pictures or conversations?" So she was considering in her own mind (as well as she
could, for the hot day made her feel very sleepy and stupid), whether the pleasure of making a daisy-chain would be worth
the trouble of getting up and picking the daisies, when suddenly a White Rabbit with pink eyes ran close by her. There was
nothing so very remarkable in that; nor did Alice think it so very much out of the way to hear the Rabbit say to itself,
"Oh dear! Oh dear! I shall be late!" (when she thought it over afterwards, it occurred to her that she ought to have
wondered at this, but at the time it all seemed quite natural); but when the Rabbit actually took a watch out of its
waistcoat-pocket, and looked at it, and then hurried on, Alice started to her feet, for it flashed across her mind that
she had never before seen a rabbit with either a waistcoat-pocket, or a watch to take out of it, and burning with
curiosity, she ran across the field after it, and fortunately was just in time to see it pop down a large rabbit-hole
under the hedge. In another moment down went Alice after it, never once considering how in the world she was to get out
again. The rabbit-hole went straight on like a tunnel for some way, and then dipped suddenly down, so suddenly that Alice
had not a moment to think about stopping herself before she found herself falling down a very deep well. Either the well
was very deep, or she fell very slowly, for she had plenty of time as she went down to look about her and to wonder what
was going to happen next. First, she tried to look down and make out what she was coming to, but it was too dark to see
anything; then she looked at the sides of the well, and noticed that they were filled with cupboards and book-shelves;
here and there she saw maps and pictures hung upon pegs. She took down a jar from one of the shelves as she passed; it was
labelled "ORANGE MARMALADE", but to her great disappointment it was empty: she did not like to drop the jar for fear of
killing somebody underneath, so managed to put it into one of the cupboards as she fell past it.
"""
"""What there is until a visitor brings a text."""


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


_ALICE: Final = _single_spaced(EXAMPLE)
_TEXTS: Final = TextsInMemory()


def add(data: bytes | str) -> str:
    """Take a visitor's text and keep it in memory; it is read as text and never as anything else.

    Args:
        data: plain text in UTF-8, at most a megabyte.

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
    text = _single_spaced(_decoded(raw))
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
    # Soft hyphens, joiners and byte-order marks cannot be printed, but stand in honest text.
    odd = next((c for c in text if not c.isprintable() and not c.isspace() and c not in "\u00ad\u200b\u200c\u200d\ufeff"), None)
    if odd is not None:
        raise SpecError("text", "plain text", f"a control character ({ord(odd):#x})", "Save it as plain text (.txt) in UTF-8.")
    return text


@sources.register
class OwnText(TextSource):
    """A text that you bring, for models to learn; until then, the opening of Alice's Adventures in Wonderland.

    Law: white space of any kind becomes one space. One stretch in five is held out; fresh rows are passages of the rest that
    begin at any word with equal chance. What is seen less than twice, or does not fit into the vocabulary, is the unknown
    token.

    Edges: the text stays in this server's memory and is forgotten with it; a link holds its checksum only, so it works
    as long as the text is here. Short texts are learned by heart.

    Names: upload, corpus.

    References:
        Yergeau 2003, RFC 3629 (UTF-8). Carroll 1865, Alice's Adventures in Wonderland (the example).
    """

    label: ClassVar[str] = "Your own text"
    kind: Literal["own_text"] = "own_text"
    checksum: str = knob(_checksum(_ALICE), label="Text", help="The checksum of the text that was added.")
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
        text = _TEXTS.get(self.checksum) or (_ALICE if self.checksum == _checksum(_ALICE) else None)
        if text is None:
            raise SpecError("checksum", "that of a text this server holds", shown(self.checksum), "Upload the text again.")
        return text

    def passages(self) -> Passages:
        return passages_of(self._text(), self.unit, self.vocabulary, CHARACTERS, self.length)
