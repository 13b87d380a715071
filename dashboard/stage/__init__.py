"""The stage: the one browser component.

Its drawing library is written beside the entry script once per version (`dashboard.stage.library`), so that it can be
served compressed and kept by browsers; nothing is ever asked of another host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

from streamlit.components.v2 import component

from dashboard.browser import joined

HERE = Path(__file__).parent
SCRIPTS = (
    "library.js",
    "colours.js",
    "frames.js",
    "panel.js",
    "plot.js",
    "panels/*.js",
    "transport.js",
    "legend.js",
    "pictures.js",
    "tables.js",
    "presenter.js",
    "playhead.js",
    "stage.js",
)
"""The parts of the script in their order; every kind of panel is a part of its own, found in its folder."""


REPORTED = ("t", "world", "map", "scale", "paths", "present")


class Hand(Protocol):
    """What the stage reports of the hand: where it settled and how it wants the curves, None before it has."""

    t: int | None
    world: int | None
    map: str | None
    scale: str | None
    paths: str | None
    present: str | None
    preset: int | None


def script() -> str:
    """The component's JavaScript, one module from its parts."""
    return joined(*(path for pattern in SCRIPTS for path in sorted(HERE.glob(pattern))))


def styles() -> str:
    """The component's style sheet, with those of the kinds of panels that have one."""
    return "\n".join(path.read_text("utf-8") for path in (HERE / "stage.css", *sorted(HERE.glob("panels/*.css"))))


_component = component("collapse_stage", css=styles(), js=script(), isolate_styles=False)


def stage(payload: str, story: Mapping[str, Any], on_settle: Callable[[str], None], key: str = "stage") -> Hand:
    """Mount the stage with a payload; it keeps its playhead when the payload changes.

    Args:
        payload: what it shows, as JSON: all visitors share the text, and Streamlit does not write its numbers out again.
        story: how this visitor sees it; goes over what the payload says.
        on_settle: is told the name of what the hand has changed; what it had changed before still stands in `Hand`.
        key: under which the session holds the `Hand`; a page that is not Explore has one of its own.
    """
    result = _component(
        key=key,
        data={"payload": payload, **story},
        default=dict.fromkeys(REPORTED),
        on_t_change=partial(on_settle, "t"),
        on_world_change=partial(on_settle, "world"),
        on_map_change=partial(on_settle, "map"),
        on_scale_change=partial(on_settle, "scale"),
        on_paths_change=partial(on_settle, "paths"),
        on_present_change=partial(on_settle, "present"),
        on_preset_change=partial(on_settle, "preset"),
    )
    return cast(Hand, result)
