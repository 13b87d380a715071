"""What every family promises: it fits all worlds at once, writes into nothing, and answers for any finite rows."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from cases import EVERY_FAMILY, PATIENCE, SIZES, STREAMS, name, no_global_randomness, pairs_of_families, plain, real_rows, small_sources

from sim.families import CannotFit, Family, families
from sim.sources import Source
from sim.spec import knobs
from sim.state import LARGEST

PAIRS = [(family, source) for family in EVERY_FAMILY for source in small_sources(family)]
DEFAULT_PAIRS = [(family, source) for family in map(plain, families) for source in small_sources(family)]
NUMBERS = 4_000_000
"""The most numbers in all models of one test, so that large ones get fewer worlds."""

EVERY_PAIR = pytest.mark.parametrize(("family", "source"), pairs_of_families(PAIRS), ids=name)
DEFAULT_PAIR = pytest.mark.parametrize(("family", "source"), DEFAULT_PAIRS, ids=name)


def drawn(family: Family, source: Source, rows: Any, n: int = 7, temperature: float = 1.0) -> Any:
    """Rows of a model fitted to rows, or the sentence that says why there is none."""
    try:
        model = family.fit(rows, source.space, STREAMS.within("fit"))
        return model.sample(n, STREAMS.within("sample"), temperature)
    except CannotFit as reason:
        return str(reason)


@EVERY_PAIR
@pytest.mark.parametrize("n", SIZES)
def test_rows_drawn_have_the_shape_of_the_rows_learned(family: Family, source: Source, n: int) -> None:
    rows = real_rows(source, 3, n)
    before = rows.copy()
    for temperature in (0.5, 1.0, 2.0):
        found = drawn(family, source, rows, 9, temperature)
        np.testing.assert_array_equal(rows, before)
        if isinstance(found, str):
            assert found.endswith(".")
            continue
        assert found.shape == (3, 9, rows.shape[2])
        assert np.isfinite(found).all()
        if source.space.kind != "columns":
            assert np.issubdtype(found.dtype, np.integer)
            assert found.min() >= 0
            assert found.max() < source.space.vocabulary
        else:
            assert found.dtype == np.float64


@EVERY_PAIR
def test_a_world_draws_the_same_rows_however_many_there_are(family: Family, source: Source) -> None:
    with no_global_randomness():
        eight = drawn(family, source, real_rows(source, 8, 7))
    for replicates in (1, 3, 8):
        found = drawn(family, source, real_rows(source, replicates, 7))
        if isinstance(eight, str):
            assert found == eight
        else:
            np.testing.assert_array_equal(found, eight[:replicates])


@EVERY_PAIR
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_model_that_only_repeats_draws_nothing_else(family: Family, source: Source, temperature: float) -> None:
    rows = real_rows(source, 3, 7)
    found = drawn(family, source, rows, 40, temperature) if family.only_repeats else rows
    known = [{tuple(row) for row in world} for world in rows.tolist()]
    assert all({tuple(row) for row in world} <= known[r] for r, world in enumerate(found.tolist()))


@EVERY_PAIR
def test_a_fitted_model_is_a_value(family: Family, source: Source) -> None:
    rows = real_rows(source, 3, 20)
    model = family.fit(rows, source.space, STREAMS)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.sample(5, STREAMS, 1.0), model.sample(5, STREAMS, 1.0))
    np.testing.assert_array_equal(model.sample(5, STREAMS, 1.0), model.sample(5, STREAMS, 1.0))


@EVERY_PAIR
def test_log_probabilities_are_one_number_a_row(family: Family, source: Source) -> None:
    model = family.fit(real_rows(source, 3, 20), source.space, STREAMS)
    other = real_rows(source, 3, 9)
    scores = model.log_prob(other)
    assert scores.shape == (3, 9)
    assert not np.isnan(scores).any()


@DEFAULT_PAIR
def test_rows_drawn_are_in_exchangeable_order(family: Family, source: Source) -> None:
    most = 300 if PATIENCE.keys() & knobs(type(family)) else 2000
    worlds = min(most, max(60, NUMBERS // family.memory_numbers(source.space)))
    rows = drawn(family, source, real_rows(source, worlds, 12), 4).astype(float)
    first, last = rows[:, 0], rows[:, -1]
    for moment in (1, 2):
        a, b = first**moment, last**moment
        error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / len(a))
        assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) <= 4.5 * error).all()


def edges(source: Source) -> dict[str, Any]:
    """Rows at the edge: all the same, one column constant, two values, very near, very far."""
    rows = real_rows(source, 3, 7)
    if source.space.kind != "columns":
        last = source.space.vocabulary - 1
        two = np.where(rows > 2, last, 0).astype(rows.dtype)
        return {"one token": np.full_like(rows, 3), "rarest token": np.full_like(rows, last), "first and last": two}
    one_constant = rows.copy()
    one_constant[:, :, 0] = 2.5
    return {
        "zeros": np.zeros_like(rows),
        "one point": np.full_like(rows, 3.1),
        "one point far away": np.full_like(rows, -1e12),
        "a constant column": one_constant,
        "two values": np.where(rows > 0, 1.0, -1.0),
        "very near": rows * 1e-160,
        "denormal": rows * 1e-310,
        "far": rows * 1e10,
        "as far as can be": rows * 0.1 * LARGEST,
    }


@EVERY_PAIR
def test_edge_rows_give_a_model_or_a_sentence(family: Family, source: Source) -> None:
    for what, rows in edges(source).items():
        rows.flags.writeable = False
        found = drawn(family, source, rows)
        if isinstance(found, str):
            assert found.endswith(".")
            continue
        assert found.shape == rows.shape, what
        assert np.isfinite(found).all(), what
