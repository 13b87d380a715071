"""How odd single passages look to model 1: the histogram of perplexities, as in Nature 2024, figure 1.

A passage's surprise is its negative log-likelihood under model 1, in nats; its perplexity is exp(surprise / tokens).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.coordinates import steps
from dashboard.theme import compact, layout, number, percent

BINS: Final = 28
"""A choice: few enough that a hundred passages still make a shape."""

MOST_NATS: Final = 100.0
"""A passage odder than that, per token, is as odd as this."""

TICKS: Final = (1, 2, 5)
"""Round numbers of every decade."""

TITLE: Final = "perplexity under model 1{ghost}"
GHOST: Final = ", real in grey"
GHOST_PART: Final = ", {share} of real in grey"
NO_GHOST: Final = ", no real one possible"
HELP: Final = (
    "How odd each passage looks to model 1, which learned from real text only. Grey: real passages that it never saw. Left of the "
    "grey: passages more probable than real text; right of it: odder ones. Generation 0 has no model. What is impossible to model 1 has "
    "no bar. Logarithmic axis."
)
ALT: Final = (
    "Histogram of the perplexity of passages under model 1 in repeat {world}. Their median is {first} in generation {start} and {last} "
    "in generation {end}{real}."
)
REAL: Final = "; that of real passages is {median}"
REAL_LOST: Final = "; {share} of the real passages are impossible to model 1"
IMPOSSIBLE: Final = "{share} impossible →"


@figure(rank=10)
def surprise(view: View) -> Sequence[Panel]:
    """Shares of passages in fixed bins on a log scale; what model 1 holds impossible is told at the right edge."""
    if view.space.kind != "sequences" or view.run.surprise is None or view.run.last < 1:
        return ()
    drawn = [_nats(view, view.run.surprise[view.replicate, t]) for t in view.generations]
    real = None if view.run.real_surprise is None else _nats(view, view.run.real_surprise[view.replicate])
    edges = _edges([*drawn, *([] if real is None else [real])])
    ghost = np.zeros(BINS) if real is None else _shares(real, edges)
    bars = [_shares(nats, edges) for nats in drawn]
    top = 1.12 * max(float(ghost.max()), *(float(bar.max()) for bar in bars), 0.01)
    frames = [{"traces": [1, 2], "data": [{"y": steps(bar)}, {"text": [_impossible(nats)]}]} for bar, nats in zip(bars, drawn, strict=True)]
    data = [*_outlines(f"repeat {view.replicate + 1}", edges, ghost, bars[0]), _note(float(np.exp(edges[-1])), top)]
    title = view.titled(TITLE.format(ghost=_ghost(real)))
    return [Panel("surprise", "plot", title, _alt(view, drawn, real), help=HELP, data=data, layout=_axes(edges, top), frames=frames)]


def _outlines(name: str, edges: NDArray[np.float64], real: NDArray[np.float64], drawn: NDArray[np.float64]) -> list[dict[str, Any]]:
    outline = {"x": compact(np.exp(edges)), "mode": "lines", "hoverinfo": "skip", "fill": "tozeroy"}
    grey = {"line": {"shape": "hv", "color": "@ghost", "width": 1}, "fillcolor": "@ghost/0.28"}
    blue = {"line": {"shape": "hv", "color": "@synthetic", "width": 2}, "fillcolor": "@synthetic/0.5"}
    return [{**outline, **grey, "name": "real text", "y": steps(real)}, {**outline, **blue, "name": name, "y": steps(drawn)}]


def _axes(edges: NDArray[np.float64], top: float) -> dict[str, Any]:
    ticks = _ticks(float(np.exp(edges[0])), float(np.exp(edges[-1])))
    across = {"type": "log", "range": compact(edges[[0, -1]] / np.log(10)), "tickvals": ticks, "ticktext": [number(x) for x in ticks]}
    return layout(
        {**across, "title": {"text": "perplexity under model 1"}},
        {"range": [0, top], "title": {"text": "share of passages"}, "tickformat": ".0%", "nticks": 5},
    )


def _ghost(real: NDArray[np.float64] | None) -> str:
    if real is None:
        return ""
    lost = float(np.isinf(real).mean())
    return NO_GHOST if lost == 1 else GHOST_PART.format(share=percent(1 - lost)) if lost else GHOST


def _nats(view: View, values: NDArray[Any]) -> NDArray[np.float64]:
    """The surprise of a token of each passage that was scored; infinite where model 1 holds the passage impossible."""
    known = values[~np.isnan(values)].astype(np.float64)
    return np.where(np.isfinite(known), np.minimum(known / len(view.space.columns), MOST_NATS), np.inf)


def _edges(every: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Fixed bins from the least to the most of all generations, but for the outermost thousandth, which the end bins take in."""
    values = np.concatenate([nats[np.isfinite(nats)] for nats in every])
    low, high = np.quantile(values, (0.001, 0.999)) if values.size else (0.0, 1.0)
    pad = max(0.02 * (high - low), 0.05)
    return np.linspace(low - pad, high + pad, BINS + 1)


def _shares(nats: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    possible = np.clip(nats[np.isfinite(nats)], edges[0], edges[-1])
    return np.histogram(possible, edges)[0] / max(1, len(nats))


def _ticks(low: float, high: float) -> list[float]:
    """At most six round numbers."""
    every = [step * 10.0**decade for decade in range(-1, 44) for step in TICKS]
    inside = [x for x in every if low <= x <= high]
    if len(inside) > 6:
        inside = [x for x in inside if f"{x:.0e}".startswith("1")]
    return inside[:: max(1, -(-len(inside) // 6))] or [low]


def _note(x: float, top: float) -> dict[str, Any]:
    font = {"size": 12, "color": "@lost"}
    return {"x": [x], "y": [0.97 * top], "mode": "text", "text": [""], "textposition": "middle left", "textfont": font, "hoverinfo": "skip"}


def _impossible(nats: NDArray[np.float64]) -> str:
    lost = float(np.isinf(nats).mean()) if nats.size else 0.0
    return IMPOSSIBLE.format(share=percent(lost)) if lost else "\u200b"  # plotly.js loses the place of a text that is wholly empty


def _alt(view: View, drawn: Sequence[NDArray[np.float64]], real: NDArray[np.float64] | None) -> str:
    scored = [i for i, nats in enumerate(drawn) if nats.size]
    first, last = (_middle(drawn[i]) for i in (scored[0], scored[-1]))
    told = "" if real is None else REAL.format(median=_middle(real))
    if real is not None and (lost := float(np.isinf(real).mean())):
        told += REAL_LOST.format(share=percent(lost))
    start, end = view.generations[scored[0]], view.generations[scored[-1]]
    return ALT.format(world=view.replicate + 1, first=first, start=start, last=last, end=end, real=told)


def _middle(nats: NDArray[np.float64]) -> str:
    return number(float(np.exp(np.median(nats))))
