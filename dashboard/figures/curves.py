"""The metric curves: small multiples with one cursor."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.curve_legend import CLOSED, MARKS, MEASURED, law_name, legend
from dashboard.figures.line_names import line_name
from dashboard.theme import both, compact, layout
from sim.docstrings import first_sentence
from sim.metrics import Metric, metrics
from sim.theory import Law, laws_for

MOST_PATHS = 20
"""Replicates that have a line of their own where every one is asked for. A choice: more lines are a smear, which the band says better."""

SHARES: Final = (0.05, 0.5, 0.95)
"""Of the worlds: the edges of the band, and the line in its middle."""

MARGIN = {"l": 44, "r": 10, "t": 4, "b": 22}
"""Pixels, as few as the labels of the axes need: a curve is a small panel."""

NAME_SIZE: Final = 11
"""Pixels, of the name of a line: the smallest type on stage, for a curve is a small panel."""

CURSOR, CURSOR_OF_ONE = "A typical repeat (the median) in the generation shown", "In the generation shown"

FEW = 4
"""Up to here an axis of counts has a tick for each; left to itself it would have half words."""

ACROSS, UP = "generation", "{label} ({unit})"
"""The words along the axes, for which a small panel has no room and a picture in a text has."""

PLACELESS = "A log scale has no place for 0 or below: {lines}."
"""What of a curve a logarithmic axis cannot show; said where it is one."""
PLACELESS_LINE = "{name} in {some} of {all} generations"

IDEAL, FRESH = "what a perfect model would score", "what fresh real rows score; here that is no ideal, because they are copies themselves"
DASHED = (
    " Dashed: theory, of what is named beside the line; dotted: the same, measured in these repeats. An average leaves the typical repeat "
    "behind where a few stand out."
)


@figure(rank=100)
def curves(view: View) -> Sequence[Panel]:
    """Median and 5-95 % band over the replicates, the one shown, the noise floor and the closed forms."""
    return [_curve(view, metrics()[name]) for name in view.curves if name in view.run.metrics]


def _curve(view: View, metric: Metric) -> Panel:
    generations = list(view.generations)
    values = view.run.metrics[metric.name][:, generations]
    measured = values[np.isfinite(values).any(axis=1)]
    laws = laws_for(view.experiment, metric.name)
    drawn = [law.values[generations] for law in laws]
    low, middle, high = _quantiles(measured, len(generations), whole=metric.whole)
    floor = view.run.noise_floor[metric.name]
    shown = view.run.metrics[metric.name][view.replicate, generations]
    hatched = bool(np.isfinite([floor.low, floor.high]).all())
    top = _top([high, shown, *drawn, np.array([floor.high])])
    hatching = _floor(generations, floor.low, floor.high)
    data = hatching + _band(generations, low, middle, high, many=len(measured) > 1) + _replicates(view, generations, measured, metric)
    dashed, first = _laws(generations, laws, drawn), len(data)
    data += dashed + _averages(generations, laws, measured)
    kinds = [law.kind for law, exact in zip(laws, drawn, strict=True) if np.isfinite(exact).any()]
    texts = [both(found) for found in _told(measured, middle, whole=metric.whole)]
    cursor = {"values": compact(middle), "texts": texts, "help": CURSOR if len(measured) > 1 else CURSOR_OF_ONE}
    return Panel(
        f"curve-{metric.name}",
        "curve",
        view.space.with_unit(metric.label),
        view.space.with_unit(_alt(view, metric, middle, texts, many=len(measured) > 1)),
        slot="curve",
        help=view.space.with_unit(_help(metric, hatched=hatched, dashed=len(drawn) > 0 and len(measured) > 1)),
        data=data,
        layout=_axes(generations, top, hover=len(measured) > 0, whole=metric.whole),
        content={
            "cursor": cursor,
            "log": _log_axis([low, middle, *drawn], top),
            "placeless": _placeless(data, len(generations)),
            "legend": legend(view, data),
            "titles": {
                "x": ACROSS,
                "y": view.space.with_unit(UP.format(label=metric.label, unit=metric.unit) if metric.unit else metric.label),
            },
            "names": [line_name(law_name(kind), kind, first + place, "@ink", NAME_SIZE) for place, kind in enumerate(kinds)],
            "foreknown": list(range(len(hatching))),
        },
    )


def _axes(generations: list[int], top: float, *, hover: bool, whole: bool) -> dict[str, Any]:
    return layout(
        {"range": [0, max(1, generations[-1])], "nticks": 5},
        {"range": [0, top], "nticks": 4, "tickformat": "~g"} | ({"dtick": 1} if whole and top <= FEW else {}),
        margin=MARGIN,
        hovermode="x unified" if hover else False,
    )


def _log_axis(paths: Sequence[NDArray[np.float64]], top: float) -> dict[str, Any]:
    """From the lowest number drawn that has a logarithm to the top."""
    positive = np.concatenate([path[np.isfinite(path) & (path > 0)] for path in paths])
    bottom = float(positive.min()) if positive.size else top / 10
    ends = [float(np.log10(max(bottom, 1e-300))) - 0.1, float(np.log10(top)) + 0.05]
    decades = ends[1] - ends[0]
    if decades < 1:  # no power of ten may lie within: Plotly picks the ticks, else it would write none
        return {"type": "log", "range": ends, "dtick": None, "nticks": 4, "tickformat": "~g"}
    return {"type": "log", "range": ends, "dtick": ceil(decades / 4), "tickformat": "", "exponentformat": "power"}


def _placeless(data: Sequence[dict[str, Any]], count: int) -> str:
    """Which lines that have a name, and in how many of the generations drawn, have a gap where the axis is logarithmic."""
    named = [trace for trace in data if trace["mode"] == "lines" and trace["line"]["width"] and "name" in trace]
    gaps = {trace["name"]: sum(y is not None and y <= 0 for y in trace["y"]) for trace in named}
    lines = ", ".join(PLACELESS_LINE.format(name=name, some=some, all=count) for name, some in gaps.items() if some)
    return PLACELESS.format(lines=lines) if lines else ""


def _laws(generations: list[int], laws: Sequence[Law], drawn: Sequence[NDArray[np.float64]]) -> list[dict[str, Any]]:
    """Each closed form that has a value, dashed."""
    data: list[dict[str, Any]] = []
    for law, exact in zip(laws, drawn, strict=True):
        if np.isfinite(exact).any():
            line = _line(generations, compact(exact), "@ink", 1.5, dash="dash", hover=f"{law.kind} %{{y:.3g}}")
            data.append({**line, "name": CLOSED.format(kind=law.kind), "legendgroup": "law"})
    return data


def _averages(generations: list[int], laws: Sequence[Law], measured: NDArray[np.float64]) -> list[dict[str, Any]]:
    """The statistic of the measurement that each closed form speaks of, dotted; none where there is one replicate only."""
    data: list[dict[str, Any]] = []
    for law in laws if len(measured) > 1 else ():
        name = MEASURED.format(kind=law.kind)
        line = _line(generations, compact(law.measured(measured)), "@synthetic", 1, dash="dot", hover=f"{name} %{{y:.3g}}")
        data.append({**line, "name": name, "legendgroup": "same"})
    return data


def _quantiles(values: NDArray[np.float64], count: int, *, whole: bool) -> NDArray[np.float64]:
    """Over the replicates that were measured, by generation; NaN where none was. Of counts each is one of them."""
    found = np.full((3, count), np.nan)
    known = np.isfinite(values).any(axis=0)
    some = values[:, known]
    quantile = np.quantile if some.size and not np.isnan(some).any() else np.nanquantile  # which takes ten times as long
    methods: tuple[Literal["lower", "higher"], ...] = ("lower", "lower", "higher")
    if whole:
        found[:, known] = [quantile(some, share, axis=0, method=method) for share, method in zip(SHARES, methods, strict=True)]
    else:
        found[:, known] = quantile(some, SHARES, axis=0)
    return found


def _told(values: NDArray[np.float64], middle: NDArray[np.float64], *, whole: bool) -> list[tuple[float, ...]]:
    """The middle as sentences tell it: of a count in two worlds both, for none of them is in the middle."""
    if not whole or len(values) != 2:
        return [(m,) for m in middle.tolist()]
    return [tuple(sorted({m for m in pair if np.isfinite(m)})) or (np.nan,) for pair in values.T.tolist()]


def _top(paths: Sequence[NDArray[np.float64]]) -> float:
    finite = np.concatenate([p[np.isfinite(p)] for p in paths])
    return 1.08 * float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def _floor(generations: list[int], low: float, high: float) -> list[dict[str, Any]]:
    if not np.isfinite([low, high]).all():
        return []
    # Two lines without width: "tonexty" fills up to the trace before, and a shape in the layout could not be hatched.
    ends = [0, max(1, generations[-1])]
    edge = {"x": ends, "mode": "lines", "hoverinfo": "skip", "line": {"width": 0, "color": "@ghost"}}
    hatch = {"fillcolor": "@ghost/0.10", "fillpattern": {"shape": "/", "fgcolor": "@ghost/0.8", "size": 5, "solidity": 0.12}}
    return [{**edge, "y": [low, low]}, {**edge, "y": [high, high], "fill": "tonexty", **hatch, "legendgroup": "floor"}]


def _band(
    generations: list[int], low: NDArray[np.float64], middle: NDArray[np.float64], high: NDArray[np.float64], *, many: bool
) -> list[dict[str, Any]]:
    mark = ("median" if many else "one") if np.isfinite(middle).any() else "none"
    line = {
        **_line(generations, compact(middle), "@synthetic", 2.5, hover="median %{y:.3g}" if many else "%{y:.3g}"),
        "name": MARKS["median"].term,
        "legendgroup": mark,
    }
    if not many:
        return [{**line, "name": "one run"}]
    edge = {"x": generations, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    fill = {"fill": "tonexty", "fillcolor": "@synthetic/0.18", "legendgroup": "band"}
    low_edge = {**edge, "name": "5 % quantile", "y": compact(low)}
    return [low_edge, {**edge, "name": "95 % quantile", "y": compact(high), **fill}, line]


def _replicates(view: View, generations: list[int], measured: NDArray[np.float64], metric: Metric) -> list[dict[str, Any]]:
    every = [
        {**_line(generations, path, "@synthetic/0.35", 0.7), "meta": "every world", "hoverinfo": "skip"}
        for path in compact(measured[:MOST_PATHS])
    ]
    shown = view.run.metrics[metric.name][view.replicate, generations]
    if len(measured) > 1 and np.isfinite(shown).any():
        name = f"replicate {view.replicate + 1}"
        every.append({**_line(generations, compact(shown), "@soft", 1, hover=f"{name} %{{y:.3g}}"), "name": name, "legendgroup": "world"})
    return every


def _line(generations: list[int], path: list[Any], colour: str, width: float, *, dash: str = "solid", hover: str = "") -> dict[str, Any]:
    line = {"x": generations, "y": path, "mode": "lines", "line": {"color": colour, "width": width, "dash": dash}}
    return {**line, "hovertemplate": hover + "<extra></extra>"} if hover else line


def _help(metric: Metric, *, hatched: bool, dashed: bool) -> str:
    hatch = f" Hatched: {IDEAL if metric.floor_is_ideal else FRESH}." if hatched else ""
    return first_sentence(metric.help) + hatch + (DASHED if dashed else "") + (f" Unit: {metric.unit}." if metric.unit else "")


def _alt(view: View, metric: Metric, middle: NDArray[np.float64], texts: Sequence[str], *, many: bool) -> str:
    finite = np.flatnonzero(np.isfinite(middle))
    if not finite.size:
        return f"{metric.label}: not measured."
    first, last = (texts[i] for i in (finite[0], finite[-1]))
    start, end = (view.generations[i] for i in (finite[0], finite[-1]))
    whose = ", typical repeat" if many else ""
    return f"{metric.label}{whose}: {first} in generation {start}, {last} in generation {end}."
