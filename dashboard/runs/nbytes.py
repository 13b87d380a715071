"""How many bytes of arrays a value holds, which is nearly all that records and runs weigh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast


def nbytes(value: object) -> int:
    """The bytes of all arrays in a value made of records, mappings and lists."""
    size = getattr(value, "nbytes", None)
    if isinstance(size, int):
        return size
    if isinstance(value, Mapping):
        return sum(nbytes(item) for item in cast(Mapping[Any, object], value).values())
    if isinstance(value, (list, tuple)):
        return sum(nbytes(item) for item in cast(Iterable[object], value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(nbytes(getattr(value, part.name)) for part in fields(value))
    return 0
