"""Rows at equal distances: what neighbour metrics say of lattices, pixels and copies is what whole numbers say, in any unit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from measuring import AGREES, Floats, score, truth, z_of
from numpy.typing import NDArray

from sim.metrics import Batch, metrics
from sim.metrics._pairs import squared_distances
from sim.metrics.territory import cells, rows_in_cells
from sim.sources import sources
from sim.sources.normal import Normal
from sim.streams import Streams

K = 5
Integers = NDArray[np.int64]


def squares(x: Integers, y: Integers) -> Integers:
    """Squared distances of whole rows, which nothing rounds."""
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)


def reach(x: Integers) -> Integers:
    """The squared distance of every row to its fifth other one."""
    among = squares(x, x)
    return np.array([np.sort(np.delete(row, i))[K - 1] for i, row in enumerate(among)])


def definitions(real: Integers, rows: Integers) -> dict[str, float]:
    """What the four metrics are, for whole rows."""
    apart = squares(rows, real)
    inside = apart <= reach(real)
    return {
        "precision": inside.any(axis=1).mean(),
        "density": inside.sum() / (K * len(rows)),
        "coverage": inside.any(axis=0).mean(),
        "recall": (apart <= reach(rows)[:, None]).any(axis=0).mean(),
    }


def in_units(x: Integers, unit: float) -> Floats:
    """Whole rows in a unit that floats may not hold exactly."""
    return np.asarray(x, dtype=np.float64) * unit


def lattice(d: int) -> Integers:
    """Every point of a lattice of about 200 to 300 points."""
    return np.array(list(itertools.product(range({2: 16, 5: 3, 7: 2}[d]), repeat=d)))


@pytest.mark.parametrize("d", [2, 5, 7])
@pytest.mark.parametrize(("unit", "origin"), [(1.0, 0), (1 / 16, 0), (0.1, 0), (1 / 3, 40), (1e-9, 1), (1e9, -3)])
def test_a_lattice_scores_what_whole_numbers_say_in_any_unit(d: int, unit: float, origin: int) -> None:
    real = lattice(d) + origin
    rng = np.random.default_rng(d)
    for rows in (real, real[rng.integers(len(real), size=100)], real[rng.integers(len(real) // 4, size=60)]):
        for name, expected in definitions(real, rows).items():
            found = score(name, truth(in_units(real, unit)), in_units(rows, unit)[None])[0]
            assert found == pytest.approx(expected, rel=1e-12), (name, len(rows))


@pytest.mark.parametrize("d", [5, 7])
def test_equal_rows_anywhere_lie_on_the_edge_that_they_define(d: int) -> None:
    """Copies of rows of any digits: a row drawn is inside the balls of all whose fifth neighbour it is a copy of."""
    rng = np.random.default_rng(d)
    real: Floats = rng.normal(size=(120, d)) * rng.choice([1e-3, 1.0, 30.0], size=(120, 1))
    apart = ((real[:, None] - real[None]) ** 2).sum(axis=2)  # the same subtraction for equal rows, so equal to the last digit
    edge = np.sort(apart + np.diag(np.full(len(real), -1.0)), axis=1)[:, K]
    expected = (apart <= edge).sum() / (K * len(real))
    assert expected == pytest.approx((K + 1) / K)
    for copies in (real, real[::-1], np.concatenate([real, real])):
        assert score("density", truth(real), copies[None])[0] == pytest.approx(expected, rel=1e-12)
    for i in range(0, 120, 7):
        assert score("density", truth(real), real[i][None, None])[0] == pytest.approx((apart[i] <= edge).sum() / K, rel=1e-12)


def test_digits_score_what_their_whole_pixels_say() -> None:
    """The ink of a pixel is a whole number of sixteenths."""
    source = sources["digits"]()
    reference = source.reference()
    rows = np.asarray(source.sample(1, 400, Streams(3, 0)), dtype=np.float64)
    whole, drawn = (np.round(16 * np.asarray(x, dtype=np.float64)).astype(np.int64) for x in (reference.rows, rows[0]))
    assert np.array_equal(whole / 16, reference.rows)
    for name, expected in definitions(whole, drawn).items():
        assert metrics()[name].against(reference, source.space)(Batch(rows, source.space))[0] == pytest.approx(expected, rel=1e-12), name
    exact = squares(drawn, whole)
    np.testing.assert_array_equal(256 * squared_distances(rows, np.asarray(reference.rows, dtype=np.float64)[None])[0], exact)
    first_of_the_nearest = cells(reference)[exact.argmin(axis=1)]
    assert rows_in_cells(reference, rows)[0].tolist() == np.bincount(first_of_the_nearest, minlength=cells(reference).max() + 1).tolist()


@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3])
def test_a_step_outside_a_lattice_is_no_farther_than_its_neighbours_are_from_each_other(unit: float) -> None:
    real = lattice(5)
    outside = np.array([[-1, 0, 0, 0, 0], [3, 1, 1, 1, 1], [-1, -1, 0, 0, 0], [4, 0, 0, 0, 0]])
    assert score("off_map", truth(in_units(real, unit)), in_units(outside, unit)[None])[0] == 0.5


@pytest.mark.parametrize("dim", [2, 3, 6])
def test_mmd_of_fresh_rows_is_on_average_what_sets_the_reference_rows_apart_from_the_truth(dim: int) -> None:
    """Of N(0, I): E k(x, x') = (v/(v + 2))^(d/2), E k(x, y) = (v/(v + 1))^(d/2) exp(-|y|^2/(2 (v + 1))), v the squared bandwidth."""
    source = Normal(dim=dim)
    every = np.asarray(source.reference().rows)
    picked = every[((np.arange(400) + 0.5) * len(every) / 400 - 0.5).round().astype(int)]
    apart = ((every[:, None] - every[None]) ** 2).sum(axis=2)[np.triu_indices(len(every), 1)]
    v = float(np.median(np.sqrt(apart))) ** 2
    among = np.exp(-((picked[:, None] - picked[None]) ** 2).sum(axis=2) / (2 * v))[~np.eye(400, dtype=bool)].mean()
    across = ((v / (v + 1)) ** (dim / 2) * np.exp(-(picked**2).sum(axis=1) / (2 * (v + 1)))).mean()
    expected = among + (v / (v + 2)) ** (dim / 2) - 2 * across
    assert 1e-4 < abs(expected) < 2e-3, "the size that the metric's text states"
    rng = np.random.default_rng(dim)
    found = np.concatenate([score("mmd", source.reference(), rng.normal(size=(8, 100, dim))) for _ in range(100)])
    assert abs(z_of(found, expected)) < AGREES
