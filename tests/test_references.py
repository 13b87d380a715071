"""Every file and module that the project's own texts name is in the repository, and derivations are where laws say they are."""

from __future__ import annotations

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from javascript import comments
from test_layering import SCRIPTS

from sim import Experiment
from sim.theory import laws

ROOT = Path(__file__).parents[1]
TEXTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml", ".streamlit/config.toml", "Dockerfile")),
    *sorted((ROOT / "sim" / "presets").glob("*.toml")),
]
SOURCES = sorted(file for package in ("sim", "dashboard") for file in (ROOT / package).rglob("*.py"))
PATH = re.compile(r"(?<![\w./-])(?:sim|dashboard|tests|shared)/[\w./-]*\w")
MODULE = re.compile(r"`(?:python -m )?((?:sim|dashboard)(?:\.\w+)+)[`( ]")
BESIDE = re.compile(r"(?<![\w./-])\w+\.(?:py|js|css)\b")
"""What a script's comment calls a file of its own folder."""

DERIVED = re.compile(r"[Dd]erived in ([\w/]+\.py)")

DRAWN = [
    {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 3, "regime": regime, **real}
    for regime in ({"kind": "replace"}, {"kind": "accumulate"}, {"kind": "subsample"}, {"kind": "window", "k": 2})
    for real in ({}, {"real_share": 0.2}, {"real_share": 0.2, "real_supply": "fixed"})
]
"""Experiments that between them draw every form of the second moments of columns."""


def texts_of(file: Path) -> Iterator[str]:
    """The docstrings of a Python file, those behind constants too, and its other strings, for a law's reference is one."""
    yield from (
        node.value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def remarks(file: Path) -> list[str]:
    """The comments of a Python file, or of a script or a style sheet."""
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        return comments(text)
    return [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT]


def told_by(file: Path) -> str:
    """What a file says to whoever reads it."""
    if file.suffix in (".js", ".css"):
        return "\n".join(remarks(file))
    return "\n".join((*texts_of(file), *remarks(file))) if file.suffix == ".py" else file.read_text("utf-8")


def resolves(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    for cut in range(name.count("."), -1, -1):
        parts = name.split(".")
        try:
            found: object = importlib.import_module(".".join(parts[: cut + 1]))
        except ModuleNotFoundError:
            continue
        return all((found := getattr(found, part, None)) is not None for part in parts[cut + 1 :])
    return False


@pytest.mark.parametrize("file", [*TEXTS, *SOURCES, *SCRIPTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_text_names_is_in_the_repository(file: Path) -> None:
    told = told_by(file)
    assert [path for path in PATH.findall(told) if not (ROOT / path).exists()] == []
    assert [name for name in MODULE.findall(told) if not resolves(name)] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_file_that_a_comment_in_a_script_names_lies_beside_it(file: Path) -> None:
    assert [name for name in BESIDE.findall("\n".join(remarks(file))) if not (file.parent / name).exists()] == []


@pytest.mark.parametrize("file", sorted((ROOT / "tests").rglob("*.py")), ids=lambda file: file.name)
def test_what_a_comment_in_a_test_names_is_in_the_repository(file: Path) -> None:
    told = "\n".join(remarks(file))
    assert [path for path in PATH.findall(told) if not (ROOT / path).exists()] == []
    assert [name for name in MODULE.findall(told) if not resolves(name)] == []


def test_comments_are_read_of_every_kind_of_file() -> None:
    assert any("see library.py" in remark for remark in remarks(ROOT / "dashboard/stage/library.js"))
    assert any("read in its own window" in remark for remark in remarks(ROOT / "dashboard/stage/stage.css"))
    assert any(remark.startswith("# ") for remark in remarks(ROOT / "sim/engine.py"))
    assert "`dashboard.controls.form.widget_value`" in told_by(ROOT / ".streamlit/config.toml")


def test_the_names_of_files_and_modules_are_recognised() -> None:
    told = "Derived in shared/literature.md, see sim/theory/scope.py and `sim.theory.scope`; https://lab.example/sim/x.py is no file."
    assert PATH.findall(told) == ["shared/literature.md", "sim/theory/scope.py"]
    assert MODULE.findall(told) == ["sim.theory.scope"]
    assert MODULE.findall("`python -m dashboard.controls.cards`, `sim.engine.run(...)`") == ["dashboard.controls.cards", "sim.engine.run"]
    assert resolves("sim.theory.scope")
    assert resolves("sim.theory.scope.LOOP")
    assert not resolves("sim.theory.nowhere")
    assert not resolves("sim.theory.scope.nothing")


@pytest.mark.parametrize("file", [file for file in SOURCES if "theory" in file.parts], ids=lambda file: file.name)
def test_a_file_that_a_law_is_derived_in_derives_it(file: Path) -> None:
    for place in DERIVED.findall("\n".join(texts_of(file))):
        assert "Derivation" in (ast.get_docstring(ast.parse((ROOT / place).read_text("utf-8"))) or "")


def test_laws_that_cite_a_file_are_drawn() -> None:
    cited = {place for settings in DRAWN for law in laws(Experiment.model_validate(settings)) for place in DERIVED.findall(law.reference)}
    assert cited == {f"sim/theory/{name}.py" for name in ("real_data", "accumulate", "bookkeeping")}
