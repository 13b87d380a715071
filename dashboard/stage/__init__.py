"""The stage: the one browser component, and the drawing library it brings along.

plotly.js comes from the installed plotly package. It is written beside the entry script once per version, so that
Streamlit's static serving can compress it and browsers can keep it; nothing is ever asked of another host.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

from streamlit.components.v2 import component

HERE = Path(__file__).parent
STATIC = HERE.parent / "static"
SCRIPTS = ("film.js", "panels.js", "map.js", "passages.js", "transport.js", "pictures.js", "stage.js")


class Hand(Protocol):
    """What the stage reports: the generation, the world and the map the hand settled on, None before it has."""

    t: int | None
    world: int | None
    map: str | None


def script() -> str:
    """The component's JavaScript, one module from its parts."""
    return "\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS)


def styles() -> str:
    """The component's style sheet."""
    return (HERE / "stage.css").read_text("utf-8")


def plotly_source() -> Path:
    """plotly.js in the installed package, which is found without importing it."""
    package = find_spec("plotly")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "package_data" / "plotly.min.js"


def plotly_address() -> str:
    """Where the page finds plotly.js, relative to itself; writes the file if this version is not there yet."""
    name = f"plotly-{version('plotly')}.min.js"
    target = STATIC / name
    if not target.exists():
        STATIC.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=STATIC, delete=False) as part:
            part.write(plotly_source().read_bytes())
        Path(part.name).chmod(0o644)
        os.replace(part.name, target)  # noqa: PTH105
    return f"app/static/{name}"


_component = component("collapse_stage", css=styles(), js=script(), isolate_styles=False)


def stage(film: Mapping[str, Any], on_settle: Callable[[], None]) -> Hand:
    """Mount the stage with a film; it keeps its playhead when the film changes."""
    result = _component(
        key="stage",
        data=dict(film),
        default={"t": None, "world": None, "map": None},
        on_t_change=on_settle,
        on_world_change=on_settle,
        on_map_change=on_settle,
    )
    return cast(Hand, result)
