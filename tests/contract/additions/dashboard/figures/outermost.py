"""The outermost rows of one replicate in one dimension."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures import Panel, View, figure
from dashboard.theme import compact, layout


@figure(rank=50)
def outermost(view: View) -> Sequence[Panel]:
    """The smallest and the largest number as two points on a line."""
    if view.space.kind != "columns" or len(view.space.columns) != 1:
        return ()
    ends = [compact([rows.min(), rows.max()], 3) for rows in (view.rows(t) for t in view.generations)]
    trace = {"name": "outermost rows", "x": ends[0], "y": [0, 0], "mode": "markers", "marker": {"color": "@synthetic", "size": 9}}
    axes = layout({"title": {"text": "value"}}, {"range": [-1, 1], "showticklabels": False})
    frames = [{"traces": [0], "data": [{"x": pair}]} for pair in ends]
    title, alt = view.titled("outermost rows"), f"Outermost rows of repeat {view.replicate + 1}."
    return [
        Panel(
            "outermost",
            "plot",
            title,
            alt,
            slot="third",
            data=[trace],
            layout=axes,
            frames=frames,
        )
    ]
