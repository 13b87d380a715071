"""The stage: the browser component that draws runs; the quiz and the tour have one of their own.

Its drawing library is written beside the entry script once per version (`dashboard.stage.library`), so that it can be
served compressed and kept by browsers; nothing is ever asked of another host. May import Streamlit and `browser`: the stage
draws what it is handed and knows neither runs nor sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from dashboard.browser import joined, sent

HERE = Path(__file__).parent

PRESET = "preset"
"""What the stage reports besides view options: the place of the preset that was asked for."""


def script(host: Path = HERE / "mount.js") -> str:
    """The stage's JavaScript, one module: a host that mounts it, and every kind of panel, found in its folder.

    Args:
        host: the module that makes a stage and hands it what it shows; as usual it is Streamlit's component.
    """
    return joined(*sorted(HERE.glob("panels/*.js")), host)


def styles() -> str:
    """The component's style sheet, with those of the kinds of panels that have one."""
    first = HERE / "stage.css"
    others = (path for path in sorted(HERE.glob("*.css")) if path != first)
    return "\n".join(path.read_text("utf-8") for path in (first, *others, *sorted(HERE.glob("panels/*.css"))))


_component = component("collapse_stage", css=styles(), js=script(), isolate_styles=False)


def stage(payload: str, context: Mapping[str, Any], on_report: Callable[[str], None], key: str = "stage") -> None:
    """Mount the stage with a payload; it keeps its playhead when the payload changes.

    Args:
        payload: what it shows, as JSON: all visitors share the text, and Streamlit does not write its numbers out again.
        context: how this visitor sees it; goes over what the payload says. Its "options" are the view options that the stage
            reports by their names, as `dashboard.state.view_options.stage_options` gives them.
        on_report: is told the name of what the hand has set; the value stands in the session, under the key and the name.
        key: of the component in the session; a page that is not Explore has one of its own.
    """
    options = tuple(context["options"])
    callbacks: dict[str, Any] = {f"on_{name}_change": partial(on_report, name) for name in (*options, PRESET)}
    _component(key=key, data=sent(payload, dict(context)), default=dict.fromkeys(options), **callbacks)
