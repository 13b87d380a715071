"""What all browser components share: how a script is joined from its parts, the part that each of them begins with, what is sent.

Here belongs only what at least two components use. It imports nothing of the dashboard; the rooms that mount a component
(`stage`, `lessons`, `tour`) import it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def joined(*parts: Path) -> str:
    """One JavaScript module from its parts, in this order, after the functions that make nodes (`dom.js`)."""
    return "\n".join(part.read_text("utf-8") for part in (HERE / "dom.js", *parts))


def sent(*parts: Any) -> list[Any]:
    """What a component is handed, as a list: in a dictionary Streamlit looks for tables, and loads pandas to know one."""
    return list(parts)
