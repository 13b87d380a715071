"""Streamlit's own page, as far as style sheets and sessions reach into it; its names stand in `streamlit.js`, which the scripts use too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx

NAMES = Path(__file__).parent / "streamlit.js"

LOW = "(max-height:480px) and (min-width:560px) and (orientation:landscape)"
"""The media query of a low window. A choice: phones held sideways have 320 to 440 pixels, and at least 568 beside them."""


def part(name: str) -> str:
    """The CSS selector of a part of Streamlit's page, by what it is to us; raises `KeyError` for a part that has no name there."""
    return f"[data-testid={parts()[name]}]"


def travelled() -> bool:
    """Whether the browser's Back or Forward has asked for this run of the page; False outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def shell_style() -> str:
    """The style sheet of every page's frame: no empty band above the sidebar's controls, and a slim header in a low window.

    The button that shuts the sidebar stands in the margin beside the controls and stays there while they are scrolled.
    """
    header, shut = part("sidebarHeader"), part("shutSidebar")
    return (
        f"{header}{{position:sticky;z-index:2;top:.35rem;height:0;margin:0 0 .25rem}}"
        f"{shut}{{visibility:visible;position:absolute;top:0;right:-1.75rem;margin:0}}"
        f"{shut} button{{visibility:visible;width:1.5rem;min-width:1.5rem;height:2.5rem}}"
        f"@media {LOW}{{{part('header')}{{height:2.5rem;min-height:0}}{part('content')}{{padding-top:2.75rem}}}}"
    )


@lru_cache(maxsize=1)
def parts() -> Mapping[str, str]:
    """Streamlit's test ids, by what they are to us."""
    declared = re.search(r"TEST_IDS = \{(.*?)\}", NAMES.read_text("utf-8"), re.DOTALL)
    return dict(re.findall(r'(\w+): "(\w+)"', declared[1] if declared else ""))
