"""Words by rank: how often each word of the vocabulary is drawn, against the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.occupancy import WordCounts, word_counts
from dashboard.theme import compact, layout, percent

POINTS = 90
"""Ranks that have a point; more are grouped, the wider the rarer. A choice: the line looks the same with more, and the payload grows."""

ALT = "Share of {things} by rank in repeat {world}. Words drawn: {first} in generation 0, {last} ({kept}) in generation {end}."
THINNED = (
    "Share of {things} by rank in repeat {world}. Words drawn among the first {n} {things}: {first} in generation 0, "
    "{last} ({kept}) in generation {end}."
)


@figure(rank=35)
def ranks(view: View) -> Sequence[Panel]:
    """Frequency over true rank, both on log scales; the line breaks off where no word was drawn."""
    truth = view.truth.probabilities
    if truth is None:
        return ()
    order = np.argsort(-truth, kind="stable")
    picks = np.unique(np.round(np.geomspace(1, len(truth), POINTS)).astype(int)) - 1
    groups = np.searchsorted(picks, np.arange(len(truth)), side="right") - 1
    known = word_counts(view)
    drawn = [_grouped(known.counts[t][order] / known.total, groups) for t in view.generations]
    real = np.bincount(groups, truth[order]) / np.bincount(groups)
    # Half of what one word in the largest group of ranks would have: below everything that can be drawn.
    floor = 0.5 / known.total / max(np.bincount(groups))
    top = max(real.max(), *(np.nanmax(d) for d in drawn))
    return [
        Panel(
            "ranks",
            "plot",
            view.space.with_unit(view.titled("words by rank, real data in grey")),
            _alt(view, known),
            data=_lines(f"repeat {view.replicate + 1}", [int(p) + 1 for p in picks], real, drawn[0]),
            layout=_axes(len(truth), floor, top, known.noun),
            frames=[{"traces": [1], "data": [{"y": compact(d, 3)}]} for d in drawn],
        )
    ]


def _lines(name: str, ranks: list[int], real: NDArray[np.float64], drawn: NDArray[np.float64]) -> list[dict[str, Any]]:
    line = {"x": ranks, "mode": "lines", "hoverinfo": "skip", "connectgaps": False}
    return [
        {**line, "name": "real data", "y": compact(real), "line": {"color": "@ghost", "width": 5}},
        {
            **line,
            "name": name,
            "y": compact(drawn),
            "mode": "lines+markers",
            "marker": {"size": 4, "color": "@synthetic"},
            "line": {"color": "@synthetic", "width": 2},
            "hovertemplate": "rank %{x}: %{y:.2g}<extra></extra>",
            "hoverinfo": "all",
        },
    ]


def _axes(words: int, floor: float, top: float, things: str) -> dict[str, Any]:
    return layout(
        {"type": "log", "range": [0, float(np.log10(words)) + 0.02], "title": {"text": "rank in the truth"}, "dtick": 1},
        {
            "type": "log",
            "range": [float(np.log10(floor)), float(np.log10(top)) + 0.15],
            "title": {"text": f"share of {things}"},
            "dtick": 1,
            "exponentformat": "power",
        },
    )


def _grouped(shares: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean share of the words in each group of ranks; NaN where none of them was drawn."""
    means = np.bincount(groups, shares) / np.bincount(groups)
    return np.where(means > 0, means, np.nan)


def _alt(view: View, known: WordCounts) -> str:
    first, last = (int(np.count_nonzero(known.counts[t])) for t in (0, view.run.last))
    facts = {"world": view.replicate + 1, "first": f"{first:,}", "last": f"{last:,}", "end": view.run.last, "n": f"{known.total:,}"}
    return view.space.with_unit(ALT if known.exact else THINNED).format(kept=percent(last / first), things=known.noun, **facts)
