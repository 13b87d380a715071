"""Models against what they must be: the source they learned, their training rows' moments, and their own densities.

Each family here is held to a law of its own; what is asked of every family there is stands in `tests/contract`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracles import component_covariances, component_means
from scipy.stats import gaussian_kde

from sim import Experiment, SpecError
from sim.experiment import MODEL_BUDGET
from sim.families import CannotFit
from sim.families.categorical import Categorical
from sim.families.gaussian import FittedGaussian, Gaussian
from sim.families.gmm import FittedGmm, Gmm
from sim.families.kde import FittedKde, Kde
from sim.sources import sources
from sim.spaces import Space
from sim.streams import Streams

Floats = NDArray[np.float64]

STREAMS = Streams(11, 4)
WORDS = Space("tokens", ("word",), vocabulary=30)
SCOTT, SHRUNK, BOOTSTRAP = Kde(bandwidth="scott"), Kde(bandwidth="shrunk"), Kde(h=0)
KEEPERS: list[Any] = [Gaussian(), Gmm(k=1), Gmm(k=2), Gmm(k=8), SHRUNK]
COLUMN_FAMILIES: list[Any] = [*KEEPERS, Gaussian(ddof=1), Kde(), BOOTSTRAP, SCOTT]
EVERY: list[Any] = [*COLUMN_FAMILIES, Categorical(), Categorical(smoothing=0.5)]


def training(d: int, m: int = 40, replicates: int = 3) -> Floats:
    """Rows of three overlapping groups with correlated columns, read-only."""
    rng = np.random.default_rng(7)
    rows = rng.standard_normal((replicates, m, d)) @ (np.eye(d) + 0.5 * rng.standard_normal((d, d)))
    rows += 1.5 * rng.integers(3, size=(replicates, m, 1)) + 5
    rows.flags.writeable = False
    return rows


def rows_for(family: Any, m: int) -> Any:
    if not isinstance(family, Categorical):
        return training(2, m)
    return np.random.default_rng(1).integers(20, size=(3, m, 1), dtype=np.int32)


def fit(family: Any, rows: Any) -> Any:
    columns = Space("columns", tuple(f"x{i}" for i in range(rows.shape[2])))
    return family.fit(rows, WORDS if isinstance(family, Categorical) else columns, STREAMS.within("fit"))


def draw(model: Any, n: int, temperature: float = 1.0) -> Any:
    return model.sample(n, STREAMS.within("sample"), temperature)


def moments(rows: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance (divisor m) of each world's rows."""
    mean = rows.mean(axis=1)
    return mean, (rows - mean[:, None]).swapaxes(1, 2) @ (rows - mean[:, None]) / rows.shape[1]


def model_moments(model: Any, temperature: float = 1.0) -> tuple[Floats, Floats]:
    """Mean and covariance of what a model draws, from its parameters."""
    if isinstance(model, FittedGaussian):
        return model.mean[:, 0], temperature * model.root @ model.root
    if isinstance(model, FittedKde):
        mean, between = moments(model.centres)
        return mean, between + temperature * model.root @ model.root * (np.eye(len(mean[0])) if model.root.shape[2] == 1 else 1)
    assert isinstance(model, FittedGmm)
    mean = np.einsum("rk,rkd->rd", model.weights, component_means(model))
    apart = component_means(model) - mean[:, None]
    between = np.einsum("rk,rkd,rke->rde", model.weights, apart, apart)
    return mean, between + temperature * np.einsum("rk,rkde->rde", model.weights, component_covariances(model))


def agree(sample: Floats, expected: Floats | float) -> None:
    """The mean over rows (axis 1, or the only one) is as expected, within 4.5 standard errors."""
    axis = min(1, sample.ndim - 1)
    error = sample.std(axis=axis, ddof=1) / math.sqrt(sample.shape[axis])
    assert (np.abs(sample.mean(axis=axis) - expected) < 4.5 * error).all()


def agree_in_moments(rows: Floats, mean: Floats, covariance: Floats) -> None:
    centred = rows - mean[:, None]
    agree(rows, mean)
    agree(centred[..., :, None] * centred[..., None, :], covariance)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_gaussian_finds_its_source(d: int) -> None:
    source = sources["normal"](dim=d)
    model = fit(Gaussian(), source.sample(4, 100_000, STREAMS))
    error = math.sqrt(1 / 100_000)
    assert np.abs(model.mean).max() < 4.5 * error
    off = np.abs(model.root @ model.root - np.eye(d))
    assert (off < 4.5 * error * np.sqrt(1 + np.eye(d))).all()


