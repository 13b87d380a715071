"""Who may import whom, read from the files themselves: an arrow that runs the wrong way fails here."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from javascript import functions

from sim.benchmarks.run import CHEAP, GAUSSIAN, heavy_after

ROOT = Path(__file__).parents[1]
FILES = sorted(file for package in ("sim", "dashboard") for file in (ROOT / package).rglob("*.py"))
WHEN_USED = ("torch", "umap", "sklearn", "scipy", "pyarrow", "tqdm", "matplotlib", "numba")
SCRIPTS = sorted(file for file in (ROOT / "dashboard").rglob("*") if file.suffix in (".js", ".css") and "static" not in file.parts)
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
FORBIDDEN_NAMES = ("utils", "util", "helpers", "helper", "common", "base", "manager", "misc")

DOORS = {
    "sim.sources": ("arrays", "registry", "spaces", "spec", "streams", "tokens"),
    "sim.families": ("arrays", "registry", "spaces", "spec", "streams", "tokens"),
    "sim.regimes": ("arrays", "pool", "registry", "spec", "streams"),
    "sim.metrics": ("arrays", "registry", "sources", "spaces", "spec", "streams", "synonyms", "tokens"),
}
"""What a room of variants may know of `sim`. Of another room it may know the door (`sim.sources`), never a variant."""

ORDER = (
    *(
        "sim.docstrings",
        "sim.spelling",
        "sim.synonyms",
        "sim.spec",
        "sim.registry",
        "sim.arrays",
        "sim.streams",
        "sim.spaces",
        "sim.tokens",
        "sim.pool",
    ),
    *("sim.sources", "sim.families", "sim.regimes", "sim.metrics", "sim.experiment", "sim.links", "sim.catalogue"),
    *(
        "sim.state",
        "sim.traces",
        "sim.histograms",
        "sim.records",
        "sim.recording",
        "sim.engine",
        "sim.presets",
        "sim.theory",
        "sim.verdicts",
    ),
    *("sim.store", "sim.maps", "sim.workers", "sim.lessons", "sim.benchmarks", "sim", "sim.__main__"),
    *("dashboard.theme", "dashboard.version", "dashboard.glossary", "dashboard.navigation", "dashboard.browser"),
    *("dashboard.pictures", "dashboard.figures", "dashboard.captions"),
    *("dashboard.stage", "dashboard.runs", "dashboard.state", "dashboard.player", "dashboard.controls", "dashboard.lessons"),
    *(
        "dashboard.takeaway",
        "dashboard.details",
        "dashboard.tour",
        "dashboard.arrival",
        "dashboard.server",
        "dashboard.views",
        "dashboard.app",
    ),
)
"""Every room, from the ground up: a room may know those before it in this list and none behind it. `sim` alone is its door."""


@dataclass(frozen=True)
class Import:
    """One import statement: who imports what, whether on the way in, and whether for types alone."""

    importer: str
    imported: str
    at_import: bool
    types_only: bool


def module_of(file: Path) -> str:
    """The dotted name of a file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def exists(module: str) -> bool:
    """Whether a dotted name is a module of ours."""
    return (ROOT / f"{module.replace('.', '/')}.py").exists() or (ROOT / module.replace(".", "/") / "__init__.py").exists()


def names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that a statement imports; `from package import module` names the module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert node.level == 0, "imports are written in full"
    whole = [f"{node.module}.{alias.name}" for alias in node.names]
    return [name if exists(name) else str(node.module) for name in whole]


