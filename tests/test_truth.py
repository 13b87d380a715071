"""Truth: closed forms against many worlds, as z-scores; and the forms one writes down by mistake, which must fail.

Records hold rows drawn, textbook formulas speak of models. The mistakes tested here are those of one step too few.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracles import eigenvalue_rates

from sim import Experiment, run, simulate
from sim.metrics import Batch, metrics
from sim.theory import Law, laws, laws_for
from sim.theory.special import c4, digamma, trigamma

Floats = NDArray[np.float64]
AGREES, WRONG = 4.5, 8.0
GAUSSIAN, UNBIASED, GMM = {"kind": "gaussian"}, {"kind": "gaussian", "ddof": 1}, {"kind": "gmm"}
KDE, SCOTT, SHRUNK, BOOTSTRAP = (
    {"kind": "kde", "h": 0.4},
    {"kind": "kde", "bandwidth": "scott"},
    {"kind": "kde", "bandwidth": "shrunk"},
    {"kind": "kde", "h": 0},
)
WORDS, SMOOTHED = {"kind": "categorical"}, {"kind": "categorical", "smoothing": 0.3}
REPLACE, ACCUMULATE, SUBSAMPLE, WINDOW = {"kind": "replace"}, {"kind": "accumulate"}, {"kind": "subsample"}, {"kind": "window", "k": 3}
NONE, FRESH, FIXED = {}, {"real_share": 0.2}, {"real_share": 0.2, "real_supply": "fixed"}
REGIMES, REAL = (REPLACE, ACCUMULATE, SUBSAMPLE, WINDOW), (NONE, FRESH, FIXED)


def experiment(family: dict[str, Any], regime: dict[str, Any] = REPLACE, **settings: Any) -> Experiment:
    words = {"kind": "zipf", "vocabulary": 40}
    source = words if family["kind"] == "categorical" else {"kind": "normal", "dim": 1}
    usual = {"source": source, "n": 10, "generations": 8, "replicates": 1500 if family["kind"] == "gmm" else 3000, "seed": 1}
    return Experiment.model_validate({**usual, "family": family, "regime": regime, **settings})


def z_of(sample: Floats, expected: Floats | float) -> Floats:
    """How many standard errors the mean over worlds (first axis) lies from what is expected."""
    error = sample.std(axis=0, ddof=1) / math.sqrt(len(sample))
    off = sample.mean(axis=0) - expected
    return np.divide(off, error, out=np.where(np.abs(off) < 1e-9, 0.0, np.inf), where=error > 1e-12)


def compared(law: Law, values: Floats) -> Floats:
    """The same for a law, without its horizon: here are enough worlds."""
    if law.kind == "root mean square":
        return z_of(values**2, law.values**2)
    return z_of(np.log(values), np.log(law.values)) if law.kind == "typical path" else z_of(values, law.values)


def measured(one: Experiment, *names: str) -> tuple[Floats, ...]:
    found = simulate(one, names)
    return tuple(found.metrics[name] for name in names)


def worst(scores: Floats) -> float:
    return float(np.abs(scores).max())


def fails(scores: Floats) -> bool:
    """Whether a wrong form is seen to be wrong at more than one generation."""
    return int((np.abs(scores) > WRONG).sum()) > 1


CASES = [
    *product((GAUSSIAN, UNBIASED, KDE, SCOTT, SHRUNK), REGIMES, REAL, (1.0, 0.8)),
    *product((GMM,), (REPLACE, ACCUMULATE), REAL, (1.0,)),
    *product((BOOTSTRAP,), REGIMES, REAL, (1.0,)),
    *product((WORDS, SMOOTHED), REGIMES, REAL, (1.0,)),
]


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=lambda value: str(value) if isinstance(value, int) else "")
def test_every_law_of_the_mean_agrees_with_its_run(number: int, case: tuple[Any, ...]) -> None:
    family, regime, real, temperature = case
    one = experiment(family, regime, **real, temperature=temperature, seed=number)
    exact = [law for law in laws(one) if law.kind in ("mean", "root mean square", "typical path") and law.metric != "frechet"]
    assert {"total_variance", "mean_shift"} <= {law.metric for law in exact} or {"diversity", "rare_mass"} <= {law.metric for law in exact}
    found = simulate(one, {law.metric for law in exact})
    for law in exact:
        assert worst(compared(law, found.metrics[law.metric])) < AGREES, (law.metric, law.kind, law.formula)


@pytest.mark.parametrize(
    "source", [{"kind": "normal", "dim": 3}, {"kind": "moons"}, {"kind": "groups"}, {"kind": "breast_cancer"}], ids=str
)
@pytest.mark.parametrize("family", [GAUSSIAN, SCOTT, {"kind": "gmm", "k": 2}], ids=str)
def test_the_source_does_not_matter_but_for_its_variance(source: dict[str, Any], family: dict[str, Any]) -> None:
    one = experiment(family, source=source, n=20, generations=4, replicates=400)
    for law in (*laws_for(one, "total_variance"), *laws_for(one, "mean_shift")):
        assert worst(compared(law, *measured(one, law.metric))) < AGREES


def test_the_variance_of_the_model_is_not_that_of_the_rows_it_draws() -> None:
    tempered = experiment(GAUSSIAN, temperature=0.8, replicates=8000)
    (variance,) = measured(tempered, "total_variance")
    (law,) = (law for law in laws_for(tempered, "total_variance") if law.kind == "mean")
    assert worst(z_of(variance, law.values)) < AGREES
    assert fails(z_of(variance[:, 1:], law.values[1:] / 0.8))
    assert fails(z_of(variance[:, 1:], law.values[:-1]))


def test_kernels_add_their_blur_once_more_when_rows_are_drawn() -> None:
    one, t = experiment(KDE, replicates=8000, n=30), np.arange(9)
    variance, shift = measured(one, "total_variance", "mean_shift")
    learned = (1 - 1 / 30) ** t + 30 * 0.16 * (1 - (1 - 1 / 30) ** t)
    assert worst(z_of(variance, learned)) < AGREES
    assert fails(z_of(variance[:, 1:], learned[1:] - 0.16))
    assert worst(z_of(variance * (1 - 1 / 30) + shift**2, 1 + t * 0.16)) < AGREES
    assert fails(z_of(variance * (1 - 1 / 30) + shift**2, 1 + (t - 1) * 0.16))


def test_accumulating_kernels_grow_like_the_logarithm() -> None:
    one = experiment(KDE, ACCUMULATE, replicates=4000)
    variance, shift = measured(one, "total_variance", "mean_shift")
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, 9))])
    square = variance * 0.9 + shift**2
    assert worst(z_of(square, 1 + 0.16 * harmonic)) < AGREES
    assert fails(z_of(square, 1 + 0.16 * (harmonic - 1)))


def test_scotts_blur_grows_by_fifteen_percent_a_generation() -> None:
    one = experiment(SCOTT, n=100, generations=20, replicates=1000)
    (law,) = laws_for(one, "total_variance")
    np.testing.assert_allclose(law.values[1:] / law.values[:-1], 1.149, atol=1e-3)
    assert round(law.values[20]) == 16
    (variance,) = measured(one, "total_variance")
    assert worst(z_of(variance, law.values)) < AGREES
    assert worst(z_of(variance, (1 + 100**-0.4) ** np.arange(21))) > AGREES


@pytest.mark.parametrize("ddof", [0, 1])
def test_typical_path_and_its_scatter(ddof: int) -> None:
    one = experiment({"kind": "gaussian", "ddof": ddof}, n=20, generations=60, replicates=8000, temperature=0.99)
    (variance,) = measured(one, "total_variance")
    law = laws_for(one, "total_variance")[0]
    assert law.kind == "typical path"
    assert law.deviation is not None
    logs = np.log(variance)
    assert worst(law.compare(variance)) < AGREES
    assert worst(z_of((logs - np.log(law.values)) ** 2, law.deviation**2)) < AGREES
    t = np.arange(61)
    unshifted = t * (digamma(9.5) - math.log((20 - ddof) / 2) + math.log(0.99))
    assert fails(z_of(logs, unshifted))
    assert fails(z_of((logs - np.log(law.values)) ** 2, t * trigamma(9.5)))


def test_the_mean_is_not_the_typical_path() -> None:
    one = experiment(UNBIASED, n=20, generations=400, replicates=300)
    (variance,) = measured(one, "total_variance")
    typical, mean = laws_for(one, "total_variance")
    assert mean.values[400] == pytest.approx(1)
    assert variance[:, 400].mean() < 0.5
    assert np.median(variance[:, 400]) < 1e-6
    assert worst(typical.compare(variance)) < AGREES
    assert np.isnan(mean.compare(variance)[21:]).all()
    assert worst(mean.compare(variance)[:21]) < AGREES


@pytest.mark.parametrize("ddof", [0, 1])
def test_moments_of_the_gaussian_on_a_line(ddof: int) -> None:
    n, t = 15, np.arange(9)
    one = experiment({"kind": "gaussian", "ddof": ddof}, n=n, replicates=20_000)
    variance, shift = measured(one, "total_variance", "mean_shift")
    factor = (n - 1) / (n - ddof)
    sd = c4(n) * (c4(n) * math.sqrt(factor)) ** t
    assert worst(z_of(np.sqrt(variance), sd)) < AGREES
    assert worst(z_of(variance**2, factor ** (2 * t) * (1 + 2 / (n - 1)) ** (t + 1))) < AGREES
    moved = t / n if ddof else 1 - (1 - 1 / n) ** t
    assert worst(z_of(shift**2, moved + factor**t / n)) < AGREES
    assert fails(z_of(shift**2, moved))
    if ddof:
        assert worst(z_of(shift**2 + (np.sqrt(variance) - 1) ** 2, (t + 1) / n + 2 - 2 * c4(n) ** (t + 1))) < AGREES
    else:
        drawn = np.sqrt(variance * (1 - 1 / n))
        b = c4(n) * math.sqrt(1 - 1 / n)
        assert worst(z_of(shift**2 + (drawn - 1) ** 2, 2 * (1 - b ** (t + 1)))) < AGREES
        assert fails(z_of(shift**2 + (drawn - 1) ** 2, 2 * (1 - b**t)))


@pytest.mark.parametrize("family", [GAUSSIAN, UNBIASED], ids=str)
def test_frechet_distance_of_normal_rows(family: dict[str, Any]) -> None:
    one = experiment(family, n=15, replicates=6000, temperature=0.9)
    truth, space = one.source.reference(), one.source.space
    measure = metrics()["frechet"].against(truth, space)
    distances = np.stack([measure(Batch(generation.rows, space)) for generation in run(one, [])], axis=1)
    (law,) = laws_for(one, "frechet")
    assert worst(z_of(distances, law.values)) < AGREES
    assert fails(z_of(distances[:, 1:], law.values[:-1]))


def test_the_cloud_becomes_a_needle() -> None:
    n, d, generations = 12, 3, 5
    one = experiment(UNBIASED, source={"kind": "normal", "dim": d}, n=n, generations=generations, replicates=4000)
    logs = np.stack([_log_det(generation.rows) for generation in run(one, [])], axis=1)
    rates = eigenvalue_rates(n, d, 1)
    assert np.all(np.diff(rates) < 0)
    t = np.arange(generations + 1)
    assert worst(z_of(logs, (t + 1) * rates.sum())) < AGREES
    assert fails(z_of(logs, t * rates.sum()))


def _log_det(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(np.linalg.slogdet(centred.transpose(0, 2, 1) @ centred / (rows.shape[1] - 1))[1])


@pytest.mark.parametrize(
    ("family", "regime", "real"), [*product((GAUSSIAN, BOOTSTRAP, SHRUNK), REGIMES, REAL), (GMM, REPLACE, NONE)], ids=str
)
def test_what_the_spread_loses_the_centre_has_wandered(family: dict[str, Any], regime: dict[str, Any], real: dict[str, Any]) -> None:
    one = experiment(family, regime, **real, n=12, replicates=1000, seed=3)
    variance, shift = measured(one, "total_variance", "mean_shift")
    assert worst(z_of(variance * (1 - 1 / 12) + shift**2, 1.0)) < AGREES


def test_rows_pooled_over_worlds_keep_the_variance_that_every_world_loses() -> None:
    last = list(run(experiment(GAUSSIAN, n=10, generations=20, replicates=5000), ["total_variance"]))[-1]
    squares = (last.rows[..., 0] ** 2).mean(axis=1)
    assert worst(z_of(squares, 1.0)) < AGREES
    assert np.median(last.metrics["total_variance"]) < 0.1


def test_separated_modes_drift_like_words() -> None:
    one = experiment({"kind": "gmm", "k": 2}, source={"kind": "mixture", "components": 2}, n=20, generations=6, replicates=1000)
    right = np.stack([(generation.rows[..., 0] > 0).mean(axis=1) for generation in run(one, [])], axis=1)
    assert worst(z_of(2 * right * (1 - right), 0.5 * (1 - 1 / 20) ** np.arange(1, 8))) < AGREES


def test_copies_keep_their_tails_on_average_and_lose_them_in_most_worlds() -> None:
    one = experiment(BOOTSTRAP, n=20, generations=30, replicates=8000)
    (tails,) = measured(one, "tail_mass")
    assert worst(z_of(tails, laws_for(one, "tail_mass")[0].values)) < AGREES
    assert np.median(tails[:, 30]) == 0


@pytest.mark.parametrize("supply", ["fresh", "fixed"])
def test_the_stationary_variance_is_reached_by_runs(supply: str) -> None:
    one = experiment(GAUSSIAN, n=10, generations=30, replicates=8000, real_share=0.2, real_supply=supply)
    (variance,) = measured(one, "total_variance")
    rest = 1 / (2 * 1.8 + 0.8)
    expected, other = (1 - rest, 0.5 * (1 - 0.8 * rest))[:: 1 if supply == "fresh" else -1]
    assert worst(z_of(variance[:, 28:], expected)) < AGREES
    assert fails(z_of(variance[:, 28:], other))
