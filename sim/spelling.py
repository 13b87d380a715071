"""Spelling: words that are the same but for capitals and marks, and words that are one slip of the finger apart."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

LONGEST: Final = 80
"""Letters of a word that are compared. A choice: no name here has half as many."""

ALIKE: Final = 0.7
"""The least share of letters that two words have in common, for one to be hinted at when the other is typed.

A choice: it joins "parqet 2" to "parquet", and keeps "mnist" (0.6) from "moons".
"""


@lru_cache(maxsize=2048)
def folded(word: str) -> str:
    """A word without capitals, blanks and marks, by which spellings of one name are known.

    >>> folded("Real-Share"), folded("real_share"), folded("Student's t")
    ('realshare', 'realshare', 'studentst')
    """
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def one_slip_apart(one: str, other: str) -> bool:
    """Whether a letter too many, too few or wrong, or two neighbours that changed places, is all that tells two words apart.

    This is distance 1 of Damerau (1964), doi 10.1145/363958.363994.

    >>> one_slip_apart("sorce", "source"), one_slip_apart("sedd", "seed"), one_slip_apart("dmi", "dim"), one_slip_apart("n", "n")
    (True, True, True, False)
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return swapped or a[1:] == b or a == b[1:] or a[1:] == b[1:]


@lru_cache(maxsize=512)
def closest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that somebody most likely meant: one slip apart, or with most letters in common; None where none is close."""
    word = word[:LONGEST].lower()
    slips = tuple(other for other in known if one_slip_apart(word, other))
    return next(iter(difflib.get_close_matches(word, slips or known, n=1, cutoff=0 if slips else ALIKE)), None)


def same_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that is this one in another spelling; None where there is none, or more than one."""
    if (wanted := folded(word[:LONGEST])) == "":
        return None
    found = [other for other in known if folded(other) == wanted]
    return found[0] if len(found) == 1 else None
