"""The shipped pictures of lessons, with the words that they carry."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent / "static" / "lessons"


@cache
def figure(name: str) -> str:
    """The picture of a lesson with its caption, as HTML; empty where a lesson has none yet."""
    file = FOLDER / f"{name}.svg"
    if not file.exists():
        return ""
    text = file.read_text("utf-8")
    caption, alt = (unescape(found) for found in re.findall(r"<(?:title|desc)>(.*?)</(?:title|desc)>", text))
    width, height = re.findall(r'viewBox="0 0 (\S+) (\S+)"', text)[0]
    image = f'<img src="app/static/lessons/{name}.svg" alt="{escape(alt)}" width="{width}" height="{height}"/>'
    return f'<figure class="cl-picture">{image}<figcaption>{escape(caption)}</figcaption></figure>'
