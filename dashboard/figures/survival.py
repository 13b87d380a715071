"""The strip of survival: which classes of the real data still have rows, generation by generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.line_names import short_names
from dashboard.figures.occupancy import absent_since, never_present
from dashboard.theme import compact, layout
from sim.metrics.territory import cells_with_enough, class_of_cells, rows_in_cells

ROWS = 500
"""The rows of a generation that are looked up; where it drew more, a class is said to be unseen, never gone.

As many as are always kept of a recorded run.
"""

HELP = (
    "How much of each class's part of the real data is inhabited by rows of this repeat. A row belongs to the class of the real row "
    "it is most like. Cells are coarse, two to four a class, as in the metric Map inhabited: one with far too few rows does not count, so "
    "that a class may have rows left and no cell. A class is called {word} where no row of it is found again up to generation {last}."
)

UNINHABITED = 0.002
"""The shade of a class with rows and no inhabited cell: fainter than any share, and not the shade of an empty one."""

LETTER = 6
"""Pixels of a letter of a class's name, measured."""

CELLS = "{living} of its {cells} cells inhabited"
NO_ROWS = "no rows"


@dataclass(frozen=True, slots=True, eq=False)
class ClassSurvival:
    """What is left of each class in the replicate shown.

    Attributes:
        names: of the classes.
        cells: how many each one's part of the map has.
        inhabited: the share of these with enough rows, (classes, generations).
        present: whether any row is of that class, (classes, generations).
    """

    names: list[str]
    cells: list[int]
    inhabited: NDArray[np.float64]
    present: NDArray[np.bool_]


@figure(rank=30)
def survival(view: View) -> Sequence[Panel]:
    """One row a class: darker where more of its part of the map is inhabited, marked by a word once it has no rows."""
    if view.truth.labels is None or view.space.image is None:
        return ()
    found = class_survival(view)
    generations, many = list(view.generations), len(found.names)
    shown = short_names(found.names)
    names = {"tickvals": found.names, "ticktext": shown} if shown != found.names else {}
    axes = layout(
        {"range": [-0.5, generations[-1] + 0.5], "nticks": 4, "title": {"text": "generation"}},
        {"type": "category", "range": [-0.5, many - 0.5], "showgrid": False, "title": {"text": "class"}, **names},
        margin={"l": 30 + LETTER * max(map(len, shown)), "r": 6, "t": 4, "b": 34},
    )
    word, left = ("gone", "left") if _all_kept(view) else ("unseen", "seen")
    texts = [f"{n} of {many} {left}" for n in found.present.sum(axis=0)]
    return [
        Panel(
            "survival",
            "curve",
            "Classes alive",
            _alt(view, found),
            slot="third",
            help=HELP.format(word=word, last=view.run.last),
            data=[_strip(generations, found), _labels(generations, found, word)],
            layout=axes,
            content={"cursor": {"values": [None] * len(generations), "texts": texts}},
        )
    ]


def _strip(generations: list[int], found: ClassSurvival) -> dict[str, Any]:
    # The colour scale jumps between 0 and UNINHABITED: no row at all is another colour than few rows.
    shades = np.where(found.present, np.maximum(found.inhabited, UNINHABITED), 0)
    return {
        "type": "heatmap",
        "name": "classes",
        "x": generations,
        "y": found.names,
        "z": compact(shades, 2),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "@lost/0.22"], [UNINHABITED / 2, "@lost/0.22"], [UNINHABITED, "@synthetic/0.08"], [1, "@synthetic/0.95"]],
        "showscale": False,
        "ygap": 2,
        "text": [
            [_hover(present, share, cells) for present, share in zip(*row, strict=True)]
            for cells, *row in zip(found.cells, found.present.tolist(), found.inhabited.tolist(), strict=True)
        ],
        "hovertemplate": "class %{y}, generation %{x}: %{text}<extra></extra>",
    }


def _hover(present: bool, share: float, cells: int) -> str:
    return CELLS.format(living=round(share * cells), cells=cells) if present else NO_ROWS


def class_survival(view: View) -> ClassSurvival:
    """The classes, and what of each one is left, from the rows looked up."""
    owners = class_of_cells(view.truth)
    kinds = np.unique(owners)
    rows = np.stack([view.rows(t)[:ROWS] for t in view.generations]).astype(np.float64)
    counts = rows_in_cells(view.truth, rows)
    living = cells_with_enough(view.truth, counts)
    shares = np.stack([living[:, owners == kind].mean(axis=1) for kind in kinds])
    present = np.stack([counts[:, owners == kind].any(axis=1) for kind in kinds])
    return ClassSurvival(
        [view.space.class_name(int(kind)) for kind in kinds], [int((owners == kind).sum()) for kind in kinds], shares, present
    )


def _all_kept(view: View) -> bool:
    """Whether the rows looked up are all that were drawn."""
    return view.experiment.n <= min(ROWS, view.run.samples.shape[2])


def _labels(generations: list[int], found: ClassSurvival, word: str) -> dict[str, Any]:
    """A word where a class has no rows to the last generation, and another where it never had any."""
    ends, luck = absent_since(found.present.T), never_present(found.present.T)
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


def _alt(view: View, found: ClassSurvival) -> str:
    ends = absent_since(found.present.T)
    dead = [f"{name} since generation {view.generations[end]}" for name, end in zip(found.names, ends, strict=True) if end is not None]
    dead += [f"{name} always" for name, unlucky in zip(found.names, never_present(found.present.T), strict=True) if unlucky]
    if not dead:
        return f"All {len(found.names)} classes still have rows in repeat {view.replicate + 1} at the end."
    among = "" if _all_kept(view) else f" among the first {min(ROWS, view.run.samples.shape[2])} rows"
    return f"Classes without rows{among} in repeat {view.replicate + 1}: {', '.join(dead)}."
