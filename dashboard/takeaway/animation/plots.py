"""Plotly panels in Pillow: lines, fills, markers, text and filled contours, within the panel's own axis ranges.

Ticks and titles of axes are left out. A panel with another kind of trace is not drawn here: see `drawable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.takeaway.animation.canvas import OVERSAMPLING, Box, rgba, write

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels = NDArray[np.float64]
Trace = Mapping[str, Any]

RIM: Final = 1.5
"""Of paper around words on a plot, as on stage."""

DOT, GAP = 1, 3
"""A dotted line in pixels of the finished frame."""

ANCHORS: Final = {"left": "r", "center": "m", "right": "l", "top": "d", "middle": "m", "bottom": "a"}
"""Plotly says where the text stands from its point, Pillow which point of the text is given."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: values to pixels of the large frame.

    Attributes:
        low: the value at `start`; of a logarithmic axis its logarithm, as in Plotly.
        high: the value at `end`.
        start: where the axis begins, in pixels.
        end: where it ends; less than `start` for one that goes up.
        log: whether it is logarithmic.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def pixels(self, values: Any) -> Pixels:
        """Where values are; NaN for None and for what has no logarithm."""
        array = np.asarray(values, dtype=np.float64)
        if self.log:
            array = np.log10(array, out=np.full_like(array, np.nan), where=array > 0)
        return self.start + (array - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def zero(self) -> float:
        """Where a fill down to zero ends."""
        low, high = sorted((self.start, self.end))
        return self.start if self.log else min(high, max(low, float(self.pixels(0.0))))


def axes(layout: Mapping[str, Any], box: Box) -> tuple[Axis, Axis]:
    """Both axes of a layout in a box; with one scale for both, in its middle, where the layout asks for that."""
    left, top, right, bottom = box
    (x0, x1), (y0, y1) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    across, up = float(right - left), float(bottom - top)
    if layout["yaxis"].get("scaleanchor") == "x":
        scale = min(across / (x1 - x0), up / (y1 - y0))
        across, up = scale * (x1 - x0), scale * (y1 - y0)
    x, y = (left + right) / 2, (top + bottom) / 2
    log = [layout[name].get("type") == "log" for name in ("xaxis", "yaxis")]
    return Axis(x0, x1, x - across / 2, x + across / 2, log[0]), Axis(y0, y1, y + up / 2, y - up / 2, log[1])


def drawable(spec: Mapping[str, Any]) -> bool:
    """Whether every trace of a panel is of a kind that is drawn here, between axes of fixed range."""
    both = [spec["layout"].get(name, {}) for name in ("xaxis", "yaxis")]
    ranges = all("range" in axis and axis.get("type", "linear") in ("linear", "log") for axis in both)
    return ranges and all(trace.get("type", "scatter") in TRACES for trace in spec["data"])


def traces_at(spec: Mapping[str, Any], i: int) -> list[Trace]:
    """The traces of a panel in frame i, as the browser shows them when it stands still there."""
    traces: list[Trace] = list(spec["data"])
    for trace, change in _changes(spec, i):
        for attribute, value in change.items():
            traces[trace] = _assigned(traces[trace], attribute.split("."), value)
    return traces


def _changes(spec: Mapping[str, Any], i: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """What frame i changes, by the number of the trace; then the outlines of earlier generations, which lag behind it."""
    frames = spec["frames"]
    if not frames:
        return
    yield from zip(frames[i]["traces"], frames[i]["data"], strict=True)
    # Outlines come last: they are of what frames before this one showed.
    for outline in spec.get("onion_skin", ()):
        past = frames[max(0, i - outline["lag"])]
        yield outline["trace"], past["data"][past["traces"].index(outline["of"])]


def _assigned(trace: Trace, path: Sequence[str], value: Any) -> dict[str, Any]:
    """The trace with one attribute set, however deep ("marker.line.color"); the trace itself stays as it is."""
    name, *rest = path
    return {**trace, name: _assigned(trace.get(name, {}), rest, value) if rest else value}


class PlotRaster:
    """Draws the frames of a panel of Plotly traces into a box."""

    def __init__(self, spec: Mapping[str, Any], box: Box) -> None:
        self._spec = spec
        self.x, self.y = axes(spec["layout"], box)

    @cached_property
    def _still(self) -> int:
        """How many traces come before the first one that ever changes; they are drawn once."""
        changed = [trace for i in range(len(self._spec["frames"])) for trace, _ in _changes(self._spec, i)]
        return min(changed, default=len(self._spec["data"]))

    def background(self, frame: Image) -> None:
        """Everything that no frame changes."""
        from PIL import ImageDraw

        pen = ImageDraw.Draw(frame, "RGBA")
        for shape in self._spec["layout"].get("shapes", ()):
            _dotted(pen, self, shape)
        for trace in traces_at(self._spec, 0)[: self._still]:
            self._draw(frame, trace)

    def draw(self, frame: Image, i: int) -> None:
        """The rest, as it stands in frame i."""
        for trace in traces_at(self._spec, i)[self._still :]:
            self._draw(frame, trace)

    def _draw(self, frame: Image, trace: Trace) -> None:
        TRACES[trace.get("type", "scatter")](frame, self, trace)

    def inside(self, x: Pixels, y: Pixels) -> NDArray[np.bool_]:
        """Which places lie between the axes' ends; none that is not finite does."""
        return (x >= self.x.start) & (x <= self.x.end) & (y <= self.y.start) & (y >= self.y.end)


def _dotted(pen: Any, plot: PlotRaster, shape: Mapping[str, Any]) -> None:
    """A dotted upright line over the whole height, the one shape that figures use."""
    x, step = float(plot.x.pixels(shape["x0"])), (DOT + GAP) * OVERSAMPLING
    half = shape["line"]["width"] * OVERSAMPLING / 2
    for y in np.arange(plot.y.end, plot.y.start, step):
        pen.rectangle([x - half, y, x + half - 1, y + DOT * OVERSAMPLING], fill=rgba(shape["line"]["color"]))


def _scatter(frame: Image, plot: PlotRaster, trace: Trace) -> None:
    """Points and the lines between them, in Plotly's order: fill, line, markers, text."""
    from PIL import ImageDraw

    x, y = plot.x.pixels(trace["x"]), plot.y.pixels(trace["y"])
    mode = trace.get("mode", "lines+markers")
    pen = ImageDraw.Draw(frame, "RGBA")
    if "lines" in mode:
        _line(pen, plot, trace, x, y)
    if "markers" in mode:
        _markers(pen, plot, {"color": "@ink", "size": 6, **trace.get("marker", {})}, x, y)
    if "text" in mode:
        _text(pen, trace, x, y)


def _line(pen: Any, plot: PlotRaster, trace: Trace, x: Pixels, y: Pixels) -> None:
    """A line with a gap at every value that is missing, filled down to zero where the trace says so."""
    line: Mapping[str, Any] = {"color": "@ink", "width": 2, **trace.get("line", {})}
    for piece in runs_of(*(_steps(x, y) if line.get("shape") == "hv" else (x, y))):
        points = [(float(a), float(b)) for a, b in np.clip(piece, (plot.x.start, plot.y.end), (plot.x.end, plot.y.start))]
        if trace.get("fill") == "tozeroy":
            # The outline alone is open: the fill goes down at both ends.
            pen.polygon([*points, (points[-1][0], plot.y.zero), (points[0][0], plot.y.zero)], fill=rgba(trace["fillcolor"]))
        pen.line(points, fill=rgba(line["color"]), width=round(line["width"] * OVERSAMPLING), joint="curve")


def _steps(x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
    """The corners of a line that goes across first, then up."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


def runs_of(x: Pixels, y: Pixels) -> Iterator[Pixels]:
    """The stretches of a line without missing values, each (k, 2)."""
    known = np.isfinite(x) & np.isfinite(y)
    for stretch in np.split(np.arange(len(x)), np.flatnonzero(~known)):
        places = stretch[known[stretch]]
        if places.size:
            yield np.stack([x[places], y[places]], axis=1)


def _markers(pen: Any, plot: PlotRaster, marker: Mapping[str, Any], x: Pixels, y: Pixels) -> None:
    line = marker.get("line", {})
    colours, rims, symbols = (_each(value, len(x)) for value in (marker.get("color"), line.get("color"), marker.get("symbol", "circle")))
    size, width = marker["size"] * OVERSAMPLING / 2, round(line.get("width", 0) * OVERSAMPLING)
    for i in np.flatnonzero(plot.inside(x, y)).tolist():
        place = (float(x[i]), float(y[i]))
        SYMBOLS.get(symbols[i], _disc)(pen, place, size, rgba(colours[i]), rgba(rims[i] or colours[i]), width)


def _each(value: Any, count: int) -> Sequence[Any]:
    return value if isinstance(value, list) else [value] * count


def _disc(pen: Any, place: tuple[float, float], r: float, fill: Any, rim: Any, width: int) -> None:
    x, y = place
    pen.ellipse([x - r, y - r, x + r, y + r], fill=fill, outline=rim if width else None, width=width)


def _circle(pen: Any, place: tuple[float, float], r: float, fill: Any, rim: Any, width: int) -> None:
    x, y = place
    pen.ellipse([x - r, y - r, x + r, y + r], outline=fill, width=width)


def _cross(pen: Any, place: tuple[float, float], r: float, fill: Any, rim: Any, width: int) -> None:
    x, y = place
    d = r / 2**0.5  # the arms of Plotly's x-thin end on the marker's circle
    for way in (1, -1):
        pen.line([x - d, y - d * way, x + d, y + d * way], fill=rim, width=width)


def _plus(pen: Any, place: tuple[float, float], r: float, fill: Any, rim: Any, width: int) -> None:
    x, y = place
    pen.line([x - r, y, x + r, y], fill=rim, width=width)
    pen.line([x, y - r, x, y + r], fill=rim, width=width)


SYMBOLS: Final[Mapping[str, Callable[[Any, tuple[float, float], float, Any, Any, int], None]]] = {
    "circle": _disc,
    "circle-open": _circle,
    "x-thin": _cross,
    "x-thin-open": _cross,
    "cross-thin": _plus,
}


def _text(pen: Any, trace: Trace, x: Pixels, y: Pixels) -> None:
    up, across = trace.get("textposition", "middle center").split()
    font = {"size": 12, "color": "@ink", **trace.get("textfont", {})}
    for a, b, words in zip(x, y, _each(trace["text"], len(x)), strict=True):
        if words and np.isfinite((a, b)).all():
            write(
                pen,
                float(a),
                float(b),
                words.replace("<br>", "\n"),
                font.get("size", 12),
                font["color"],
                ANCHORS[across] + ANCHORS[up],
                RIM,
            )


def _contour(frame: Image, plot: PlotRaster, trace: Trace) -> None:
    """Filled bands between levels, each in the colour of its middle."""
    from PIL import Image

    levels, bands = trace["contours"], _band_colours(trace)
    left, right = (round(float(v)) for v in plot.x.pixels([trace["x"][0], trace["x"][-1]]))
    bottom, top = (round(float(v)) for v in plot.y.pixels([trace["y"][0], trace["y"][-1]]))
    # Plotly's first row is the lowest, a picture's the highest.
    heights = Image.fromarray(np.flipud(np.asarray(trace["z"], dtype=np.float32))).resize(
        (right - left, bottom - top), Image.Resampling.BICUBIC
    )
    edges = np.arange(levels["start"], levels["end"] + levels["size"] / 2, levels["size"])
    land = Image.fromarray(bands[np.digitize(np.asarray(heights), edges)])
    frame.paste(land, (left, top), land)


def _band_colours(trace: Trace) -> NDArray[np.uint8]:
    """Red, green, blue and opacity of every band, the one below the first level included, (bands, 4)."""
    levels = trace["contours"]
    count = round((levels["end"] - levels["start"]) / levels["size"]) + 2
    middles = levels["start"] + (np.arange(count) - 0.5) * levels["size"]
    stops, colours = zip(*((stop, rgba(colour)) for stop, colour in trace["colorscale"]), strict=True)
    return np.stack([np.interp(middles, stops, channel) for channel in zip(*colours, strict=True)], axis=1).round().astype(np.uint8)


TRACES: Final[Mapping[str, Callable[[Any, PlotRaster, Trace], None]]] = {"scatter": _scatter, "contour": _contour}
