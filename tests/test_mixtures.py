"""The mixture of Gaussians against scikit-learn and SciPy, and every world on its own."""

from __future__ import annotations

import importlib
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracles import component_covariances, component_means
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from sim.families import _mixture, gmm
from sim.families._mixture import Mixture, hard_assignment, initial_centres, m_step, responsibilities
from sim.families.gmm import FittedGmm, Gmm
from sim.sources import sources
from sim.spaces import Space
from sim.streams import Streams

Floats = NDArray[np.float64]

STREAMS = Streams(6, 1)


def blob(replicates: int, n: int, d: int) -> Floats:
    rows = np.random.default_rng(4).standard_normal((replicates, n, d))
    return rows @ (np.eye(d) + 0.3 * np.ones((d, d)))


def two_modes(replicates: int, n: int, d: int) -> Floats:
    rows = blob(replicates, n, d)
    rows[..., 0] += 5 * np.random.default_rng(5).integers(2, size=(replicates, n))
    return rows


def ring(replicates: int, n: int, d: int) -> Any:
    return sources["ring"]().sample(replicates, n, STREAMS)


def fit(k: int, rows: Floats) -> FittedGmm:
    rows.flags.writeable = False
    return Gmm(k=k).fit(rows, Space("columns", tuple(f"x{i}" for i in range(rows.shape[2]))), STREAMS)


def laid_out(rows: Floats) -> Floats:
    """Rows as expectation maximisation takes them, (replicates, d + 1, m)."""
    return np.concatenate([rows, np.ones_like(rows[..., :1])], axis=2).transpose(0, 2, 1).copy()


def sklearn_fit(rows: Floats, **settings: Any) -> Any:
    mixture: Any = importlib.import_module("sklearn.mixture")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one step is not meant to converge
        return mixture.GaussianMixture(random_state=0, **settings).fit(rows)


@pytest.mark.parametrize(
    ("make", "k", "n", "d"), [(two_modes, 2, 1000, 1), (two_modes, 2, 1000, 2), (blob, 2, 1000, 1), (blob, 2, 1000, 2), (ring, 8, 1000, 2)]
)
def test_the_likelihood_is_that_of_scikit_learn(make: Any, k: int, n: int, d: int) -> None:
    rows = make(12, n, d)
    ours = fit(k, rows).log_prob(rows).mean(axis=1)
    theirs = [sklearn_fit(world, n_components=k).score(world) for world in rows]
    assert abs((ours - theirs).mean()) < 0.01


