"""One word of a link, mended to the nearest that can be shown, with a sentence that says so."""

from __future__ import annotations

from typing import Final

from sim.links import plain_number
from sim.spec import did_you_mean, shown
from sim.spelling import same_word

NUMBER: Final = "{name} must be a whole number from {low} to {high}, so {now} is shown instead of {got}."
NO_NUMBER: Final = "{name} must be a whole number from {low} to {high}, so {got} is passed over."
WORD: Final = "{name} must be one of {choices}, so {now} is used instead of {got}."


def whole_number(name: str, text: str, low: int, high: int) -> tuple[int | None, tuple[str, ...]]:
    """The whole number that a text names, brought into its range; None where it names none."""
    plain = plain_number(text[:40], whole=True)
    digits = plain.isascii() and plain.removeprefix("-").isdigit() and len(plain) < 12
    if not digits:
        return None, (NO_NUMBER.format(name=name, low=low, high=high, got=shown(text)),)
    value = min(max(int(plain), low), high)
    told = NUMBER.format(name=name, low=low, high=high, now=value, got=plain)
    return value, (told,) * (value != int(plain))


def word(name: str, text: str, choices: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """One of some words, in any spelling, or the nearest; the first of them where none is close."""
    if same := same_word(text, choices):
        return same, ()
    near = did_you_mean(text, choices)[1] or choices[0]
    return near, (WORD.format(name=name, choices=", ".join(choices), now=near, got=shown(text)),)
