"""The UMAP map: one replicate's rows on a map of the real data, whose density is a pale shade."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.coordinates import coordinates
from dashboard.figures.line_names import short_names
from dashboard.theme import CLASSES, compact, layout, percent
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import PooledMap
from sim.metrics.territory import out_of_support

MOST_POINTS = 12_000
"""Of all generations together. A choice: the longest payload has 99 points a generation, and shorter ones up to 300."""

MOST_PIXELS = 500_000
"""Of pictures on cards, of all generations together. A choice: the longest payload of digits has 64 pictures a generation."""

GRID = 44
"""Places along each side at which the density of the real data is known.

A choice: finer ones make a larger payload, with the square of this number.
"""

BANDWIDTH = 0.03
"""Of the density of the real data, as a share of the map."""

COLUMNS_ON_CARD = 5
"""A choice: the card lies over the map, and hides more of it the longer it is."""

REAL_POINTS = 700
"""A choice: enough to see where real rows are, few enough to see what is drawn over them."""

LANDMARK_NOTE: Final = "Near means alike; sizes of islands and gaps mean little. Crosses are unlike any known real row."
POOLED_NOTE: Final = (
    "Fitted to the real rows and all generations together: rows that went somewhere new have a place of their own. "
    "Crosses are unlike any known real row."
)
COLOURED: Final = " Colour: class of the nearest."
PARTLY: Final = " Shown are the {shown} of {all} generations that it lays out."


@figure(rank=20)
def umap(view: View) -> Sequence[Panel]:
    """Rows placed on a map of the real rows; those unlike any known real row are crossed out."""
    if not isinstance(view.fitted_map, LandmarkMap | PooledMap):
        return ()
    real, places = _places(view)
    rows = np.stack([view.rows(t)[: places.shape[1]] for t in view.generations]).astype(np.float64)
    far = out_of_support(view.truth, rows, view.rows(0).astype(np.float64))
    low, high = _window(real, places)
    nearest, landmarks = _neighbours(view, rows)
    classes = None if landmarks.labels is None else landmarks.labels[nearest]
    frames: list[dict[str, Any]] = [{"traces": [2], "data": [_dots(places[i], far[i], _hues(classes, i))]} for i in range(len(places))]
    points = {
        **frames[0]["data"][0],
        "name": f"repeat {view.replicate + 1}",
        "marker": {"size": 7, "line": {"width": 1.2}},
        "mode": "markers",
        "hoverinfo": "none",
    }
    data = [_density(real, low, high), _real(real), _without_dotted(points), _names(view, landmarks), _ring()]
    axes = _axes(low, high)
    pooled = isinstance(view.fitted_map, PooledMap)
    note = _note(view) + (COLOURED if classes is not None else "")
    content = {"note": note, "card": _card(view, rows, far, nearest, landmarks), "map_picker": True}
    title = view.titled(f"rows on {'a pooled map' if pooled else 'a map of the real data'}")
    return [Panel("umap", "map", title, _alt(view, far), help=_help(pooled=pooled), data=data, layout=axes, frames=frames, content=content)]


def _axes(low: NDArray[Any], high: NDArray[Any]) -> dict[str, Any]:
    """Equal scales without numbers: distances mean little on a UMAP map, and places nothing."""
    axis = {"showticklabels": False, "showgrid": False, "ticks": "", "showline": False}
    across, up = (compact([low[j], high[j]]) for j in (0, 1))
    return layout({**axis, "range": across}, {**axis, "range": up, "scaleanchor": "x"}, margin={"l": 4, "r": 4, "t": 4, "b": 4})


def _note(view: View) -> str:
    if not isinstance(view.fitted_map, PooledMap):
        return LANDMARK_NOTE
    shown, every = len(view.generations), view.run.last + 1
    return POOLED_NOTE + (PARTLY.format(shown=shown, all=every) if shown < every else "")


def _places(view: View) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where real rows lie, (m, 2), and the rows drawn in each generation of the view, (generations, k, 2)."""
    fitted, drawn = view.fitted_map, view.run.samples[view.replicate]
    if isinstance(fitted, PooledMap):
        laid_out = [fitted.generations.index(t) for t in view.generations]
        return fitted.real, fitted.drawn[laid_out, : _count(view)]
    assert isinstance(fitted, LandmarkMap)
    return fitted.places, fitted.place(drawn[list(view.generations), : _count(view)])


