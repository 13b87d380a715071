"""The map of principal components: one replicate's rows in the plane, the real rows as a ghost behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.coordinates import coordinates
from dashboard.figures.occupancy import modes_alive
from dashboard.theme import compact, layout, number, percent
from sim.maps.principal import PrincipalMap, principal_map

MOST_POINTS = 24_000
"""Of all generations together. A choice: the longest payload has 198 points a generation, and shorter ones up to 400."""

GHOST_POINTS = 600
"""Real rows drawn behind them. A choice: enough to see where real rows are, few enough to see what is drawn over them."""


@figure(rank=20)
def principal_components(view: View) -> Sequence[Panel]:
    """Rows as points; centres of modes without enough rows are crossed out, where all rows were counted."""
    if view.space.kind != "columns" or len(view.space.columns) < 2 or view.fitted_map is not None:
        return ()
    plane = principal_map(view.experiment.source)
    count = int(np.clip(MOST_POINTS // len(view.generations), 60, 400))
    places = [plane.place(view.rows(t)[:count]) for t in view.generations]
    real = plane.place(view.truth.rows[:GHOST_POINTS])
    ghost = {**_points(real, "@ghost/0.45", 4), "name": "real rows", "hoverinfo": "skip"}
    now = {**_points(places[0], "@synthetic/0.7", 5), "name": f"repeat {view.replicate + 1}"}
    data = [ghost, {**now, "hovertemplate": "%{x:.3g}, %{y:.3g}<extra></extra>"}]
    frames: list[dict[str, Any]] = [{"traces": [1], "data": [coordinates(p)]} for p in places]
    alive = None if view.truth.modes is None else modes_alive(view)
    if view.truth.modes is not None and alive is not None:
        data.append(_centres(plane.place(view.truth.modes.centres)))
        for frame, t in zip(frames, view.generations, strict=True):
            frame["traces"].append(2)
            frame["data"].append(_marks(alive[t]))
    low, high = _window(real, places)
    axes = layout(
        {"range": [low[0], high[0]], "title": {"text": _axis(plane, 0)}},
        {"range": [low[1], high[1]], "title": {"text": _axis(plane, 1)}, "scaleanchor": "x", "nticks": 6},
    )
    # For equal scales an axis becomes shorter; without this its range would become wider than was fixed.
    axes["xaxis"]["constrain"] = axes["yaxis"]["constrain"] = "domain"
    title = view.titled("rows drawn, real data in grey")
    meaning = _help(plane, marked=alive is not None)
    content = {"map_picker": True}
    return [Panel("map", "plot", title, _alt(view, places), help=meaning, data=data, layout=axes, frames=frames, content=content)]


def _points(xy: NDArray[np.float64], colour: str, size: int) -> dict[str, Any]:
    return {**coordinates(xy), "mode": "markers", "marker": {"color": colour, "size": size}}


def _centres(xy: NDArray[np.float64]) -> dict[str, Any]:
    marker = {"size": 15, "line": {"width": 2.5}}
    names = [f"{place}" for place in range(1, len(xy) + 1)]
    label = {"text": names, "textposition": "top right", "textfont": {"size": 10, "color": "@soft"}, "cliponaxis": False}
    return {**coordinates(xy), "name": "centres of modes", "mode": "markers+text", "hoverinfo": "skip", "marker": marker, **label}


def _marks(alive: NDArray[np.bool_]) -> dict[str, Any]:
    symbols = ["circle-open" if a else "x-thin-open" for a in alive]
    colours = ["@ink/0.35" if a else "@lost" for a in alive]
    return {"marker.symbol": [*symbols], "marker.color": [*colours], "marker.line.color": [*colours]}


def _window(real: NDArray[np.float64], places: list[NDArray[np.float64]]) -> tuple[list[float], list[float]]:
    """Fixed for the whole run, wide enough for nearly all rows of every generation."""
    finite = [p[np.isfinite(p).all(axis=1)] for p in places]
    edges = [np.quantile(p, (0.005, 0.995), axis=0) for p in (real, *finite) if len(p)]
    low, high = np.min([e[0] for e in edges], axis=0), np.max([e[1] for e in edges], axis=0)
    pad = 0.08 * np.maximum(high - low, 1e-9)
    return compact(low - pad), compact(high + pad)


def _axis(plane: PrincipalMap, i: int) -> str:
    return plane.names[i] if len(plane.origin) == 2 else f"{plane.names[i]} ({percent(plane.explained[i])})"


def _help(plane: PrincipalMap, *, marked: bool) -> str:
    marks = " Circles: the truth's modes by number, crossed out while too few of all rows drawn are there." if marked else ""
    if len(plane.origin) == 2:
        return "Both columns as they are." + marks
    return (
        "A flat view fitted to the real rows once; in brackets, the share of their variance that each direction shows. "
        f"What happens in the other directions cannot be seen here.{marks}"
    )


def _alt(view: View, places: list[NDArray[np.float64]]) -> str:
    first, last = (float(np.sqrt(np.nanvar(p, axis=0).sum())) for p in (places[0], places[-1]))
    return (
        f"Rows of repeat {view.replicate + 1} in the plane. Their spread goes from {number(first)} in generation 0 "
        f"to {number(last)} in generation {view.generations[-1]}."
    )
