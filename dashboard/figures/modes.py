"""One bar per mode: which islands still have rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.presence import gone_since, mode_shares, modes_alive
from dashboard.theme import compact, layout
from sim.missing import missed_by_first

ALT = (
    "Shares of rows at each of {modes} modes in world {world}. {dead} are gone for good by generation {last}; model 1 missed "
    "{missed} that the real rows had."
)
THINNED = "Shares of rows at each of {modes} modes in world {world}, generations 0 to {last}; too few rows are kept to tell which are gone."

WORDY = 4
"""Up to as many modes have room for words above them; more get a cross."""

TITLE = "World {world}: share of rows at each mode"
LEGEND = ", × gone for good"
MISSED = "World {world}: modes, × gone, hatched: model 1 missed"
MISSED_FEW = "World {world}: modes, hatched: model 1 missed"
HELP = (
    "Grey: the truth. Hatched: model 1 missed the mode, with real rows before its eyes (mode collapse, within one training). Gone "
    "without hatching: model 1 drew it, later models lost it (model collapse, across generations)."
)

UNMARKED = "\u200b"
"""No mark; where a text is wholly empty, plotly.js takes its place away and does not find it again."""


@figure(rank=30)
def modes(view: View) -> Sequence[Panel]:
    """Shares of rows at each mode; a dead mode is named with the generation it died in, or crossed out where there are many.

    The grey bars of modes that model 1 missed already are hatched.
    """
    truth = view.truth.modes
    if truth is None or len(truth.weights) > 30:
        return ()
    drawn = [mode_shares(view, t) for t in view.generations]
    alive = modes_alive(view)
    gone = [None] * len(truth.weights) if alive is None else gone_since(alive)
    missed = [False] * len(truth.weights) if alive is None else missed_by_first(alive).tolist()
    names = _names(view)
    few = len(names) <= WORDY
    top = 1.15 * float(max(truth.weights.max(), *(shares.max() for shares in drawn)))
    bar = {"type": "bar", "x": names, "hoverinfo": "skip"}
    data: list[dict[str, Any]] = [
        {**bar, **_truth(truth.weights)},
        {**bar, "y": compact(drawn[0]), "marker": {"color": "@synthetic/0.85"}, "width": 0.6},
        {
            "x": names,
            "y": [0.02 * top] * len(names),
            "mode": "text",
            "text": [UNMARKED] * len(names),
            "textposition": "top center",
            "textfont": {"color": "@lost", "size": 12},
            "hoverinfo": "skip",
        },
    ]
    frames = [
        {
            "traces": [0, 1, 2],
            "data": [
                {"marker.pattern.shape": ["/" if once and t else "" for once in missed]},
                {"y": compact(shares, 3)},
                {"text": [_mark(g, t, few) for g in gone]},
            ],
        }
        for t, shares in zip(view.generations, drawn, strict=True)
    ]
    axes = layout(
        {"type": "category"}, {"range": [0, top], "title": {"text": "share of rows"}, "tickformat": ".0%", "nticks": 5}, barmode="overlay"
    )
    dead = sum(g is not None for g in gone)
    told = {"modes": len(names), "world": view.world + 1, "dead": dead, "missed": sum(missed), "last": view.run.last}
    alt = (THINNED if alive is None else ALT).format(**told)
    title = (MISSED_FEW if few else MISSED) if any(missed) else TITLE + (LEGEND if dead and not few else "")
    title = title.format(**told)
    return [Panel("modes", "plot", title, alt, help=HELP, data=data, layout=axes, frames=frames)]


def _truth(weights: NDArray[np.float64]) -> dict[str, Any]:
    """The grey bars; hatched are those that model 1 missed."""
    pattern = {"fgcolor": "@lost/0.8", "size": 6, "solidity": 0.25}
    marker = {"color": "@ghost/0.28", "line": {"color": "@ghost", "width": 1}, "pattern": pattern}
    return {"y": compact(weights), "marker": marker, "width": 0.9}


def _mark(gone: int | None, t: int, few: bool) -> str:
    if gone is None or gone > t:
        return UNMARKED
    return f"gone<br>since {gone}" if few else "×"


def _names(view: View) -> list[str]:
    truth = view.truth.modes
    assert truth is not None
    if truth.minority is not None:
        return ["minority" if i == truth.minority else "majority" for i in range(len(truth.weights))]
    return [str(i + 1) for i in range(len(truth.weights))]
