"""Which Collapse Lab this is, for everything that leaves the page."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

NAME = "Collapse Lab"
DISTRIBUTION = "collapse-lab"
PROJECT = Path(__file__).parent.parent / "pyproject.toml"


@lru_cache(maxsize=1)
def release() -> str:
    """The version of this code: what its own checkout says (a host may run that without installing it), else what is installed."""
    if PROJECT.exists():
        return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unreleased"


def software() -> str:
    """Name and version, for small print."""
    return f"{NAME} {release()}"
