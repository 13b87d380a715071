"""The histogram of one replicate in one dimension, the real data as a ghost behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.coordinates import steps
from dashboard.theme import compact, layout, number
from sim.histograms import SPANS, fine_edges

ALT = (
    "Histogram of repeat {world}. The standard deviation of its rows goes from {first} in generation 0 to {last} in generation {end}; "
    "the truth has {truth}."
)
ALT_OF_ONE_ROW = "Histogram of repeat {world}. It has one row, which has no spread; the truth has {truth}."
TITLE = "rows drawn, real data in grey"
TITLE_OF_SOME = "{kept} of the {n} rows drawn, real data in grey"
HELP = (
    "Blue: the rows of the generation shown; faint outlines are earlier generations. Grey: the real data. Beyond the dashed lines lie the "
    "outer 2.5 % of the real data on either side: the tails."
)
ONION_SKIN = ((8, 0.28), (16, 0.16), (24, 0.09))
"""The outlines of earlier generations: how many generations back, and how opaque. A choice: three can be told apart."""


@figure(rank=10)
def histogram(view: View) -> Sequence[Panel]:
    """Shares of rows in fixed bins: a spike would top out at 1."""
    if view.space.kind != "columns" or len(view.space.columns) != 1:
        return ()
    counted = _counted(view)
    edges = _edges(view, None if counted is None else counted.divisors)
    joined = None if counted is None else counted.shares(edges)
    real = _shares(view.truth.rows[:, 0], edges)
    drawn = [_shares(view.rows(t)[:, 0], edges) if joined is None else joined[t] for t in view.generations]
    top = 1.08 * max(float(real.max()), *(float(d.max()) for d in drawn))
    tails = view.truth.central
    assert tails is not None
    shapes = [_edge_mark(x) for x in tails if edges[0] < x < edges[-1]]
    outlines = _outlines(f"repeat {view.replicate + 1}", compact(edges), steps(real), steps(drawn[0]))
    data: list[dict[str, Any]] = [*outlines, *_tail_labels(tails, edges, top)]
    now = len(ONION_SKIN) + 1
    frames = [
        {"traces": [now, now + 2], "data": [{"y": steps(d)}, {"text": _tail_text(view, t)}]}
        for t, d in zip(view.generations, drawn, strict=True)
    ]
    panel_layout = layout(
        {"range": [float(edges[0]), float(edges[-1])], "title": {"text": "value"}},
        {"range": [0, top], "title": {"text": "share of rows per bin"}, "tickformat": ".0%", "nticks": 5},
        shapes=shapes,
    )
    content = {"onion_skin": [{"trace": i + 1, "of": now, "lag": lag} for i, (lag, _) in enumerate(ONION_SKIN)]}
    return [
        Panel(
            "histogram",
            "plot",
            _title(view, whole=joined is not None),
            _alt(view),
            help=HELP,
            data=data,
            layout=panel_layout,
            frames=frames,
            content=content,
        )
    ]


def _outlines(name: str, x: list[Any], real: list[Any], drawn: list[Any]) -> list[dict[str, Any]]:
    """The real data, the outlines of earlier generations, and the rows of the one shown."""

    def outline(y: list[Any], colour: str, width: int) -> dict[str, Any]:
        return {"x": x, "y": y, "mode": "lines", "hoverinfo": "skip", "line": {"shape": "hv", "color": colour, "width": width}}

    ghost = {**outline(real, "@ghost", 1), "name": "real data", "fill": "tozeroy", "fillcolor": "@ghost/0.28"}
    shown = {**outline(drawn, "@synthetic", 2), "name": name, "fill": "tozeroy", "fillcolor": "@synthetic/0.5"}
    return [ghost, *(outline(drawn, f"@synthetic/{faint}", 1) for _, faint in ONION_SKIN), shown]


@dataclass(frozen=True)
class Counted:
    """The rows of one replicate as the run has counted them, all n of every generation.

    Attributes:
        counts: in each fine bin, (generations + 1, bins + 2), those below and above all bins too.
        edges: of the fine bins.
        central: the edges of the truth's tails.
    """

    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    central: tuple[float, float]

    @property
    def fine(self) -> int:
        """Bins between the edges of the tails."""
        return (len(self.edges) - 1) // SPANS

    @property
    def divisors(self) -> list[int]:
        """The numbers of equal bins between the edges of the tails that are whole fine bins joined."""
        return [k for k in range(1, self.fine + 1) if self.fine % k == 0]

    def shares(self, edges: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Of all rows, in bins joined from fine ones, (generations + 1, bins); None where these do not reach as far."""
        width = (self.central[1] - self.central[0]) / self.fine
        places = np.rint((edges - self.edges[0]) / width).astype(np.int64)
        if places[0] < 0 or places[-1] >= len(self.edges) or not np.allclose(edges, self.edges[places], rtol=0, atol=width / 1000):
            return None
        within = self.counts[:, 1 + places[0] : 1 + places[-1]]
        return np.add.reduceat(within, places[:-1] - places[0], axis=1) / self.counts.sum(axis=1)[:, None]


