"""Checking: every number and every claim of a lesson against real runs; what does not hold is told with file and line.

Runs of presets are read as shipped, others are computed, each once for all lessons.

>>> NUMERALS.findall("Half of it is gone in 9 of 10 worlds, and one world keeps 64 %.")
['Half', '9', '10', '64 %']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from sim.engine import simulate
from sim.experiment import Experiment
from sim.lessons import Lesson, LessonError, parse
from sim.lessons.bets import ranked
from sim.lessons.formulas import compiled
from sim.lessons.lines import line_of
from sim.lessons.marks import WORDS, Mark, blanked, marks, replaced
from sim.lessons.parsing import setting_lines
from sim.lessons.readings import MarkError
from sim.metrics import measurable
from sim.records import Run
from sim.spec import did_you_mean
from sim.store import stored

_PARTS = "half halves halved thirds? quarters? fifths? tenths? twice doubled? doubles dozens?"
_LARGE = "thirteen (?:four|fif|six|seven|eigh|nine)teen twenty thirty forty (?:fif|six|seven|eigh|nine)ty hundreds? thousands?"

NUMERALS: Final = re.compile(rf"\d[\d.,]*(?: ?%)?|\b(?:{'|'.join((*WORDS[3:], *_PARTS.split(), *_LARGE.split()))})\b", re.IGNORECASE)
"""What counts as a number in prose. Zero, one and two are words like others: "one world", "two humps"."""


CLEARLY: Final = 0.7
"""The closest curve of a bet is at most so far from the run as the next one, as a share.

A choice: a class must see without measuring which curve was right.
"""


class Runs:
    """The runs of one lesson.

    Args:
        lesson: whose experiments they are.
        wanted: the metrics to measure, where they can be, by the name of the experiment.
    """

    def __init__(self, lesson: Lesson, wanted: Mapping[str, Iterable[str]]) -> None:
        self._lesson = lesson
        self._wanted = {name: self._able(name) & frozenset(wanted.get(name, ())) for name in lesson.experiments}

    def experiment(self, name: str) -> Experiment:
        """The experiment of that name."""
        if name not in self._lesson.experiments:
            raise MarkError(f"An experiment must be one of {', '.join(self._lesson.experiments)}; got {name!r}.")
        return self._lesson.experiment(name)

    def run(self, name: str) -> Run:
        """Its run, with the metrics wanted."""
        return _run(self.experiment(name).to_json(), self._wanted[name])

    def require(self, name: str, metric: str) -> None:
        """Raises `MarkError` unless the experiment has the metric."""
        self.experiment(name)
        if metric not in self._wanted[name]:
            able = sorted(self._able(name))
            hint, _ = did_you_mean(metric, able)
            raise MarkError(f"A metric of {name} must be one of {', '.join(able)}; got {metric!r}. {hint}".strip())

    def _able(self, name: str) -> frozenset[str]:
        experiment = self._lesson.experiment(name)
        return frozenset(measurable(experiment.source, experiment.family.offers))


@cache
def _run(text: str, metrics: frozenset[str]) -> Run:
    experiment = Experiment.from_json(text)
    found = stored(experiment, metrics)
    return simulate(experiment, sorted(metrics)) if found is None else found.run


def check(text: str, file: str) -> Iterator[LessonError]:
    """Everything that is wrong with a lesson's file, in the order of its lines where possible."""
    try:
        lesson, lines = parse(text, file), setting_lines(text, file)
    except LessonError as problem:
        yield problem
        return
    if unreadable := [*_unreadable(lesson, lines, file)]:
        yield from unreadable
        return
    found = [(line_of(path, lines, 1), prose, list(marks(prose))) for path, prose in prose_of(lesson)]
    yield from _unmarked(lesson, lines, file)
    runs = Runs(lesson, _metrics_read(lesson, [mark for _, _, some in found for mark in some]))
    for line, prose, some in found:
        yield from _failing(line, prose, some, runs, file)
    yield from _claims(lesson, lines, runs, file)
    yield from _statements(lesson, lines, runs, file)
    yield from _bet(lesson, lines, runs, file)


