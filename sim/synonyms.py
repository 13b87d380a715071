"""Synonyms: what else a thing is called in the field, read from where the thing is declared.

A variant or a metric says it in the `Names:` paragraph of its docstring, which is also shown to readers. What it merely stands in for
(8 x 8 digits for MNIST) is said there too, and is only ever a hint: nobody is given other data than were asked for without a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sim.docstrings import after_first_sentence
from sim.spelling import LONGEST, folded

STANDS_IN: Final = "stands in for "
"""What comes before a name in `Names:` that is another thing's."""

_ASIDE = re.compile(r"\([^()]*\)|\S+:(?=\s)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that has names.

    Attributes:
        name: in JSON and links.
        label: on screen.
        doc: its docstring.
    """

    name: str
    label: str
    doc: str


def names_in(doc: str) -> tuple[str, ...]:
    """The names that a docstring gives in its `Names:` paragraph, without what stands in brackets.

    >>> names_in("Rows.\\n\\n    Names: VAE, beta-VAE; linear: probabilistic PCA (beta 1), stands in for MNIST.")
    ('VAE', 'beta-VAE', 'probabilistic PCA', 'stands in for MNIST')
    """
    said = next((part for part in after_first_sentence(doc).split("\n\n") if part.startswith("Names:")), "")
    parts = re.split(r"[,;]", _ASIDE.sub("", " ".join(said.split())))
    return tuple(name for part in parts if (name := part.strip(" .")))


def meant(word: str, entries: Iterable[Entry]) -> str | None:
    """The name of the thing that a word is another name of, in whatever spelling; None where there is none, or more than one."""
    return _dictionaries(tuple(entries))[0].get(folded(word[:LONGEST]))


def stands_in(word: str, entries: Iterable[Entry]) -> str | None:
    """The name of the thing that stands in for what a word is the name of; None where there is none."""
    return _dictionaries(tuple(entries))[1].get(folded(word[:LONGEST]))


@lru_cache(maxsize=64)
def _dictionaries(entries: tuple[Entry, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Folded other names to names, apart from folded names of what is stood in for; a thing's own name comes before all others."""
    others = [(name, entry.name) for entry in entries for name in (entry.label, *names_in(entry.doc))]
    same = _each_of_one([(folded(name), whose) for name, whose in others if not name.startswith(STANDS_IN)])
    instead = _each_of_one([(folded(name.removeprefix(STANDS_IN)), whose) for name, whose in others if name.startswith(STANDS_IN)])
    return same | {folded(entry.name): entry.name for entry in entries}, instead


def _each_of_one(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The names that belong to one thing alone."""
    owners = Counter(name for name, _ in set(pairs))
    return {name: whose for name, whose in pairs if name and owners[name] == 1}
