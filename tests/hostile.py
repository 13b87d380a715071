"""Links as nobody should write them: wrong, huge, hostile, truncated, of other versions; the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode

from dashboard.state.view_options import OPTIONS
from sim import Experiment
from sim.experiment import ROLES
from sim.links import to_link
from sim.presets import presets
from sim.spec import knobs

Link = dict[str, str]

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://example.org/x.png)",
    "[here](javascript:alert(1))",
    "'; DROP TABLE runs; --",
    "../../../../etc/passwd",
    "{{7*7}}${7*7}",
    "__import__('os').system('id')",
    "%s%s%n%x",
    "\x00\x1b[31m\u202e\u2028",
    "١٢٣",
    "🜏" * 40,
    "$$\\input{secret}$$",
    ":material/warning:",
)
NUMBERS = (
    "-1",
    "0",
    "1e308",
    "1e-400",
    "NaN",
    "inf",
    "-inf",
    "0x10",
    "1_000",
    " 5 ",
    "9" * 299,
    "9" * 4000,
    "1.5.2",
    "--3",
    "",
    "1e9999",
    "٣",
)
WORDS = ("normall", "GAUSSIAN", "no such thing", "None", "true", "null", "[]", "kind")
NAMES = (
    *knobs(Experiment),
    *OPTIONS,
    "v",
    "source.kind",
    "family.ddof",
    "regime.keep",
    "source.weights",
    "lesson",
    "tour",
    "sources",
    "N",
    "",
)


def links(count: int, seed: int = 0) -> Iterator[Link]:
    """So many links, each a good one that something happened to."""
    dice = random.Random(seed)
    good = [to_link(preset.experiment) for preset in presets().values()]
    harms: list[Callable[[random.Random, Link], Link]] = [_wrong, _huge, _hostile, _truncated, _other_version, _shuffled, _of_nothing]
    for place in range(count):
        yield harms[place % len(harms)](dice, dict(dice.choice(good)))


def _wrong(dice: random.Random, link: Link) -> Link:
    return link | {dice.choice(NAMES): dice.choice(NUMBERS + WORDS) for _ in range(dice.randint(1, 3))}


def _huge(dice: random.Random, link: Link) -> Link:
    harm = dice.randrange(3)
    if harm == 0:
        return link | {name: str(10 ** dice.randint(3, 40)) for name in ("n", "generations", "replicates", "t", "world", "seed")}
    if harm == 1:
        return link | {f"x{i}": "1" for i in range(dice.choice((50, 300)))}
    return link | {dice.choice(NAMES): dice.choice("a<9,\n") * dice.choice((1000, 20_000))}


def _hostile(dice: random.Random, link: Link) -> Link:
    bad = {dice.choice(NAMES): dice.choice(HOSTILE) for _ in range(2)}
    return link | bad | ({dice.choice(HOSTILE): "1"} if dice.random() < 0.5 else {})


def _truncated(dice: random.Random, link: Link) -> Link:
    whole = urlencode(link)
    return dict(parse_qsl(whole[: dice.randrange(len(whole) + 1)], keep_blank_values=True))


def _other_version(dice: random.Random, link: Link) -> Link:
    return link | {"v": dice.choice(("0", "2", "17", "-3", "1.0", "v1", "one", "9" * 30, ""))} | {"knob_of_tomorrow": "1"}


def _shuffled(dice: random.Random, link: Link) -> Link:
    values = list(link.values())
    dice.shuffle(values)
    return dict(zip(link, values, strict=True)) | {role: dice.choice(list(kinds)) for role, kinds in ROLES.items() if dice.random() < 0.5}


def _of_nothing(dice: random.Random, _: Link) -> Link:
    made = ("".join(map(chr, dice.choices(range(1, 0xD7FF), k=dice.randint(0, 12)))) for _ in range(6))
    return dict(zip(made, made, strict=False))