def _counted(view: View) -> Counted | None:
    """None where all rows are kept, or where some generation was not counted, as before a run that went on grew long."""
    run, edges, central = view.run, fine_edges(view.experiment), view.truth.central
    if run.histograms is None or edges is None or central is None:
        return None
    counts = run.histograms[view.replicate, : run.last + 1].astype(np.int64)
    return Counted(counts, edges, central) if (counts.sum(axis=1) == view.experiment.n).all() else None


def _title(view: View, *, whole: bool) -> str:
    """A long run keeps a part of its rows for drawing; where it has not counted all, the histogram is as ragged as that part is small."""
    kept, n = view.run.samples.shape[2], view.experiment.n
    return view.titled(TITLE if whole or kept == n else TITLE_OF_SOME.format(kept=f"{kept:,}", n=f"{n:,}"))


def _edges(view: View, numbers: Sequence[int] | None) -> NDArray[np.float64]:
    """Fixed bins over everything this replicate draws, never narrower than the truth; single far rows may fall off the edge."""
    real = view.truth.rows[:, 0]
    drawn = view.run.samples[view.replicate, : view.run.last + 1, :, 0]
    low = min(np.quantile(real, 0.001), *np.quantile(drawn, 0.005, axis=1))
    high = max(np.quantile(real, 0.999), *np.quantile(drawn, 0.995, axis=1))
    pad = 0.04 * (high - low)
    bins = int(np.clip(4 * np.sqrt(view.experiment.n), 20, 64))
    assert view.truth.central is not None
    return _aligned(float(low - pad), float(high + pad), bins, *view.truth.central, numbers)


def _aligned(low: float, high: float, bins: int, left: float, right: float, numbers: Sequence[int] | None = None) -> NDArray[np.float64]:
    """About so many equal bins, none of which lies across the mark of a tail, unless the drawing is far wider than the truth.

    Args:
        low: where the drawing begins.
        high: where it ends.
        bins: how many to aim at.
        left: the mark of the low tail.
        right: that of the high one.
        numbers: how many there may be between the marks; None for any.
    """
    between = max(1, round((right - left) * bins / (high - low)))
    between = between if numbers is None else min(numbers, key=lambda number: abs(math.log(number / between)))
    width = (right - left) / between
    first, last = math.floor((low - left) / width), math.ceil((high - left) / width)
    if last - first > 2 * bins:  # the marks are so close together that bins between them would be too many
        return np.linspace(low, high, bins + 1, dtype=np.float64)
    edges = left + width * np.arange(min(first, 0), max(last, between) + 1, dtype=np.float64)
    edges[between - min(first, 0)] = right  # exactly, whatever the sum of the widths was rounded to
    return edges


def _shares(values: NDArray[Any], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.histogram(values, edges)[0] / len(values)


def _edge_mark(x: float) -> dict[str, Any]:
    return {
        "type": "line",
        "layer": "below",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "@ghost", "width": 1, "dash": "dot"},
    }


def _tail_labels(tails: tuple[float, float], edges: NDArray[np.float64], top: float) -> list[dict[str, Any]]:
    common = {"mode": "text", "hoverinfo": "skip", "textfont": {"size": 12, "color": "@soft"}, "cliponaxis": False}
    left = {**common, "x": [tails[0]], "y": [0.97 * top], "text": ["outer 2.5 % "], "textposition": "middle left"}
    # Words that begin at the tail would run off the edge of a narrow panel; these end at it.
    right = {**common, "x": [float(edges[-1])], "y": [0.97 * top], "text": [""], "textposition": "middle left"}
    return [left, {**right, "textfont": {"size": 12, "color": "@lost"}}]


def _tail_text(view: View, t: int) -> list[str]:
    """Said only of all rows drawn: the metric counts them, the rows kept for drawing may not be all."""
    empty = "tail_mass" in view.run.metrics and view.metric("tail_mass")[t] == 0
    return ["tails empty" if empty else ""]


def _alt(view: View) -> str:
    first, last = (number(_deviation(view, t)) for t in (0, view.run.last))
    said = ALT if view.experiment.n > 1 else ALT_OF_ONE_ROW
    return said.format(world=view.replicate + 1, first=first, end=view.run.last, last=last, truth=number(view.truth.variance**0.5))


def _deviation(view: View, t: int) -> float:
    """The same number as on the curves, and of the rows kept where it was not measured; 0 of a single one."""
    known = "total_variance" in view.run.metrics and np.isfinite(view.metric("total_variance")[t])
    rows = view.rows(t)
    return float(view.metric("total_variance")[t] ** 0.5 if known else np.std(rows, dtype=np.float64, ddof=min(1, len(rows) - 1)))
