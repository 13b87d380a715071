"""Figures: pure functions from a run to what the stage draws; they import no Streamlit, and of the dashboard `theme` alone.

A figure is one file in this folder, registered with `@figure(rank=...)`. It returns panels, or nothing when it does not
suit the data. The two panels of lowest rank that ask for no place of their own take the large places of the stage; a panel
for the third place stands beside them. A new kind of panel is a figure here and a script in `dashboard/stage/panels`.
May import nothing of the dashboard but `theme`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim import Experiment, Run
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import PooledMap
from sim.registry import discover
from sim.sources import Reference
from sim.spaces import Space

MOST_FRAMES = 121
"""Longer runs are shown at this many generations, evenly spaced, first and last included.

A choice: every generation of 120, and no payload that grows with a longer run.
"""

Slot = Literal["first", "second", "third", "curve"]


@dataclass(frozen=True)
class View:
    """A run as somebody looks at it.

    Attributes:
        run: what happened.
        replicate: whose rows are drawn; on screen it is called a repeat, or a world, counted from 1.
        curves: the metrics whose curves are drawn.
        fitted_map: the UMAP map that rows are placed on; None for the principal components.
        linked: a generation that has a frame in any case, because a link names it.
    """

    run: Run
    replicate: int
    curves: tuple[str, ...]
    fitted_map: LandmarkMap | PooledMap | None = None
    linked: int | None = None

    @property
    def experiment(self) -> Experiment:
        """What was run."""
        return self.run.experiment

    @property
    def space(self) -> Space:
        """What a row is."""
        return self.experiment.source.space

    @property
    def truth(self) -> Reference:
        """The truth as arrays."""
        return self.experiment.source.reference()

    @cached_property
    def generations(self) -> tuple[int, ...]:
        """The generations that have a frame: all measured ones, an even selection of them, or those that a pooled map lays out."""
        if isinstance(self.fitted_map, PooledMap):
            return tuple(t for t in self.fitted_map.generations if t <= self.run.last)
        frames = self.run.evenly(MOST_FRAMES)
        return frames if self.linked is None or self.linked > self.run.last else tuple(sorted({*frames, self.linked}))

    def titled(self, words: str) -> str:
        """The title of a panel that draws one replicate: of several it says which, of one there is nothing to say."""
        one = self.experiment.replicates == 1
        return f"{words[0].upper()}{words[1:]}" if one else f"Repeat {self.replicate + 1}: {words}"

    def rows(self, t: int) -> NDArray[Any]:
        """The rows of the replicate shown that are kept of generation t, (k, d)."""
        return self.run.samples[self.replicate, t]

    def metric(self, name: str) -> NDArray[np.float64]:
        """One metric in the replicate shown, by generation."""
        return self.run.metrics[name][self.replicate]


@dataclass(frozen=True)
class Panel:
    """One panel of the stage: Plotly's data, layout and one frame per generation, or a picture or word panel's own content.

    Attributes:
        name: the panel keeps its place on screen as long as the name stays.
        kind: who draws it in the browser: the name under which a script in `dashboard/stage/panels` has put itself into PANELS, or
            `plot`, which shows Plotly's traces frame by frame.
        title: the words above it.
        alt: the same with numbers, for those who do not see it.
        slot: the place on stage: one of the large ones, the third beside them, or the row of curves.
        help: what the title tells when a pointer rests on it.
        data: Plotly traces; those that have a name are in the panel's table, and one at least has.
        layout: Plotly layout with fixed axes.
        frames: one per generation of the view: {"traces": [...], "data": [...]}.
        content: whatever else the kind needs.
    """

    name: str
    kind: str
    title: str
    alt: str
    slot: Slot = "first"
    help: str = ""
    data: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    layout: dict[str, Any] = field(default_factory=dict[str, Any])
    frames: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    content: dict[str, Any] = field(default_factory=dict[str, Any])

    def spec(self, slot: Slot) -> dict[str, Any]:
        """What travels to the browser."""
        plain = {name: value for name, value in vars(self).items() if name != "content"}
        return {**plain, **self.content, "slot": slot}


Figure = Callable[[View], Sequence[Panel]]
_FIGURES: list[tuple[int, str, Figure]] = []


def figure(*, rank: int) -> Callable[[Figure], Figure]:
    """Register a figure; a lower rank comes first when the large places are given out."""

    def register(draw: Figure) -> Figure:
        _FIGURES.append((rank, draw.__module__, draw))
        return draw

    return register


def panels(view: View) -> list[dict[str, Any]]:
    """Everything the stage shows of a view, in order."""
    discover(__name__)
    drawn = [panel for _, _, draw in sorted(_FIGURES, key=lambda entry: entry[:2]) for panel in draw(view)]
    large = [panel for panel in drawn if panel.slot == "first"]
    others = sorted((panel for panel in drawn if panel.slot != "first"), key=lambda panel: panel.slot, reverse=True)  # third, then curves
    places: tuple[Slot, Slot] = ("first", "second")
    return [p.spec(place) for p, place in zip(large, places, strict=False)] + [p.spec(p.slot) for p in others]
