"""What the parameters of an address say of the view, each mended to the nearest that can be shown with a sentence that says so."""

from __future__ import annotations

import streamlit as st

from sim import Experiment, SpecError
from sim.metrics import chosen
from sim.spec import did_you_mean, shown

MOST_CURVES = 4
"""Curves drawn at once, side by side under the large panels."""


def said_twice() -> tuple[str, ...]:
    """A sentence about each of the first few parameters that the address has more than once."""
    every = {name: st.query_params.get_all(name) for name in st.query_params}
    twice = [(name[:40], values) for name, values in every.items() if len(values) > 1][:2]
    return tuple(str(SpecError(name, "in a link once", f"{shown(a)} and {shown(b)}", "The last one counts.")) for name, (*_, a, b) in twice)


def whole_number(parameters: dict[str, str], name: str, low: int, high: int) -> tuple[int | None, tuple[str, ...]]:
    """The whole number that a parameter names, brought into its range; None where it has none."""
    text = parameters.get(name)
    if text is None:
        return None, ()
    digits = text.isascii() and text.removeprefix("-").isdigit() and len(text) < 12
    value = min(max(int(text), low), high) if digits else None
    if digits and value == int(text):
        return value, ()
    instead = "It is left out." if value is None else f"Showing {value}."
    problem = SpecError(name, f"a whole number from {low} to {high}", repr(text[:40]), instead)
    return value, (str(problem),)


def word(parameters: dict[str, str], name: str, choices: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """One of some words, the first of them where nothing is said or nothing is close."""
    text = parameters.get(name, choices[0])
    if text in choices:
        return text, ()
    hint, near = did_you_mean(text, choices)
    return near or choices[0], (str(SpecError(name, f"one of {', '.join(choices)}", shown(text), hint)),)


def curve_names(text: str | None, experiment: Experiment) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The metrics to draw as curves, those that the experiment has; None for the usual ones."""
    if text is None:
        return None, ()
    names: list[str] = []
    notes: list[str] = []
    for name in text[:400].split(","):
        try:
            names += [m.name for m in chosen([name], experiment.source, experiment.family.offers) if m.name not in names]
        except SpecError as problem:
            notes.append(str(problem))
    if len(names) > MOST_CURVES:
        notes.insert(0, f"{MOST_CURVES} curves are shown at most; left out: {', '.join(names[MOST_CURVES:][:8])}.")
    return tuple(names[:MOST_CURVES]) or None, tuple(notes[:2])
