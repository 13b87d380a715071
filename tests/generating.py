"""What the tests of properties draw from: every experiment there is, and anything that anybody may type."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from random import Random
from typing import Any, Literal, get_args, get_origin

from hypothesis import assume
from hypothesis import strategies as st

from sim import Experiment, SpecError
from sim.catalogue import bounds
from sim.experiment import ROLES
from sim.families import families
from sim.regimes import regimes
from sim.sources import sources
from sim.spec import Spec, knobs

SENTENCE = re.compile(r".+ must be .+; got .+")


def knob_values(field: Any) -> st.SearchStrategy[Any]:
    """Any value that a knob's declaration allows, small ones as often as all."""
    if get_origin(field.annotation) is Literal:
        return st.sampled_from(get_args(field.annotation))
    allowed = bounds(field)
    if field.annotation is int:
        low, high = int(allowed.get("ge", allowed.get("gt", 0) + 1)), int(allowed.get("le", allowed.get("lt", 2**32) - 1))
        return st.integers(low, min(high, low + 40)) | st.integers(low, high)
    low, high = allowed.get("ge", allowed.get("gt")), allowed.get("le", allowed.get("lt"))
    return st.floats(low, high, exclude_min="gt" in allowed, exclude_max="lt" in allowed) | st.sampled_from([field.default])


@st.composite
def specs(draw: st.DrawFn, variant: type[Spec]) -> dict[str, Any]:
    """The settings of a variant, some of them left at their defaults."""
    said = {name: draw(knob_values(field)) for name, field in knobs(variant).items() if draw(st.booleans())}
    return {"kind": variant.kind_name()} | said


