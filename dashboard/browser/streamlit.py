"""Streamlit's own page, as far as style sheets reach into it; its names stand in `streamlit.js`, which the scripts use too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

NAMES = Path(__file__).parent / "streamlit.js"


def part(name: str) -> str:
    """The CSS selector of a part of Streamlit's page, by what it is to us; raises `KeyError` for a part that has no name there."""
    return f"[data-testid={parts()[name]}]"


@lru_cache(maxsize=1)
def parts() -> Mapping[str, str]:
    """Streamlit's test ids, by what they are to us."""
    declared = re.search(r"TEST_IDS = \{(.*?)\}", NAMES.read_text("utf-8"), re.DOTALL)
    return dict(re.findall(r'(\w+): "(\w+)"', declared[1] if declared else ""))