def test_a_mixture_finds_its_source() -> None:
    rng, n = np.random.default_rng(3), 100_000
    weights, means = np.array([0.1, 0.3, 0.6]), np.array([[-8.0, 0.0], [8.0, 2.0], [0.0, 9.0]])
    roots = np.array([[[1.0, 0.3], [0.3, 0.5]], [[0.6, -0.4], [-0.4, 1.2]], [[1.0, 0.0], [0.0, 0.7]]])
    which = rng.choice(3, p=weights, size=(2, n))
    rows = means[which] + np.einsum("rni,rnij->rnj", rng.standard_normal((2, n, 2)), roots[which])
    model, covariances = fit(Gmm(k=3), rows), roots @ roots
    order = np.argsort(model.weights, axis=1)[:, :, None]
    assert (np.abs(np.take_along_axis(model.weights, order[..., 0], 1) - weights) < 4.5 * np.sqrt(weights * (1 - weights) / n)).all()
    scale = np.sqrt(np.einsum("kii->ki", covariances))
    held = np.sqrt(n * weights)[:, None]
    assert (np.abs(np.take_along_axis(component_means(model), order, 1) - means) < 4.5 * scale / held).all()
    error = np.sqrt(scale[:, :, None] ** 2 * scale[:, None] ** 2 + covariances**2) / held[..., None]
    assert (np.abs(np.take_along_axis(component_covariances(model), order[..., None], 1) - covariances) < 4.5 * error).all()


@pytest.mark.parametrize("family", KEEPERS, ids=str)
@pytest.mark.parametrize(("d", "m"), [(1, 40), (2, 40), (2, 1000), (5, 12), (1, 2)])
def test_mean_and_covariance_of_the_training_rows_are_kept(family: Any, d: int, m: int) -> None:
    rows = training(d, m)
    for ours, theirs in zip(model_moments(fit(family, rows)), moments(rows), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8)


def test_other_models_change_the_covariance_by_a_known_amount() -> None:
    rows = training(2)
    _, covariance = moments(rows)
    factor = 40 ** (-1 / 6)
    expected = {Gaussian(ddof=1): covariance * 40 / 39, BOOTSTRAP: covariance, Kde(h=0.4): covariance + 0.16 * np.eye(2)}
    expected[SCOTT] = covariance * (1 + factor**2 * 40 / 39)
    for family, wanted in expected.items():
        np.testing.assert_allclose(model_moments(fit(family, rows))[1], wanted, rtol=1e-10)


@pytest.mark.parametrize("temperature", [1.0, 0.3, 2.0])
@pytest.mark.parametrize("family", COLUMN_FAMILIES, ids=str)
def test_rows_drawn_have_the_moments_of_the_model(family: Any, temperature: float) -> None:
    for d in (1, 3):
        model = fit(family, training(d))
        agree_in_moments(draw(model, 40_000, temperature), *model_moments(model, temperature))


@pytest.mark.parametrize("family", [Gaussian(), Gmm(k=1), Gmm(k=3), Kde(), SCOTT, SHRUNK], ids=str)
@pytest.mark.parametrize("d", [1, 2])
def test_densities_integrate_to_one(family: Any, d: int) -> None:
    rows = training(d, 300, replicates=2)
    model = fit(family, rows)
    low, high = rows.min() - 6, rows.max() + 6
    ticks = np.linspace(low, high, 600)
    grid = np.stack(np.meshgrid(*[ticks] * d, indexing="ij"), axis=-1).reshape(1, -1, d)
    whole = np.exp(model.log_prob(np.repeat(grid, 2, axis=0))).sum(axis=1) * (ticks[1] - ticks[0]) ** d
    np.testing.assert_allclose(whole, 1.0, atol=1e-6)


@pytest.mark.parametrize("d", [1, 3])
def test_scotts_bandwidth_is_that_of_scipy(d: int) -> None:
    rows, others = training(d, 40), training(d, 60)[:, 40:]
    model = fit(SCOTT, rows)
    for r, world in enumerate(rows):
        theirs = gaussian_kde(world.T, "scott")
        np.testing.assert_allclose(model.root[r] @ model.root[r], theirs.covariance, rtol=1e-10)
        np.testing.assert_allclose(model.log_prob(others)[r], theirs.logpdf(others[r].T), rtol=1e-9)


@pytest.mark.parametrize("family", [Kde(), BOOTSTRAP, SCOTT, SHRUNK], ids=str)
@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_kernels_change_the_variance_by_their_law(family: Any, temperature: float) -> None:
    n, d = 10, 2
    rows = np.random.default_rng(2).standard_normal((20_000, n, d))
    before = rows.var(axis=1).sum(axis=1)
    f2 = n ** (-2 / (d + 4))
    wanted = {
        "fixed": before + temperature * d * family.h**2,
        "scott": before * (1 + temperature * f2 * n / (n - 1)),
        "shrunk": before * (1 + (temperature - 1) * f2),
    }[family.bandwidth]
    after = draw(fit(family, rows), n, temperature).var(axis=1).sum(axis=1)
    agree(after - (1 - 1 / n) * wanted, 0.0)


def test_a_fixed_bandwidth_blurs_until_every_row_has_one_ancestor() -> None:
    n, h, rows = 4, 0.5, np.zeros((20_000, 4, 1))
    for t in range(1, 40):
        rows = Kde(h=h).fit(rows, Space("columns", ("x",)), STREAMS).sample(n, Streams(1, t), 1.0)
        if t in (1, 3, 39):
            agree(rows.var(axis=(1, 2)), (n - 1) * h**2 * (1 - (1 - 1 / n) ** t))
            agree((rows**2).mean(axis=(1, 2)), t * h**2)