@pytest.mark.parametrize(("k", "d"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_one_step_is_that_of_scikit_learn(k: int, d: int) -> None:
    rows = two_modes(2, 80, d)
    rng = np.random.default_rng(8)
    weights, means = rng.dirichlet(np.full(k, 5.0), 2), rows[:, :k]
    weights = (weights + np.eye(k)[0] * 1e4) / (1 + 1e4)  # the others are rare
    roots = rng.standard_normal((2, k, d, d)) + 2 * np.eye(d)
    covariances = roots @ roots.swapaxes(2, 3)
    ours, likelihood = m_step(laid_out(rows), responsibilities(Mixture(weights, means, covariances)), np.zeros((2, d)), 30)
    for r, world in enumerate(rows):
        start = {"weights_init": weights[r], "means_init": means[r], "precisions_init": np.linalg.inv(covariances[r])}
        theirs = sklearn_fit(world, n_components=k, max_iter=1, reg_covar=0.0, **start)
        np.testing.assert_allclose(ours.weights[r], theirs.weights_, rtol=1e-9)
        np.testing.assert_allclose(ours.means[r], theirs.means_, rtol=1e-9)
        np.testing.assert_allclose(ours.covariances[r], theirs.covariances_, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(likelihood[r], theirs.lower_bound_, rtol=1e-10)


@pytest.mark.parametrize(("k", "d"), [(2, 1), (3, 2), (2, 6)])
def test_the_density_is_the_sum_of_its_components(k: int, d: int) -> None:
    rows, others = two_modes(2, 200, d), 3 * blob(2, 50, d)
    model = fit(k, rows)
    means, covariances = component_means(model), component_covariances(model)
    for r, scores in enumerate(model.log_prob(others)):
        parts = [multivariate_normal(means[r, j], covariances[r, j]).logpdf(others[r]) for j in range(k)]
        np.testing.assert_allclose(scores, logsumexp(parts, axis=0, b=model.weights[r][:, None]), rtol=1e-8)


def test_steps_never_lose_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = blob(3, 200, 2)
    monkeypatch.setattr(_mixture, "TOLERANCE", 0.0)
    found: list[Floats] = []
    for steps in (1, 2, 3, 5, 10, 50, 200):
        monkeypatch.setattr(_mixture, "MAX_STEPS", steps)
        found.append(fit(3, rows).log_prob(rows).mean(axis=1))
    gains = np.diff(found, axis=0)
    assert (gains > -1e-9).all()
    assert (gains[:2] > 1e-5).all()


def test_a_world_rests_when_it_gains_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = blob(8, 200, 2)
    converged = fit(2, rows).weights
    monkeypatch.setattr(_mixture, "TOLERANCE", 0.0)
    found: list[FittedGmm] = []
    for steps in range(60):
        monkeypatch.setattr(_mixture, "MAX_STEPS", steps)
        found.append(fit(2, rows))
    likelihoods = np.stack([model.log_prob(rows).mean(axis=1) for model in found])
    last = 2 + (np.abs(np.diff(likelihoods, axis=0)) < 1e-3).argmax(axis=0)
    assert last.min() < last.max()
    for r, steps in enumerate(last):
        np.testing.assert_array_equal(converged[r], found[steps].weights[r])


def test_the_start_is_the_means_of_two_clear_groups() -> None:
    rows = two_modes(5, 300, 2)
    x = laid_out(rows)
    centres = initial_centres(x, np.random.default_rng(1).random((5, 2, 2)))
    own, _ = hard_assignment(centres)(x)
    np.testing.assert_allclose(own @ rows / own.sum(axis=2, keepdims=True), centres, rtol=1e-12)


def test_centres_on_top_of_each_other_share_their_rows() -> None:
    rows = two_modes(2, 50, 2)
    mixture, _ = m_step(laid_out(rows), hard_assignment(np.zeros((2, 4, 2))), np.zeros((2, 2)), 50)
    np.testing.assert_allclose(mixture.weights, 0.25)
    np.testing.assert_allclose(mixture.means, np.repeat(rows.mean(axis=1, keepdims=True), 4, axis=1))


def test_there_are_never_more_components_than_rows() -> None:
    assert fit(8, blob(2, 3, 2)).weights.shape == (2, 3)


@pytest.mark.parametrize("make", [two_modes, blob])
@pytest.mark.parametrize(("k", "n", "d"), [(2, 1000, 1), (2, 1000, 2), (8, 300, 2), (3, 150, 5)])
def test_a_world_is_fitted_as_if_it_were_alone(make: Any, k: int, n: int, d: int) -> None:
    rows = make(30, n, d)
    many = fit(k, rows)
    beside_others = np.concatenate([rows[:7], 100 * rows[7:] ** 2])
    for few in (fit(k, rows[:7].copy()), fit(k, rows[:1].copy()), fit(k, beside_others)):
        count = min(7, len(few.weights))
        for field in FittedGmm.__slots__:
            np.testing.assert_array_equal(getattr(few, field)[:count], getattr(many, field)[:count])
        np.testing.assert_array_equal(few.sample(n, STREAMS, 1.0)[:count], many.sample(n, STREAMS, 1.0)[:count])


def test_rows_looked_at_in_parts_give_the_same_mixture(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = two_modes(3, 500, 2)
    whole = fit(3, rows)
    monkeypatch.setattr(gmm, "NUMBERS_AT_ONCE", 700)
    for ours, theirs in zip(model_arrays(fit(3, rows)), model_arrays(whole), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-10)


def model_arrays(model: FittedGmm) -> tuple[Floats, ...]:
    return model.weights, component_means(model), component_covariances(model)


def test_a_start_from_some_of_the_rows_ends_at_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = two_modes(3, 5000, 2)
    whole = fit(2, rows)
    monkeypatch.setattr(gmm, "START_ROWS", 60)
    np.testing.assert_allclose(fit(2, rows).log_prob(rows).mean(axis=1), whole.log_prob(rows).mean(axis=1), atol=1e-3)


@pytest.mark.parametrize("d", [1, 2, 7])
def test_two_points_become_two_points(d: int) -> None:
    rows = np.where(np.arange(40)[:, None] < 10, 1.0, -3.0) * np.ones((2, 1, d))
    for k in (2, 8):
        model = fit(k, rows)
        np.testing.assert_allclose(model.weights.sum(axis=1), 1.0)
        drawn = model.sample(4000, STREAMS, 1.0)
        high = drawn[..., 0] > -1
        assert (np.abs(high.mean(axis=1) - 0.25) < 4.5 * np.sqrt(0.25 * 0.75 / 4000)).all()
        np.testing.assert_allclose(drawn, np.where(drawn > -1, 1.0, -3.0), atol=1e-3)
        assert (high[..., None] == (drawn > -1)).all()


def test_a_component_without_rows_stays_empty() -> None:
    centres = np.array([[[0.0, 0.0], [0.2, 0.0], [50.0, 50.0]]] * 2)
    found = _mixture.expectation_maximisation(laid_out(two_modes(2, 100, 2) / 30), centres, np.full((2, 2), 1e-10), 100)
    np.testing.assert_array_equal(found.weights[:, 2], 0.0)
    np.testing.assert_allclose(found.weights.sum(axis=1), 1.0)
    assert all(np.isfinite(array).all() for array in (found.means, found.covariances))


def test_a_fitted_mixture_survives_pickling() -> None:
    model = fit(3, two_modes(3, 100, 2))
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.sample(50, STREAMS, 0.7), model.sample(50, STREAMS, 0.7))
