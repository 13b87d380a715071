"""What mail, chat and typing leave on a link, taken off again: marks around words, and numbers as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

ESCAPED_TWICE: Final = 2
"""How often percent signs are resolved that the browser has left. A choice: a link escaped by two more tools is a rare one."""

LONGEST: Final = 20_000
"""Letters of one value that are looked at. A choice: servers take hardly longer addresses."""

LONGEST_NUMBER: Final = 400
"""Letters of a number that is looked at; strict reading takes 300 digits at most."""

OPENING: Final = "\"'<({[«“„‘‚`*"
CLOSING: Final = "\"'>)}]»“”’‘`*.,;:!?…\\&"
"""What stands before and behind a link in a sentence, and is not part of it."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ENTITIES = re.compile(r"^(?:[\s?&;\"'<(]|amp;)+", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_SOFT_BREAK = re.compile(r"=\s*\n")

_GROUPED = re.compile(
    r"(-?[1-9][0-9]{0,2})((?:,[0-9]{3})+|(?:\.[0-9]{3})+|(?:['’][0-9]{3})+|(?:[ \u00a0\u2009\u202f][0-9]{3})+)([.,][0-9]+)?"
)
_DECIMAL_COMMA = re.compile(r"-?[0-9]*,[0-9]+")
_PERCENT = re.compile(r"(.+?)\s*(?:%|percent|per cent)", re.IGNORECASE)
_PLAIN = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_EXPONENT = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{0,15})?)[eE]\+?([0-9]{1,2})")


def as_meant(flat: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a link as they were before they travelled; the first of two that were the same counts.

    Taken off are `amp;` before names, however often, quoted-printable (`=3D` and soft line breaks), escapes that were escaped again,
    invisible characters, and the quotes, brackets and full stops of the sentence that the link stood in.

    >>> as_meant({"v": "1", "amp;source": "ring", "amp;amp;n": "200).", "t": "3D10"})
    {'v': '1', 'source': 'ring', 'n': '200', 't': '10'}
    """
    pairs = [(str(name), str(text)[:LONGEST]) for name, text in flat.items()]
    if any(text.startswith("3D") or "=3D" in text or "=3D" in name or _SOFT_BREAK.search(text) for name, text in pairs):
        pairs = [_unquoted(name, text) for name, text in pairs]
    found: dict[str, str] = {}
    for name, text in pairs:
        found.setdefault(_ENTITIES.sub("", _INVISIBLE.sub("", name)).rstrip(CLOSING + " \t\r\n="), _bare(text))
    return found


def plain_number(text: str, *, whole: bool) -> str:
    """A number as people write it, in plain ASCII; any other text as it is.

    What a comma or a point means, the kind of number decides: three digits behind it are thousands in a whole number (`1.000` and
    `1,000` are 1000), and decimals where fractions are usual (`0,125` is 0.125, and `1.000` is 1). Two of them, or one of each, leave no
    doubt. Percent are hundredths, where fractions are usual.

    >>> [plain_number(text, whole=True) for text in ("1,000", "1.000", "1 000", "1e3", "2.50", "lots")]
    ['1000', '1000', '1000', '1000', '2.50', 'lots']
    >>> [plain_number(text, whole=False) for text in ("10 %", "0,1", "1.000", "1,234.5", "1.234,5")]
    ['0.1', '0.1', '1.000', '1234.5', '1234.5']
    """
    if len(text) > LONGEST_NUMBER:
        return text
    trimmed = text.strip().replace("\u2212", "-")
    percent = None if whole else _PERCENT.fullmatch(trimmed)
    number = _in_ascii(percent[1] if percent else trimmed, whole=whole)
    if percent:
        return _written(Decimal(number) / 100) if _PLAIN.fullmatch(number) else text
    if whole:
        number = _without_exponent(number)
        return number.partition(".")[0] if re.fullmatch(r"-?[0-9]+\.0*", number) else number
    return number


def one_minus(text: str) -> str | None:
    """One minus the number of a text, exactly; None where the text is no plain number.

    >>> one_minus("0.9"), one_minus("90 %"), one_minus("most")
    ('0.1', '0.1', None)
    """
    number = plain_number(text, whole=False)
    return _written(1 - Decimal(number)) if _PLAIN.fullmatch(number) else None


def _unquoted(name: str, text: str) -> tuple[str, str]:
    """Name and value of a parameter in quoted-printable, whose equals sign is written `=3D` and whose lines break behind an `=`.

    A browser drops the line break itself, so that an equals sign of it is all that is left, and stands where the two were parted.
    """
    whole = _SOFT_BREAK.sub("", f"{name}={text}")
    before, sign, after = whole.partition("=3D")
    if not sign:
        before, _, after = whole.partition("=")
    return before.replace("=", ""), after.replace("=3D", "").replace("=", "")


def _bare(text: str) -> str:
    """A value without the escapes, invisible characters and marks around it that are none of it."""
    for _ in range(ESCAPED_TWICE):
        text = unquote(text) if _ESCAPE.search(text) else text
    return _INVISIBLE.sub("", text).lstrip(OPENING + " \t\r\n").rstrip(CLOSING + " \t\r\n")


def _in_ascii(number: str, *, whole: bool) -> str:
    """A number without thousands marks and with a decimal point."""
    if grouped := _GROUPED.fullmatch(number):
        first, groups, fraction = grouped.groups(default="")
        mark = groups[0]
        if whole or mark not in ",." or len(groups) > 4 or (fraction and fraction[0] != mark):
            return first + groups.replace(mark, "") + fraction.replace(",", ".")
    return number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else number


def _without_exponent(number: str) -> str:
    """`1e3` in digits; numbers that are not whole as they are."""
    if (found := _EXPONENT.fullmatch(number)) is None:
        return number
    value = Decimal(found[1]).scaleb(int(found[2]))
    return str(int(value)) if value == value.to_integral_value() else number


def _written(number: Decimal) -> str:
    """A decimal number in digits, without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
