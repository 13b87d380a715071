"""What every source promises: rows of its space, the same for equal streams, world by world."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from cases import EVERY_SOURCE, SIZES, STREAMS, name, no_global_randomness

from sim.sources import Source, sources

SOURCES = [variant() for variant in sources]


def _first_and_last(source: Source) -> tuple[np.ndarray, np.ndarray]:
    rows = source.sample(3000, 5, STREAMS.within("order")).astype(float)
    return rows[:, 0], rows[:, -1]


@pytest.mark.parametrize("source", EVERY_SOURCE, ids=name)
@pytest.mark.parametrize("n", SIZES)
def test_rows_have_the_shape_and_values_of_the_space(source: Source, n: int) -> None:
    space = source.space
    rows = source.sample(3, n, STREAMS)
    assert rows.shape == (3, n, len(space.columns))
    assert len(set(space.columns)) == len(space.columns)
    if space.kind != "columns":
        assert rows.dtype == np.int32
        assert rows.min() >= 0
        assert rows.max() < space.vocabulary
    else:
        assert rows.dtype == np.float64
        assert np.isfinite(rows).all()
        assert space.vocabulary == 0
    if space.image:
        assert space.image[0] * space.image[1] == len(space.columns)


@pytest.mark.parametrize("source", EVERY_SOURCE, ids=name)
def test_a_world_gets_the_same_rows_however_many_there_are(source: Source) -> None:
    with no_global_randomness():
        eight = source.sample(8, 7, STREAMS)
    for replicates in (1, 3, 8):
        np.testing.assert_array_equal(source.sample(replicates, 7, STREAMS), eight[:replicates])
    if source.reference().variance > 0:
        assert not np.array_equal(source.sample(8, 7, STREAMS.within("elsewhere")), eight)


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_rows_are_in_exchangeable_order(source: Source) -> None:
    first, last = _first_and_last(source)
    error = np.sqrt((first.var(axis=0) + last.var(axis=0)) / len(first))
    moved = np.abs(first.mean(axis=0) - last.mean(axis=0))
    assert (moved <= 4.5 * error).all()
    squares = (first**2).mean(axis=0) - (last**2).mean(axis=0)
    errors = np.sqrt(((first**2).var(axis=0) + (last**2).var(axis=0)) / len(first))
    assert (np.abs(squares) <= 4.5 * errors).all()


@pytest.mark.parametrize("source", EVERY_SOURCE, ids=name)
def test_the_reference_fits_the_space(source: Source) -> None:
    with no_global_randomness():
        reference, space = source.reference(), source.space
    d = len(space.columns)
    assert reference.rows.ndim == 2
    assert reference.rows.shape[1] == d
    assert len(reference.rows) >= 50
    assert reference.mean.shape == (d,)
    assert np.isfinite(reference.variance)
    if space.kind != "columns":
        assert reference.probabilities is not None
        assert reference.probabilities.shape == (space.vocabulary,)
        assert reference.probabilities.min() > 0 or space.kind == "sequences"  # a real text may hold nothing unknown
        assert reference.probabilities.min() >= 0
        assert reference.probabilities.sum() == pytest.approx(1)
    else:
        assert reference.probabilities is None
        assert (reference.central is None) == (d > 1)
        assert (reference.radius is None) == (d == 1)
    if space.kind == "sequences":
        assert len(space.words) == space.vocabulary == len(set(space.words))
        assert space.joiner.join(space.words[token] for token in reference.rows[0]) == space.passage(reference.rows[0])
    if reference.training is not None:
        assert (
            np.abs(np.bincount(reference.training, minlength=space.vocabulary) / len(reference.training) - reference.probabilities).max()
            < 0.1
        )
    if reference.log_prob is not None:
        assert reference.log_prob.shape == reference.rows.shape[:1]
    if reference.labels is not None:
        assert reference.labels.shape == reference.rows.shape[:1]


@pytest.mark.parametrize("source", EVERY_SOURCE, ids=name)
def test_the_reference_cannot_be_rewritten(source: Source) -> None:
    reference = source.reference()
    parts = [getattr(reference, field) for field in reference.__slots__]
    parts += [getattr(reference.modes, field) for field in reference.modes.__slots__] if reference.modes else []
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    assert arrays
    assert not any(array.flags.writeable for array in arrays)
    again = pickle.loads(pickle.dumps(source)).reference()
    np.testing.assert_array_equal(again.rows, reference.rows)


@pytest.mark.parametrize("source", EVERY_SOURCE, ids=name)
def test_modes_are_described_in_full(source: Source) -> None:
    reference = source.reference()
    if reference.modes is None:
        return
    k = len(reference.modes.weights)
    assert reference.modes.centres.shape == (k, reference.rows.shape[1])
    assert reference.modes.spread.shape == (k,)
    assert (reference.modes.spread > 0).all()
    assert reference.modes.weights.sum() == pytest.approx(1)
    assert reference.modes.minority is None or 0 <= reference.modes.minority < k