def imports(node: ast.AST, importer: str, at_import: bool = True, types_only: bool = False) -> Iterator[Import]:
    """Every import below a node, and `importlib.import_module("...")` too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield from (Import(importer, name, at_import, types_only) for name in names(child))
        elif isinstance(child, ast.Call) and ast.unparse(child.func).endswith("import_module") and isinstance(child.args[0], ast.Constant):
            yield Import(importer, str(child.args[0].value), at_import, types_only)
        within = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield from imports(child, importer, at_import and not within, types_only or typing)


EVERY_IMPORT = [found for file in FILES for found in imports(ast.parse(file.read_text("utf-8")), module_of(file))]


def within(module: str, package: str) -> bool:
    """Whether a module is a package or lies in it."""
    return module == package or module.startswith(f"{package}.")


def test_the_files_were_read() -> None:
    assert Import("sim.engine", "sim.experiment", True, False) in EVERY_IMPORT
    assert any(found.imported == "pyarrow" and not found.at_import for found in EVERY_IMPORT)
    assert any(found.types_only for found in EVERY_IMPORT)


def test_the_simulation_knows_nothing_of_the_screen() -> None:
    screen = ("dashboard", "streamlit", "plotly", "pandas")
    wrong = [i for i in EVERY_IMPORT if within(i.importer, "sim") and any(within(i.imported, name) for name in screen)]
    assert wrong == []


@pytest.mark.parametrize("room", ["dashboard.figures", "dashboard.captions"])
def test_figures_and_captions_never_see_streamlit(room: str) -> None:
    ours = [i for i in EVERY_IMPORT if within(i.importer, room)]
    assert ours
    assert [i for i in ours if within(i.imported, "streamlit")] == []


def test_heavy_packages_are_imported_when_used() -> None:
    at_once = [i for i in EVERY_IMPORT if i.at_import and not i.types_only]
    wrong = [i for i in at_once if any(within(i.imported, package) for package in WHEN_USED)]
    assert wrong == []


@pytest.mark.parametrize("room", DOORS)
def test_a_room_of_variants_knows_only_what_it_may(room: str) -> None:
    ours = [i for i in EVERY_IMPORT if within(i.importer, room) and within(i.imported, "sim")]
    assert ours
    for found in ours:
        allowed = within(found.imported, room) or found.imported.removeprefix("sim.") in DOORS[room]
        assert allowed, f"{found.importer} must not import {found.imported}"


def room_of(module: str) -> str:
    """The room that a module of ours lies in: `sim.theory` for `sim.theory.moments`."""
    return ".".join(module.split(".")[:2])


def test_every_arrow_between_rooms_runs_down() -> None:
    """Imports for types alone and imports inside functions count like any other."""
    rooms = {room_of(module_of(file)) for file in FILES} - {"dashboard"}
    assert rooms == set(ORDER)
    ours = [(i, room_of(i.importer), room_of(i.imported)) for i in EVERY_IMPORT if exists(i.imported)]
    wrong = [found for found, here, there in ours if here != there and ORDER.index(here) < ORDER.index(there)]
    assert wrong == []


def circle_among(found: list[Import]) -> list[str]:
    """The modules of one circle of imports; nothing where there is none."""
    needs: dict[str, set[str]] = {}
    for one in found:
        needs.setdefault(one.importer, set()).add(one.imported)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def test_no_modules_wait_for_each_other() -> None:
    """A circle hidden under `TYPE_CHECKING` or in a function is a circle: whoever reads one of its files must read all."""
    ours = [found for found in EVERY_IMPORT if exists(found.imported) and found.imported != found.importer]
    assert circle_among(ours) == []


@pytest.mark.parametrize(
    "text",
    [
        "import sim.engine",
        "if TYPE_CHECKING:\n    from sim.engine import run",
        "def late():\n    from sim import engine",
        "def late():\n    importlib.import_module('sim.engine')",
    ],
)
def test_a_hidden_circle_is_seen(text: str) -> None:
    planted = [*EVERY_IMPORT, *imports(ast.parse(text), "sim.spec")]
    assert circle_among([found for found in planted if exists(found.imported)])


def test_every_import_can_be_resolved() -> None:
    packages = {found.imported.partition(".")[0] for found in EVERY_IMPORT}
    assert [package for package in packages if importlib.util.find_spec(package) is None] == []


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_file_is_short_and_well_named(file: Path) -> None:
    assert not {part.strip("_") for part in module_of(file).split(".")} & set(FORBIDDEN_NAMES)
    assert long_in(file) == []


@pytest.mark.parametrize("file", sorted((ROOT / "tests").rglob("*.py")), ids=lambda file: file.name)
def test_a_file_of_tests_is_short_too(file: Path) -> None:
    assert long_in(file) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_short(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    found = functions(text) if file.suffix == ".js" else ()
    assert [one.name for one in found if one.last - one.first >= LONGEST_FUNCTION] == []


def long_in(file: Path) -> list[str]:
    """What is too long in a file: all of it, or some of its functions, their docstrings counted."""
    text = file.read_text("utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    found = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]
    return found + [file.name] * (len(text.splitlines()) > LONGEST_FILE)


def test_a_gaussian_run_imports_nothing_heavy() -> None:
    assert heavy_after(f"import sim\nsim.simulate(sim.Experiment.model_validate({GAUSSIAN!r}), {CHEAP!r})") == []