def test_the_bootstrap_repeats_rows_at_any_temperature() -> None:
    rows = training(2, 25)
    model = fit(BOOTSTRAP, rows)
    found = draw(model, 50_000)
    np.testing.assert_array_equal(draw(model, 50_000, 2.0), found)
    for world, learned in zip(found, rows, strict=True):
        counts = (world[:, None] == learned).all(axis=2).sum(axis=0)
        assert counts.sum() == 50_000
        assert (np.abs(counts - 2000) < 4.5 * math.sqrt(2000 * 24 / 25)).all()


@pytest.mark.parametrize("family", COLUMN_FAMILIES, ids=str)
def test_temperature_stretches_what_is_drawn_within_a_component(family: Any) -> None:
    model = fit(family, training(3))
    cold, plain, warm = (draw(model, 50, temperature) for temperature in (0.25, 1.0, 2.25))
    np.testing.assert_allclose(warm - plain, plain - cold, atol=1e-12)
    assert np.array_equal(warm, plain) == (family == BOOTSTRAP)


@pytest.mark.parametrize("family", [Gaussian(), Gmm(k=3), SCOTT, SHRUNK], ids=str)
@pytest.mark.parametrize(("factor", "shift"), [(1e-100, 0.0), (1e25, 0.0), (3.0, 1e5)])
def test_units_do_not_matter(family: Any, factor: float, shift: float) -> None:
    rows = training(2)
    here, there = draw(fit(family, rows), 60), draw(fit(family, rows * factor + shift), 60)
    np.testing.assert_allclose((there - shift) / factor, here, atol=1e-6)


@pytest.mark.parametrize("family", EVERY, ids=str)
@pytest.mark.parametrize("m", [1, 2, 7])
def test_few_rows_give_a_model_or_a_sentence(family: Any, m: int) -> None:
    needed = 2 if family in (SCOTT, Gaussian(ddof=1)) else 1
    rows = rows_for(family, m)
    if m < needed:
        with pytest.raises(CannotFit, match="needs at least 2 rows; it got 1"):
            fit(family, rows)
        return
    model = fit(family, rows)
    assert draw(model, 0).shape == (3, 0, rows.shape[2])
    found = draw(model, 9)
    assert np.isfinite(found).all()
    if m == 1 and family not in (Kde(), Categorical(smoothing=0.5)):
        np.testing.assert_array_equal(found, np.repeat(rows, 9, axis=1))


@pytest.mark.parametrize("family", EVERY, ids=str)
def test_no_rows_cannot_be_learned(family: Any) -> None:
    with pytest.raises(CannotFit, match="needs at least"):
        fit(family, rows_for(family, 7)[:, :0])


@pytest.mark.parametrize("family", COLUMN_FAMILIES, ids=str)
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite_cannot_be_learned(family: Any, odd: float) -> None:
    rows = training(2).copy()
    rows[2, 3, 1] = odd
    with pytest.raises(CannotFit, match="needs finite numbers"):
        fit(family, rows)


@pytest.mark.parametrize("family", [*KEEPERS, SCOTT], ids=str)
def test_models_stay_where_their_rows_are(family: Any) -> None:
    constant = training(3).copy()
    constant[..., 1] = 0.1
    np.testing.assert_allclose(draw(fit(family, constant), 30)[..., 1], 0.1, rtol=1e-13)
    few = training(10, 4)
    out = np.linalg.svd(few - few.mean(axis=1, keepdims=True))[2][:, 3:]
    found = (draw(fit(family, few), 30) - few.mean(axis=1, keepdims=True)) @ out.swapaxes(1, 2)
    assert np.abs(found).max() < 1e-3 * few.std()


def test_a_model_without_width_has_no_density() -> None:
    rows = training(2).copy()
    rows[1, :, 0] = 2.0
    for family in (Gmm(k=2), SCOTT, SHRUNK):
        found = fit(family, rows).log_prob(rows)
        assert (found[1] == -np.inf).all()
        assert np.isfinite(found[[0, 2]]).all()


def test_models_too_large_are_refused() -> None:
    with pytest.raises(SpecError, match=r"family\.k must be at most 12 with 64 columns; got 20\.") as refused:
        Experiment(source={"kind": "digits"}, family={"kind": "gmm", "k": 20})
    assert Experiment(source={"kind": "digits"}, family={"kind": "gmm", "k": refused.value.nearest})
    many = {"source": {"kind": "zipf", "vocabulary": 20_000}, "family": {"kind": "categorical"}, "n": 10, "generations": 2}
    with pytest.raises(SpecError, match=r"replicates must be at most 800 with models of 20,000 numbers each; got 20000\.") as refused:
        Experiment.model_validate(many | {"replicates": 20_000})
    assert refused.value.nearest * 20_000 <= MODEL_BUDGET
    assert Experiment.model_validate(many | {"replicates": refused.value.nearest})
