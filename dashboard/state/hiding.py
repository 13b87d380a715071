"""Hidden controls: what a link leaves out, `?hide=real_share,seed`.

A control bears the name that it has in a link (`n`, `source`, `family.ddof`); a role's name stands for its picker. Hiding
is for calm, not for secrecy: the address still says what is set.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sim import Experiment
from sim.experiment import ROLES
from sim.spec import did_you_mean, knobs, shown
from sim.spelling import same_word

PLACES = ("presets", "curves", "world", "map", "details")
"""What is no knob: the cards, the picker of curves, the two pickers on stage, and the tabs below it."""

READ_AT_MOST = 40
"""As many as of the settings of a link."""

SAID = 3
"""Unknown names that are told of. A choice: they stand in one sentence."""

UNKNOWN: Final = "There is no control called {names} to hide."
NEAREST: Final = "There is no control called {names} to hide, but {near}."


@lru_cache(maxsize=1)
def controls() -> tuple[str, ...]:
    """The names of all controls that can be hidden."""
    variants = {f"{role}.{knob}" for role, registry in ROLES.items() for variant in registry for knob in knobs(variant)}
    return (*PLACES, *knobs(Experiment), *sorted(variants))


def hidden(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The controls that a flag hides, and a sentence where names mean none (the nearest ones are hidden instead)."""
    asked = [part.strip() for part in text[:1000].split(",") if part.strip()][:READ_AT_MOST]
    own = {name: same_word(name, controls()) for name in asked}
    near = {name: did_you_mean(name, controls())[1] for name, control in own.items() if control is None}
    found = [control for name in asked if (control := own[name] or near.get(name))]
    mended = list(dict.fromkeys(control for control in near.values() if control))
    template = NEAREST if mended else UNKNOWN
    told = template.format(near=", ".join(mended[:SAID]), names=", ".join(shown(name) for name in list(near)[:SAID]))
    return tuple(dict.fromkeys(found)), (told,) if near else ()
