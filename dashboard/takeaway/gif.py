"""The run as an animated GIF, drawn here and not in a browser: one world, one frame a generation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.captions.run import caption
from dashboard.figures import View
from dashboard.takeaway.scenes import Scene, rgb, scene_of
from dashboard.theme import PALETTE
from dashboard.version import software

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, HEIGHT = 640, 440
MOST_FRAMES: Final = 60
FINE: Final = 2
"""Frames are drawn so many times larger and made smaller, for smooth edges."""

FIRST, EACH, LAST = 1000, 120, 2500
"""Milliseconds that the first frame, those between and the last one stay."""

SHADES: Final = 21
"""Of each role between it and the paper behind it, for smooth edges."""

BOX: Final = (24, 52, WIDTH - 24, HEIGHT - 144)
"""Left, top, right and bottom of the picture within the frame."""

TITLE, TEXT, SMALL = 20, 14, 10

CAPTION_LINES: Final = 5


def gif(view: View, link: str) -> bytes:
    """The file; long runs are shown at an even choice of generations, first and last included.

    Args:
        view: what is looked at.
        link: where the run can be opened, for the small print.
    """
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette(_colours())
    few = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in _frames(view, link)]
    durations = [FIRST, *[EACH] * (len(few) - 2), LAST][-len(few) :]
    file = BytesIO()
    few[0].save(file, "GIF", save_all=True, append_images=few[1:], duration=durations, loop=0, optimize=False)
    return file.getvalue()


def _colours() -> list[int]:
    """The palette of all frames: each role in shades, and the synthetic rows over the ghost of the real ones."""
    light = {role: np.array(rgb(role)) for role in ("paper", "ink", "soft", "grid", "ghost", "synthetic", "lost")}
    shades = np.linspace(0, 1, SHADES)[:, None]
    plain = [light["paper"] * (1 - shades) + hue * shades for role, hue in light.items() if role != "paper"]
    over = light["ghost"] * (1 - shades) + light["synthetic"] * shades
    return np.concatenate([*plain, over]).round().astype(int).ravel().tolist()


def _frames(view: View, link: str) -> Iterator[Image]:
    from PIL import Image, ImageDraw

    scene = scene_of(view)
    for t in view.run.evenly(MOST_FRAMES):
        frame = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PALETTE["light"]["paper"])
        pen = ImageDraw.Draw(frame, "RGBA")
        scene.draw(frame, pen, t, tuple(side * FINE for side in BOX))
        _write(pen, view, t, scene, link)
        yield frame.reduce(FINE)


def _write(pen: Any, view: View, t: int, scene: Scene, link: str) -> None:
    """The generation above the picture; below it how far the run is, the caption and the small print."""
    ink, soft, grid, synthetic = (PALETTE["light"][role] for role in ("ink", "soft", "grid", "synthetic"))
    left, _, right, bottom = BOX
    _text(pen, left, 14, f"Generation {t} of {view.run.last}", TITLE, ink)
    _text(pen, right, 20, f"World {view.replicate + 1}: {scene.title}", TEXT, soft, anchor="ra")
    y = bottom + 12
    pen.rectangle(_scaled(left, y, right, y + 2), fill=grid)
    pen.rectangle(_scaled(left, y, left + (right - left) * t / max(1, view.run.last), y + 2), fill=synthetic)
    for i, line in enumerate(_lines(caption(view, t), TEXT, right - left)[:CAPTION_LINES]):
        _text(pen, left, y + 10 + 18 * i, line, TEXT, ink)
    words = f"{software()} · seed {view.experiment.seed}" + (f" · {link}" if link else "")
    for i, line in enumerate(_lines(words, SMALL, right - left)[-2:]):
        _text(pen, left, HEIGHT - 30 + 12 * i, line, SMALL, soft)


def _text(pen: Any, x: float, y: float, words: str, size: int, fill: str, anchor: str = "la") -> None:
    pen.text((x * FINE, y * FINE), words, font=_font(size), fill=fill, anchor=anchor)


@lru_cache(maxsize=4)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size * FINE)


def _scaled(*sides: float) -> list[float]:
    return [side * FINE for side in sides]


@lru_cache(maxsize=256)
def _lines(text: str, size: int, width: int) -> list[str]:
    """A text broken into lines that fit; a word longer than a line (a link) is broken anywhere."""
    font, lines = _font(size), [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width * FINE:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > width * FINE:
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]
