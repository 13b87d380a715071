"""Colours, type and scale of a frame: what the browser does for a panel on light paper, in Pillow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np

from dashboard.theme import PALETTE

OVERSAMPLING: Final = 2
"""Frames are drawn so many times larger and made smaller, for smooth edges. A choice: three would be more than twice as many pixels."""

LIGHT: Final = PALETTE["light"]

MOST_SHADES: Final = 21
"""Of each role between it and the paper behind it, for smooth edges."""

COLOURS: Final = 256
"""As many as a GIF has."""

FRAME_ROLES: Final = ("ink", "soft", "grid", "synthetic", "ghost", "lost")
"""Colours that every frame may need; a panel's own come on top."""

STAND_INS: Final = str.maketrans({"→": ">", "␣": "_", "×": "x", "○": "o", "\u200b": None})
"""Signs that the built-in font lacks."""

Rgba = tuple[int, int, int, int]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the large frame."""


@lru_cache(maxsize=128)
def rgba(colour: str) -> Rgba:
    """A role ("@ink", "@ghost/0.28") or a plain colour ("rgba(0,0,0,0)") as red, green, blue and opacity, 0 to 255."""
    from PIL import ImageColor

    role, _, opacity = colour.removeprefix("@").partition("/")
    plain = LIGHT.get(role, LIGHT["ink"]) if colour.startswith("@") else colour
    red, green, blue, solid = cast(Rgba, ImageColor.getcolor(plain, "RGBA"))
    return red, green, blue, round(255 * float(opacity)) if opacity else solid


def palette_of(spec: Mapping[str, Any]) -> list[int]:
    """The palette of all frames, flat: each role that the panel names in shades, and synthetic rows over real ones."""
    # Classes have hues of their own on maps only; fewer hues leave more shades to each.
    named = re.findall(r'"@(\w+)', json.dumps([spec["data"], spec["frames"]]))
    roles = list(dict.fromkeys([*FRAME_ROLES, *(role for role in named if role in LIGHT and role != "paper")]))
    shades = np.linspace(0, 1, min(MOST_SHADES, COLOURS // (len(roles) + 1)))[:, None]
    paper, *hues = (np.array(rgba(f"@{role}")[:3]) for role in ("paper", *roles))
    ghost, synthetic = (np.array(rgba(f"@{role}")[:3]) for role in ("ghost", "synthetic"))
    ramps = [(paper, hue) for hue in hues] + [(ghost, synthetic)]
    return np.concatenate([behind * (1 - shades) + hue * shades for behind, hue in ramps]).round().astype(int).ravel().tolist()


@lru_cache(maxsize=16)
def font(size: float) -> Any:
    """The built-in typeface at a size in pixels of the finished frame."""
    from PIL import ImageFont

    return ImageFont.load_default(size * OVERSAMPLING)


def write(pen: Any, x: float, y: float, words: str, size: float, colour: str, anchor: str = "la", rim: float = 0) -> None:
    """Text at a place of the large frame, where a rim of paper is wanted with one, so that lines under it do not strike it through."""
    more = {"stroke_width": rim * OVERSAMPLING, "stroke_fill": rgba("@paper")} if rim else {}
    pen.text((x, y), words.translate(STAND_INS), font=font(size), fill=rgba(colour), anchor=anchor, **more)


def width_of(words: str, size: float) -> float:
    """The width of a text in pixels of the large frame."""
    return font(size).getlength(words.translate(STAND_INS))
