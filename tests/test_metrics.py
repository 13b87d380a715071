"""The metrics of columns, and distances to the truth: closed forms as z-scores, scipy as an oracle, rows made by hand."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from measuring import AGREES, REPLICATES, line, score, truth, z_of
from scipy.linalg import sqrtm
from scipy.special import gammaincinv
from scipy.stats import binom, norm, wasserstein_distance

from sim import Experiment, simulate
from sim.metrics import Batch, Measure, metric, metrics
from sim.sources import Reference
from sim.spaces import Space

# Spread and place


def test_spread_and_place_are_what_numpy_says_of_one_world() -> None:
    rows = np.random.default_rng(1).normal(3, 2, (6, 30, 4))
    reference = truth(np.ones((7, 4)))
    np.testing.assert_allclose(score("total_variance", reference, rows), [np.trace(np.cov(world.T)) for world in rows])
    np.testing.assert_allclose(score("mean_shift", reference, rows), [math.dist(world.mean(axis=0), [1, 1, 1, 1]) for world in rows])


@pytest.mark.parametrize("d", [1, 3])
def test_fresh_rows_have_their_tails_and_shift_by_d_over_n(d: int) -> None:
    rows = np.random.default_rng(d).normal(size=(4000, 20, d))
    edges = {"central": line().central} if d == 1 else {"radius": math.sqrt(2 * gammaincinv(d / 2, 0.95))}
    reference = Reference(np.zeros((9, d)), np.zeros(d), float(d), **edges)
    assert abs(z_of(score("tail_mass", reference, rows), 1)) < AGREES
    assert abs(z_of(score("total_variance", reference, rows), d)) < AGREES
    assert abs(z_of(score("mean_shift", reference, rows) ** 2, d / 20)) < AGREES


def test_tail_mass_counts_what_lies_outside() -> None:
    reference = Reference(np.zeros((9, 1)), np.zeros(1), 1.0, central=(-1.0, 2.0))
    rows = np.array([[[-1.1], [-1.0], [0.0], [2.0]], [[2.1], [3.0], [-9.0], [0.0]]])
    np.testing.assert_allclose(score("tail_mass", reference, rows), [0.25 / 0.05, 0.75 / 0.05])


# Wasserstein


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 9), (9, 1), (5, 5), (7, 5), (12, 8), (100, 1000), (37, 101)])
def test_wasserstein_on_a_line_is_scipys_for_any_two_sizes(n: int, m: int) -> None:
    rng = np.random.default_rng(n * m)
    for decimals in (1, 12):
        real, rows = rng.normal(size=(m, 1)).round(decimals), rng.standard_t(2, (4, n, 1)).round(decimals)
        expected = [wasserstein_distance(world[:, 0], real[:, 0]) for world in rows]
        np.testing.assert_allclose(score("wasserstein", truth(real), rows), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("d", [2, 3, 10])
def test_sliced_wasserstein_of_a_shift_is_its_length_times_the_mean_cosine(d: int) -> None:
    """E|cos| over directions is G(d/2)/(sqrt(pi) G((d+1)/2)), its variance 1/d less the square of that."""
    rng = np.random.default_rng(d)
    real = rng.normal(size=(50, d))
    mean = math.gamma(d / 2) / (math.sqrt(math.pi) * math.gamma((d + 1) / 2))
    for ways in (np.eye(d), np.linalg.qr(rng.normal(size=(d, d))).Q):
        cosines = score("wasserstein", truth(real), real + 3 * ways[:REPLICATES, None, :])[:REPLICATES] / 3
        assert (np.abs((cosines - mean) / math.sqrt((1 / d - mean**2) / 64)) < AGREES).all()
        assert len(np.unique(cosines)) == len(cosines)


def test_sliced_wasserstein_of_rows_on_a_line_is_that_of_the_line() -> None:
    rng = np.random.default_rng(4)
    way, real, rows = np.array([0.6, 0.0, 0.8]), rng.normal(size=(31, 1)), rng.normal(1, 2, (5, 12, 1))
    cosine = score("wasserstein", truth(np.zeros((1, 3))), way[None, None, :])
    expected = score("wasserstein", truth(real), rows) * cosine
    np.testing.assert_allclose(score("wasserstein", truth(real * way), rows * way), expected, rtol=1e-12)


def test_wasserstein_between_two_samples_of_the_same_truth_has_the_known_floor() -> None:
    """E W1 = integral of E|A - B|/n over x, A and B binomial(n, F(x)); E|A - B| = 2 sum F_k (1 - F_k). About 0.18 at n = 100."""
    x = np.linspace(-7, 7, 2801)
    below = binom.cdf(np.arange(101)[:, None], 100, norm.cdf(x))
    expected = float(np.trapezoid(2 * (below * (1 - below)).sum(axis=0) / 100, x))
    assert abs(expected - 0.18) < 0.005
    rng = np.random.default_rng(6)
    found = [score("wasserstein", truth(rng.normal(size=(100, 1))), rng.normal(size=(1, 100, 1)))[0] for _ in range(3000)]
    assert abs(z_of(found, expected)) < AGREES


# Frechet


def test_frechet_on_a_line_is_the_difference_of_means_and_deviations() -> None:
    rng = np.random.default_rng(7)
    real, rows = rng.normal(1, 3, (40, 1)), rng.normal(size=(20, 9, 1))
    expected = (rows.mean(axis=(1, 2)) - real.mean()) ** 2 + (rows.std(axis=(1, 2), ddof=1) - real.std(ddof=1)) ** 2
    np.testing.assert_allclose(score("frechet", truth(real), rows), expected, rtol=1e-12)


@pytest.mark.parametrize("d", [2, 5])
def test_frechet_is_the_textbook_formula(d: int) -> None:
    rng = np.random.default_rng(d)
    real, rows = rng.normal(size=(60, d)) @ rng.normal(size=(d, d)), rng.normal(0.3, 2, (REPLICATES, 25, d))
    here = np.cov(real.T)
    for world, found in zip(rows, score("frechet", truth(real), rows), strict=True):
        there = np.cov(world.T)
        cross = sqrtm(here @ there).real
        expected = ((world.mean(axis=0) - real.mean(axis=0)) ** 2).sum() + np.trace(here + there - 2 * cross)
        assert found == pytest.approx(expected, rel=1e-9)


def test_frechet_keeps_all_digits_where_covariances_are_singular() -> None:
    """Fewer rows than columns, a constant column, one point, and planes at right angles, whose roots have nothing in common."""
    rng = np.random.default_rng(9)
    few = rng.normal(size=(4, 10))
    few[:, 3] = 2.0
    assert score("frechet", truth(few), few[None])[0] < 1e-13
    assert score("frechet", truth(few), np.ones((1, 6, 10)))[0] == pytest.approx(
        ((few.mean(axis=0) - 1) ** 2).sum() + few.var(axis=0, ddof=1).sum()
    )
    across, along = np.zeros((30, 4)), np.zeros((1, 12, 4))
    across[:, :2], along[:, :, 2:] = rng.normal(size=(30, 2)), rng.normal(size=(1, 12, 2))
    apart = ((across.mean(axis=0) - along[0].mean(axis=0)) ** 2).sum()
    expected = apart + across.var(axis=0, ddof=1).sum() + along[0].var(axis=0, ddof=1).sum()
    assert score("frechet", truth(across), along)[0] == pytest.approx(expected, rel=1e-12)


# All of them


@pytest.mark.parametrize("d", [2, 6])
def test_the_truth_itself_scores_perfectly(d: int) -> None:
    """Identical samples: no distance, everything reached; each ball holds its own row and five more, so density is 6/5."""
    real = np.random.default_rng(18).normal(size=(60, d))
    perfect = {"wasserstein": 0, "frechet": 0, "mean_shift": 0, "precision": 1, "recall": 1, "coverage": 1, "density": 1.2}
    for name, expected in perfect.items():
        assert score(name, truth(real), real[None])[0] == pytest.approx(expected, abs=1e-13), name


@pytest.mark.parametrize(
    ("source", "family", "cheap_here"),
    [({"kind": "ring"}, {"kind": "gmm"}, {"frechet"}), ({"kind": "normal", "dim": 6}, {"kind": "gaussian"}, set[str]())],
)
def test_dear_metrics_look_at_the_first_worlds_and_say_so(source: Any, family: Any, cheap_here: set[str]) -> None:
    experiment = {"source": source, "family": family, "n": 20, "generations": 1, "replicates": 10}
    for name, values in simulate(Experiment.model_validate(experiment)).metrics.items():
        said = re.search(r"(\d+)\s+replicates", metrics()[name].help)
        here = int(said[1]) if said and name not in cheap_here else len(values)
        looks_at = min(metrics()[name].replicates, here, len(values))
        assert np.isfinite(values[:looks_at]).any(axis=1).all(), name
        assert np.isnan(values[looks_at:]).all(), name


def test_what_several_metrics_need_is_made_once() -> None:
    batch = Batch(np.zeros((5, 3, 1)), Space("columns", ("a",)))
    made: list[int] = []
    for _ in range(3):
        assert batch.first(2).once("key", lambda: made.append(1) or len(made)) == 1
    assert batch.first(2) is batch.first(2)
    assert batch.first(2).rows.shape == (2, 3, 1)
    assert batch.first(5) is batch


def test_two_metrics_of_one_name_are_refused() -> None:
    def total_variance(reference: Reference, space: Space) -> Measure:
        """Not the variance at all."""
        return lambda batch: np.zeros(len(batch.rows))

    before = metrics()
    with pytest.raises(TypeError, match="two metrics call themselves 'total_variance'"):
        metric(label="Other", better="higher", ideal=None)(total_variance)
    assert metrics() == before
