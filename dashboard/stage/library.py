"""The drawing library: plotly.js of the installed plotly package, which builds the kinds of traces only that are drawn.

As it comes, plotly.js builds all of its 47 kinds of traces when it is loaded, globes and maps among them; that is half of
its start. `with_lazy_traces` moves all but a few into a list, `Plotly.late`, that the stage registers when a figure first needs
one. `parsed_eagerly` spares the browser a second reading of all five million letters. No kind is lost, and a version of
plotly.js that is put together otherwise is used as it is.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from streamlit import runtime

STATIC = Path(__file__).parent.parent / "static"

EARLY = ("bar", "heatmap", "contour")
"""Kinds that are there from the start, beside `scatter`, which is plotly.js itself."""

_NAME = r"[\w$]+"
_REGISTRATION = re.compile(rf"({_NAME})\.register\(\[((?:{_NAME}\(\),?){{10,}})\]\)")
_CALL = ".register(["
_ALIAS = re.compile(rf'\((?:{_NAME},)?({_NAME})\)=>\{{(?:"use strict";)?\1\.exports=({_NAME})\(\)')
_KIND = re.compile(r'\bname:"(\w+)"')

_HOLDER, _HELD = ": this, () => {", "}));"

SEARCHED = 3000
"""Letters of a module among which it says what kind of trace it is, and of the whole in which the function begins."""


REVISION = 2
"""Raised when what is done to plotly.js changes: browsers keep a file for good under its name."""


_REFUSED: Final[dict[Path, OSError]] = {}
"""What could not be written, and why: a disk that is full is not filled again at every look."""


def plotly_address() -> str:
    """Where the page finds plotly.js, relative to itself.

    Where the folder cannot be written, Streamlit serves it from memory, at another address and uncompressed.
    """
    try:
        return f"app/static/{plotly_file().name}"
    except OSError as problem:
        return _from_memory(problem)


def plotly_file() -> Path:
    """Where plotly.js lies as the page loads it; written if this version is not there yet.

    Raises:
        OSError: it is not there and the folder cannot be written.
    """
    target = STATIC / _name()
    if not target.exists():
        if target in _REFUSED:
            raise _REFUSED[target].with_traceback(None)
        try:
            _write(target)
        except OSError as problem:
            _REFUSED[target] = problem
            raise
    return target


@cache
def _name() -> str:
    return f"plotly-{version('plotly')}-{REVISION}.min.js"


def _write(target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    part = tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False)  # noqa: SIM115
    try:
        with part:
            part.write(prepared())
        Path(part.name).chmod(0o644)
        os.replace(part.name, target)  # noqa: PTH105
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise


def _from_memory(problem: OSError) -> str:
    served = _in_memory(str(problem.strerror))
    return runtime.get_instance().media_file_mgr.add(served, "text/javascript", "plotly").lstrip("/")


@cache
def _in_memory(reason: str) -> bytes:
    logging.getLogger(__name__).warning("%s cannot be written (%s): plotly.js is served from memory, uncompressed.", STATIC, reason)
    return prepared().encode()


def installed() -> str:
    """plotly.js as the installed package has it."""
    package = find_spec("plotly")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "package_data" / "plotly.min.js").read_text("utf-8")


def prepared() -> str:
    """plotly.js of the installed package as the page loads it."""
    return parsed_eagerly(with_lazy_traces(installed()))


def parsed_eagerly(text: str) -> str:
    """plotly.js with the function that holds all of it in parentheses.

    A function that is handed over as it is, a browser reads twice: once to find its end, and again when it is called.
    """
    start = text.find(_HOLDER, 0, SEARCHED)
    end = text.rfind(_HELD)
    if start < 0 or end < 0 or text[end + len(_HELD) :].strip():
        return text
    at = start + len(_HOLDER) - len("() => {")
    return f"{text[:at]}({text[at : end + 1]}){text[end + 1 :]}"


def with_lazy_traces(text: str) -> str:
    """plotly.js with `Plotly.early`, the kinds that are registered, and `Plotly.late`, functions that give the others."""
    call = text.rfind(_CALL)  # a pattern alone would take seconds to go through five million letters
    found = _REGISTRATION.search(text, max(0, call - SEARCHED))
    if call < 0 or found is None:
        return text
    plotly, modules = found[1], re.findall(_NAME, found[2])
    kinds = {module: _kind(text, module) for module in modules}
    early = [module for module in modules if kinds[module] in EARLY]
    known = ",".join(f'"{kind}"' for kind in ("scatter", *(kinds[module] for module in early)))
    calls = ",".join(f"{module}()" for module in early)
    late = ",".join(module for module in modules if module not in early)
    registration = f"{plotly}.register([{calls}]);{plotly}.early=[{known}];{plotly}.late=[{late}]"
    return text[: found.start()] + registration + text[found.end() :]


def _kind(text: str, module: str) -> str | None:
    """The kind of trace that a module defines, which most do in a module that they pass on."""
    body = _body(text, module)
    alias = _ALIAS.match(body)
    kind = _KIND.search(_body(text, alias[2]) if alias else body)
    return kind[1] if kind else None


def _body(text: str, module: str) -> str:
    for before in ",; ":
        start = f"{before}{module}=W("
        if (at := text.find(start)) >= 0:
            return text[at + len(start) : at + len(start) + SEARCHED]
    return ""
