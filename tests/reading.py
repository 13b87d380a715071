"""A reader of the page: it knows English sentences about a run, and what each of them says of the run's arrays.

A sentence is known by a reading: its English with a place `<name:kind>` for everything that changes, and a judgement of what
it says there, which is handed the run as arrays (`Seen`) and yields an objection for everything that is not so. Readings are
written from what somebody who reads the sentence understands; nothing here is taken from the page's templates, and a
sentence without a reading is an objection itself.

>>> reads(Shown("9.8 %"), 0.0976), reads(Shown("98 %"), 0.9764), reads(Shown("2.1e-7"), 2.13e-7), reads(Shown("0.67"), 0.66)
(True, True, True, False)
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from seen import Seen

Objections = Iterator[str]
Judgement = Callable[..., Objections]

KINDS: Final = {
    "t": r"\d+",
    "count": r"\d{1,3}(?:,\d{3})*",
    "share": r"(?:more than 100,000 %|-?\d{1,3}(?:,\d{3})*(?:\.\d+)? %)",
    "number": r"(?:infinite|-?\d{1,3}(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?)",
    "signed": r"−?\d+\.\d",
    "counts": r"\d{1,3}(?:,\d{3})*(?: (?:and|to) \d{1,3}(?:,\d{3})*)?",
    "pair": r"(?:infinite|-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?)(?: and \d[\d,]*)?",
    "word": r"[\w.]+",
    "words": r"[^.]+?",
    "names": r"“.+?”(?:, “.+?”)*(?: …)?",
    "anything": r".+?",
    "text": r".*?",
}
"""What may stand in a place: a dash for a number that there is not is no number, and half a word is no count."""

PLACE: Final = re.compile(r"<(\w+):(\w+)>")

SMALL_PERCENT, FEW_DIGITS, MANY_DIGITS = 9.95, 0.0095, 1e6
"""Below the first two the page shows one decimal of a percentage and two digits of a number; from the last on two digits again."""


class Shown(str):
    """A number as it stands on the page."""

    __slots__ = ()

    @property
    def value(self) -> float:
        """What it says; a percentage as a share."""
        if self == "infinite":
            return math.inf
        digits = self.replace("−", "-").removeprefix("more than ").removesuffix(" %").replace(",", "")
        return float(digits) / (100 if self.endswith("%") else 1)

    @property
    def numbers(self) -> list[int]:
        """The whole numbers in it: one or, of two worlds or two middles, two."""
        return [int(digits.replace(",", "")) for digits in re.findall(r"[\d,]+", self)]


def reads(shown: Shown, value: float) -> bool:
    """Whether a number on the page is this value, rounded as the page shows it."""
    if not math.isfinite(value):
        return shown == "infinite" and value > 0
    if shown.startswith("more than"):
        return value > shown.value
    if shown == "infinite":
        return False
    percentage = shown.endswith("%")
    told, true = (shown.value * 100, value * 100) if percentage else (shown.value, value)
    decimals = len(shown.removesuffix(" %").partition(".")[2].partition("e")[0])
    if percentage:
        unit = 10.0 ** -max(decimals, abs(told) < SMALL_PERCENT)
    elif 100 <= abs(true) < MANY_DIGITS:
        unit = 10.0**-decimals
    else:
        digits = 3 if FEW_DIGITS <= abs(true) < MANY_DIGITS else 2
        unit = 0.0 if true == 0 else 10.0 ** (math.floor(math.log10(abs(true))) + 1 - digits)
    return abs(told - true) <= unit / 2 * (1 + 1e-6) + 1e-12


@dataclass(frozen=True)
class Reading:
    """One kind of sentence.

    Attributes:
        english: the sentence with its places.
        judge: what it says, as objections of a run in which it is not so.
        pattern: the same as an expression.
        kinds: of what stands in each place.
    """

    english: str
    judge: Judgement
    pattern: re.Pattern[str]
    kinds: dict[str, str]


READINGS: Final[list[Reading]] = []


def says(*english: str) -> Callable[[Judgement], Judgement]:
    """Register what sentences say."""

    def register(judge: Judgement) -> Judgement:
        for sentence in english:
            parts = PLACE.split(sentence)
            expression = "".join(
                f"(?P<{part}>{KINDS[parts[i + 1]]})" if i % 3 == 1 else re.escape(part) for i, part in enumerate(parts) if i % 3 < 2
            )
            READINGS.append(Reading(sentence, judge, re.compile(expression + r"(?= |$)", re.DOTALL), dict(PLACE.findall(sentence))))
        return judge

    return register


@dataclass(frozen=True)
class Statement:
    """One sentence that was read.

    Attributes:
        reading: which kind it is.
        sentence: as it stands on the page.
        told: what stands in its places.
        t: the generation that it is read beside.
    """

    reading: Reading
    sentence: str
    told: dict[str, Any]
    t: int

    def objections(self, seen: Seen) -> Iterator[str]:
        """What the arrays have against it."""
        for objection in self.reading.judge(seen, self.t, **self.told):
            yield f"“{self.sentence}”: {objection}"


def read(text: str, t: int) -> tuple[list[Statement], str]:
    """The sentences of a text one after another, and the rest from where no reading is known.

    Args:
        text: as it stands on the page.
        t: the generation that it is read beside.
    """
    found: list[Statement] = []
    at = 0
    while at < len(text):
        matches = [(match, reading) for reading in READINGS if (match := reading.pattern.match(text, at))]
        if not matches:
            return found, text[at:]
        match, reading = max(matches, key=lambda pair: pair[0].end())
        told = {name: int(said) if reading.kinds[name] == "t" else Shown(said) for name, said in match.groupdict().items()}
        found.append(Statement(reading, match[0], told, t))
        at = match.end() + 1
    return found, ""


SPOILED: Final = re.compile(r"\b(?:NaN|nan|inf|None)\b|[{}]|  |–|^\s|\s$| [.,;:]")
"""What never stands in a sentence: a number that is none, a place that was not filled, a gap."""


def spoiled(text: str) -> Iterator[str]:
    """What is wrong with a text as a text, whatever it says; quoted words are anybody's."""
    plain = re.sub(r"“.+?”(?=[,.]| …)", "“”", text, flags=re.DOTALL)
    if found := SPOILED.search(plain):
        yield f"“{text}” has {found[0]!r} in it"
    if not re.search(r"[.)…]$|\.”$", text) or (text and not text[0].isupper() and not text[0].isdigit()):
        yield f"“{text}” is no sentence"


def objections(text: str, t: int, seen: Seen) -> Iterator[str]:
    """Everything that is wrong with a text about a run: unknown, spoiled or untrue."""
    if not text:
        return
    yield from spoiled(text)
    statements, rest = read(text, t)
    if rest:
        yield f"no reading is known of “{rest}”"
    for statement in statements:
        yield from statement.objections(seen)
