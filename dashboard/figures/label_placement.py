"""Label placement: where a line's name stands so that it is crossed least, and names that are too long to stand anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LETTER_WIDTH = 0.034
"""As a share of the width of the narrowest panel."""

LABEL_HEIGHT = 0.2
"""As a share of the height of the lowest panel."""

GAP = 0.02
"""Between a label and its line, as a share of the height of the lowest panel."""

POSITIONS = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1)
"""How far along the line a label may stand, as shares of its points, best first."""

SIDES = ("top left", "bottom left", "top right", "bottom right")

OUTSIDE_COST = 20
"""What a label costs that is a panel's width outside, where one that a line crosses all along costs 1."""

CONFUSED_COST = 2
"""What a label costs that is nearer to another line than to its own: more than one that two lines cross all along."""
LONGEST_NAME = 12
"""Letters of a class's name on a figure. A choice: as many as the narrowest panel has beside its curve."""

Paths = Sequence[NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Label:
    """A label that has its place.

    Attributes:
        point: the position on the line that it stands beside.
        side: where the text stands from there, as Plotly says it.
        box: left, right, bottom and top, as shares of the panel.
    """

    point: int
    side: str
    box: tuple[float, float, float, float]

    def cost(self, across: NDArray[np.float64], paths: Paths, placed: Sequence[Label]) -> float:
        """How much of it is crossed by lines, of which the first is its own, nearer to another, covered by labels or outside."""
        left, right, bottom, top = self.box
        columns = (across >= left) & (across <= right)
        crossed = sum(float(((path >= bottom) & (path <= top))[columns].mean()) for path in paths) if columns.any() else 0.0
        covered = sum(left < b[1] and b[0] < right and bottom < b[3] and b[2] < top for b in (label.box for label in placed))
        outside = sum(max(0.0, -low) + max(0.0, high - 1.0) for low, high in ((left, right), (bottom, top)))
        own, *others = (self.distance(across, path) for path in paths)
        confused = any(other < own for other in others)
        return crossed + covered + CONFUSED_COST * confused + OUTSIDE_COST * outside

    def distance(self, across: NDArray[np.float64], path: NDArray[np.float64]) -> float:
        """How far a line passes above or below it, where it has points; 0 where it crosses."""
        left, right, bottom, top = self.box
        within = path[(across >= left) & (across <= right) & np.isfinite(path)]
        return float(np.maximum(np.maximum(bottom - within, within - top), 0.0).min()) if within.size else math.inf


def short_names(names: Sequence[str]) -> list[str]:
    """Names that have room on a figure: the beginning of a long one, with its number where several begin alike.

    >>> short_names(["cat", "long-haired cat", "long-haired dog"])
    ['cat', '2 long-hair…', '3 long-hair…']
    """
    begun = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}\u2026" for name in names]
    numbered = [f"{place} {name[: LONGEST_NAME - 1 - len(f'{place} ')].rstrip()}\u2026" for place, name in enumerate(names, 1)]
    return [long if begun.count(short) > 1 else short for short, long in zip(begun, numbered, strict=True)]


def place_label(text: str, across: NDArray[np.float64], path: NDArray[np.float64], others: Paths, placed: Sequence[Label]) -> Label:
    """The place beside a line where its label is least in the way.

    Args:
        text: of the label.
        across: where the points of all lines are, as shares of the width of the panel.
        path: the line, as shares of the height of the panel; some of it is finite.
        others: the other lines.
        placed: the labels that have their places.
    """
    finite = np.flatnonzero(np.isfinite(path))
    points = [int(finite[int(share * (len(finite) - 1))]) for share in POSITIONS]
    width = LETTER_WIDTH * len(text)
    labels = [Label(point, side, _box(float(across[point]), float(path[point]), side, width)) for point in points for side in SIDES]
    return min(labels, key=lambda label: label.cost(across, (path, *others), placed))


def _box(x: float, y: float, side: str, width: float) -> tuple[float, float, float, float]:
    left = x - width if side.endswith("left") else x
    bottom = y + GAP if side.startswith("top") else y - GAP - LABEL_HEIGHT
    return left, left + width, bottom, bottom + LABEL_HEIGHT
