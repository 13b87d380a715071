"""Prose of a lesson for the screen: numbers as plain text, with where they come from.

Everything here was written by the authors of lessons, none of it by visitors.
"""

from __future__ import annotations

from html import escape

from sim.lessons.marks import replaced


def plain(text: str) -> str:
    """The text with its numbers."""
    return replaced(text, lambda number, _: number)


def marked(text: str) -> str:
    """The text with its numbers, each of which tells on hovering how it is obtained."""
    return replaced(text, lambda number, formula: f'<abbr title="{escape(formula)}">{escape(number)}</abbr>')
