"""The rooms of the house: each says what belongs in it and what may be imported, and imports nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from test_layering import EVERY_IMPORT, ROOT, within

GROUND = {
    "sim": {"arrays", "docstrings", "pool", "registry", "spaces", "spec", "spelling", "streams", "synonyms", "tokens"},
    "dashboard": {"glossary", "theme", "version"},
}
"""Modules at the top of a package that any of its rooms may import."""

ROOMS = [(package, init.parent.name) for package in GROUND for init in sorted((ROOT / package).glob("*/__init__.py"))]
ROOM = pytest.mark.parametrize(("package", "room"), ROOMS)


def docstring(package: str, room: str) -> str:
    """What a room says of itself."""
    return ast.get_docstring(ast.parse((ROOT / package / room / "__init__.py").read_text("utf-8"))) or ""


def told(package: str, room: str) -> str:
    """What a room says of its imports, in one line; empty where it says nothing."""
    said = re.search(r"(May import.*?|imports nothing.*?)(\n\n|$)", docstring(package, room), re.DOTALL)
    return " ".join(said[1].split()) if said else ""


@ROOM
def test_a_room_says_what_belongs_in_it(package: str, room: str) -> None:
    assert len([line for line in docstring(package, room).splitlines() if line.strip()]) >= 3


@ROOM
def test_a_room_imports_what_it_says_and_nothing_else(package: str, room: str) -> None:
    assert told(package, room), f"{package}/{room}/__init__.py must say what may be imported"
    allowed = set(re.findall(r"`(\w+)`", told(package, room))) | GROUND[package] | {room}
    ours = [found for found in EVERY_IMPORT if within(found.importer, f"{package}.{room}") and within(found.imported, package)]
    wrong = [
        f"{i.importer} imports {i.imported}" for i in ours if i.imported.split(".")[1:2] != [] and i.imported.split(".")[1] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("room", [room for package, room in ROOMS if package == "dashboard"])
def test_a_room_sees_streamlit_only_where_it_says_so(room: str) -> None:
    may_see_it = "Streamlit" in told("dashboard", room).replace("never Streamlit", "")
    assert may_see_it or not [i for i in EVERY_IMPORT if within(i.importer, f"dashboard.{room}") and within(i.imported, "streamlit")]


def lines(folder: Path) -> int:
    """The lines of all Python files below a folder."""
    return sum(len(file.read_text("utf-8").splitlines()) for file in folder.rglob("*.py"))


def test_rooms_are_few_and_none_is_a_hall() -> None:
    """About fifteen rooms in the dashboard, none over a third of it, and at most ten files at its top."""
    sizes = {room: lines(ROOT / package / room) for package, room in ROOMS if package == "dashboard"}
    assert 10 <= len(sizes) <= 18
    assert max(sizes.values()) <= lines(ROOT / "dashboard") / 3
    assert len(list((ROOT / "dashboard").glob("*.py"))) <= 10
