"""The strip of survival: which classes of the real data still have rows, generation by generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.alive import gone_since, never
from dashboard.theme import compact, layout
from sim.metrics.territory import cells_with_enough, class_of_cells, rows_in_cells

ROWS = 500
"""The rows of a generation that are looked up; where it drew more, a class is said to be unseen, never gone."""


HELP = (
    "How much of each class's part of the real data is inhabited by rows of this world. A row belongs to the class of the real row "
    "it is most like. Cells are coarse, two to four a class, as in the metric Map inhabited: one with far too few rows does not count, so "
    "that a class may have rows left and no cell. A class is called {word} where no row of it is found again up to generation {last}."
)

UNINHABITED = 0.002
"""The shade of a class with rows and no inhabited cell: fainter than any share, and not the shade of an empty one."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """What is left of each class in the world shown.

    Attributes:
        names: of the classes.
        cells: how many each one's part of the map has.
        shares: of these that are inhabited, (classes, generations).
        there: whether any row is of that class, (classes, generations).
    """

    names: list[str]
    cells: list[int]
    shares: NDArray[np.float64]
    there: NDArray[np.bool_]


@figure(rank=30)
def survival(view: View) -> Sequence[Panel]:
    """One row a class: darker where more of its part of the map is inhabited, marked by a word once it has no rows."""
    if view.truth.labels is None or view.space.image is None:
        return ()
    found = classes(view)
    generations, many = list(view.generations), len(found.names)
    axes = layout(
        {"range": [-0.5, generations[-1] + 0.5], "nticks": 4, "title": {"text": "generation"}},
        {"type": "category", "range": [-0.5, many - 0.5], "showgrid": False, "title": {"text": "class"}},
        margin={"l": 36, "r": 6, "t": 4, "b": 34},
    )
    word, left = ("gone", "left") if _whole(view) else ("unseen", "seen")
    texts = [f"{n} of {many} {left}" for n in found.there.sum(axis=0)]
    return [
        Panel(
            "survival",
            "curve",
            "Classes alive",
            _alt(view, found),
            slot="third",
            help=HELP.format(word=word, last=view.run.last),
            data=[_strip(generations, found), _words(generations, found, word)],
            layout=axes,
            content={"cursor": {"values": [None] * len(generations), "texts": texts}},
        )
    ]


def _strip(generations: list[int], found: Classes) -> dict[str, Any]:
    shades = np.where(found.there, np.maximum(found.shares, UNINHABITED), 0)
    return {
        "type": "heatmap",
        "name": "classes",
        "x": generations,
        "y": found.names,
        "z": compact(shades, 2),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "@lost/0.22"], [0.001, "@lost/0.22"], [0.002, "@synthetic/0.08"], [1, "@synthetic/0.95"]],
        "showscale": False,
        "ygap": 2,
        "text": [
            [_told(there, share, cells) for there, share in zip(*row, strict=True)]
            for cells, *row in zip(found.cells, found.there.tolist(), found.shares.tolist(), strict=True)
        ],
        "hovertemplate": "class %{y}, generation %{x}: %{text}<extra></extra>",
    }


TOLD = "{living} of its {cells} cells inhabited"
NO_ROWS = "no rows"


def _told(there: bool, share: float, cells: int) -> str:
    return TOLD.format(living=round(share * cells), cells=cells) if there else NO_ROWS


def classes(view: View) -> Classes:
    """The classes, and what of each one is left, from the rows looked up."""
    owners = class_of_cells(view.truth)
    kinds = np.unique(owners)
    rows = np.stack([view.rows(t)[:ROWS] for t in view.generations]).astype(np.float64)
    counts = rows_in_cells(view.truth, rows)
    living = cells_with_enough(view.truth, counts)
    shares = np.stack([living[:, owners == kind].mean(axis=1) for kind in kinds])
    there = np.stack([counts[:, owners == kind].any(axis=1) for kind in kinds])
    return Classes([view.space.called(int(kind)) for kind in kinds], [int((owners == kind).sum()) for kind in kinds], shares, there)


def _whole(view: View) -> bool:
    """Whether the rows looked up are all that were drawn."""
    return view.experiment.n <= min(ROWS, view.run.samples.shape[2])


def _words(generations: list[int], found: Classes, word: str) -> dict[str, Any]:
    """A word where a class has no rows to the last generation, and another where it never had any."""
    ends, luck = gone_since(found.there.T), never(found.there.T)
    lost = [(generations[end], name, f" {word}") for name, end in zip(found.names, ends, strict=True) if end is not None]
    lost += [
        (generations[0], name, " never drawn" if word == "gone" else " never seen")
        for name, unlucky in zip(found.names, luck, strict=True)
        if unlucky
    ]
    return {
        "x": [t for t, _, _ in lost],
        "y": [name for _, name, _ in lost],
        "mode": "text",
        "text": [text for _, _, text in lost],
        "textposition": "middle right",
        "textfont": {"size": 10.5, "color": "@lost"},
        "hoverinfo": "skip",
    }


def _alt(view: View, found: Classes) -> str:
    ends = gone_since(found.there.T)
    dead = [f"{name} since generation {view.generations[end]}" for name, end in zip(found.names, ends, strict=True) if end is not None]
    dead += [f"{name} always" for name, unlucky in zip(found.names, never(found.there.T), strict=True) if unlucky]
    if not dead:
        return f"All {len(found.names)} classes still have rows in world {view.world + 1} at the end."
    among = "" if _whole(view) else f" among the first {min(ROWS, view.run.samples.shape[2])} rows"
    return f"Classes without rows{among} in world {view.world + 1}: {', '.join(dead)}."
