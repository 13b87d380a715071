"""What `CITATION.cff` says of this software: who made it, what it is called, when and in which version it was released.

A checkout has the file at its top level. An installed copy has it beside its metadata, where a wheel keeps licences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final

from dashboard.version import DISTRIBUTION, PROJECT
from sim import SpecError
from sim.spec import shown

NAME: Final = "CITATION.cff"
RESTORE: Final = f"Restore {NAME} from the repository, or install Collapse Lab again."
"""What whoever runs this server can do; the run is not touched by it."""


ADDRESSES: Final = ("url", "repository-code")
"""The keys that say where the project is found, the one for readers first."""


@dataclass(frozen=True)
class Author:
    """An author of the software.

    Attributes:
        name: of a group, or the family names of a person with what goes before them, as in "van Dam".
        given: the given names of a person; empty where there are none.
        suffix: what follows the names of a person, as in "Jr"; empty where nothing does.
        person: whether the author is a person.
    """

    name: str
    given: str = ""
    suffix: str = ""
    person: bool = False


@dataclass(frozen=True)
class Software:
    """What a citation needs.

    Attributes:
        authors: at least one, in their order.
        title: what the software is called.
        version: which one this is.
        released: when it was released.
        address: where the project is found; empty where the file does not say.
    """

    authors: tuple[Author, ...]
    title: str
    version: str
    released: date
    address: str = ""


@lru_cache(maxsize=1)
def software() -> Software:
    """This software as its own citation file describes it; raises `SpecError` where the file is missing or broken."""
    return read(_text())


def read(text: str) -> Software:
    """The software that the text of a citation file describes.

    Raises:
        SpecError: naming the first key that is missing or cannot be used.
    """
    found = _mapping(text)
    authors = found.get("authors")
    if not isinstance(authors, list) or not authors:
        raise _refused("authors", "a list with at least one author", authors)
    return Software(
        authors=tuple(_author(one, f"authors.{place}") for place, one in enumerate(authors)),
        title=_words(found, "title"),
        version=_words(found, "version"),
        released=_day(found.get("date-released")),
        address=next((_words(found, key) for key in ADDRESSES if key in found), ""),
    )


def _text() -> str:
    """The file of the checkout that this code lies in; in an installed copy, the file that was installed with it."""
    installed = f"licenses/{NAME}"
    try:
        found = PROJECT.with_name(NAME).read_text("utf-8") if PROJECT.exists() else distribution(DISTRIBUTION).read_text(installed)
    except (OSError, UnicodeDecodeError, PackageNotFoundError) as problem:
        found, why = None, type(problem).__name__
    else:
        why = "nothing"
    if found is None:
        raise SpecError(NAME, "a text file beside pyproject.toml or among what was installed with Collapse Lab", why, RESTORE)
    return found


def _mapping(text: str) -> Mapping[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as problem:  # a day that no calendar has is a ValueError
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1} of {NAME}" if mark else NAME
        raise SpecError(where, "YAML", shown(str(getattr(problem, "problem", None) or problem)), RESTORE) from None
    if not isinstance(found, dict):
        raise SpecError(NAME, "a mapping of keys", shown(found), RESTORE)
    return found


def _author(one: Any, where: str) -> Author:
    if not isinstance(one, dict):
        raise _refused(where, "a person or a group", one)
    if "name" in one:
        return Author(_words(one, "name", where))
    particle, given, suffix = (_words(one, key, where) if key in one else "" for key in ("name-particle", "given-names", "name-suffix"))
    return Author(f"{particle} {_words(one, 'family-names', where)}".lstrip(), given, suffix, person=True)


def _words(found: Mapping[str, Any], key: str, under: str = "") -> str:
    """The text of a key, in one line."""
    value = found.get(key)
    words = " ".join(value.split()) if isinstance(value, str) else ""
    if not words:
        raise _refused(f"{under}.{key}" if under else key, "text, in quotes where it looks like a number", value)
    return words


def _day(value: Any) -> date:
    """The day of a date, which YAML has read as one unless it stands in quotes."""
    if type(value) is date:
        return value
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = None
    if day is None or day.isoformat() != value:
        raise _refused("date-released", "a date like 2026-01-31", value)
    return day


def _refused(key: str, rule: str, value: object) -> SpecError:
    return SpecError(f"{key} in {NAME}", rule, "nothing" if value is None else shown(value), RESTORE)
