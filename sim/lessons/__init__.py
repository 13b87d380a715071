"""Lessons: prose around real runs, in which every number is computed.

A lesson is one Markdown file in this folder: settings as TOML between two lines of `+++`, then the prose in three parts under
`## Before you bet`, `## What happened` and `## References`. Adding one touches nothing else. Numbers stand in the prose as
marks (`sim.lessons.marks`), so that `sim.lessons.checking` can compute each again; digits outside of marks are refused, but for
wrong answers, curves to bet on, and references. What a lesson says without a number is a claim or a statement
(`sim.lessons.statements`), checked on the same runs.
May import `engine`, `experiment`, `metrics`, `presets`, `records`, `store`, `theory` and `verdicts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sim.lessons.lesson import Lesson
from sim.lessons.parsing import LessonError, parse

__all__ = ["Lesson", "LessonError", "lesson_files", "lessons", "parse"]


def lesson_files() -> Mapping[str, str]:
    """The text of every lesson's file by its name.

    >>> lesson_files()["tails_go_first.md"].splitlines()[:2]
    ['+++', 'label = "Tails go first"']
    """
    return {f.name: f.read_text("utf-8") for f in files(__name__).iterdir() if f.name.endswith(".md")}


@cache
def lessons() -> Mapping[str, Lesson]:
    """Every lesson by name, in order; raises `LessonError`."""
    found = {file.removesuffix(".md"): parse(text, file) for file, text in lesson_files().items()}
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].order)))
