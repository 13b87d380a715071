"""Hidden controls: what a link leaves out, `?hide=real_share,seed`.

A control bears the name that it has in a link (`n`, `source`, `family.ddof`); a role's name stands for its picker. Hiding
is for calm, not for secrecy: the address still says what is set.
"""

from __future__ import annotations

from functools import lru_cache

from sim import Experiment, SpecError
from sim.experiment import ROLES
from sim.spec import did_you_mean, knobs, shown

PLACES = ("presets", "curves", "world", "map", "details")
"""What is no knob: the cards, the picker of curves, the two pickers on stage, and the tabs below it."""

READ_AT_MOST = 40
"""As many as of the settings of a link."""

SAY_AT_MOST = 2
"""Sentences about unknown names. A choice: they stand above the stage, and hiding is a small matter."""


@lru_cache(maxsize=1)
def controls() -> tuple[str, ...]:
    """The names of all controls that can be hidden."""
    variants = {f"{role}.{knob}" for role, registry in ROLES.items() for variant in registry for knob in knobs(variant)}
    return (*PLACES, *knobs(Experiment), *sorted(variants))


def hidden(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The controls that a flag hides, and a sentence for each name that means none (the nearest one is hidden instead)."""
    names: list[str] = []
    notes: list[str] = []
    for name in [part for part in text[:1000].split(",") if part][:READ_AT_MOST]:
        near: str | None = name
        if name not in controls():
            _, near = did_you_mean(name, controls())
            what = f"Hiding {near} instead." if near else "It is left out."
            notes.append(str(SpecError("hide", "names of controls, such as real_share, seed or presets", shown(name), what)))
        if near is not None and near not in names:
            names.append(near)
    return tuple(names), tuple(notes[:SAY_AT_MOST])
