"""Parameters that are nobody's setting, names that are a slip away from one, and good links, all the same every time."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from functools import cache

from hostile import HOSTILE, NUMBERS, WORDS

from dashboard.state.view_options import OPTIONS
from sim import Experiment
from sim.experiment import ROLES
from sim.families import families
from sim.links import to_link
from sim.presets import presets
from sim.sources import sources
from sim.spec import SpecError, knobs

Link = dict[str, str]

LETTERS = string.ascii_lowercase + "_."
TRACKING = (
    *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "fbclid", "gclid", "gad_source", "gbraid", "dclid", "msclkid"),
    *("mc_cid", "mc_eid", "igshid", "si", "ref", "ref_src", "_ga", "_gl", "yclid", "PHPSESSID", "jsessionid", "sessionid", "sid", "token"),
    *("id", "q", "k", "s", "amp", "lang", "page", "cmid", "courseid", "redirect", "forceview", "section", "auth", "user", "name", "cid"),
)
VALUES = (*HOSTILE, *NUMBERS, *WORDS, "moodle", "ring", "gmm", "0.5", "200", "n=3D5", "Ab12_x-9", "https://example.org/?n=5&source=zipf")

PLACES = ("preset", "lesson")

EVERY_SETTING = frozenset(
    ["v", *knobs(Experiment), *OPTIONS, *PLACES]
    + [f"{role}.{knob}" for role, kinds in ROLES.items() for kind in kinds for knob in knobs(kind)]
)


@cache
def slips_of(name: str) -> frozenset[str]:
    """Every name that one letter too many, too few or wrong, or two neighbours that changed places, make of a name."""
    cuts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    less = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in LETTERS}
    return frozenset((less | swapped | wrong | {a + letter + b for a, b in cuts for letter in LETTERS}) - {name})


def letters_of(name: str) -> str:
    """A name without capitals and marks."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def other_names() -> set[str]:
    """What the settings declare that the field calls them."""
    specs = (Experiment, *(kind for kinds in ROLES.values() for kind in kinds))
    extras = [field.json_schema_extra or {} for spec in specs for field in knobs(spec).values()]
    return {name for extra in extras for kind in ("names", "complements") for name in extra.get(kind, ())}  # type: ignore[union-attr]


TAKEN = {letters_of(name) for name in EVERY_SETTING | other_names()}
NEAR = {letters_of(slip) for name in EVERY_SETTING if len(name) > 2 for slip in slips_of(name)}


def is_foreign(name: str) -> bool:
    """Whether a name is no setting and none is a slip away; names of one or two letters are slips of nothing."""
    return letters_of(name) not in TAKEN and (name == "amp" or letters_of(name) not in NEAR)


def foreign(dice: random.Random) -> Link:
    """Three parameters of nobody."""
    found: Link = {}
    while len(found) < 3:
        drawn = "".join(dice.choices(string.ascii_letters + string.digits + "_-.[]äπ名", k=dice.randint(1, 14)))
        name = dice.choice((dice.choice(TRACKING), f"utm_{drawn}", drawn))
        if is_foreign(name):
            found[name] = dice.choice(VALUES)
    return found


def good_links(count: int, seed: int) -> Iterator[Link]:
    """So many links as the product writes them, of stories and of random experiments."""
    dice = random.Random(seed)
    stories = [preset.experiment for preset in presets().values()]
    for place in range(count):
        yield to_link(dice.choice(stories) if place % 3 == 0 else drawn(dice)) | dice.choice(({}, {"t": "3"}, {"scale": "log"}))


def drawn(dice: random.Random) -> Experiment:
    """A random experiment that can run."""
    source = dice.choice([kind() for kind in sources if kind.kind_name() != "own_text"])
    family = dice.choice([kind for kind in families if source.space.kind in kind.accepts])()
    sizes = {"n": dice.randint(1, 300), "generations": dice.randint(3, 30), "replicates": dice.randint(1, 5), "seed": dice.randrange(2**32)}
    shares = {"real_share": round(dice.random(), 3), "temperature": round(dice.uniform(0.1, 2), 2)}
    regime = {"kind": dice.choice(list(ROLES["regime"])).kind_name()}
    try:
        return Experiment(source=source, family=family, regime=regime, **sizes, **shares)
    except SpecError:  # too much work for a model that is slow
        return drawn(dice)
