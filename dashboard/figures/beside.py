"""Where a line's name stands: beside the line, where it is crossed least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LETTER = 0.034
"""The width of a letter, as a share of the width of the narrowest panel."""

HEIGHT = 0.15
"""The height of a name, as a share of the height of the lowest panel."""

SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1)
"""How far along the line a name may stand, best first."""

SIDES = ("top left", "bottom left", "top right", "bottom right")

Paths = Sequence[NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that has its place.

    Attributes:
        at: the position on the line that it stands beside.
        side: where the text stands from there, as Plotly says it.
        box: left, right, bottom and top, as shares of the panel.
    """

    at: int
    side: str
    box: tuple[float, float, float, float]

    def cost(self, across: NDArray[np.float64], paths: Paths, taken: Sequence[Name]) -> float:
        """How much of it is crossed by lines, covered by other names or outside of the panel."""
        left, right, bottom, top = self.box
        columns = (across >= left) & (across <= right)
        crossed = sum(float(((path >= bottom) & (path <= top))[columns].mean()) for path in paths) if columns.any() else 0.0
        covered = sum(left < b[1] and b[0] < right and bottom < b[3] and b[2] < top for b in (name.box for name in taken))
        outside = sum(max(0.0, -low) + max(0.0, high - 1.0) for low, high in ((left, right), (bottom, top)))
        return crossed + covered + 20 * outside


def beside(text: str, across: NDArray[np.float64], path: NDArray[np.float64], others: Paths, taken: Sequence[Name]) -> Name:
    """The place beside a line where its name is least in the way.

    Args:
        text: the name.
        across: where the points of all lines are, as shares of the width of the panel.
        path: the line, as shares of the height of the panel; some of it is finite.
        others: the other lines.
        taken: the names that have their places.
    """
    finite = np.flatnonzero(np.isfinite(path))
    places = [int(finite[int(share * (len(finite) - 1))]) for share in SHARES]
    names = [Name(at, side, _box(float(across[at]), float(path[at]), side, LETTER * len(text))) for at in places for side in SIDES]
    return min(names, key=lambda name: name.cost(across, (path, *others), taken))


def _box(x: float, y: float, side: str, width: float) -> tuple[float, float, float, float]:
    left = x - width if side.endswith("left") else x
    bottom = y + 0.02 if side.startswith("top") else y - 0.02 - HEIGHT
    return left, left + width, bottom, bottom + HEIGHT
