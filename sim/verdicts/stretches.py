"""Stretches: the phases of a run in their order, as a person would list them.

A phase flickers before it has come to stay. So a stretch of one phase runs from where it has come to stay (nine in ten generations
from there on, see `come_to_stay`) to its last generation, and what else happens in it is counted. Where nothing stays, for three
short stretches and more, it goes back and forth.

>>> [(one.first, one.last, one.phase, dict(one.others)) for one in stretches(["not yet"] * 12 + ["early", "not yet"] + ["early"] * 20)]
[(0, 11, 'not yet', {}), (12, 33, 'early', {'not yet': 1})]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from sim.verdicts.phases import Phase, come_to_stay

SHORT: Final = 5
"""Generations below which a stretch is short. A choice: nine in ten of fewer than ten are all of them."""

MANY: Final = 3
"""Short stretches in a row that are told as one. A choice: two can be read, a dozen cannot."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Generations that follow each other.

    Attributes:
        first: its first generation.
        last: its last one.
        phase: what it is in; None where it goes back and forth.
        others: how many of its generations are in another phase, by phase; all of them where it goes back and forth.
    """

    first: int
    last: int
    phase: Phase | None
    others: Mapping[Phase, int]


def stretches(phases: Sequence[Phase]) -> list[Stretch]:
    """Phases by generation, from 0 on, as stretches that follow each other and leave no generation out."""
    told = np.array(phases)
    found: list[Stretch] = []
    end = len(told)
    while end:
        phase = phases[end - 1]
        first = come_to_stay(told[:end] == phase)
        assert first is not None, "the last generation is in its own phase"
        found.append(_stretch(phases, first, end - 1, phase))
        end = first
    return _joined(phases, found[::-1])


def _stretch(phases: Sequence[Phase], first: int, last: int, phase: Phase | None) -> Stretch:
    others: Counter[Phase] = Counter(other for other in phases[first : last + 1] if other != phase)
    return Stretch(first, last, phase, dict(others.most_common()))


def _joined(phases: Sequence[Phase], found: list[Stretch]) -> list[Stretch]:
    """Where many short ones follow each other they are one that goes back and forth."""
    joined: list[Stretch] = []
    for short, group in groupby(found, lambda one: one.last - one.first + 1 < SHORT):
        row = list(group)
        joined += [_stretch(phases, row[0].first, row[-1].last, None)] if short and len(row) >= MANY else row
    return joined