@st.composite
def settings_of_experiments(draw: st.DrawFn) -> dict[str, Any]:
    """Plain settings within every single bound; together they may still be too much."""
    source = draw(st.sampled_from(list(sources)))
    space = source().space.kind
    family = draw(st.sampled_from([family for family in families if space in family.accepts]))
    own = {name: draw(knob_values(field)) for name, field in knobs(Experiment).items() if name not in ROLES and draw(st.booleans())}
    others = {role: draw(st.sampled_from(list(registry))) for role, registry in ROLES.items() if role not in ("source", "family")}
    return own | {role: draw(specs(variant)) for role, variant in {"source": source, "family": family, **others}.items()}


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any valid experiment."""
    try:
        return Experiment.model_validate(draw(settings_of_experiments()))
    except SpecError:
        assume(False)
        raise


QUICK = ("gaussian", "kde", "gmm", "categorical", "ngram")
"""Models that are fitted in milliseconds."""

QUICK_WORK = {"columns": 12_000, "tokens": 20_000, "sequences": 4_000}
"""The most numbers that nine in ten quick experiments draw, and the others ten times as many: a tenth of a second (measured)."""

OFTEN = {"text": 0.1, "grammar": 0.25, "own_text": 0.4, "digits": 0.4, "zipf": 3}
"""How often a source is drawn where the others are once: dear ones seldom, and more often the one whose rows are single words."""


def quick_experiments(seed: int, count: int) -> Iterator[Experiment]:
    """Experiments of every source and regime that are over in about a tenth of a second; the same seed gives the same ones.

    Independent draws, unlike those of Hypothesis, which come back to what it has seen.
    """
    rng = Random(seed)
    while count:
        try:
            yield _quick_experiment(rng)
        except SpecError:
            continue
        count -= 1


def _quick_experiment(rng: Random) -> Experiment:
    source = rng.choices(list(sources), [OFTEN.get(one.kind_name(), 1) for one in sources])[0]
    space = source().space.kind
    family = rng.choice([one for one in families if space in one.accepts and one.kind_name() in QUICK])
    told: dict[str, Any] = {
        "source": _drawn(source, rng),
        "family": _drawn(family, rng),
        "regime": _drawn(rng.choice(list(regimes)), rng),
        "n": round(300 ** rng.random()),
        "replicates": rng.choice([1, 2, 3, rng.randint(1, 30), rng.randint(8, 30)]),
        "generations": rng.choice([1, 2, rng.randint(1, 20), rng.randint(8, 20)]),
        "temperature": rng.choice([1.0, 1.0, 1.0, 0.5, 0.95, 1.1, rng.uniform(0.01, 2)]),
        "real_share": rng.choice([0.0, 0.0, 0.0, 0.1, 1.0, rng.random()]),
        "real_supply": rng.choice(["fresh", "fixed"]),
        "seed": rng.randrange(2**32),
    }
    full = Experiment.model_validate(told)
    most = QUICK_WORK[space] * rng.choice([1, 1, 1, 1, 1, 1, 1, 1, 1, 10])
    work = full.n * full.replicates * full.generations * len(full.source.space.columns) / most
    if work <= 1:
        return full
    # Whichever is largest for its kind gives first, so that many rows, many worlds and many generations are all met.
    first, then, last = rng.sample(["n", "replicates", "generations"], 3)
    for name, share in ((first, work**0.5), (then, work**0.3), (last, work**0.2)):
        told[name] = max(1, round(told[name] / share))
    return Experiment.model_validate(told)


def _drawn(variant: type[Spec], rng: Random) -> dict[str, Any]:
    """The settings of a variant: each knob at its default as often as at any value its declaration allows, near the default or far."""
    told: dict[str, Any] = {"kind": variant.kind_name()}
    for name, field in knobs(variant).items():
        if get_origin(field.annotation) is Literal:
            told[name] = rng.choice(get_args(field.annotation))
        elif rng.random() < 0.5:
            allowed = bounds(field)
            low, high = float(allowed.get("ge", allowed.get("gt", 0))), float(allowed.get("le", allowed.get("lt", 40)))
            value = rng.choice([rng.uniform(low, high), low + (high - low) * rng.random() ** 4, low])
            told[name] = round(value) if field.annotation is int else value
    return told


ODD_NUMBERS = ["NaN", "inf", "-inf", "1e999", "-0", "00", "007", "1_000", " 5 ", "+5", "5.", ".5", "٣", "५", "²", "1e3", "0x10", "9" * 400]
ODD_WORDS = [
    "",
    " ",
    "None",
    "true",
    "\n",
    "\0",
    "\ud800",
    "self",
    "kind",
    "__class__",
    "model_config",
    "<script>",
    "n",
    "normal",
    "x" * 3000,
]
ODD_TEXT = st.sampled_from([*ODD_NUMBERS, *ODD_WORDS])
TEXTS = ODD_TEXT | st.text(st.characters(exclude_categories=[]), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, 2**63, 2**64])
    | st.integers(4300, 5000).map(lambda digits: -(10**digits))
    | st.floats(allow_nan=True, allow_infinity=True)
    | TEXTS
    | st.binary(max_size=5)
)
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4) | st.tuples(inner) | st.sets(st.integers(), max_size=3)
    ),
    max_leaves=8,
)


def written(value: Any) -> str:
    """Anything as JSON text, or too many digits."""
    try:
        return json.dumps(value, default=str, skipkeys=True)
    except ValueError:
        return "1" * 5000


NAMES = st.sampled_from([*Experiment.model_fields, "kind", "dim", "ddof", "k", "self", "cls", "v"])


@st.composite
def spoiled(draw: st.DrawFn) -> dict[Any, Any]:
    """Good settings with one part replaced by anything, at any depth."""
    told: dict[Any, Any] = draw(settings_of_experiments())
    part = told[draw(st.sampled_from(list(ROLES)))] if draw(st.booleans()) else told
    name = draw(st.sampled_from(list(part)) | NAMES | TEXTS)
    part[name] = draw(GARBAGE)
    return told


def refusal_of(make: Any) -> SpecError | None:
    """Why something is refused, or None; fails on anything but an experiment or a refusal."""
    try:
        found = make()
    except SpecError as refusal:
        return refusal
    assert isinstance(found, Experiment)
    assert Experiment.from_json(found.to_json()) == found
    return None


def accepted_or_refused(make: Any) -> None:
    """Fails on anything but an experiment or one readable sentence."""
    refusal = refusal_of(make)
    if refusal is not None:
        readable(str(refusal))
        assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


def readable(sentence: str) -> None:
    """Fails when a refusal is not one short printable sentence of the agreed form."""
    assert SENTENCE.fullmatch(sentence)
    assert sentence.isprintable()
    assert len(sentence) <= 400
