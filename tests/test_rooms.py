"""The rooms of the dashboard: each says what may be imported into it, and imports nothing else."""

from __future__ import annotations

import ast
import re

import pytest
from test_layering import EVERY_IMPORT, ROOT, within

DASHBOARD = ROOT / "dashboard"
ROOMS = sorted(path.parent.name for path in DASHBOARD.glob("*/__init__.py"))
EVERYWHERE = {"theme", "version"}
"""Modules at the top that any room may import."""


def told(room: str) -> str:
    """What a room says of its imports, in one line; empty where it says nothing."""
    doc = ast.get_docstring(ast.parse((DASHBOARD / room / "__init__.py").read_text("utf-8"))) or ""
    said = re.search(r"(May import.*|imports nothing)", doc, re.DOTALL)
    return " ".join(said[0].split()) if said else ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_it_says_and_nothing_else(room: str) -> None:
    assert told(room), f"dashboard/{room}/__init__.py must say what may be imported"
    allowed = set(re.findall(r"`(\w+)`", told(room))) | EVERYWHERE | {room}
    ours = [found for found in EVERY_IMPORT if within(found.importer, f"dashboard.{room}")]
    wrong = [
        f"{i.importer} imports {i.imported}" for i in ours if within(i.imported, "dashboard") and i.imported.split(".")[1] not in allowed
    ]
    assert wrong == []
    may_see_streamlit = "Streamlit" in told(room).replace("never Streamlit", "")
    assert may_see_streamlit or not [i.importer for i in ours if within(i.imported, "streamlit")]


def test_rooms_are_few_and_none_is_a_hall() -> None:
    lines = {room: sum(len(file.read_text("utf-8").splitlines()) for file in (DASHBOARD / room).rglob("*.py")) for room in ROOMS}
    assert 10 <= len(ROOMS) <= 18
    assert max(lines.values()) <= sum(lines.values()) / 3
    assert len(list(DASHBOARD.glob("*.py"))) <= 10
