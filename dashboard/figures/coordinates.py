"""Coordinates: how points and steps are written into a trace."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from dashboard.theme import compact


def coordinates(places: NDArray[Any]) -> dict[str, Any]:
    """Points as the x and y of a trace; places are (rows, 2)."""
    return {"x": compact(places[:, 0], 3), "y": compact(places[:, 1], 3)}


def steps(shares: NDArray[Any]) -> list[Any]:
    """The heights of a stepped line, one for each edge of the bins: a step holds up to the next point, so the last needs one more."""
    return compact([*shares, shares[-1]], 3)
