"""Names on figures: those of lines, which find their places in the browser, and those that are too long to stand anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LONGEST_NAME = 12
"""Letters of a class's name on a figure. A choice: as many as the narrowest panel has beside its curve."""


def line_name(words: str, term: str, of: int, colour: str, size: float) -> dict[str, Any]:
    """The name of a line; `dashboard/stage/line_labels.js` gives it a place beside the line, or none where there is no room.

    Args:
        words: the name on the page.
        term: the same in print, in the field's words.
        of: the trace that is the line, by its place among those of the panel.
        colour: a role of the palette.
        size: of the type, in pixels.
    """
    return {"text": words, "term": term, "of": of, "colour": colour, "size": size}


def short_names(names: Sequence[str]) -> list[str]:
    """Names that have room on a figure: the beginning of a long one, with its number where several begin alike.

    >>> short_names(["cat", "long-haired cat", "long-haired dog"])
    ['cat', '2 long-hair…', '3 long-hair…']
    """
    begun = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}\u2026" for name in names]
    numbered = [f"{place} {name[: LONGEST_NAME - 1 - len(f'{place} ')].rstrip()}\u2026" for place, name in enumerate(names, 1)]
    return [long if begun.count(short) > 1 else short for short, long in zip(begun, numbered, strict=True)]
