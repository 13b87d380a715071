"""What a frame of the animation shows of one world: a histogram, points, pictures or words, the real data as a ghost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import View
from dashboard.figures.occupancy import word_counts
from dashboard.theme import PALETTE
from sim.maps.principal import principal_map

Box = tuple[int, ...]
"""Left, top, right and bottom in pixels."""

BINS: Final = 48
GHOSTS, DOTS = 500, 300
WORDS: Final = 60
CELLS: Final = 60


class Scene(ABC):
    """One way of showing a generation."""

    title: str

    @abstractmethod
    def draw(self, frame: Any, pen: Any, t: int, box: Box) -> None:
        """Draw generation t into the box of a frame, with its pen."""


def scene_of(view: View) -> Scene:
    """The scene that suits the data."""
    space = view.space
    if space.image is not None:
        return Pictures(view)
    if space.kind != "columns":
        return Ranks(view)
    return Histogram(view) if len(space.columns) == 1 else Points(view)


class Histogram(Scene):
    """Shares of rows in fixed bins."""

    title = "values drawn, real data in grey"

    def __init__(self, view: View) -> None:
        self._view = view
        real = view.truth.rows[:, 0].astype(np.float64)
        drawn = view.run.samples[view.replicate, : view.run.last + 1, :, 0]
        low = min(np.quantile(real, 0.001), *np.nanquantile(drawn, 0.005, axis=1))
        high = max(np.quantile(real, 0.999), *np.nanquantile(drawn, 0.995, axis=1))
        pad = 0.04 * (high - low)
        self._edges = np.linspace(low - pad, high + pad, BINS + 1)
        self._real = self._shares(real)
        self._top = 1.05 * max(float(self._real.max()), *(float(self._shares(rows).max()) for rows in drawn))

    def _shares(self, values: NDArray[Any]) -> NDArray[np.float64]:
        return np.histogram(values, self._edges)[0] / len(values)

    def draw(self, frame: Any, pen: Any, t: int, box: Box) -> None:
        """Bars from the bottom of the box."""
        for shares, hue in ((self._real, _hue("ghost", 0.4)), (self._shares(self._view.rows(t)[:, 0]), _hue("synthetic", 0.7))):
            x = np.linspace(box[0], box[2], BINS + 1).round()
            for i in np.flatnonzero(shares):
                height = (box[3] - box[1]) * min(1.0, float(shares[i]) / self._top)
                pen.rectangle([x[i] + 1, box[3] - height, x[i + 1] - 1, box[3]], fill=hue)
        pen.line([box[0], box[3], box[2], box[3]], fill=_hue("ghost", 1), width=2)


class Points(Scene):
    """Rows in the plane, on the principal map where there are more than two columns."""

    title = "rows drawn, real data in grey"

    def __init__(self, view: View) -> None:
        self._view, self._map = view, principal_map(view.experiment.source)
        self._real = self._map.place(view.truth.rows[:GHOSTS])
        ends = [self._real, *(self._placed(t) for t in view.generations)]
        edges = [np.quantile(p[np.isfinite(p).all(axis=1)], (0.005, 0.995), axis=0) for p in ends if np.isfinite(p).all(axis=1).any()]
        low, high = np.min([e[0] for e in edges], axis=0), np.max([e[1] for e in edges], axis=0)
        self._middle, self._size = (low + high) / 2, 1.12 * np.maximum(high - low, 1e-9)

    def _placed(self, t: int) -> NDArray[np.float64]:
        return self._map.place(self._view.rows(t)[:DOTS])

    def draw(self, frame: Any, pen: Any, t: int, box: Box) -> None:
        """Dots; both axes have the same scale."""
        scale = min((box[2] - box[0]) / self._size[0], (box[3] - box[1]) / self._size[1])
        centre = np.array([box[0] + box[2], box[1] + box[3]]) / 2
        for places, hue, radius in ((self._real, _hue("ghost", 0.5), 4), (self._placed(t), _hue("synthetic", 0.75), 5)):
            dots = centre + (places - self._middle) * scale * (1, -1)
            inside = (dots >= (box[0], box[1])).all(axis=1) & (dots <= (box[2], box[3])).all(axis=1)
            for x, y in dots[inside]:
                pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=hue)


class Pictures(Scene):
    """The first rows as pictures, the same cells in every generation."""

    title = "pictures drawn"

    def __init__(self, view: View) -> None:
        assert view.space.image is not None
        self._view, self._shape = view, view.space.image
        real = view.truth.rows
        self._low, self._high = float(real.min()), float(real.max())
        count = min(CELLS, view.run.samples.shape[2])
        self._rows = max(1, round((count / 2.4) ** 0.5))  # the box is some 2.4 times as wide as it is high
        self._columns = -(-count // self._rows)

    def draw(self, frame: Any, pen: Any, t: int, box: Box) -> None:
        """A grid as large as the box allows, in its middle."""
        from PIL import Image

        height, width = self._shape
        cell = min((box[2] - box[0]) // (self._columns * (width + 1)), (box[3] - box[1]) // (self._rows * (height + 1)))
        across = (box[0] + box[2] - cell * self._columns * (width + 1)) // 2
        paper, ink = (np.array(rgb(role)) for role in ("paper", "synthetic"))
        for k, row in enumerate(self._view.rows(t)[: self._columns * self._rows]):
            share = np.clip(np.nan_to_num((row - self._low) / (self._high - self._low)), 0, 1).reshape(height, width, 1)
            cells = Image.fromarray((paper + (ink - paper) * (share * 15).round() / 15).astype(np.uint8))
            large = cells.resize((width * cell, height * cell), Image.Resampling.NEAREST)
            frame.paste(large, (across + k % self._columns * cell * (width + 1), box[1] + k // self._columns * cell * (height + 1)))


class Ranks(Scene):
    """How often words are drawn, from common to rare, on log scales; one that is known to be absent is crossed out."""

    def __init__(self, view: View) -> None:
        truth = view.truth.probabilities
        assert truth is not None
        picks = np.unique(np.round(np.geomspace(1, len(truth), WORDS)).astype(int)) - 1
        tokens = np.argsort(-truth, kind="stable")[picks]
        known = word_counts(view)
        self._exact = known.exact
        among = "" if known.exact else f" in the first {known.total:,} {known.noun}"
        self.title = view.space.spoken("words from common to rare") + f"{among}, the truth in grey"
        self._real, self._drawn = truth[tokens], known.counts[:, tokens] / known.total
        self._ranks = np.log(picks + 1.0) / np.log(len(truth))
        self._floor = 0.5 * min(1 / known.total, float(self._real[self._real > 0].min()))
        self._top = 1.3 * max(float(self._real.max()), float(self._drawn.max()))

    def draw(self, frame: Any, pen: Any, t: int, box: Box) -> None:
        """A grey line of circles for the truth, dots for this generation."""
        x = box[0] + self._ranks * (box[2] - box[0])
        pen.line([*zip(x, self._height(self._real, box), strict=True)], fill=_hue("ghost", 0.8), width=8)
        for across, up, share in zip(x, self._height(self._drawn[t], box), self._drawn[t], strict=True):
            if share > 0:
                pen.ellipse([across - 6, up - 6, across + 6, up + 6], fill=_hue("synthetic", 1))
            elif self._exact:
                for way in (1, -1):
                    pen.line([across - 6, box[3] - 6 * way, across + 6, box[3] + 6 * way], fill=_hue("lost", 1), width=3)

    def _height(self, shares: NDArray[np.float64], box: Box) -> NDArray[np.float64]:
        low, high = np.log(self._floor), np.log(self._top)
        return box[3] - (box[3] - box[1]) * (np.log(np.maximum(shares, self._floor)) - low) / (high - low)


def rgb(role: str) -> tuple[int, int, int]:
    """The colour of a role on light paper."""
    text = PALETTE["light"][role]
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hue(role: str, alpha: float) -> tuple[int, int, int, int]:
    return (*rgb(role), round(255 * alpha))
