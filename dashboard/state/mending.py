"""One word of a link, mended to the nearest that can be shown, with a sentence that says so."""

from __future__ import annotations

from sim import SpecError
from sim.spec import did_you_mean, shown


def whole_number(name: str, text: str, low: int, high: int) -> tuple[int | None, tuple[str, ...]]:
    """The whole number that a text names, brought into its range; None where it names none."""
    digits = text.isascii() and text.removeprefix("-").isdigit() and len(text) < 12
    value = min(max(int(text), low), high) if digits else None
    if digits and value == int(text):
        return value, ()
    instead = "It is left out." if value is None else f"Showing {value}."
    problem = SpecError(name, f"a whole number from {low} to {high}", repr(text[:40]), instead)
    return value, (str(problem),)


def word(name: str, text: str, choices: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """One of some words, the first of them where nothing is close."""
    if text in choices:
        return text, ()
    hint, near = did_you_mean(text, choices)
    return near or choices[0], (str(SpecError(name, f"one of {', '.join(choices)}", shown(text), hint)),)
