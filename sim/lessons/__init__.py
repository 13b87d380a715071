"""Lessons: prose around real runs, in which every number is computed.

A lesson is one Markdown file in this folder: settings as TOML between two lines of `+++`, then the prose in three parts under
`## Before you bet`, `## What happened` and `## References`. Adding one touches nothing else. Numbers stand in the prose as
marks (`sim.lessons.marks`), so that `sim.lessons.checking` can compute each again; digits outside of marks are refused, but for
wrong answers, curves to bet on, and references.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from sim.lessons.lesson import Lesson
from sim.lessons.lines import line_of, lines
from sim.spec import SpecError, shown

__all__ = ["Lesson", "LessonError", "lessons", "parse", "sources", "where"]

FENCE: Final = "+++"
PARTS: Final = ("Before you bet", "What happened", "References")


class LessonError(ValueError):
    """A lesson that cannot be used, or does not hold, said in one sentence with its file and line."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        self.file, self.line, self.sentence = file, line, sentence
        super().__init__(file, line, sentence)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def parse(text: str, file: str) -> Lesson:
    """The lesson that a file describes; raises `LessonError` with the line."""
    front, body, start = _split(text, file)
    try:
        settings = tomllib.loads(front)
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(problem))
        line = int(found[1]) + 1 if found and found[1] else start - 2
        raise LessonError(file, line, f"{str(problem).partition(' (at ')[0]}.") from None
    known = lines(front, 2)
    parts = _parts(body, file, start)
    try:
        return Lesson.model_validate({**settings, **{name: text for name, (_, text) in zip(_NAMES, parts, strict=True)}})
    except SpecError as problem:
        raise LessonError(file, line_of(problem.where, known, 1), str(problem)) from None


_NAMES: Final = ("before", "after", "references")


def where(text: str, file: str) -> dict[str, int]:
    """The line of every setting of a lesson's file, and of the parts of its prose by their names."""
    front, body, start = _split(text, file)
    return {**lines(front, 2), **{name: line for name, (line, _) in zip(_NAMES, _parts(body, file, start), strict=True)}}


def _split(text: str, file: str) -> tuple[str, str, int]:
    """The settings, the prose, and the line on which the prose starts."""
    rows = text.split("\n")
    if rows[0].strip() != FENCE:
        raise LessonError(file, 1, f"A lesson must begin with a line of {FENCE}; got {shown(rows[0])}.")
    end = next((i for i, row in enumerate(rows[1:], 1) if row.strip() == FENCE), None)
    if end is None:
        raise LessonError(file, len(rows), f"The settings of a lesson must end with a line of {FENCE}; there is none.")
    return "\n".join(rows[1:end]) + "\n", "\n".join(rows[end + 1 :]), end + 2


def _parts(body: str, file: str, start: int) -> list[tuple[int, str]]:
    """The parts of the prose, each with the line it starts on."""
    rows = body.split("\n")
    heads = [(i, row.removeprefix("## ").strip()) for i, row in enumerate(rows) if row.startswith("## ")]
    for place, part in enumerate(PARTS):
        got = heads[place] if place < len(heads) else (len(rows) - 1, "nothing")
        if got[1] != part:
            raise LessonError(file, start + got[0], f"The prose must have the parts {', '.join(PARTS)}; got {shown(got[1])} for {part}.")
    if len(heads) > len(PARTS):
        raise LessonError(file, start + heads[len(PARTS)][0], f"The prose must end with {PARTS[-1]}; got another part.")
    ends = [i for i, _ in heads[1:]] + [len(rows)]
    return [(start + i + 1, "\n".join(rows[i + 1 : end])) for (i, _), end in zip(heads, ends, strict=True)]


def sources() -> Mapping[str, str]:
    """The text of every lesson's file by its name."""
    return {f.name: f.read_text("utf-8") for f in files(__name__).iterdir() if f.name.endswith(".md")}


@cache
def lessons() -> Mapping[str, Lesson]:
    """Every lesson by name, in order; raises `LessonError`."""
    found = {file.removesuffix(".md"): parse(text, file) for file, text in sources().items()}
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].order)))
