"""The names of lines, which find their places in the browser: only there it is known how large a panel and its type are."""

from __future__ import annotations

from typing import Any


def line_name(words: str, colour: str, size: float) -> dict[str, Any]:
    """A trace of the name alone; `dashboard/stage/label_placement.js` gives it a place beside its line, or none where there is no room.

    Args:
        words: the name.
        colour: a role of the palette.
        size: of the type, in pixels.
    """
    font = {"size": size, "color": colour}
    return {"x": [], "y": [], "mode": "text", "text": [words], "textfont": font, "hoverinfo": "skip", "cliponaxis": False}
