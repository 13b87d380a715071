"""The phases of a run as a person would list them: in their order, true to every generation, and never a list of single numbers."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from dashboard.details.about import phase_lines
from sim.verdicts.phases import PHASES, Phase
from sim.verdicts.stretches import stretches

LETTERS: dict[str, Phase] = {"n": "not yet", "e": "early", "l": "late"}


def coded(letters: str) -> list[Phase]:
    """Phases by their first letters."""
    return [LETTERS[letter] for letter in letters]


FLICKER = coded("n" * 13 + "eneneennen" + "e" * 38)
"""The run of an audit, which was told as "0 to 12, 14, 16, 19 to 20, 22: Not yet"."""


def flickering(rng: random.Random) -> list[Phase]:
    """Phases that come to stay one after the other, with some noise."""
    found: list[Phase] = []
    noise = rng.choice([0.0, 0.05, 0.2, 0.5])
    every: list[Phase] = list(PHASES)
    for phase in rng.sample(every, rng.randint(1, 4)):
        stay = rng.choice([1, 3, 10, 60])
        more: list[Phase] = [rng.choice(every) if rng.random() < noise else phase for _ in range(stay)]
        found += more
    return found


def test_stretches_leave_nothing_out_and_are_mostly_what_they_are_called() -> None:
    rng = random.Random(5)
    for _ in range(400):
        phases = flickering(rng)
        found = stretches(phases)
        assert [one.first for one in found] == [0, *(one.last + 1 for one in found[:-1])]
        assert found[-1].last == len(phases) - 1
        for one in found:
            here = Counter(phases[one.first : one.last + 1])
            count = here.pop(one.phase, 0) if one.phase else 0
            assert here == one.others
            if one.phase:
                assert count >= 0.9 * (one.last - one.first + 1)
                assert phases[one.first] == one.phase
        short = [one.phase is not None and one.last - one.first < 4 for one in found]
        assert not any(all(short[i : i + 3]) for i in range(len(short) - 2)), "three short ones in a row"


def test_the_lines_tell_how_many_generations_are_in_each_phase() -> None:
    """Counted back from the words: what a stretch is called, less its exceptions, and the exceptions."""
    rng = random.Random(6)
    called = {meaning: phase for phase, meaning in PHASES.items()}
    for _ in range(200):
        phases, counted = flickering(rng), Counter[str]()
        for line in phase_lines(phases):
            span = re.match(r"Generations? (\d+)(?: to (\d+))?", line)
            if span is None:
                assert line in called, "what only exceptions were in is explained behind them"
                continue
            some = {phase: int(count) for count, phase in re.findall(r"(\d+) (not yet|early|late|blurred|stable)(?=[,)])", line)}
            counted.update(some)
            if "back and forth" in line:
                assert sum(some.values()) == int(span[2]) - int(span[1]) + 1
                continue
            name = next((phase for meaning, phase in called.items() if line.endswith(meaning)), "")
            name = name or re.findall(r": (\D+) again, as above", line)[0]
            counted[name] += int(span[2] or span[1]) - int(span[1]) + 1 - sum(some.values())
        assert {phase: count for phase, count in counted.items() if count} == Counter(phases)


def test_a_flicker_is_told_as_an_exception() -> None:
    assert list(phase_lines(FLICKER)) == [
        f"Generations 0 to 14 (of these 1 early): {PHASES['not yet']}",
        f"Generations 15 to 60 (of these 4 not yet): {PHASES['early']}",
    ]


@pytest.mark.parametrize(
    ("phases", "lines"),
    [
        (coded("n"), ["Generation 0: {not yet}"]),
        (coded("nnn"), ["Generations 0 to 2: {not yet}"]),
        (coded("nnne"), ["Generations 0 to 2: {not yet}", "Generation 3: {early}"]),
        (coded("ne" * 8), ["Generations 0 to 15: back and forth (8 not yet, 8 early).", "{not yet}", "{early}"]),
        (
            coded("n" * 9 + "e" * 9 + "n" * 9),
            ["Generations 0 to 8: {not yet}", "Generations 9 to 17: {early}", "Generations 18 to 26: not yet again, as above."],
        ),
        (coded("n" * 19 + "l" + "n" * 20), ["Generations 0 to 39 (of these 1 late): {not yet}", "{late}"]),
    ],
)
def test_lines_by_hand(phases: list[Phase], lines: list[str]) -> None:
    meanings = {"{" + phase + "}": meaning for phase, meaning in PHASES.items()}
    assert list(phase_lines(phases)) == [re.sub(r"{.*}", lambda found: meanings[found[0]], line) for line in lines]