def _count(view: View) -> int:
    most = int(np.clip(MOST_POINTS // len(view.generations), 60, 300))
    if view.space.image is not None:
        most = int(np.clip(MOST_PIXELS // (len(view.space.columns) * len(view.generations)), 40, most))
    return min(most, view.run.samples.shape[2])


def _neighbours(view: View, rows: NDArray[Any]) -> tuple[NDArray[np.int64], LandmarkMap]:
    """The landmark nearest to each row, (generations, k), and the landmarks."""
    if isinstance(view.fitted_map, LandmarkMap):
        return view.fitted_map.nearest(rows), view.fitted_map
    assert isinstance(view.fitted_map, PooledMap)
    real = view.experiment.source.landmarks()
    shown = len(view.fitted_map.real)
    labels = None if real.labels is None else real.labels[:shown]
    landmarks = LandmarkMap(np.asarray(real.rows[:shown], dtype=np.float32), view.fitted_map.real, labels)
    return landmarks.nearest(rows), landmarks


def _density(real: NDArray[Any], low: NDArray[Any], high: NDArray[Any]) -> dict[str, Any]:
    """Where real rows are dense: a Gaussian kernel density, shaded by its square root."""
    x, y = (np.linspace(low[j], high[j], GRID) for j in (0, 1))
    width = BANDWIDTH * float((high - low).max())
    across, up = (np.exp(-(((axis[:, None] - real[None, :, j]) / width) ** 2) / 2) for j, axis in enumerate((x, y)))
    dense = up @ across.T
    # The root lifts thin regions; without it single dense ones would hide that others are there.
    heights = np.sqrt(dense / dense.max())
    shades = [[0, "@ghost/0"], [0.12, "@ghost/0"], [0.13, "@ghost/0.14"], [1, "@ghost/0.4"]]
    return {
        "type": "contour",
        "x": compact(x, 3),
        "y": compact(y, 3),
        "z": compact(heights, 2),
        "colorscale": shades,
        "zmin": 0,
        "zmax": 1,
        "autocontour": False,
        "contours": {"start": 0.14, "end": 0.94, "size": 0.16, "coloring": "fill"},
        "line": {"width": 0, "smoothing": 1.1},
        "showscale": False,
        "hoverinfo": "skip",
    }


def _real(real: NDArray[Any]) -> dict[str, Any]:
    return {
        **coordinates(real[:REAL_POINTS]),
        "name": "real rows",
        "mode": "markers",
        "hoverinfo": "skip",
        "marker": {"size": 2.5, "color": "@ghost/0.55"},
    }


def _names(view: View, landmarks: LandmarkMap) -> dict[str, Any]:
    """Each class by name, where its rows are densest."""
    kinds, middles = _middles(landmarks)
    names = short_names([view.space.class_name(kind) for kind in kinds])
    font = {"size": 15 if all(len(name) < 4 for name in names) else 11, "color": "@ink", "weight": 700, "shadow": "auto"}
    return {
        **coordinates(middles),
        "mode": "text",
        "text": names,
        "textfont": font,
        "hoverinfo": "skip",
    }


@lru_cache(maxsize=4)
def _middles(landmarks: LandmarkMap) -> tuple[list[int], NDArray[Any]]:
    """The classes, and the place of each, (classes, 2)."""
    labels = landmarks.labels
    kinds: list[int] = [] if labels is None else np.unique(labels).tolist()
    return kinds, np.array([_densest(landmarks.places[labels == kind]) for kind in kinds]).reshape(-1, 2)


def _densest(places: NDArray[Any]) -> NDArray[Any]:
    # A mean may lie in a gap between the parts of a class; the point with the least median distance lies in its largest part.
    gaps = np.linalg.norm(places[:, None, :] - places[None, :, :], axis=2)
    return places[np.median(gaps, axis=1).argmin()]


def _hues(classes: NDArray[np.int64] | None, frame: int) -> list[str] | None:
    return None if classes is None else [f"@{CLASSES[label % len(CLASSES)]}" for label in classes[frame]]


def _dots(places: NDArray[Any], far: NDArray[np.bool_], hues: list[str] | None) -> dict[str, Any]:
    symbols = ["x-thin" if away else "circle" for away in far]
    if hues is None:
        return {**coordinates(places), "marker.symbol": symbols, "marker.color": "@synthetic/0.75", "marker.line.color": "@synthetic"}
    return {**coordinates(places), "marker.symbol": symbols, "marker.color": [f"{hue}/0.75" for hue in hues], "marker.line.color": hues}


def _without_dotted(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace without dotted names, which only frames understand."""
    return {name: value for name, value in trace.items() if "." not in name}


def _ring() -> dict[str, Any]:
    """The nearest real row of the point under the hand."""
    marker = {"size": 15, "symbol": "circle-open", "color": "@ink", "line": {"width": 2}}
    return {"x": [None], "y": [None], "mode": "markers", "hoverinfo": "skip", "marker": marker}


def _window(real: NDArray[Any], places: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The lowest and the highest corner: all real rows and all rows drawn, with a rim."""
    drawn = places.reshape(-1, 2)
    whole = np.concatenate([real, drawn[np.isfinite(drawn).all(axis=1)]])
    low, high = whole.min(axis=0), whole.max(axis=0)
    rim = 0.06 * (high - low).max()
    return low - rim, high + rim


def _card(view: View, rows: NDArray[Any], far: NDArray[Any], nearest: NDArray[Any], landmarks: LandmarkMap) -> dict[str, Any]:
    """What the hand finds under a point: the row, its nearest real row, and whether it is unlike any."""
    labels = None if landmarks.labels is None else [view.space.class_name(label) for label in landmarks.labels]
    found = {"nearest": nearest.tolist(), "far": far.astype(int).tolist(), "labels": labels, "places": compact(landmarks.places, 3)}
    if view.space.image is None:
        shown = slice(None, COLUMNS_ON_CARD)
        names = list(view.space.columns[shown])
        return {**found, "columns": names, "drawn": compact(rows[..., shown], 3), "real": compact(landmarks.rows[:, shown], 3)}
    low, high = float(landmarks.rows.min()), float(landmarks.rows.max())
    pictures = (_nibbles((x - low) / (high - low)) for x in (rows, landmarks.rows))
    height, width = view.space.image
    return {**found, "height": height, "width": width, **dict(zip(("drawn", "real"), pictures, strict=True))}


def _nibbles(shares: NDArray[Any]) -> str:
    """Sixteen shades of grey, two pixels a byte."""
    levels = np.clip(np.nan_to_num(shares) * 15, 0, 15).round().astype(np.uint8).ravel()
    # An odd number of pixels is filled up, for two share a byte.
    levels = np.append(levels, np.zeros(len(levels) % 2, dtype=np.uint8))
    return base64.b64encode((levels[::2] << 4 | levels[1::2]).tobytes()).decode()


CROSSES: Final = (
    " A cross: farther from every real row known here (all of a data set; else the reference rows and this repeat's first) than 99 % of "
    "those are from each other."
)


def _help(*, pooled: bool) -> str:
    if pooled:
        return "UMAP of real rows and of this repeat's generations together. Another run has another map." + CROSSES
    return (
        "UMAP, fitted to real rows once. A row lies at the weighted mean of the places of the 15 real rows most like it, "
        f"so it never moves.{CROSSES}"
    )


def _alt(view: View, far: NDArray[np.bool_]) -> str:
    first, last = (percent(float(far[i].mean())) for i in (0, -1))
    return (
        f"Rows of repeat {view.replicate + 1} on a map of the real data. Unlike any real row known here: {first} in generation 0, "
        f"{last} in generation {view.generations[-1]}."
    )
