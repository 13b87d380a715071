"""Panels of words in Pillow: each word in its place, underlined by how often it is drawn, struck through once it is gone."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dashboard.takeaway.animation.canvas import OVERSAMPLING, Box, rgba, width_of, write

if TYPE_CHECKING:
    from PIL.Image import Image

SIZES: Final = (14, 12, 10, 8)
"""The largest size of type at which all words fit is taken."""

GAP, LINE = 0.6, 1.7
"""Between words, and from line to line, as multiples of the size of the type."""

STRUCK, UNDER = 0.6, 1.35
"""How far below its top a word is struck through and underlined, as multiples of the size of the type."""

FAINTEST: Final = 0.15
"""The line under a word that is not drawn, as on stage."""


class WordRaster:
    """Draws the frames of a panel of words into a box.

    Attributes:
        places: where each word begins, as many as fit.

    Args:
        spec: the panel.
        box: where to.
        generations: of the frames.
    """

    def __init__(self, spec: Mapping[str, Any], box: Box, generations: tuple[int, ...]) -> None:
        self._spec, self._generations = spec, generations
        self._size = next((size for size in SIZES if len(_places(spec["words"], box, size)) == len(spec["words"])), SIZES[-1])
        self.places = _places(spec["words"], box, self._size)
        if _leftward(spec["words"]):
            left, _, right, _ = box
            widths = (width_of(word, self._size) for word in spec["words"])
            self.places = [(left + right - x - width, y) for (x, y), width in zip(self.places, widths, strict=False)]

    def background(self, frame: Image) -> None:
        """Nothing: every word may change."""

    def draw(self, frame: Image, i: int) -> None:
        """The words as they stand in frame i."""
        from PIL import ImageDraw

        pen = ImageDraw.Draw(frame, "RGBA")
        for k, (x, y) in enumerate(self.places):
            self._word(pen, k, x, y, i)

    def _word(self, pen: Any, k: int, x: float, y: float, i: int) -> None:
        spec, high = self._spec, self._size * OVERSAMPLING
        end = x + width_of(spec["words"][k], self._size)
        gone = spec["gone"][k] is not None and spec["gone"][k] <= self._generations[i]
        write(pen, x, y, spec["words"][k], self._size, "@lost" if gone else "@soft" if spec["unseen"][k] else "@ink")
        if gone:
            pen.line([x, y + STRUCK * high, end, y + STRUCK * high], fill=rgba("@lost"), width=2 * OVERSAMPLING)
            return
        opacity = FAINTEST + (1 - FAINTEST) * min(1.0, spec["counts"][i][k] / spec["top"])
        pen.line([x, y + UNDER * high, end, y + UNDER * high], fill=rgba(f"@synthetic/{opacity:.2f}"), width=3 * OVERSAMPLING)


def _leftward(words: Sequence[str]) -> bool:
    """Whether the first letter that has a direction runs from right to left, as a page finds out which side a text begins on."""
    kinds = (unicodedata.bidirectional(letter) for word in words for letter in word)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _places(words: Sequence[str], box: Box, size: int) -> list[tuple[float, float]]:
    """Where words begin that are set in lines at a size of type; those that do not fit into the box have no place."""
    left, top, right, bottom = box
    line, gap = LINE * size * OVERSAMPLING, GAP * size * OVERSAMPLING
    places: list[tuple[float, float]] = []
    x, y = float(left), float(top)
    for word in words:
        width = width_of(word, size)
        if x + width > right and x > left:
            x, y = float(left), y + line
        if y + line > bottom:
            break
        places.append((x, y))
        x += width + gap
    return places
