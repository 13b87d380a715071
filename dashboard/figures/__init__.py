"""Figures: pure functions from a run to what the stage draws. No Streamlit in here.

A figure is one file in this folder, registered with `@figure(rank=...)`. It returns panels, or nothing when it does not
suit the data. The two panels of lowest rank that ask for no place of their own take the large places of the stage; a panel
for the third place stands beside them. May import nothing of the dashboard but `theme`.
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
"""Longer runs are shown at this many generations, evenly spaced, first and last included."""

Slot = Literal["first", "second", "third", "curve"]


@dataclass(frozen=True)
class View:
    """A run as somebody looks at it.

    Attributes:
        run: what happened.
        world: the replicate whose rows are drawn.
        curves: the metrics whose curves are drawn.
        flat: the map that rows are placed on; None for the principal one.
        also: a generation that has a frame in any case, because a link names it.
    """

    run: Run
    world: int
    curves: tuple[str, ...]
    flat: LandmarkMap | PooledMap | None = None
    also: int | None = None

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
        if isinstance(self.flat, PooledMap):
            return tuple(t for t in self.flat.generations if t <= self.run.last)
        frames = self.run.evenly(MOST_FRAMES)
        return frames if self.also is None or self.also > self.run.last else tuple(sorted({*frames, self.also}))

    def rows(self, t: int) -> NDArray[Any]:
        """The rows that the shown world drew in generation t, (k, d)."""
        return self.run.samples[self.world, t]

    def metric(self, name: str) -> NDArray[np.float64]:
        """One metric in the shown world, by generation."""
        return self.run.metrics[name][self.world]


@dataclass(frozen=True)
class Panel:
    """One panel of the stage: Plotly's data, layout and one frame per generation, or a picture or word panel's own content.

    Attributes:
        name: the panel keeps its place on screen as long as the name stays.
        kind: who draws it in the browser: plot, map, curve, images, words or passages.
        title: the words above it.
        alt: the same with numbers, for those who do not see it.
        data: Plotly traces; those that have a name are in the panel's table, and one at least has.
        layout: Plotly layout with fixed axes.
        frames: one per generation of the view: {"traces": [...], "data": [...]}.
        content: whatever else the kind needs.
    """

    name: str
    kind: Literal["plot", "curve", "images", "words", "passages", "map"]
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


Draw = Callable[[View], Sequence[Panel]]
_FIGURES: list[tuple[int, str, Draw]] = []


def figure(*, rank: int) -> Callable[[Draw], Draw]:
    """Register a figure; a lower rank comes first when the large places are given out."""

    def register(draw: Draw) -> Draw:
        _FIGURES.append((rank, draw.__module__, draw))
        return draw

    return register


def panels(view: View) -> list[dict[str, Any]]:
    """Everything the stage shows of a view, in order."""
    discover(__name__)
    large: list[Panel] = []
    beside: list[Panel] = []
    for _, _, draw in sorted(_FIGURES, key=lambda entry: entry[:2]):
        for panel in draw(view):
            (large if panel.slot == "first" else beside).append(panel)
    places: tuple[Slot, Slot] = ("first", "second")
    beside.sort(key=lambda panel: panel.slot, reverse=True)
    return [p.spec(place) for p, place in zip(large, places, strict=False)] + [p.spec(p.slot) for p in beside]
