"""Marks of small pictures, as SVG: outlines, lines, dots and words in the roles of the palette.

A picture is shown as an image, and an image follows the scheme of the page around it: its style sheet has both.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from dashboard.theme import FONT, PALETTE
from sim.arrays import Floats

ROLES: Final = ("ink", "soft", "ghost", "synthetic", "lost")
"""Of the palette, as far as small pictures have a use for them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its words.

    Attributes:
        marks: SVG elements, from the back to the front.
        width: of the drawing, in units of its own.
        height: likewise.
        caption: the line below it.
        alt: what it shows, with its numbers.
    """

    marks: str
    width: float
    height: float
    caption: str
    alt: str

    @property
    def svg(self) -> str:
        """The whole file; its title and description are the caption and the alternative text."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}">'
            f"<title>{escape(self.caption)}</title><desc>{escape(self.alt)}</desc><style>{_style()}</style>{self.marks}</svg>\n"
        )

    @property
    def data_url(self) -> str:
        """The file as the address of an image."""
        return f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of a picture with axes of its own.

    Attributes:
        left: the edge of the part in the picture's units, as the others.
        top: likewise.
        width: likewise.
        height: likewise.
        x: the values at the left and the right edge.
        y: the values at the lower and the upper edge.
    """

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: Floats | float, y: Floats | float) -> tuple[Floats, Floats]:
        """Where values stand in the picture."""
        across = self.left + self.width * (np.asarray(x, dtype=np.float64) - self.x[0]) / (self.x[1] - self.x[0])
        down = self.top + self.height * (self.y[1] - np.asarray(y, dtype=np.float64)) / (self.y[1] - self.y[0])
        return across, down

    def line(self, x: Floats, y: Floats, role: str, width: float = 2.0, *, dash: str = "", opacity: float = 1.0) -> str:
        """A line through points; what is not finite is left out."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<path class="l {role}" d="{self._path(x, y)}" stroke-width="{width:g}"{dashed}{_faint(opacity)}/>'

    def hill(self, x: Floats, y: Floats, role: str, opacity: float) -> str:
        """The area between a line and the lower edge."""
        across, _ = self.place(x[[0, -1]], 0.0)
        floor = self.top + self.height
        return f'<path class="f {role}" d="{self._path(x, y)}L{across[1]:.1f} {floor:.1f}L{across[0]:.1f} {floor:.1f}Z"{_faint(opacity)}/>'

    def between(self, x: Floats, low: Floats, high: Floats, role: str, opacity: float) -> str:
        """The area between two lines."""
        there, back = self._path(x, high), self._path(x[::-1], low[::-1])
        return f'<path class="f {role}" d="{there}L{back[1:]}Z"{_faint(opacity)}/>'

    def dots(self, points: Floats, role: str, radius: float, *, hollow: bool = False, opacity: float = 1.0) -> str:
        """A dot at every point (points, 2), in one path: lines without length and with round ends; hollow ones are rings."""
        places = list(zip(*self.place(points[:, 0], points[:, 1]), strict=True))
        if not hollow:
            path = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in places)
            return f'<path class="l {role}" d="{path}" stroke-width="{2 * radius:g}"{_faint(opacity)}/>'
        arc = f"a{radius:g} {radius:g} 0 1 0"
        path = "".join(f"M{a - radius:.1f} {b:.1f}{arc} {2 * radius:g} 0{arc} {-2 * radius:g} 0" for a, b in places)
        return f'<path class="l {role}" d="{path}" stroke-width="{min(1.5, 0.5 * radius):g}"{_faint(opacity)}/>'

    def beside(self, y: float, text: str, role: str = "soft", *, size: float = 10, lift: float = 0) -> str:
        """Words right of the frame at the height of a value, or so far above it."""
        _, down = self.place(0.0, y)
        return words(self.left + self.width + 5, float(down) + 0.35 * size - lift, text, role, size=size)

    def _path(self, x: Floats, y: Floats) -> str:
        return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(*self.place(x, y), strict=True) if np.isfinite(b))


def words(left: float, base: float, text: str, role: str = "soft", *, anchor: str = "start", size: float = 10) -> str:
    """Words at a place of the picture."""
    return f'<text class="{role}" x="{left:.1f}" y="{base:.1f}" text-anchor="{anchor}" font-size="{size:g}">{escape(text)}</text>'


def arrow(left: float, middle: float, length: float) -> str:
    """An arrow to the right."""
    tip = f"M{left + length - 4:.1f} {middle - 4:.1f}l5 4l-5 4"
    return f'<path class="l soft" d="M{left:.1f} {middle:.1f}h{length:.1f}{tip}" stroke-width="1.5"/>'


def outline(rows: Floats, at: Floats) -> Floats:
    """How densely rows lie at some values: a smooth outline.

    Law: the mean over the rows of normal densities about them, of Silverman's width 1.06 s n^(-1/5), s their standard deviation.
    """
    width = 1.06 * rows.std(ddof=1) * len(rows) ** -0.2
    return np.exp(-0.5 * ((at[:, None] - rows) / width) ** 2).mean(axis=1) / (width * np.sqrt(2 * np.pi))


def joined(marks: Iterable[str]) -> str:
    """Marks one upon another."""
    return "".join(marks)


def _faint(opacity: float) -> str:
    return "" if opacity == 1 else f' opacity="{opacity:g}"'


def _style() -> str:
    """One style sheet for all pictures: `l` for lines, `f` for areas, and a class for each role."""
    family = FONT.replace('"', "'")
    shapes = f".l{{fill:none;stroke-linejoin:round;stroke-linecap:round}}text{{font-family:{family}}}"
    return f"{shapes}{_roles(PALETTE['light'])}@media(prefers-color-scheme:dark){{{_roles(PALETTE['dark'])}}}"


def _roles(colours: Mapping[str, str]) -> str:
    return "".join(f".l.{role}{{stroke:{colours[role]}}}.f.{role},text.{role}{{fill:{colours[role]}}}" for role in ROLES)
