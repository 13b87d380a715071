"""The variants under `additions` belong to a copy of the project, never to the one under test."""

from __future__ import annotations

collect_ignore = ["additions"]
