"""Lessons: every number and claim holds on real runs; what is wrong is told with its file and line."""

from __future__ import annotations

import math
import re
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import special

from sim import Experiment, Run, simulate
from sim.lessons import LessonError, lesson_files, lessons, parse
from sim.lessons.bets import observed, predicted, ranked
from sim.lessons.checking import Runs, check
from sim.lessons.lesson import Sketch
from sim.lessons.marks import blanked, marks, replaced, shown_number
from sim.lessons.readings import MarkError

FILE = pytest.mark.parametrize("file", [pytest.param(file, marks=pytest.mark.xdist_group("lessons")) for file in lesson_files()])
TEXT = lesson_files()["tails_go_first.md"]


def line_with(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@FILE
def test_every_number_and_claim_holds(file: str) -> None:
    assert [str(problem) for problem in check(lesson_files()[file], file)] == []


def test_each_has_a_place_of_its_own_in_the_list() -> None:
    places = [lesson.order for lesson in lessons().values()]
    assert len(places) == len(lesson_files())
    assert places == sorted(set(places))
    assert all(5 <= lesson.minutes <= 10 for lesson in lessons().values())


@FILE
def test_numbers_in_the_prose_come_from_runs(file: str) -> None:
    """A lesson that only checks its settings would teach nothing."""
    lesson = parse(lesson_files()[file], file)
    assert sum(bool(mark.reads) for mark in marks(lesson.after)) >= 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("minutes = 7", "minuets = 7", "Did you mean minutes?"),
        ("minutes = 7", "minutes = 70", "minutes must be at most 10"),
        ("minutes = 7", "minutes = ", "Invalid value"),
        ('preset = "tails_go_first"', 'preset = "tails_go_frist"', "Did you mean tails_go_first?"),
        ("right = 2", "right = 4", "at most 3"),
        ('answers = ["Everybody alike", ', "answers = [", "answers"),
        ("t = 60\nrelation = \"below\"", "t = 60\nrelation = \"beneath\"", "relation must be one of"),
        ('experiment = "humps"\nt = 30', 'experiment = "hump"\nt = 30', "Did you mean humps?"),
        ('quote = "You said {bet}', 'quote = "You said {bets}', "{bet} and {run}"),
        ("## What happened", "## What happens", "must have the parts"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_told_with_its_line(old: str, new: str, words: str) -> None:
    assert old in TEXT
    wrong = TEXT.replace(old, new, 1)
    (problem,) = check(wrong, "wrong.md")
    assert words in problem.sentence
    changed = [n for n, (a, b) in enumerate(zip(TEXT.splitlines(), wrong.splitlines(), strict=True), 1) if a != b]
    assert abs(problem.line - changed[0]) <= ("experiment" in old)
    assert str(problem).startswith(f"wrong.md:{problem.line}: ")


def test_a_claim_that_fails_is_told_with_its_line() -> None:
    wrong = TEXT.replace("bound = 0.5\n", "bound = 0.01\n")
    (problem,) = check(wrong, "wrong.md")
    assert problem.line == line_with(wrong, "bound = 0.01") - 5
    assert "claim must hold" in problem.sentence
    assert wrong.splitlines()[problem.line - 1] == "[[claims]]"


def test_a_number_that_the_run_does_not_give_is_told_with_its_line() -> None:
    wrong = TEXT.replace("[[30 % = median tail_mass", "[[29 % = median tail_mass")
    (problem,) = check(wrong, "wrong.md")
    assert problem.line == line_with(wrong, "[[29 %")
    assert "the run gives 30 %" in problem.sentence


@pytest.mark.parametrize("number", ["42", "3.5 %", "half", "seven"])
def test_a_number_without_a_mark_is_refused(number: str) -> None:
    wrong = TEXT.replace("Why the tails first?", f"Why the tails first, {number} times?")
    (problem,) = check(wrong, "wrong.md")
    assert problem.line == line_with(wrong, "Why the tails first,")
    assert number in problem.sentence


def test_wrong_answers_and_references_may_say_numbers() -> None:
    text = TEXT.replace('"Nobody, tails are noise"', '"5 % of us"').replace("Nature 631", "Nature 632")
    assert list(check(text, "fine.md")) == []


def test_a_bet_without_a_winner_is_refused() -> None:
    wrong = TEXT.replace("points = [[0, 1], [1, 1]]", "points = [[0, 1], [0.33, 0.5], [0.67, 0.25], [1, 0.13]]")
    (problem,) = check(wrong, "wrong.md")
    assert "clearly closest" in problem.sentence


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("median tail_mas(humps, 1)", "Did you mean tail_mass?"),
        ("median tail_mass(humps, 61)", "at most 60"),
        ("median tail_mass(hump, 1)", "must be one of humps"),
        ("median tail_mass(humps 1)", "',' must come next"),
        ("n(humps) n(humps)", "the end must come next"),
        ("__import__('os')", "must come next"),
        ("source.__class__(humps)", "that is a number"),
        ("median tokens_alive(humps, 1)", "must be one of"),
        ("first tail_mass(humps) > 99", "never is"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told(formula: str, words: str) -> None:
    wrong = TEXT.replace("Why the tails first?", f"Why [[1 = {formula}]]?")
    problems = list(check(wrong, "wrong.md"))
    assert any(words in problem.sentence for problem in problems), [str(problem) for problem in problems]


def test_formulas_compute() -> None:
    lesson = parse(TEXT, "fine.md")
    run = simulate(lesson.experiment("humps").but(generations=3, replicates=7), ["tail_mass"])

    class Readings:
        def experiment(self, _: str):
            return run.experiment

        def run(self, _: str):
            return run

    values = run.metrics["tail_mass"]
    expected = {
        "median tail_mass(x, last)": np.median(values[:, 3]),
        "mean tail_mass(x, 2) - 1 * 2": values[:, 2].mean() - 2,
        "worlds tail_mass(x, 1) > 1": (values[:, 1] > 1).sum(),
        "(n(x) + family.k(x)) / 2": 101,
        "sqrt(n_real(x) + 16)": 4,
        "truth tail_mass(x)": 1,
        "real tail_mass(x)": float(run.noise_floor["tail_mass"]),
    }
    for formula, value in expected.items():
        (mark,) = marks(f"[[1 = {formula}]]")
        assert mark.value(Readings()) == pytest.approx(value)


def settings_of(source: str, family: str, **more: Any) -> dict[str, Any]:
    return {"source": {"kind": source}, "family": {"kind": family}, **more}


UNUSUAL = {
    "humps": (settings_of("mixture", "gmm", n=30, generations=12, replicates=9), ["tail_mass", "modes_alive"]),
    "ring": (settings_of("ring", "gmm", n=64, generations=20, replicates=20, seed=7), ["modes_alive"]),
    "line": (settings_of("normal", "gaussian", n=12, generations=5, replicates=8), ["total_variance"]),
}


def value_of(formula: str, *runs: Run) -> float:
    """A formula's value, in which the runs have the names a, b."""
    named = dict(zip("ab", runs, strict=False))
    (mark,) = marks(f"[[1 = {formula}]]")
    return mark.value(SimpleNamespace(experiment=lambda name: named[name].experiment, run=named.__getitem__))


def unusual(name: str) -> Run:
    settings, metrics = UNUSUAL[name]
    return simulate(Experiment.model_validate(settings), metrics)


def test_formulas_of_steps_and_modes_compute() -> None:
    """Each against arrays that are counted here in another way."""
    humps, ring = unusual("humps"), unusual("ring")
    steps = [step for world in humps.metrics["tail_mass"] for step in pairwise(world)]
    empty = [after for before, after in steps if before == 0]
    assert value_of("rising tail_mass(a)", humps) == sum(after > before for before, after in steps) / len(steps)
    assert value_of("regained tail_mass(a)", humps) == sum(after > 0 for after in empty) / len(empty)
    sides = [(rows[rows > 0], rows[rows < 0]) for rows in humps.samples[:, 12, :, 0]]
    within = [sum(((side - side.mean()) ** 2).sum() for side in both if side.size) / 30 for both in sides]
    assert value_of("within(a, last)", humps) == pytest.approx(np.median(within), rel=1e-6)
    counts = ring.counts
    assert counts is not None
    back = sum(any(now == 0 < later for now, later in pairwise(counts[world, :, mode])) for world, mode in product(range(20), range(8)))
    assert value_of("returned(a)", ring) == back > 0


def test_formulas_of_the_divisor_compute() -> None:
    run = unusual("line")
    other = simulate(run.experiment.but(family={"kind": "gaussian", "ddof": 1}), ["total_variance"])
    logs = np.log(run.metrics["total_variance"])
    divisor = math.log(12 / 11)
    assert value_of("divisor(a, b, 5)", run, other) == pytest.approx(5 * divisor / (logs[:, 0] - logs[:, 5]).mean(), rel=1e-9)
    assert value_of("divisor_by_law(a)", run) == pytest.approx(divisor / (math.log(6) - special.digamma(5.5)), rel=1e-9)


STATEMENT = '[[statements]]\nsays = "Every heap of real rows has some"'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Every heap of real rows has some far out.", "Each heap of real rows has some far out.", "stands nowhere in it"),
        ('formula = "lowest tail_mass(humps, 0)"', 'formula = "lowest tail_mass(humps, 60)"', "must be above 0; the run gives 0"),
        ('formula = "lowest tail_mass(humps, 0)"', 'formula = "least tail_mass(humps, 0)"', "must come next"),
        ('formula = "lowest tail_mass(humps, 0)"', 'formula = "lowest tail_mass(hump, 0)"', "must be one of humps"),
        ('formula = "lowest tail_mass(humps, 0)"', 'formula = "divisor_by_law(humps)"', "there is no closed form"),
        ('formula = "lowest tail_mass(humps, 0)"', 'formula = "divisor(humps, humps, last)"', "a Gaussian with the divisor n"),
        ('formula = "lowest tail_mass(humps, 0)"', 'formula = "within(humps, 61)"', "at most 60"),
    ],
)
def test_a_statement_that_is_not_borne_out_is_told_with_its_line(old: str, new: str, words: str) -> None:
    assert TEXT.count(old) == 1
    wrong = TEXT.replace(old, new)
    (problem,) = check(wrong, "wrong.md")
    assert words in problem.sentence
    assert 0 <= problem.line - line_with(wrong, STATEMENT.splitlines()[1]) + 1 <= 2


@FILE
def test_what_a_lesson_states_without_a_number_is_checked(file: str) -> None:
    """The sentences of an audit that no run bore out stand in no lesson, and those in their place are statements."""
    lesson = parse(lesson_files()[file], file)
    assert lesson.statements
    for words in ("humps look whole", "what it was not shown", "only the luck", "can only draw narrow", "never comes back", "the loop's."):
        assert words not in lesson_files()[file]


def test_a_number_holds_within_half_of_its_last_digit() -> None:
    assert shown_number("1,250") == (1250, 1)
    assert shown_number("0.36") == (pytest.approx(0.36), pytest.approx(0.01))
    assert shown_number("36 %") == (pytest.approx(0.36), pytest.approx(0.01))
    assert shown_number("eight") == (8, 1)
    for wrong in ("36%", "0,5", "-1", "1e3", "many", ""):
        with pytest.raises(MarkError):
            shown_number(wrong)
    assert replaced("a [[1 = 1]] b", lambda number, formula: f"<{number}|{formula}>") == "a <1|1> b"
    assert blanked("a [[1 =\n 1]] b") == f"a {' ' * 5}\n{' ' * 4} b"


def test_a_sketch_is_bent_to_the_end_that_was_bet() -> None:
    sketch = Sketch.model_validate({"label": "falls", "points": [[0, 1], [0.5, 0.5], [1, 0.4]]})
    np.testing.assert_allclose(predicted(sketch, 0.4, 3), [1, 0.5, 0.4])
    np.testing.assert_allclose(predicted(sketch, 0.6, 3), [1, 0.6, 0.6])
    assert predicted(sketch, 0.0, 101).min() == 0


@FILE
def test_the_curve_that_wins_is_not_the_first(file: str) -> None:
    """Somebody who always takes the first curve learns nothing about betting."""
    lesson = parse(lesson_files()[file], file)
    name = lesson.bet.experiment
    run = Runs(lesson, {name: lesson.drawn(name)}).run(name)
    assert ranked(lesson.bet, run)[0].sketch != lesson.bet.curves[0]
    assert np.isfinite(observed(lesson.bet, run)).all()


def test_no_lesson_repeats_the_name_of_a_question() -> None:
    for lesson in lessons().values():
        assert len({item.question for item in lesson.quiz}) == 5
        assert all(len(set(item.answers)) == 3 for item in lesson.quiz)


def test_a_file_without_settings_is_refused() -> None:
    for text, words in (("", "must begin"), ("+++\nlabel = 1\n", "must end"), ("# Hello", "must begin")):
        with pytest.raises(LessonError, match=re.compile(words)):
            parse(text, "wrong.md")
