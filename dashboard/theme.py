"""One meaning, one sign: the palette, the type and the number formats of every figure.

Figures name roles ("@synthetic", "@ink/0.3"), never colours; the stage fills them in when it knows whether the page is
light or dark. The hues are a blue and an orange-red that differ in lightness too, so that they survive colour
blindness, a weak projector and print; nothing is told by hue alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

CLASSES: Final = tuple(f"class{k}" for k in range(10))
"""Ten, as many as there are digits; where there are more classes, colours come again."""

LIGHT_CLASSES: Final = ("#2f5bd7", "#a8480c", "#0c7c5e", "#a3287f", "#7a6300", "#6b45c4", "#c4213f", "#40761b", "#137486", "#6d4f3d")
DARK_CLASSES: Final = ("#86a8ff", "#ff9d5c", "#4fd1a5", "#f08ad0", "#e0c34c", "#b9a2ff", "#ff8095", "#a3d46a", "#62cfe0", "#d3b09c")

PALETTE: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "light": {
            "paper": "#fbfaf7",
            "ink": "#15171c",
            "soft": "#565b65",
            "grid": "#e3e0d8",
            "ghost": "#8a877d",
            "synthetic": "#2f5bd7",
            "lost": "#b93a08",
            "bet": "#8f3fae",
            **dict(zip(CLASSES, LIGHT_CLASSES, strict=True)),
        },
        "dark": {
            "paper": "#14161b",
            "ink": "#eceae4",
            "soft": "#a9aeb9",
            "grid": "#2d323c",
            "ghost": "#8b909b",
            "synthetic": "#86a8ff",
            "lost": "#ff9d5c",
            "bet": "#d79bf2",
            **dict(zip(CLASSES, DARK_CLASSES, strict=True)),
        },
    }
)
"""Real data is `ghost`, this generation `synthetic`, what is gone `lost`, what was predicted `bet`, closed forms and text
`ink`; `paper` is the page. Classes have hues of their own, on maps only, where each island also bears its name.
`.streamlit/config.toml` repeats what Streamlit itself must know, and a test holds it to this."""

ANY_SCHEME: Final[Mapping[str, str]] = MappingProxyType({"synthetic": "#5b82ee", "ghost": PALETTE["dark"]["ghost"]})
"""For pictures that cannot know whether the page behind them is light or dark."""

PRINT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "paper": "#ffffff",
        "ink": PALETTE["light"]["ink"],
        "soft": "#3d4149",
        "ghost": PALETTE["light"]["ghost"],
        "rule": "#b9b6ad",
        "grid": "#d5d2c9",
        "link": PALETTE["light"]["synthetic"],
    }
)
"""For sheets and codes on white paper: words and lines a little darker than on a screen, `rule` to write on."""

FIGURES_IN_PRINT: Final[Mapping[str, str]] = MappingProxyType({**PALETTE["light"], **PRINT})
"""Every role of a figure on white paper, for pictures that go into a text."""

FONT: Final = '"Source Sans", "Source Sans Pro", system-ui, sans-serif'


def layout(x: Mapping[str, Any], y: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The common layout of a panel: fixed margins and axes, quiet grid, no legend."""
    axis = {
        "gridcolor": "@grid",
        "linecolor": "@ghost",
        "zeroline": False,
        "automargin": False,
        "tickfont": {"color": "@soft", "size": 12},
        "title": {"font": {"color": "@soft", "size": 12}, "standoff": 4},
        "fixedrange": True,
    }
    return {
        "margin": {"l": 44, "r": 10, "t": 6, "b": 34},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": "@ink", "size": 12},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ghost", "font": {"family": FONT, "color": "@ink"}},
        "dragmode": False,
        "xaxis": _merged(axis, {"showgrid": False}, x),
        "yaxis": _merged(axis, y),
        **more,
    }


def _merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            old = merged.get(key)
            merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged


def number(value: float) -> str:
    """Two or three digits, as a person would write them: 0.672, 34.7, 1,250, 2.1e-7, infinite."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "infinite"
    size = abs(value)
    if size == 0 or 100 <= size < 1e6:
        return f"{value:,.0f}"
    if 0.0095 <= size < 100:
        return f"{value:.3g}"
    return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e")


def literal(words: str) -> str:
    """Words that are shown as they are typed: no link, picture or directive that a visitor's link could carry in.

    Markdown makes links of bare addresses after it has read the escapes, so these are held apart by an invisible joiner.
    """
    apart = re.sub(r"(?i)(https?|ftp|mailto|xmpp|www|@)(?=[:.\w])", "\\1\u2060", words)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", apart)


def counted(words: tuple[str, str], *counts: float) -> str:
    """A count with its noun, or two counts, of the words for one and for any other number, each with a place `{n}`.

    >>> counted(("{n} word", "{n} words"), 1), counted(("{n} word", "{n} words"), 1, 2)
    ('1 word', '1 and 2 words')
    """
    return words[counts[-1] != 1].format(n=both(counts))


MOST_PERCENT = 100_000
"""A choice: beyond a thousandfold the digits say no more than that it is huge."""


def percent(share: float) -> str:
    """A share in percent, with a digit more where it is small and none that nobody reads where it is huge."""
    if not math.isfinite(share):
        return "–"
    points = 100 * share
    if points > MOST_PERCENT:
        return f"more than {MOST_PERCENT:,} %"
    return f"{points:.1f} %" if 0 < abs(points) < 9.95 and points != round(points) else f"{points:,.0f} %"


MOST_DIGITS = 9
"""Digits after which two numbers are the same to a reader, if they differ at all."""


def percent_beside(share: float, other: float = 1.0) -> str:
    """A share in percent, with as many digits as it takes not to be read as another one that it is not.

    >>> percent_beside(0.9996), percent_beside(1.0)
    ('99.96 %', '100 %')
    """
    if share == other or not math.isfinite(share) or percent(share) != percent(other):
        return percent(share)
    enough = (count for count in range(1, MOST_DIGITS) if round(100 * share, count) != round(100 * other, count))
    return f"{100 * share:,.{next(enough, 0)}f} %"


def numbers_apart(first: float, second: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart; equal ones as ever.

    >>> numbers_apart(0.98112, 0.98109), numbers_apart(7.71, 9.2)
    (('0.98112', '0.98109'), ('7.71', '9.2'))
    """
    pairs = ((f"{first:,.{digits}g}", f"{second:,.{digits}g}") for digits in range(4, MOST_DIGITS + 4))
    usual = (number(first), number(second))
    if first == second or usual[0] != usual[1]:
        return usual
    return next((pair for pair in pairs if pair[0] != pair[1]), usual)


def both(values: Sequence[float]) -> str:
    """A number, or two of which a sentence tells both."""
    return " and ".join(map(number, values))


def compact(values: Any, digits: int = 4) -> list[Any]:
    """Numbers as a nested list, rounded to significant digits; what is not finite becomes null."""
    array = np.asarray(values, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(array))))
        rounded = np.where((array == 0) | ~np.isfinite(scale), array, np.round(array * scale) / scale)
    as_objects = rounded.astype(object)
    as_objects[~np.isfinite(rounded)] = None
    return as_objects.tolist()
