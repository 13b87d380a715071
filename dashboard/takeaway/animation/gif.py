"""The file: the first panel on stage that can be drawn here, of one world, generation by generation, with caption and small print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from dashboard.captions.run import caption
from dashboard.figures import View, panels
from dashboard.takeaway.animation.canvas import OVERSAMPLING, Box, palette_of, rgba, width_of, write
from dashboard.takeaway.animation.images import ImageRaster
from dashboard.takeaway.animation.plots import PlotRaster, drawable
from dashboard.takeaway.animation.words import WordRaster
from dashboard.version import software

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT = 640, 440
"""Pixels. A choice: readable in a talk or a chat, and small enough as a file to be sent."""

MOST_FRAMES: Final = 60
"""A choice: with the durations below the longest payload takes ten seconds."""

FIRST, EACH, LAST = 1000, 120, 2500
"""Milliseconds that the first frame, those between and the last one stay."""

BOX: Final = (24, 52, WIDTH - 24, HEIGHT - 144)
"""Left, top, right and bottom of the picture within the frame."""

TITLE, TEXT, SMALL = 20, 14, 10
"""Sizes of type, in pixels of the finished frame."""

CAPTION_LINES: Final = 5
"""As many as there is room for between the bar and the small print."""

NOTHING: Final[Mapping[str, Any]] = {"title": "", "data": [], "frames": []}
"""Stands for a panel where none can be drawn; the captions then speak alone."""


class Raster(Protocol):
    """Draws one panel with Pillow."""

    def background(self, frame: Image) -> None:
        """Draw what is the same in every frame."""
        ...

    def draw(self, frame: Image, i: int) -> None:
        """Draw the panel's frame i over it."""
        ...


RASTERS: Final[Mapping[str, Callable[[Mapping[str, Any], Box, View], Raster]]] = {
    "plot": lambda spec, box, _: PlotRaster(spec, box),
    "map": lambda spec, box, _: PlotRaster(spec, box),
    "images": lambda spec, box, _: ImageRaster(spec, box),
    "words": lambda spec, box, view: WordRaster(spec, box, view.generations),
}
"""The kinds of panels that can be drawn, and what draws each; a panel of any other kind is passed over for the next on stage.

Curves are too small for a picture of their own, and passages too long.
"""

PLOTS: Final = ("plot", "map")
"""Kinds that can be drawn only where `drawable` knows all their traces."""


def gif(view: View, link: str) -> bytes:
    """The file; long runs are shown at an even choice of generations, first and last included.

    Args:
        view: what is looked at.
        link: where the run can be opened, for the small print.
    """
    from PIL import Image

    spec = panel_of(panels(view))
    palette = Image.new("P", (1, 1))
    palette.putpalette(palette_of(spec))
    # One palette for all frames: with one each, still parts would flicker and the file grow.
    few = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in _frames(view, spec, link)]
    durations = [FIRST, *[EACH] * (len(few) - 2), LAST][-len(few) :]
    file = BytesIO()
    few[0].save(file, "GIF", save_all=True, append_images=few[1:], duration=durations, loop=0, optimize=False)
    return file.getvalue()


def panel_of(specs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The first panel in the order of the stage that `RASTERS` can draw; words only where no picture can."""
    able = [spec for spec in specs if spec["kind"] in RASTERS and (spec["kind"] not in PLOTS or drawable(spec))]
    return next((spec for spec in able if spec["kind"] != "words"), able[0] if able else NOTHING)


def frames_of(view: View) -> list[int]:
    """Which frames of the panels are shown, by their place in the view's generations."""
    count = len(view.generations)
    return [int(i) for i in np.unique(np.linspace(0, count - 1, min(count, MOST_FRAMES)).round())]


def raster_of(spec: Mapping[str, Any], view: View) -> Raster | None:
    """What draws a panel in the box of the large frame; None for nothing."""
    return RASTERS[spec["kind"]](spec, _scaled(*BOX), view) if "kind" in spec else None


def _frames(view: View, spec: Mapping[str, Any], link: str) -> Iterator[Image]:
    from PIL import Image, ImageDraw

    raster = raster_of(spec, view)
    empty = Image.new("RGB", (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING), rgba("@paper")[:3])
    if raster is not None:
        raster.background(empty)
    for i in frames_of(view):
        frame = empty.copy()
        if raster is not None:
            raster.draw(frame, i)
        _describe(ImageDraw.Draw(frame, "RGBA"), view, view.generations[i], spec["title"], link)
        yield frame.reduce(OVERSAMPLING)


def _describe(pen: Any, view: View, t: int, title: str, link: str) -> None:
    """The generation above the picture; below it how far the run is, the caption and the small print."""
    left, _, right, bottom = BOX
    place = f"Generation {t} of {view.run.last}"
    _text(pen, left, 14, place, TITLE, "@ink")
    room = (right - left) * OVERSAMPLING - 1.1 * width_of(place, TITLE)
    _text(pen, right, 20, title, TEXT if width_of(title, TEXT) <= room else SMALL, "@soft", "ra")
    y = bottom + 12
    pen.rectangle(_scaled(left, y, right, y + 2), fill=rgba("@grid"))
    pen.rectangle(_scaled(left, y, left + (right - left) * t / max(1, view.run.last), y + 2), fill=rgba("@synthetic"))
    for i, line in enumerate(lines(caption(view, t), TEXT, right - left)[:CAPTION_LINES]):
        _text(pen, left, y + 10 + 18 * i, line, TEXT, "@ink")
    words = f"{software()} · seed {view.experiment.seed}" + (f" · {link}" if link else "")
    for i, line in enumerate(lines(words, SMALL, right - left)[-2:]):
        _text(pen, left, HEIGHT - 30 + 12 * i, line, SMALL, "@soft")


def _text(pen: Any, x: float, y: float, words: str, size: int, colour: str, anchor: str = "la") -> None:
    write(pen, x * OVERSAMPLING, y * OVERSAMPLING, words, size, colour, anchor)


def _scaled(left: float, top: float, right: float, bottom: float) -> Box:
    return round(left * OVERSAMPLING), round(top * OVERSAMPLING), round(right * OVERSAMPLING), round(bottom * OVERSAMPLING)


@lru_cache(maxsize=256)
def lines(text: str, size: int, width: int) -> list[str]:
    """A text broken into lines that fit; a word longer than a line (a link) is broken anywhere."""
    broken = [""]
    for word in text.split(" "):
        longer = f"{broken[-1]} {word}".strip()
        if width_of(longer, size) <= width * OVERSAMPLING:
            broken[-1] = longer
            continue
        broken.append("")
        for letter in word:
            if width_of(broken[-1] + letter, size) > width * OVERSAMPLING:
                broken.append("")
            broken[-1] += letter
    return [line for line in broken if line]
