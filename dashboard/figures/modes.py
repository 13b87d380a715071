"""One bar per mode: which islands still have rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.figures import Panel, View, figure
from dashboard.figures.map import mode_shares
from dashboard.theme import compact, layout


@figure(rank=30)
def modes(view: View) -> Sequence[Panel]:
    """Shares of rows at each mode; a dead mode is named with the generation it died in."""
    truth = view.truth.modes
    if truth is None or len(truth.weights) > 30:
        return ()
    pairs = [mode_shares(view, t) for t in view.generations]
    gone = _gone(view, np.array([alive for _, alive in pairs]))
    names = _names(view)
    top = 1.15 * float(max(truth.weights.max(), *(shares.max() for shares, _ in pairs)))
    bar = {"type": "bar", "x": names, "hoverinfo": "skip"}
    data: list[dict[str, Any]] = [
        {**bar, "y": compact(truth.weights), "marker": {"color": "@ghost/0.28", "line": {"color": "@ghost", "width": 1}}, "width": 0.9},
        {**bar, "y": compact(pairs[0][0]), "marker": {"color": "@synthetic/0.85"}, "width": 0.6},
        {
            "x": names,
            "y": [0.02 * top] * len(names),
            "mode": "text",
            "text": [""] * len(names),
            "textposition": "top center",
            "textfont": {"color": "@lost", "size": 12},
            "hoverinfo": "skip",
        },
    ]
    frames = [
        {"traces": [1, 2], "data": [{"y": compact(shares, 3)}, {"text": [_word(g, t) for g in gone]}]}
        for t, (shares, _) in zip(view.generations, pairs, strict=True)
    ]
    axes = layout(
        {"type": "category"}, {"range": [0, top], "title": {"text": "share of rows"}, "tickformat": ".0%", "nticks": 5}, barmode="overlay"
    )
    dead = sum(g is not None for g in gone)
    alt = f"Shares of rows at each of {len(names)} modes in world {view.world + 1}. {dead} are gone by generation {view.generations[-1]}."
    return [Panel("modes", "plot", f"World {view.world + 1}: share of rows at each mode", alt, data=data, layout=axes, frames=frames)]


def _gone(view: View, alive: np.ndarray[Any, np.dtype[np.bool_]]) -> list[int | None]:
    """For each mode the first generation shown from which on it stays dead, or None."""
    last_alive = [np.flatnonzero(column) for column in alive.T]
    ends = [int(a[-1]) + 1 if len(a) else 0 for a in last_alive]
    return [view.generations[end] if end < len(view.generations) else None for end in ends]


def _word(gone: int | None, t: int) -> str:
    return f"gone<br>since {gone}" if gone is not None and gone <= t else ""


def _names(view: View) -> list[str]:
    truth = view.truth.modes
    assert truth is not None
    if truth.minority is not None:
        return ["minority" if i == truth.minority else "majority" for i in range(len(truth.weights))]
    return [str(i + 1) for i in range(len(truth.weights))]
