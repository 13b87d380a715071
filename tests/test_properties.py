"""What must hold for anything anybody may type, and for every experiment there is."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from generating import (
    GARBAGE,
    SCALARS,
    TEXTS,
    accepted_or_refused,
    experiments,
    refusal_of,
    settings_of_experiments,
    specs,
    spoiled,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Experiment, SpecError
from sim.families import families
from sim.links import from_link, nearest, to_link
from sim.pool import Pool
from sim.regimes import Regime, regimes
from sim.sources import sources
from sim.spec import knobs
from sim.streams import Streams

DEFAULT = Experiment(source={"kind": "normal", "dim": 2}, family={"kind": "gaussian", "ddof": 1}, n=7)


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
    | st.sampled_from([*(v.kind_name() for v in (*sources, *families, *regimes)), "fresh", "fixed", "nromal", "gausian"])
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
    assert isinstance(nearest(link, DEFAULT)[0], Experiment)


@given(LINKS, experiments())
def test_the_nearest_experiment_is_always_found(link: dict[str, str], default: Experiment) -> None:
    found, mends = nearest(link, default)
    assert isinstance(found, Experiment)
    assert len({mend.where for mend in mends}) == len(mends)
    for said in map(str, mends):
        assert said.isprintable()
        assert len(said) <= 450
        assert said.endswith(".")
    assert nearest(to_link(found), default) == (found, ())
    if (strict := accepted(link)) is not None:
        assert found == strict


def accepted(link: dict[str, str]) -> Experiment | None:
    """What a link says, where it is one to the letter."""
    try:
        return from_link(link)
    except SpecError:
        return None


@given(settings_of_experiments(), st.data())
def test_what_is_good_in_a_link_is_kept(told: dict[str, Any], data: st.DataObject) -> None:
    try:
        good = to_link(Experiment.model_validate(told))
    except SpecError:
        return
    bad = data.draw(st.sampled_from([("temperature", "7"), ("n", "1_000"), ("seed", "-1"), ("real_share", "nan"), ("v", "9")]))
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
