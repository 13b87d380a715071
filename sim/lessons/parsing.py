"""Parsing: from a lesson's file to a checked `Lesson`; what is wrong is told with file and line.

>>> parse("Once upon a time.", "tale.md")
Traceback (most recent call last):
    ...
sim.lessons.parsing.LessonError: tale.md:1: A lesson must begin with a line of +++; got 'Once upon a time.'.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

from sim.lessons.lesson import Lesson
from sim.lessons.lines import line_of, toml_lines
from sim.spec import SpecError, shown

FENCE: Final = "+++"

SECTIONS: Final = {"before": "Before you bet", "after": "What happened", "references": "References"}
"""The sections of the prose: their names in `Lesson`, and their headings in the file."""


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
        # TOML counts from the first setting, which is the second line of the file.
        line = int(found[1]) + 1 if found and found[1] else start - 2
        raise LessonError(file, line, f"{str(problem).partition(' (at ')[0]}.") from None
    known = toml_lines(front, 2)
    prose = {name: section for name, (_, section) in _sections(body, file, start).items()}
    try:
        return Lesson.model_validate({**settings, **prose})
    except SpecError as problem:
        raise LessonError(file, line_of(problem.where, known, 1), str(problem)) from None


def setting_lines(text: str, file: str) -> dict[str, int]:
    """The line of every setting of a lesson's file, and of the sections of its prose by their names."""
    front, body, start = _split(text, file)
    return {**toml_lines(front, 2), **{name: line for name, (line, _) in _sections(body, file, start).items()}}


def _split(text: str, file: str) -> tuple[str, str, int]:
    """The settings, the prose, and the line on which the prose starts."""
    rows = text.split("\n")
    if rows[0].strip() != FENCE:
        raise LessonError(file, 1, f"A lesson must begin with a line of {FENCE}; got {shown(rows[0])}.")
    end = next((i for i, row in enumerate(rows[1:], 1) if row.strip() == FENCE), None)
    if end is None:
        raise LessonError(file, len(rows), f"The settings of a lesson must end with a line of {FENCE}; there is none.")
    return "\n".join(rows[1:end]) + "\n", "\n".join(rows[end + 1 :]), end + 2


def _sections(body: str, file: str, start: int) -> dict[str, tuple[int, str]]:
    """The sections of the prose by name, each with the line it starts on."""
    rows, wanted = body.split("\n"), list(SECTIONS.values())
    heads = [(i, row.removeprefix("## ").strip()) for i, row in enumerate(rows) if row.startswith("## ")]
    for place, heading in enumerate(wanted):
        line, got = heads[place] if place < len(heads) else (len(rows) - 1, "nothing")
        if got != heading:
            raise LessonError(file, start + line, f"The prose must have the parts {', '.join(wanted)}; got {shown(got)} for {heading}.")
    if len(heads) > len(wanted):
        raise LessonError(file, start + heads[len(wanted)][0], f"The prose must end with {wanted[-1]}; got another part.")
    ends = [i for i, _ in heads[1:]] + [len(rows)]
    found = [(start + i + 1, "\n".join(rows[i + 1 : end])) for (i, _), end in zip(heads, ends, strict=True)]
    return dict(zip(SECTIONS, found, strict=True))
