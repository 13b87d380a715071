"""What every regime promises: it hands on rows that it was given, each with its age, and no more than it says."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from cases import EVERY_REGIME, SIZES, STREAMS, name, no_global_randomness

from sim.pool import Pool
from sim.regimes import Regime
from sim.streams import Streams

GENERATIONS = 6


def batch(t: int, replicates: int, n: int) -> Pool:
    """Rows that carry their name: 1000 t + position in column 0, the world in column 1."""
    world, position = np.indices((replicates, n))
    rows = np.stack([1000.0 * t + position, world], axis=2)
    born = np.full((replicates, n), t, dtype=np.int32)
    rows.flags.writeable = born.flags.writeable = False
    return Pool(rows, born)


def pools(regime: Regime, replicates: int, n: int) -> list[Pool]:
    """The pool after each of some batches."""
    found = [batch(0, replicates, n)]
    for t in range(1, GENERATIONS + 1):
        found.append(regime.next_pool(found[-1], batch(t, replicates, n), Streams(4, t)))
    return found


@pytest.mark.parametrize("regime", EVERY_REGIME, ids=name)
@pytest.mark.parametrize("n", SIZES)
def test_rows_are_handed_on_whole_and_with_their_age(regime: Regime, n: int) -> None:
    for pool in pools(regime, 3, n):
        rows, births = pool.training(), pool.births()
        assert rows.shape[:2] == births.shape
        np.testing.assert_array_equal(rows[:, :, 0] // 1000, births)
        np.testing.assert_array_equal(rows[:, :, 1], np.arange(3)[:, None] * np.ones(rows.shape[1]))
        for world in rows[:, :, 0]:
            assert len(np.unique(world)) == len(world)
        assert (births.max(axis=1) >= 0).all()


@pytest.mark.parametrize("regime", EVERY_REGIME, ids=name)
@pytest.mark.parametrize("n", SIZES)
def test_no_more_rows_are_kept_than_it_says(regime: Regime, n: int) -> None:
    for t, pool in enumerate(pools(regime, 3, n)):
        assert pool.rows.shape[1] <= regime.kept_rows(n, t)
        assert pool.training().shape[1] <= pool.rows.shape[1]


@pytest.mark.parametrize("regime", EVERY_REGIME, ids=name)
def test_a_world_keeps_the_same_rows_however_many_there_are(regime: Regime) -> None:
    with no_global_randomness():
        eight = pools(regime, 8, 7)
    for replicates in (1, 3, 8):
        for few, many in zip(pools(regime, replicates, 7), eight, strict=True):
            np.testing.assert_array_equal(few.training()[:, :, 0], many.training()[:replicates, :, 0])


@pytest.mark.parametrize("regime", EVERY_REGIME, ids=name)
def test_pools_are_read_only_values(regime: Regime) -> None:
    pool = pools(regime, 3, 7)[-1]
    copy = pickle.loads(pickle.dumps(pool))
    np.testing.assert_array_equal(copy.training(), pool.training())
    np.testing.assert_array_equal(copy.births(), pool.births())
    assert not pool.training().flags.writeable


@pytest.mark.parametrize("regime", EVERY_REGIME, ids=name)
def test_tokens_stay_tokens(regime: Regime) -> None:
    rows = np.arange(12, dtype=np.int32).reshape(2, 6, 1)
    born = np.zeros((2, 6), dtype=np.int32)
    pool = regime.next_pool(Pool(rows, born), Pool(rows + 12, born + 1), STREAMS)
    assert pool.training().dtype == np.int32
    assert pool.births().dtype == np.int32
