"""The strip of survival: which classes of the real data still have rows, generation by generation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.theme import compact, layout
from sim.metrics.territory import class_of_cells, inhabited

ROWS = 500
"""The rows of a generation that are looked up; where it drew more, a class is said to be unseen, never gone."""


@figure(rank=30)
def survival(view: View) -> Sequence[Panel]:
    """One row a class: darker where more of its part of the map is inhabited, marked by a word once it is empty."""
    if view.truth.labels is None or view.space.image is None:
        return ()
    kinds, shares = class_shares(view)
    alive = (shares > 0).sum(axis=0)
    generations = list(view.generations)
    names = [str(kind) for kind in kinds]
    axes = layout(
        {"range": [-0.5, generations[-1] + 0.5], "nticks": 4, "title": {"text": "generation"}},
        {"type": "category", "range": [-0.5, len(names) - 0.5], "showgrid": False, "title": {"text": "class"}},
        margin={"l": 36, "r": 6, "t": 4, "b": 34},
    )
    word = "left" if _whole(view) else "seen"
    content = {"cursor": {"values": [None] * len(generations), "texts": [f"{n} of {len(names)} {word}" for n in alive]}}
    data = [_strip(names, generations, shares), _gone(names, generations, shares, "gone" if _whole(view) else "unseen")]
    return [
        Panel(
            "survival",
            "curve",
            "Classes alive",
            _alt(view, names, shares),
            slot="third",
            help=HELP,
            data=data,
            layout=axes,
            content=content,
        )
    ]


def _strip(names: list[str], generations: list[int], shares: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": generations,
        "y": names,
        "z": compact(shares, 2),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "@lost/0.22"], [0.001, "@lost/0.22"], [0.002, "@synthetic/0.08"], [1, "@synthetic/0.95"]],
        "showscale": False,
        "ygap": 2,
        "hovertemplate": "class %{y}, generation %{x}: %{z:.0%} inhabited<extra></extra>",
    }


HELP = (
    "How much of each class's part of the real data still has rows of this world in it. A row belongs to the class of the real row "
    "it is most like. Cells as in the metric Map inhabited."
)


def class_shares(view: View) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The classes, and the share of each one's cells that the shown world inhabits, (classes, generations)."""
    owners = class_of_cells(view.truth)
    kinds = np.unique(owners)
    rows = np.stack([view.rows(t)[:ROWS] for t in view.generations]).astype(np.float64)
    living = inhabited(view.truth, rows)
    return kinds, np.stack([living[:, owners == kind].mean(axis=1) for kind in kinds])


def _whole(view: View) -> bool:
    """Whether the rows looked up are all that were drawn."""
    return view.experiment.n <= min(ROWS, view.run.samples.shape[2])


def _gone(names: list[str], generations: list[int], shares: NDArray[np.float64], word: str) -> dict[str, Any]:
    """A word where a class is empty for good."""
    found = [(name, generations[end]) for name, end in zip(names, _ends(shares), strict=True) if end is not None]
    font = {"size": 10.5, "color": "@lost"}
    x, y = [t for _, t in found], [name for name, _ in found]
    return {
        "x": x,
        "y": y,
        "mode": "text",
        "text": [f" {word}"] * len(found),
        "textposition": "middle right",
        "textfont": font,
        "hoverinfo": "skip",
    }


def _ends(shares: NDArray[np.float64]) -> list[int | None]:
    """For each class the first frame from which nobody is left to the end."""
    alive = shares > 0
    last = [int(np.flatnonzero(row)[-1]) + 1 if row.any() else 0 for row in alive]
    return [end if end < shares.shape[1] else None for end in last]


def _alt(view: View, names: list[str], shares: NDArray[np.float64]) -> str:
    dead = [f"{name} since generation {view.generations[end]}" for name, end in zip(names, _ends(shares), strict=True) if end is not None]
    if not dead:
        return f"All {len(names)} classes still have rows in world {view.world + 1} at the end."
    among = "" if _whole(view) else f" among the first {min(ROWS, view.run.samples.shape[2])} rows"
    return f"Classes without rows{among} in world {view.world + 1}: {', '.join(dead)}."