def prose_of(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Every text of a lesson that says something about runs, with the path of its setting.

    Wrong answers and curves to bet on may be as wrong as they like.
    """
    for name in ("label", "summary", "watch", "before", "after"):
        yield name, getattr(lesson, name)
    yield "bet.question", lesson.bet.question
    for name, case in lesson.experiments.items():
        yield f"experiments.{name}.label", case.label
    for i, link in enumerate(lesson.links):
        yield f"links.{i}.label", link.label
    for i, item in enumerate(lesson.quiz):
        yield f"quiz.{i}.question", item.question
        yield f"quiz.{i}.answers", item.answers[item.right - 1]
        yield f"quiz.{i}.why", item.why
    yield "teacher.timing", lesson.teacher.timing
    for name in ("goes_wrong", "ask"):
        for sentence in getattr(lesson.teacher, name):
            yield f"teacher.{name}", sentence


def _unreadable(lesson: Lesson, lines: Mapping[str, int], file: str) -> Iterator[LessonError]:
    for path, prose in prose_of(lesson):
        try:
            list(marks(prose))
        except MarkError as problem:
            yield LessonError(file, line_of(path, lines, 1), str(problem))
    for i, statement in enumerate(lesson.statements):
        try:
            compiled(statement.formula)
        except MarkError as problem:
            yield LessonError(file, line_of(f"statements.{i}.formula", lines, 1), str(problem))


def _unmarked(lesson: Lesson, lines: Mapping[str, int], file: str) -> Iterator[LessonError]:
    """Numbers in the prose that no mark accounts for."""
    for path, prose in prose_of(lesson):
        if path == "teacher.timing":
            continue
        for number in NUMERALS.finditer(blanked(prose)):
            line = line_of(path, lines, 1) + prose.count("\n", 0, number.start())
            yield LessonError(file, line, f"A number must stand in a mark, [[number = formula]]; got {number[0]!r}.")


def _metrics_read(lesson: Lesson, some: list[Mark]) -> dict[str, set[str]]:
    wanted = {name: {*lesson.drawn(name)} for name in lesson.experiments}
    pairs = [pair for mark in some for pair in mark.reads] + [(claim.experiment, claim.metric) for claim in lesson.claims]
    for name, metric in pairs + [pair for statement in lesson.statements for pair in compiled(statement.formula)[1]]:
        wanted.setdefault(name, set()).add(metric)
    return wanted


def _failing(line: int, prose: str, some: list[Mark], runs: Runs, file: str) -> Iterator[LessonError]:
    for mark in some:
        try:
            for name, metric in mark.reads:
                runs.require(name, metric)
            mark.check(runs)
        except MarkError as problem:
            yield LessonError(file, line + prose.count("\n", 0, mark.at), str(problem))


def _claims(lesson: Lesson, lines: Mapping[str, int], runs: Runs, file: str) -> Iterator[LessonError]:
    for i, claim in enumerate(lesson.claims):
        if claim.t > lesson.experiment(claim.experiment).generations or not claim.holds(runs.run(claim.experiment)):
            said = f"{claim.of} {claim.metric}({claim.experiment}, {claim.t}) {claim.relation} {claim.bound}"
            yield LessonError(file, line_of(f"claims.{i}", lines, 1), f"A claim must hold on the run; this does not: {said}.")


def _statements(lesson: Lesson, lines: Mapping[str, int], runs: Runs, file: str) -> Iterator[LessonError]:
    """Each must stand in the lesson and be borne out by its runs."""
    told = [_as_read(prose) for _, prose in prose_of(lesson)]
    for i, statement in enumerate(lesson.statements):
        line = line_of(f"statements.{i}", lines, 1)
        if not any(_as_read(statement.says) in prose for prose in told):
            yield LessonError(file, line, f"A statement must quote the lesson; this stands nowhere in it: {statement.says}")
        value, reads = compiled(statement.formula)
        try:
            for name, metric in reads:
                runs.require(name, metric)
            if not statement.borne_out_by(found := value(runs)):
                words = f"{statement.formula} must be {statement.relation} {statement.bound:g}; the run gives {found:.6g}"
                yield LessonError(file, line, f"A statement must hold on the run; {words}.")
        except MarkError as problem:
            yield LessonError(file, line, str(problem))


def _as_read(prose: str) -> str:
    """The words as a reader sees them, on one line and without emphasis."""
    return " ".join(replaced(prose, lambda number, _: number).replace("*", "").split())


def _bet(lesson: Lesson, lines: Mapping[str, int], runs: Runs, file: str) -> Iterator[LessonError]:
    """One of the curves must be clearly closest to the run, or there is nothing to learn from the bet."""
    first, second = ranked(lesson.bet, runs.run(lesson.bet.experiment))[:2]
    if first.distance > CLEARLY * second.distance:
        labels = f"{first.sketch.label!r} ({first.distance:.3g} off), {second.sketch.label!r} ({second.distance:.3g})"
        yield LessonError(file, line_of("bet.curves", lines, 1), f"One curve must be clearly closest to the run; got {labels}.")
