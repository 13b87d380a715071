"""What our scripts say that they receive: their JSDoc types, held against what Python sends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAGE = Path(__file__).parent.parent / "dashboard" / "stage"
TYPEDEF = re.compile(r"/\*\*(?P<text>(?:(?!\*/).)*?@typedef \{(?P<of>[^}]*)\} (?P<name>\w+).*?)\*/", re.DOTALL)
PROPERTY = re.compile(r"^ \* @property \{(?P<type>.+?)\} (?P<name>\[?\w+\]?)", re.MULTILINE)
ANYTHING = ("any", "object", "Trace")
PLAIN: dict[str, tuple[type, ...]] = {"number": (int, float), "string": (str,), "boolean": (bool,), "null": (type(None),)}


@dataclass(frozen=True)
class Shape:
    """An object as a script declares it.

    Attributes:
        needed: types by name.
        optional: the same of what may be missing.
    """

    needed: Mapping[str, str] = field(default_factory=dict[str, str])
    optional: Mapping[str, str] = field(default_factory=dict[str, str])


def shapes(script: Path) -> dict[str, Shape]:
    """The objects that a script declares, by name."""
    found: dict[str, Shape] = {}
    for typedef in TYPEDEF.finditer(script.read_text("utf-8")):
        needed, optional = dict[str, str](), dict[str, str]()
        for said in PROPERTY.finditer(typedef["text"]):
            (optional if said["name"].startswith("[") else needed)[said["name"].strip("[]")] = said["type"]
        if typedef["of"] == "object":
            found[typedef["name"]] = Shape(needed, optional)
    return found


def faults(value: Any, kind: str, known: Mapping[str, Shape], place: str = "it") -> Iterator[str]:
    """Where a value is not of a type, in words.

    Args:
        value: as JSON gives it back.
        kind: a type as JSDoc writes it: plain ones, words in quotes, objects, lists, `|` and records. What is in `ANYTHING` is anything.
        known: the objects that have names.
        place: what the value is called.
    """
    kind = kind[1:-1] if kind.startswith("(") and kind.endswith(")") else kind
    either = _alternatives(kind)
    if len(either) > 1:
        if all(any(faults(value, one, known)) for one in either):
            yield f"{place} must be {kind}; got {value!r:.60}"
    elif kind.endswith("[]"):
        if not isinstance(value, list):
            yield f"{place} must be a list; got {value!r:.60}"
        else:
            for i, item in enumerate(value):
                yield from faults(item, kind[:-2], known, f"{place}[{i}]")
    elif kind.startswith("Record<string, "):
        if not isinstance(value, dict):
            yield f"{place} must be an object; got {value!r:.60}"
        else:
            for name, item in value.items():
                yield from faults(item, kind[len("Record<string, ") : -1], known, f"{place}.{name}")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (kind == "number" and isinstance(value, bool)):
            yield f"{place} must be {kind}; got {value!r:.60}"
    elif re.fullmatch(r'"\w+"', kind):
        if value != kind[1:-1]:
            yield f"{place} must be {kind}; got {value!r:.60}"
    elif kind in known:
        yield from _object_faults(value, known[kind], known, place)
    elif kind not in ANYTHING:
        raise KeyError(f"{place} has the type {kind}, which no script declares")


def _object_faults(value: Any, shape: Shape, known: Mapping[str, Shape], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} must be an object; got {value!r:.60}"
        return
    everything = {**shape.needed, **shape.optional}
    yield from (f"{place}.{name} is missing" for name in shape.needed if name not in value)
    for name, item in value.items():
        if name in everything:
            yield from faults(item, everything[name], known, f"{place}.{name}")
        else:
            yield f"{place}.{name} is not declared"


def _alternatives(kind: str) -> list[str]:
    """The sides of a union, split where no bracket is open."""
    parts, depth = [""], 0
    for letter in kind:
        depth += (letter in "(<") - (letter in ")>")
        if letter == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
