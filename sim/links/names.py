"""Whose a parameter of a link is: a setting's, in whatever spelling, or nobody's.

Addresses carry what mail programs, course pages and advertisers hang on them. What is nobody's setting is passed over in silence and
never guessed into one. A name that is one slip of the finger from a setting is a misspelt setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from sim.experiment import ROLES, Experiment
from sim.links.travel_marks import one_minus
from sim.spec import Spec, SpecError, knob_meant, knobs, shown
from sim.spelling import LONGEST, one_slip_apart, same_word

SLIPS_AT_MOST: Final = 40
"""Unknown names of one link that are compared with those of settings; no experiment has as many."""

SHORT: Final = 3
"""Letters of a name that is too short for slips: `amp`, `id` and `q` are one slip from `map`, `t` and `n`, and mean something else.

A name of just so many letters is meant where all its letters are there and one more (`maps`); a shorter one is never guessed.
"""


@dataclass(frozen=True)
class Mend:
    """One thing that was mended in a link.

    Attributes:
        where: the setting, as in links.
        sentence: what was done, in one plain sentence.
    """

    where: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def settled(flat: Mapping[str, str], default: Experiment, others: Iterable[str] = ()) -> tuple[dict[str, str], tuple[Mend, ...]]:
    """The settings of a link under their own names, and what is said about misspelt ones; nobody's parameters are left out.

    Args:
        flat: the parameters, without the marks of their travels.
        default: whose source and model hold where the link names none.
        others: names that are settings too, though not of an experiment.

    >>> from sim.presets import presets
    >>> usual = presets()["shrinks"].experiment
    >>> found, mends = settled({"N_Samples": "20", "sorce": "ring", "utm_source": "mail"}, usual)
    >>> found, [str(mend) for mend in mends]
    ({'n': '20', 'source': 'ring'}, ['sorce is read as source.'])
    """
    plain = ("v", *knobs(Experiment), *others)
    found = _under_own_names(flat, plain)
    roles = {role: _variant(role, found[0].get(role) or _slip(flat, role, plain), default) for role in ROLES}
    dotted = [f"{role}.{knob}" for role, variant in roles.items() for knob in knobs(variant)]
    settings, rest = _with_variants(*found, roles, dotted)
    mends: list[Mend] = []
    for name in [name for name in rest if len(name) <= LONGEST][:SLIPS_AT_MOST]:
        near = tuple(known for known in (*plain, *dotted) if is_slip_of(name, known))
        if len(near) == 1 and near[0] not in settings:
            settings[near[0]] = rest[name]
            mends.append(Mend(near[0], f"{_printed(name)} is read as {near[0]}."))
        elif near:
            mends.append(Mend(name, _why_not(_printed(name), near)))
    return settings, tuple(mends)


def is_slip_of(name: str, known: str) -> bool:
    """Whether a name is a setting's but for one slip; short names need more than that, see `SHORT`.

    >>> is_slip_of("sorce", "source"), is_slip_of("maps", "map"), is_slip_of("amp", "map"), is_slip_of("q", "n")
    (True, True, False, False)
    """
    name = name.lower()
    if len(known) > SHORT:
        return one_slip_apart(name, known)
    return len(known) == SHORT and len(name) == SHORT + 1 and one_slip_apart(name, known)


def _under_own_names(flat: Mapping[str, str], plain: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """The parameters that are settings in some spelling or by another name, and the rest; a setting's own name comes first."""
    found = {name: text for name, text in flat.items() if name in plain}
    rest: dict[str, str] = {}
    for name, text in ((name, text) for name, text in flat.items() if name not in plain):
        own = same_word(name, plain) if len(name) > 1 or name.lower() in plain else None
        meaning = (own, False) if own else knob_meant(Experiment, name) if len(name) <= LONGEST else None
        value = text if meaning is None or not meaning[1] else one_minus(text)
        if meaning is None or value is None:
            rest[name] = text
        else:
            found.setdefault(meaning[0], value)
    return found, rest


def _with_variants(
    found: dict[str, str], rest: dict[str, str], roles: Mapping[str, type[Spec]], dotted: list[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The same with the knobs of variants (`family.k`, `model.k`); those of other variants stay, to be told of."""
    settings, left = dict(found), dict[str, str]()
    for name, text in rest.items():
        before, _, knob = name.partition(".")
        role = before if before in ROLES else (knob_meant(Experiment, before) or ("", False))[0] if knob else ""
        meaning = knob_meant(roles[role], knob) if role in roles and len(knob) <= LONGEST else None
        foreign = role in ROLES and any(knob in knobs(variant) for variant in ROLES[role])
        own = f"{role}.{meaning[0]}" if meaning else f"{role}.{knob}" if foreign else same_word(name, dotted) if knob else None
        if own is None:
            left[name] = text
        else:
            settings.setdefault(own, text)
    return settings, left


def _slip(flat: Mapping[str, str], role: str, plain: tuple[str, ...]) -> str | None:
    """What a misspelt name of a role says."""
    return next((text for name, text in flat.items() if name not in plain and is_slip_of(name, role)), None)


def _variant(role: str, word: str | None, default: Experiment) -> type[Spec]:
    """The variant that a link means, or the nearest to it."""
    usual = type(cast(Spec, getattr(default, role)))
    try:
        found: type[Spec] = usual if word is None else ROLES[role][word]
    except SpecError as problem:
        found = ROLES[role][problem.nearest] if isinstance(problem.nearest, str) else usual
    return found


def _why_not(name: str, near: tuple[str, ...]) -> str:
    if len(near) == 1:
        return f"{name} is passed over, because the link has {near[0]} too."
    return f"{name} is passed over, because it could be {' or '.join(near)}."


def _printed(name: str) -> str:
    return name if name.isprintable() else shown(name)
