"""The loop as it is drawn in words and boxes: what the loop bar and the page Method have in common."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from dashboard.theme import ANY_SCHEME


def node(name: str, what: str, heap: str = "", meaning: str = "") -> str:
    """A box: its name, what is in it, and above it a heap of real ("ghost") or drawn ("synthetic") rows.

    Args:
        name: of the place on the loop.
        what: is there.
        heap: of which rows, if of any.
        meaning: what a pointer that rests there is told, after the whole of its name.
    """
    shape = f'<i class="cl-loop-{heap}"></i>' if heap else ""
    said = f' title="{escape(f"{what}: {meaning}")}"' if meaning else ""
    return f'<div class="cl-loop-node"{said}>{shape}<b>{escape(name)}</b><span>{escape(what)}</span></div>'


def arrow(words: str = "") -> str:
    """An arrow to the right, with words on it."""
    return f'<div class="cl-loop-arrow"><span>{escape(words)}</span></div>'


@cache
def style() -> str:
    """The style sheet of both."""
    sheet = (Path(__file__).parent / "loop_bar.css").read_text("utf-8")
    return sheet.replace("LOOP_GHOST", ANY_SCHEME["ghost"]).replace("LOOP_SYNTHETIC", ANY_SCHEME["synthetic"])


def drawn() -> str:
    """The whole loop as a picture, with an arrow that leads from what a model makes back to the next model."""
    boxes = (
        node("Real data", "generation 0", "ghost"),
        arrow(),
        node("Model", "fits its rows"),
        arrow(),
        node("What it makes", "n rows", "synthetic"),
    )
    words = "The next model learns from these rows, mixed with real ones or not."
    alt = "Real data go to a model, the model makes rows, and an arrow leads back from the rows to the next model."
    back = f'<div class="cl-loop-back"><span>{words}</span></div>'
    return f'<figure class="cl-loop-drawn" role="img" aria-label="{alt}">{"".join(boxes)}{back}</figure>'
