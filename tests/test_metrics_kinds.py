"""The metrics of kernels, neighbours and modes: closed forms as z-scores, definitions by brute force, rows made by hand."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from measuring import AGREES, Floats, line, score, truth, z_of
from scipy.stats import norm

from sim.metrics import Batch, metrics
from sim.sources import Modes, Reference, sources
from sim.spaces import Space
from sim.streams import Streams

K = 5

# Kernels: MMD and Vendi


def kernel_by_hand(x: Floats, y: Floats, real: Floats) -> Floats:
    """The definition, pair by pair; the bandwidth is the median distance of two real rows."""
    width = np.median([math.dist(real[i], real[j]) for i in range(len(real)) for j in range(i)])
    return np.array([[math.exp(-(math.dist(a, b) ** 2) / (2 * width**2)) for b in y] for a in x])


@pytest.mark.parametrize("d", [2, 6])
def test_mmd_and_vendi_are_their_definitions_pair_by_pair(d: int) -> None:
    rng = np.random.default_rng(d)
    real, rows = rng.normal(1, 2, (13, d)), rng.normal(size=(3, 9, d))
    mmd, vendi = score("mmd", truth(real), rows), score("vendi", truth(real), rows)
    among_real = kernel_by_hand(real, real, real)[~np.eye(13, dtype=bool)].mean()
    for world, distance, kinds in zip(rows, mmd, vendi, strict=True):
        k = kernel_by_hand(world, world, real)
        cross = kernel_by_hand(world, real, real).mean()
        assert distance == pytest.approx(among_real + k[~np.eye(9, dtype=bool)].mean() - 2 * cross, rel=1e-10)
        shares = np.linalg.eigvals(k / 9).real
        assert kinds == pytest.approx(math.exp(-sum(s * math.log(s) for s in shares if s > 0)), rel=1e-9)


def test_mmd_between_two_samples_of_the_same_truth_is_zero_on_average() -> None:
    rng = np.random.default_rng(11)
    found = [score("mmd", truth(rng.normal(size=(40, 2))), rng.normal(size=(1, 30, 2)))[0] for _ in range(2500)]
    assert abs(z_of(found, 0)) < AGREES
    assert min(found) < 0


@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_mmd_of_normal_rows_against_quantile_points_is_the_integral(shift: float) -> None:
    """2 c (1 - exp(-shift^2/(2 s^2 + 4))), c = s/sqrt(s^2 + 2), and s = sqrt(2) times the upper quartile of N(0, 1)."""
    s = math.sqrt(2) * norm.ppf(0.75)
    expected = 2 * s / math.sqrt(s**2 + 2) * (1 - math.exp(-(shift**2) / (2 * s**2 + 4)))
    rng = np.random.default_rng(12)
    found = np.concatenate([score("mmd", line(), rng.normal(shift, 1, (250, 100, 1))) for _ in range(8)])
    assert abs(z_of(found, expected)) < AGREES


def test_vendi_counts_kinds() -> None:
    reference = truth(np.random.default_rng(13).normal(size=(50, 2)))
    places = 1e4 * np.array([[0, 0], [1, 0], [0, 1], [5, 5]])
    assert score("vendi", reference, np.full((1, 30, 2), 1e6 / 3))[0] == pytest.approx(1, abs=1e-12)
    assert score("vendi", reference, np.tile(places, (1, 10, 1)))[0] == pytest.approx(4, rel=1e-12)
    assert score("vendi", reference, np.repeat(places, [37, 1, 1, 1], axis=0)[None])[0] == pytest.approx(
        math.exp(-37 / 40 * math.log(37 / 40) - 3 / 40 * math.log(1 / 40)), rel=1e-12
    )


@pytest.mark.parametrize("d", [2, 6])
def test_kinds_far_from_the_truth_are_told_apart_as_well_as_near_it(d: int) -> None:
    rng = np.random.default_rng(14)
    reference, rows = truth(rng.normal(size=(50, d))), rng.normal(size=(2, 30, d))
    np.testing.assert_allclose(score("vendi", reference, rows + 1e8), score("vendi", reference, rows), rtol=1e-6)


# Neighbours


def balls(rows: Floats) -> list[float]:
    """The distance of every row to its fifth neighbour."""
    return [sorted(math.dist(a, b) for j, b in enumerate(rows) if j != i)[K - 1] for i, a in enumerate(rows)]


@pytest.mark.parametrize(("n", "d"), [(1, 2), (5, 2), (6, 2), (25, 2), (6, 7), (25, 7)])
def test_neighbours_are_their_definitions_row_by_row(n: int, d: int) -> None:
    rng = np.random.default_rng(n + d)
    real, rows = rng.normal(size=(17, d)), rng.normal(0.5, 0.8, (2, n, d))
    found = {name: score(name, truth(real), rows) for name in ("precision", "recall", "density", "coverage")}
    reach = balls(real)
    for r, world in enumerate(rows):
        inside = np.array([[math.dist(y, x) <= radius for x, radius in zip(real, reach, strict=True)] for y in world])
        assert found["precision"][r] == pytest.approx(inside.any(axis=1).mean())
        assert found["density"][r] == pytest.approx(inside.sum() / (K * n))
        assert found["coverage"][r] == pytest.approx(inside.any(axis=0).mean())
        if n <= K:
            assert np.isnan(found["recall"][r])
            continue
        reached = [any(math.dist(y, x) <= radius for y, radius in zip(world, balls(world), strict=True)) for x in real]
        assert found["recall"][r] == pytest.approx(np.mean(reached))


def test_neighbours_of_equal_distributions_have_the_published_values() -> None:
    """E density = 1; E coverage = 1 - prod (N - i)/(M + N - i); precision and recall about 0.97 for N(0, I4), N = 300."""
    rng = np.random.default_rng(15)
    real = [rng.normal(size=(300, 4)) for _ in range(120)]
    rows = [rng.normal(size=(1, 300, 4)) for _ in real]
    found = {
        name: [score(name, truth(x), y)[0] for x, y in zip(real, rows, strict=True)]
        for name in ("precision", "recall", "density", "coverage")
    }
    assert abs(z_of(found["density"], 1)) < AGREES
    assert abs(z_of(found["coverage"], 1 - math.prod((300 - i) / (600 - i) for i in range(1, K + 1)))) < AGREES
    assert abs(np.mean(found["precision"]) - 0.97) < 0.01
    assert abs(np.mean(found["recall"]) - 0.97) < 0.01
    swapped = [score("recall", truth(y[0]), x[None])[0] for x, y in zip(real[:5], rows[:5], strict=True)]
    assert swapped == found["precision"][:5]


@pytest.mark.parametrize(("m", "n"), [(40, 15), (15, 40)])
def test_coverage_of_unequal_sizes_has_the_published_value(m: int, n: int) -> None:
    rng = np.random.default_rng(m)
    found = [score("coverage", truth(rng.normal(size=(m, 2))), rng.normal(size=(1, n, 2)))[0] for _ in range(2000)]
    assert abs(z_of(found, 1 - math.prod((m - i) / (m + n - i) for i in range(1, K + 1)))) < AGREES


def test_density_on_a_line_is_not_fooled_by_the_even_gaps_of_quantile_points() -> None:
    """Five neighbours of an evenly spaced row reach three gaps to both sides: the density of real rows would be 6/5."""
    found = score("density", line(), np.random.default_rng(16).normal(size=(100, 300, 1)))
    assert abs(found.mean() - 1) < 0.1


@pytest.mark.parametrize("d", [1, 2, 6])
def test_rows_that_are_all_one_point(d: int) -> None:
    reference = line() if d == 1 else truth(np.random.default_rng(17).normal(size=(90, d)))
    centre, far = np.zeros((1, 30, d)), np.full((1, 30, d), 1e7 / 3)
    for name, expected in {"precision": 0, "density": 0, "coverage": 0, "recall": 0}.items():
        assert score(name, reference, far)[0] == expected
    assert score("precision", reference, centre)[0] == 1
    assert score("recall", reference, centre)[0] == 0
    assert score("vendi", reference, far)[0] == pytest.approx(1, abs=1e-12)


# Modes


def islands() -> Reference:
    """A wide majority at 0, a narrow minority at (10, 0), and a small third place."""
    modes = Modes(np.array([[0.0, 0], [10, 0], [0, 30]]), np.array([2.0, 0.5, 1]), np.array([0.7, 0.2, 0.1]), minority=1)
    return truth(np.zeros((9, 2)), modes=modes)


def test_a_mode_is_alive_with_a_tenth_of_its_share_within_three_deviations() -> None:
    def world(*places: tuple[float, float, int]) -> Floats:
        return np.concatenate([np.tile([x, y], (count, 1)) for x, y, count in places])

    alive = world((5.9, 0, 7), (10, 1.4, 2), (0, 27.1, 1), (50, 50, 90))
    too_far = world((6.1, 0, 7), (10, 1.6, 2), (0, 26.9, 1), (50, 50, 90))
    too_few = world((0, 0, 6), (10, 0, 1), (0, 30, 1), (50, 50, 92))
    assert score("modes_alive", islands(), np.stack([alive, too_far, too_few])).tolist() == [3, 0, 1]
    assert score("modes_alive", islands(), world((10, 0, 1))[None]).tolist() == [1]
    assert metrics()["modes_alive"].ideal(islands()) == 3


def test_the_minority_is_what_lies_nearest_to_it_in_its_own_units() -> None:
    near = [[10.0, 0.0], [8.5, 0.0], [7.5, 0.0], [11.0, 1.0]]  # 8 is where 4 deviations of one meet 4 of the other
    assert score("minority_share", islands(), np.array([near, [[0.0, 0.0]] * 4])).tolist() == [0.75, 0.0]
    assert metrics()["minority_share"].ideal(islands()) == 0.2
    nobody = truth(np.zeros((9, 2)), modes=Modes(np.zeros((1, 2)), np.ones(1), np.ones(1)))
    assert not metrics()["minority_share"].applies(nobody, Space("columns", ("a", "b")))


def test_measuring_modes_takes_a_few_times_the_memory_of_the_rows_however_many_modes_there_are() -> None:
    grid = sources["grid"]()
    rows = grid.sample(100, 200, Streams(0, 0))
    modes = grid.reference().modes
    assert modes is not None
    assert len(modes.weights) == 25
    minority = Reference(grid.reference().rows, np.zeros(2), 1.0, modes=replace(modes, minority=0))
    for name in ("modes_alive", "minority_share"):
        measure = metrics()[name].against(minority, grid.space)
        batch = Batch(rows, grid.space)
        tracemalloc.start()
        measure(batch)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 6 * rows.nbytes, name
