"""What must hold for anything anybody may type, and for every experiment there is."""

from __future__ import annotations

import json
import pickle
import re
from typing import Any, Literal, get_args, get_origin
from urllib.parse import parse_qsl, urlencode

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim import Experiment, SpecError
from sim.catalogue import bounds
from sim.families import families
from sim.links import READ_AT_MOST, SAY_AT_MOST, from_link, nearest, to_link
from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.sources import sources
from sim.spec import Spec, knobs
from sim.streams import Streams

ROLES = {"source": sources, "family": families, "regime": regimes}
DEFAULT = Experiment(source={"kind": "normal", "dim": 2}, family={"kind": "gaussian", "ddof": 1}, n=7)
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
    return {"kind": variant.title()} | said


@st.composite
def settings_of_experiments(draw: st.DrawFn) -> dict[str, Any]:
    """Plain settings within every single bound; together they may still be too much."""
    source = draw(st.sampled_from(list(sources)))
    space = source().space.kind
    family = draw(st.sampled_from([family for family in families if space in family.accepts]))
    regime = draw(st.sampled_from(list(regimes)))
    own = {name: draw(knob_values(field)) for name, field in knobs(Experiment).items() if name not in ROLES and draw(st.booleans())}
    return own | {"source": draw(specs(source)), "family": draw(specs(family)), "regime": draw(specs(regime))}


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any valid experiment."""
    try:
        return Experiment.model_validate(draw(settings_of_experiments()))
    except SpecError:
        assume(False)
        raise


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


@given(experiments())
def test_an_experiment_survives_json(experiment: Experiment) -> None:
    text = experiment.to_json()
    copy = Experiment.from_json(text)
    assert copy == experiment
    assert hash(copy) == hash(experiment)
    assert copy.to_json() == text
    assert Experiment.model_validate(json.loads(text)) == experiment


@given(experiments())
def test_an_experiment_survives_its_link(experiment: Experiment) -> None:
    link = to_link(experiment)
    assert from_link(link) == experiment
    assert from_link(dict(parse_qsl(urlencode(link), strict_parsing=True))) == experiment
    assert nearest(link, DEFAULT) == (experiment, ())
    assert next(iter(link)) == "v"
    assert len(link) <= READ_AT_MOST


@given(experiments())
def test_a_link_leaves_defaults_out(experiment: Experiment) -> None:
    link = to_link(experiment)
    for name in link:
        without = {other: text for other, text in link.items() if other != name}
        if name not in ("v", "source", "family"):
            try:
                assert from_link(without) != experiment
            except SpecError:
                continue


@given(GARBAGE)
def test_garbage_gives_an_experiment_or_a_sentence(garbage: Any) -> None:
    accepted_or_refused(lambda: Experiment.model_validate(garbage))


@given(spoiled())
def test_spoiled_settings_give_an_experiment_or_a_sentence(told: dict[Any, Any]) -> None:
    accepted_or_refused(lambda: Experiment.model_validate(told))


@given(spoiled().map(lambda told: {name: value for name, value in told.items() if isinstance(name, str)}))
def test_the_constructor_refuses_in_the_same_words(told: dict[str, Any]) -> None:
    accepted_or_refused(lambda: Experiment(**told))


@given(TEXTS | st.binary(max_size=30) | GARBAGE.map(written) | SCALARS)
def test_any_text_gives_an_experiment_or_a_sentence(text: Any) -> None:
    accepted_or_refused(lambda: Experiment.from_json(text))


@given(st.integers(1, 100_000), st.sampled_from(['{"a":', "[", '{"source":{"kind":', '{"n":[']))
@settings(max_examples=20)
def test_no_depth_of_nesting_breaks_the_reader(depth: int, opening: str) -> None:
    closing = {"{": "}", "[": "]"}
    ends = "".join(closing[c] for c in reversed(opening) if c in closing)
    accepted_or_refused(lambda: Experiment.from_json(opening * depth + "1" + ends * depth))


@given(st.sampled_from(["n", "source", "seed"]), TEXTS, TEXTS)
def test_a_name_said_twice_is_refused(name: str, once: str, twice: str) -> None:
    text = f'{{"{name}": {json.dumps(once)}, "{name}": {json.dumps(twice)}}}'
    refusal = refusal_of(lambda: Experiment.from_json(text))
    assert str(refusal) == f"experiment must be JSON that says each name once; got '{name}' twice."


LINK_NAMES = st.sampled_from(
    ["v", *knobs(Experiment), "source.", "source.kind", "source.dim", "family.ddof", "family.k", "regime.k", "source.dim.x", ".", "version"]
)
LINK_TEXTS = (
    TEXTS
    | st.sampled_from([*sources.kinds(), *families.kinds(), *regimes.kinds(), "fresh", "fixed", "nromal", "gausian"])
    | st.integers().map(str)
    | st.floats().map(str)
    | st.integers(1, 200).map(str)
)
LINKS = st.dictionaries(LINK_NAMES | TEXTS, LINK_TEXTS, max_size=12)


@given(LINKS)
def test_any_link_gives_an_experiment_or_a_sentence(link: dict[str, str]) -> None:
    accepted_or_refused(lambda: from_link(link))


@given(st.dictionaries(LINK_NAMES | SCALARS.filter(lambda value: value == value), GARBAGE, max_size=5))
def test_anything_as_a_link_gives_an_experiment_or_a_sentence(link: dict[Any, Any]) -> None:
    accepted_or_refused(lambda: from_link(link))
    found, notes = nearest(link, DEFAULT)
    assert isinstance(found, Experiment)
    assert len(notes) <= SAY_AT_MOST + 1


@given(LINKS, experiments())
def test_the_nearest_experiment_is_always_found(link: dict[str, str], default: Experiment) -> None:
    found, notes = nearest(link, default)
    assert isinstance(found, Experiment)
    assert len(notes) <= SAY_AT_MOST + 1
    assert all(note.isprintable() and len(note) <= 450 for note in notes)
    assert nearest(to_link(found), default) == (found, ())
    try:
        assert from_link(link) == found
    except SpecError:
        assert notes or not link


@given(settings_of_experiments(), st.data())
def test_what_is_good_in_a_link_is_kept(told: dict[str, Any], data: st.DataObject) -> None:
    try:
        good = to_link(Experiment.model_validate(told))
    except SpecError:
        return
    bad = data.draw(
        st.sampled_from([("temperature", "7"), ("n", "1_000"), ("seed", "-1"), ("zzz", "1"), ("real_share", "nan"), ("v", "9")])
    )
    found, notes = nearest(good | dict([bad]), DEFAULT)
    assert notes
    for name in ("source", "family", "regime", "real_supply"):
        assert getattr(found, name) == getattr(from_link(good), name)


@given(st.sampled_from(["n", "generations", "replicates", "seed"]), TEXTS | st.integers(-5, 10**6).map(str))
def test_whole_numbers_are_ascii_digits_and_nothing_else(name: str, text: str) -> None:
    link = {"v": "1", "source": "normal", "family": "gaussian", name: text}
    refusal = refusal_of(lambda: from_link(link))
    if refusal is None:
        assert re.fullmatch("-?[0-9]+", text)
        assert getattr(from_link(link), name) == int(text)
    else:
        assert refusal.where in ("n", "generations", "replicates", "seed")


def label(t: int, replicates: int, n: int) -> Pool:
    """A batch whose rows carry their generation and position."""
    _, position = np.indices((replicates, n))
    return Pool((1000.0 * t + position)[..., None], np.full((replicates, n), t, dtype=np.int32))


@st.composite
def any_regime(draw: st.DrawFn) -> Regime:
    """A regime with any knobs it allows."""
    return regimes.resolve(draw(specs(draw(st.sampled_from(list(regimes))))))


@given(any_regime(), st.integers(1, 9), st.integers(1, 4), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_regimes_conserve_rows_and_never_invent_an_age(regime: Regime, n: int, replicates: int, generations: int, seed: int) -> None:
    pool = label(0, replicates, n)
    for t in range(1, generations + 1):
        pool = regime.next_pool(pool, label(t, replicates, n), Streams(seed, t))
        rows, births = pool.training()[..., 0], pool.births()
        assert rows.shape == births.shape
        np.testing.assert_array_equal(rows // 1000, births)
        assert rows.shape[1] >= n
        assert rows.shape[1] % n == 0
        assert births.max() <= t
        for world in rows:
            assert len(np.unique(world)) == len(world)


def test_a_link_for_nothing_is_the_default_and_says_nothing() -> None:
    assert nearest({}, DEFAULT) == (DEFAULT, ())


def test_a_link_is_mended_one_setting_at_a_time() -> None:
    link = {"v": "1", "source": "nromal", "family": "gaussian", "n": "20", "temperature": "9", "family.ddof": "7", "utm_source": "mail"}
    found, notes = nearest(link, DEFAULT)
    assert found == Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, temperature=2.0)
    assert len(notes) == 4
    assert "Did you mean normal? Using normal instead." in notes[0]
    assert any(note.startswith("utm_source must be a setting of experiment") and note.endswith("It is left out.") for note in notes)
    assert "temperature must be at most 2; got 9.0. Using 2 instead." in notes
    assert "family.ddof must be one of 0, 1; got 7. Using 0 instead." in notes


def test_an_oversized_link_is_made_to_fit() -> None:
    huge = {"source": "normal", "source.dim": "64", "family": "gaussian", "n": "100000", "generations": "5000", "replicates": "20000"}
    found, notes = nearest(huge, DEFAULT)
    assert found.source == sources["normal"](dim=64)
    assert (found.n, found.replicates) == (100, 50)
    assert found.generations > 1000
    assert all("must be smaller" in note for note in notes)


def test_what_a_link_must_say_comes_from_the_default() -> None:
    found, notes = nearest({"n": "9"}, DEFAULT)
    assert found == DEFAULT.but(n=9)
    assert [note.split(" must")[0] for note in notes] == ["source", "family"]


def test_a_model_that_cannot_learn_the_source_is_exchanged_with_its_knobs() -> None:
    found, notes = nearest({"source": "zipf", "family": "gaussian", "family.ddof": "1"}, DEFAULT)
    assert (found.source.title(), found.family.title()) == ("zipf", "categorical")
    assert len(notes) == 1
    assert notes[0].endswith("zipf gives tokens. Using categorical instead.")


def test_a_flood_of_settings_is_cut_short() -> None:
    flood = {f"x{i}": "1" for i in range(10_000)}
    found, notes = nearest(flood, DEFAULT)
    assert found == DEFAULT
    assert len(notes) == SAY_AT_MOST + 1
    assert notes[0] == f"Only the first {READ_AT_MOST} settings of this link were read."
