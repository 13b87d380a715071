"""Marks: a number in a lesson's prose, with how it is read off a run.

A mark stands in double brackets, the number first, then its formula: `[[36 % = median total_variance(main, 60)]]`. Readers
see the number; the checks compute the formula again and want the same digits. What a formula may say: `sim.lessons.formulas`.

>>> shown_number("36 %"), shown_number("1,250"), shown_number("eight")
((0.36, 0.01), (1250.0, 1.0), (8.0, 1.0))
>>> replaced("[[36 % = median total_variance(main, 60)]] is left.", lambda number, formula: number)
'36 % is left.'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sim.lessons.formulas import compiled
from sim.lessons.readings import MarkError, Readings, Value
from sim.spec import shown

WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?: (%))?")

ROUNDING: Final = 1e-9
"""By which share a value may miss the half unit: a half in decimals need not be one in binary."""


@dataclass(frozen=True)
class Mark:
    """A number as it is shown, and the formula that gives it.

    Attributes:
        at: where it starts in the text.
        text: the number as it is shown.
        formula: how it is obtained, as written.
        value: computes it.
        reads: the pairs of experiment and metric that must be measured for it.
    """

    at: int
    text: str
    formula: str
    value: Value
    reads: frozenset[tuple[str, str]]

    def check(self, readings: Readings) -> None:
        """Raises `MarkError` unless the formula gives the number, within half a unit of the last digit shown."""
        number, unit = shown_number(self.text)
        found = self.value(readings)
        if not abs(found - number) <= 0.5 * unit * (1 + ROUNDING):
            digits = found * 100 if self.text.endswith("%") else found
            raise MarkError(f"{self.text!r} must be what {self.formula} gives; the run gives {digits:.6g}{' %' * self.text.endswith('%')}.")


def marks(text: str) -> Iterator[Mark]:
    """Every mark of a text, in order; raises `MarkError`."""
    for match in _MARK.finditer(text):
        if "=" not in match[1]:
            raise MarkError(f"A mark must be a number, = and a formula; got {shown(match[0])}.")
        number, formula = _number_and_formula(match)
        shown_number(number)
        value, reads = compiled(formula)
        yield Mark(match.start(), number, formula, value, reads)


def replaced(text: str, show: Callable[[str, str], str]) -> str:
    """The text with every mark replaced by what `show` makes of its number and its formula."""
    return _MARK.sub(lambda match: show(*_number_and_formula(match)), text)


def blanked(text: str) -> str:
    """The text with every mark blanked out, of equal length and with the same lines."""
    return _MARK.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def shown_number(text: str) -> tuple[float, float]:
    """The number that a text shows, and what its last digit is worth; raises `MarkError`."""
    if text.lower() in WORDS:
        return float(WORDS.index(text.lower())), 1.0
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise MarkError(f"A number in a mark must be like 0.36, 36 %, 1,250 or eight; got {shown(text)}.")
    scale = 0.01 if match[3] else 1.0
    digits = len(match[2]) - 1 if match[2] else 0
    return float(match[1].replace(",", "") + (match[2] or "")) * scale, 10.0**-digits * scale


def _number_and_formula(match: re.Match[str]) -> tuple[str, str]:
    """Both sides of a mark; a formula may go over several lines of the file."""
    number, _, formula = match[1].partition("=")
    return number.strip(), " ".join(formula.split())
