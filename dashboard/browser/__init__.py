"""What all browser components share: how modules are joined into one script, how nodes are made, how Streamlit's page is reached.

Here belongs only what at least two components use, and what is known of Streamlit's own page. May import Streamlit and nothing of
the dashboard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

IMPORT: Final = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "(\.{1,2}/[\w./]+)";\n', re.MULTILINE)
EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
DECLARED: Final = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
COMMENT: Final = re.compile(r"^[ ]*(?://.*|/\*\*(?s:(?!\*/).)*\*/)\n", re.MULTILINE)
"""On lines of its own; what stands behind code, or before it, stays."""
FORBIDDEN: Final = re.compile(
    r"^(?:import\b|export\b(?! default )|var\b|(?:async )?function\*|(?:const|let) \W).*|\bimport\(.*|\bimport\.meta.*", re.MULTILINE
)
"""What changes its meaning when modules become one, or declares a name that is not looked at."""


class ModuleError(ValueError):
    """A script module cannot be joined with others; the sentence says why."""


def joined(*entries: Path) -> str:
    """One JavaScript module from some modules and all that they import, without comments.

    Streamlit and the replay take a script as one text, so names that modules import from each other become names of one
    scope. Each module stands behind those that it imports.

    Args:
        entries: the modules that are wanted for what they do; only the last may have a default export.

    Raises:
        ModuleError: imports that are written in another way than `import { name } from "./file.js";`, that lead to nothing
            or in a circle, and names that two modules declare.
    """
    modules = {path: _read(path) for path in _ordered(entries)}
    _check_names(modules)
    return "\n".join(COMMENT.sub("", EXPORT.sub("", IMPORT.sub("", text))).strip() for text in modules.values()) + "\n"


def sent(*parts: Any) -> list[Any]:
    """What a component is handed, as a list: in a dictionary Streamlit looks for tables, and loads pandas to know one."""
    return list(parts)


def _ordered(entries: tuple[Path, ...]) -> Iterator[Path]:
    """The modules, each once and behind those that it imports."""
    done: set[Path] = set()

    def visit(path: Path, above: tuple[Path, ...]) -> Iterator[Path]:
        if path in above:
            raise ModuleError(f"{path.name} imports itself, through {', '.join(one.name for one in above[above.index(path) :])}")
        if path not in done:
            for imported in _imports(path):
                yield from visit(imported, (*above, path))
            done.add(path)
            yield path

    for entry in entries:
        yield from visit(entry.resolve(), ())


def _imports(path: Path) -> dict[Path, set[str]]:
    """The modules that a module imports, and what of each."""
    found: dict[Path, set[str]] = {}
    for names, place in IMPORT.findall(_read(path)):
        found.setdefault((path.parent / place).resolve(), set()).update(names.split(", "))
    return found


def _check_names(modules: dict[Path, str]) -> None:
    owners, last = dict[str, Path](), next(reversed(modules))
    for path, text in modules.items():
        plain = COMMENT.sub("", EXPORT.sub("", IMPORT.sub("", text))).strip()
        if left := FORBIDDEN.search(plain):
            raise ModuleError(f"{path.name}: {left[0]!r} is none of the forms that can be joined")
        if (defaults := len(re.findall(r"^export default ", text, re.MULTILINE))) > (path == last):
            raise ModuleError(f"{path.name} has {defaults} default exports; only the last module may have one")
        if plain and plain[-1] not in ";}":
            raise ModuleError(f"{path.name} must end with a semicolon or a brace")
        for imported, names in _imports(path).items():
            if lacking := names - set(EXPORT.findall(modules[imported])):
                raise ModuleError(f"{path.name} imports {', '.join(sorted(lacking))}, which {imported.name} does not export")
        for name in DECLARED.findall(text):
            if name in owners:
                raise ModuleError(f"{name} is declared in {owners[name].name} and in {path.name}")
            owners[name] = path


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ModuleError(f"{path.name} is imported, and is not there") from error
