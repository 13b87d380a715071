"""What all browser components share: how a script is joined from its parts, and the part that each of them begins with.

Here belongs only what at least two components use. It imports nothing of the dashboard; the rooms that mount a component
(`stage`, `lessons`, `tour`) import it.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def joined(*parts: Path) -> str:
    """One JavaScript module from its parts, in this order, after the functions that make nodes (`dom.js`)."""
    return "\n".join(part.read_text("utf-8") for part in (HERE / "dom.js", *parts))
