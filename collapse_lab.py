"""Collapse Lab's library under a name of its own, `from collapse_lab import Experiment, simulate`, for folders that have a `sim`.

Python looks into the folder of a script first, so that a file `sim.py` there hides the package `sim`. Under this name it is found
all the same, and `import sim` still gives what the folder has. `python -m collapse_lab` is the command line of `python -m sim`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

HOME = Path(__file__).parent


def _hidden() -> bool:
    """Whether the name `sim` is or would be somebody else's."""
    loaded = sys.modules.get("sim")
    spec = PathFinder.find_spec("sim") if loaded is None else loaded.__spec__
    return (loaded or spec) is not None and (spec is None or spec.origin != str(HOME / "sim" / "__init__.py"))


@contextmanager
def _found_beside_this_file() -> Generator[None]:
    """Our `sim` for as long as it is imported; who has the name otherwise has it again afterwards."""
    if not _hidden():
        yield
        return
    theirs = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "sim"}
    sys.path.insert(0, str(HOME))
    try:
        yield
        # What is not imported now would be looked for in theirs later.
        for room in pkgutil.iter_modules([str(HOME / "sim")], "sim."):
            importlib.import_module(room.name)
    finally:
        sys.path.remove(str(HOME))
        sys.modules.pop("sim", None)
        sys.modules.update(_without_ours(theirs))


def _without_ours(theirs: dict[str, ModuleType]) -> dict[str, ModuleType]:
    """Their modules, but for those whose whole name one of ours has: the library would break without it."""
    return {name: module for name, module in theirs.items() if name not in sys.modules}


with _found_beside_this_file():
    from sim import Ending, Experiment, Generation, Run, SpecError, State, advance, collect, run, simulate, start

__all__ = ["Ending", "Experiment", "Generation", "Run", "SpecError", "State", "advance", "collect", "run", "simulate", "start"]

if __name__ == "__main__":
    from sim.__main__ import main

    sys.exit(main())
