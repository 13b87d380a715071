"""Every replicate as a point: where its centre is and how wide it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.theme import compact, layout, number

Values = NDArray[np.float64]

MOST = 200
"""Replicates drawn as points; of more an even choice is, and the one shown. So payloads of thousands of worlds stay small."""

ALT = (
    "Each of {count:,} repeats as a point. In generation {t} the spreads go from {low} to {high}; "
    "{narrower:,} of {count:,} are narrower than the truth, {truth}."
)
HELP = (
    "Each dot is one repeat of the loop: where the middle of its rows is, and how widely they are spread. The ring is the repeat that the "
    "other figures show, the cross the real data."
)
ALT_OF_ONE = "One run as a point. In generation {t} its spread is {high}; that of the truth is {truth}."


@figure(rank=40)
def replicates(view: View) -> Sequence[Panel]:
    """Centre across, spread up: replicates that collapse sink to the floor, each at a place of its own."""
    if view.space.kind != "columns" or "total_variance" not in view.run.metrics or "mean_shift" not in view.run.metrics:
        return ()
    generations = list(view.generations)
    spread = np.sqrt(view.run.metrics["total_variance"][:, generations])
    if not np.isfinite(spread).any():
        return ()
    spread = np.nan_to_num(spread)  # what was not measured lies on the floor
    centre, words = _centres(view, generations)
    shown, some = view.replicate, np.unique(np.linspace(0, len(spread) - 1, min(len(spread), MOST)).round().astype(int))
    places = [[{"x": x, "y": y} for x, y in _by_generation(centre[r], spread[r])] for r in (some, [shown])]
    frames = [{"traces": [1, 2], "data": [every, one]} for every, one in zip(*places, strict=True)]
    count = f"All {len(spread):,} repeats" if len(some) == len(spread) else f"{len(some)} of {len(spread):,} repeats"
    title = f"{count if len(spread) > 1 else 'One run'}: centre and spread"
    data = [_truth(view), _every(some, centre[some, 0], spread[some, 0]), _one(shown, centre[shown, 0], spread[shown, 0])]
    return [
        Panel("worlds", "plot", title, _alt(view, spread), help=HELP, data=data, layout=_axes(view, centre, spread, words), frames=frames)
    ]


def _by_generation(centre: Values, spread: Values) -> Iterator[tuple[list[float], list[float]]]:
    return zip(compact(centre.T, 3), compact(spread.T, 3), strict=True)


def _truth(view: View) -> dict[str, Any]:
    return {
        "name": "real data",
        "x": [0],
        "y": [view.truth.variance**0.5],
        "mode": "markers+text",
        "text": ["real data"],
        "textposition": "top right" if len(view.space.columns) > 1 else "top center",
        "marker": {"symbol": "cross-thin", "size": 15, "line": {"width": 2.5, "color": "@ghost"}},
        "textfont": {"color": "@soft"},
        "hoverinfo": "skip",
    }


def _every(some: NDArray[np.int64], centre: Values, spread: Values) -> dict[str, Any]:
    return {
        "name": "worlds",
        "x": compact(centre, 3),
        "y": compact(spread, 3),
        "mode": "markers",
        "marker": {"size": 7, "color": "@synthetic/0.55"},
        "text": [f"repeat {r + 1}" for r in some],
        "hovertemplate": "%{text}<br>centre %{x:.3g}, spread %{y:.3g}<extra></extra>",
    }


def _one(replicate: int, centre: float, spread: float) -> dict[str, Any]:
    return {
        "x": [centre],
        "y": [spread],
        "mode": "markers+text",
        "text": [f"  repeat {replicate + 1}"],
        "textposition": "middle right",
        "marker": {"size": 12, "color": "rgba(0,0,0,0)", "line": {"width": 2, "color": "@ink"}},
        "hoverinfo": "skip",
    }


def _axes(view: View, centre: Values, spread: Values, words: str) -> dict[str, Any]:
    reach = 1.08 * float(np.nanmax(np.abs(centre), initial=1e-9))
    top = 1.1 * max(float(np.nanmax(spread, initial=0)), view.truth.variance**0.5)
    return layout(
        {"range": [-reach if centre.min() < 0 else 0.0, reach], "title": {"text": words}},
        {"range": [0, top], "title": {"text": "spread (standard deviation)"}, "nticks": 5},
    )


def _centres(view: View, generations: list[int]) -> tuple[Values, str]:
    if len(view.space.columns) > 1:
        return view.run.metrics["mean_shift"][:, generations], "distance of the centre from that of the real data"
    assert view.run.centres is not None
    return view.run.centres[:, generations] - view.truth.mean[0], "centre, measured from that of the real data"


def _alt(view: View, spread: Values) -> str:
    last = spread[:, -1]
    truth = view.truth.variance**0.5
    narrower, widest = int((last < truth).sum()), number(float(np.nanmax(last)))
    said = ALT if len(last) > 1 else ALT_OF_ONE
    low, count = number(float(np.nanmin(last))), len(last)
    return said.format(count=count, t=view.generations[-1], low=low, high=widest, narrower=narrower, truth=number(truth))
