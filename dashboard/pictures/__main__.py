"""Draw the pictures of all lessons anew: `python -m dashboard.pictures`."""

from __future__ import annotations

from dashboard.pictures.of_lessons import DRAWN, drawn
from dashboard.pictures.shipped import FOLDER

FOLDER.mkdir(parents=True, exist_ok=True)
for name in DRAWN:
    (FOLDER / f"{name}.svg").write_text(drawn(name).svg, "utf-8")
