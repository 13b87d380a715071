"""Theory on paper: closed forms against each other, against published numbers and against their limits."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from contract.cases import every
from oracles import accumulated_floor, median_extinction_time, stationary_share, time_to_fixation
from scipy import special, stats

from sim import Experiment, SpecError, simulate
from sim.benchmarks.run import GAUSSIAN as DEFAULT
from sim.benchmarks.run import heavy_after
from sim.families import families
from sim.metrics import metrics
from sim.regimes import regimes
from sim.sources import sources
from sim.theory import half_life, laws, laws_for, why_none
from sim.theory.bookkeeping import bookkeeping
from sim.theory.moments import Moments, second_moments, truth_of
from sim.theory.special import c4, digamma, tetragamma, trigamma
from sim.theory.tokens import survival

NORMAL, WORDS = {"kind": "normal"}, {"kind": "zipf", "vocabulary": 30}
GAUSSIAN, KDE = {"kind": "gaussian"}, {"kind": "kde", "h": 0.4}
REGIMES = [{"kind": kind} for kind in ("replace", "accumulate", "subsample")] + [{"kind": "window", "k": k} for k in (1, 3, 20)]
REAL: list[dict[str, Any]] = [{"real_share": share, "real_supply": supply} for share in (0.0, 0.3, 1.0) for supply in ("fresh", "fixed")]


def experiment(**settings: Any) -> Experiment:
    return Experiment.model_validate({"source": NORMAL, "family": GAUSSIAN, "n": 10, "generations": 20, "replicates": 1, **settings})


def moments(one: Experiment) -> Moments:
    found = second_moments(one)
    assert found is not None
    return found[1]


SCALED = [{"kind": "kde", "bandwidth": word} for word in ("scott", "shrunk")]
FAMILIES = [GAUSSIAN, {"kind": "gaussian", "ddof": 1}, {"kind": "gmm"}, KDE, *SCALED]
COLUMNS = [(NORMAL, *case) for case in product(FAMILIES, REGIMES, REAL, (1.0, 0.7))]
TOKENS = [(WORDS, {"kind": "categorical", "smoothing": s}, *case) for s, *case in product((0.0, 0.4), REGIMES, REAL, (1.0,))]


@pytest.mark.parametrize("regime", REGIMES, ids=str)
def test_short_forms_say_what_the_general_bookkeeping_says(regime: dict[str, Any]) -> None:
    short = 0
    for source, family, _, real, temperature in (case for case in (*COLUMNS, *TOKENS) if case[2] == regime):
        if family["kind"] == "gmm" and temperature != 1:
            continue
        one = experiment(source=source, family=family, regime=regime, temperature=temperature, **real)
        found, general = second_moments(one), bookkeeping(one, truth_of(one.source.reference()))
        assert found is not None
        assert general is not None
        short += not found[0].general
        for field in ("variance", "shift", "retained"):
            np.testing.assert_allclose(getattr(found[1], field), getattr(general, field), rtol=1e-9, atol=1e-12, err_msg=str(one))
    assert short or regime.get("k") == 3


KAZDAN = [
    ("replace", 32, 10, 0.724, 0.065, 0.268, 0.047),
    ("replace", 100, 30, 0.758, 0.064, 0.188, 0.027),
    ("replace", 100, 100, 0.309, 0.040, 0.584, 0.106),
    ("replace", 316, 100, 0.703, 0.077, 0.200, 0.044),
    ("accumulate", 32, 10, 0.956, 0.026, 0.0506, 0.0061),
    ("accumulate", 100, 30, 0.994, 0.016, 0.0152, 0.0023),
    ("accumulate", 100, 100, 0.997, 0.017, 0.0160, 0.0024),
    ("accumulate", 316, 100, 1.008, 0.015, 0.0048, 0.0011),
]


@pytest.mark.parametrize(("regime", "n", "t", "v", "v_error", "d", "d_error"), KAZDAN)
def test_released_runs_of_kazdan_and_others(regime: str, n: int, t: int, v: float, v_error: float, d: float, d_error: float) -> None:
    found = moments(experiment(regime={"kind": regime}, n=n, generations=t))
    assert abs(v - found.variance[t]) < 3 * v_error
    assert abs(d - found.shift[t]) < 3 * d_error


def test_published_squared_errors_in_ten_dimensions() -> None:
    for n, thinned, everything in ((10, 2.6, 1.6), (100, 0.29, 0.16), (1000, 0.029, 0.017)):
        settings = {"source": {"kind": "normal", "dim": 10}, "n": n, "generations": 100}
        assert moments(experiment(regime={"kind": "subsample"}, **settings)).shift[100] == pytest.approx(thinned, rel=0.05)
        assert moments(experiment(regime={"kind": "accumulate"}, **settings)).shift[100] == pytest.approx(everything, rel=0.05)


TABLE = {0: 0, 1: 0.664, 2: 0.798, 5: 0.907, 10: 0.950, 20: 0.973, 50: 0.987}


@pytest.mark.parametrize("n_real", TABLE)
def test_the_stationary_table(n_real: int) -> None:
    assert stationary_share(100, n_real) == pytest.approx(TABLE[n_real], abs=5e-4)
    if n_real:
        for supply in ("fresh", "fixed"):
            one = experiment(n=100, generations=2000, real_share=n_real / 100, real_supply=supply)
            assert moments(one).variance[2000] == pytest.approx(stationary_share(100, n_real, supply), abs=1e-8)


def test_one_real_row_a_generation_keeps_two_thirds_if_it_is_a_new_one() -> None:
    assert stationary_share(100_000, 1) == pytest.approx(2 / 3, abs=1e-5)
    assert stationary_share(100_000, 1, "fixed") == 0


def test_unbiased_fits_settle_above_the_truth() -> None:
    n, a = 10, 0.2
    shift = (1 / n) / (a * (2 - a) - (1 - a) ** 2 / (n - 1))
    found = moments(experiment(family={"kind": "gaussian", "ddof": 1}, generations=1000, real_share=a))
    assert found.shift[1000] == pytest.approx(shift)
    assert found.variance[1000] == pytest.approx(1 + n * (1 - a) * shift / (n - 1))


def test_accumulating_has_a_floor_and_thinning_a_lower_one() -> None:
    grown = moments(experiment(regime={"kind": "accumulate"}, n=50, generations=5000))
    assert grown.variance[5000] == pytest.approx(accumulated_floor(50), rel=1e-4)
    assert accumulated_floor(50) == pytest.approx(1 - math.pi**2 / 300, abs=1e-3)
    thinned = moments(experiment(regime={"kind": "subsample"}, n=1000, generations=5000))
    assert 1000 * thinned.shift[5000] == pytest.approx(math.pi**2 / 2 - 2, rel=5e-3)


def test_biased_draws_collapse_even_when_everything_is_kept() -> None:
    one = experiment(regime={"kind": "accumulate"}, n=5000, generations=4000, temperature=0.8)
    model = moments(one).variance / 0.8
    steps = np.cumprod(1 - 0.2 / np.arange(2, 4001))
    np.testing.assert_allclose(model[2:], steps, rtol=1e-3)
    slope = np.polyfit(np.log(np.arange(500, 4001)), np.log(model[500:]), 1)[0]
    assert slope == pytest.approx(-0.2, abs=1e-3)


def test_biased_draws_with_real_rows_settle_at_the_pooled_level() -> None:
    one = experiment(n=100_000, generations=300, temperature=0.8, real_share=0.1)
    model = moments(one).variance[300] / 0.8
    assert model == pytest.approx(0.1 / (1 - 0.8 * 0.9), rel=1e-3)
    assert round(model, 3) == 0.357


def test_blur_and_drift_balance() -> None:
    assert moments(experiment(family=KDE, generations=500)).variance[500] == pytest.approx(10 * 0.16)
    shared = moments(experiment(family=KDE, generations=500, real_share=0.25, n=100))
    assert 0.25 + 0.75 * (shared.variance[500] + shared.shift[500]) == pytest.approx(1 + 0.16 * 0.75 / 0.25)


def test_half_lives() -> None:
    for ddof, share in ((0, 0.69), (1, 1.39)):
        found = half_life(experiment(family={"kind": "gaussian", "ddof": ddof}, n=1000))
        assert found is not None
        assert found / 1000 == pytest.approx(share, abs=0.01)
    assert half_life(experiment(temperature=1.5)) is None
    assert half_life(experiment(regime={"kind": "accumulate"})) is None
    assert half_life(experiment(source={"kind": "normal", "dim": 2})) is None


def test_published_medians_of_a_thousand_generations() -> None:
    for n, median, mean in ((100, 1.6e-9, 4e-5), (500, 0.018, 0.135), (1000, 0.138, 0.368), (10_000, 0.82, 0.905)):
        typical, average = laws_for(experiment(n=n, generations=1000), "total_variance")
        assert typical.values[1000] == pytest.approx(median, rel=0.3 if n == 100 else 0.05)
        assert average.values[1000] == pytest.approx(mean, rel=0.1)


@pytest.mark.parametrize("x", [0.5, 1.0, 2.5, 7.0, 49.5, 5000.0])
def test_special_functions_are_scipys(x: float) -> None:
    assert digamma(x) == pytest.approx(float(special.digamma(x)), rel=1e-13, abs=1e-13)
    assert trigamma(x) == pytest.approx(float(special.polygamma(1, x)), rel=1e-13)
    assert tetragamma(x) == pytest.approx(float(special.polygamma(2, x)), rel=1e-12)
    n = int(2 * x + 1)
    assert c4(n) == pytest.approx(math.sqrt(2 / (n - 1)) * math.exp(special.gammaln(n / 2) - special.gammaln((n - 1) / 2)), rel=1e-10)


def test_words_on_paper() -> None:
    ten = experiment(source={"kind": "zipf", "vocabulary": 10, "exponent": 0.0}, family={"kind": "categorical"}, n=1000)
    assert (time_to_fixation(ten) or 0) / 1000 == pytest.approx(1.896, abs=1e-3)
    assert time_to_fixation(ten.but(real_share=0.1)) is None
    assert survival(1000)[1000] * 1001 == pytest.approx(2, rel=0.02)
    generations = survival(2000)
    forgotten = int((1 - np.exp(-200 * generations) < 0.5).argmax())
    assert forgotten == pytest.approx(median_extinction_time(200), rel=0.02)


def test_where_no_law_applies_there_is_a_sentence_instead() -> None:
    for one in (
        experiment(),
        experiment(family={"kind": "gmm"}, temperature=0.5),
        experiment(family=KDE, regime={"kind": "window", "k": 3}),
    ):
        for name in metrics():
            said = why_none(one, name)
            assert bool(said) != bool(laws_for(one, name))
            assert not said or (said.startswith("No closed form ") and said.endswith("."))
    tempered = experiment(source=WORDS, family={"kind": "categorical"}, temperature=0.5)
    assert laws_for(tempered, "diversity") == ()
    assert "temperature" in why_none(tempered, "diversity")
    assert "one row" in why_none(experiment(n=1), "total_variance")


@pytest.mark.verify
@pytest.mark.parametrize("temperature", [1.0, 1e-3, 2.0])
def test_laws_stand_every_edge(temperature: float) -> None:
    seen = 0
    truths = every(sources) if temperature == 1 else [source() for source in sources]  # temperature bends models, not truths
    able = [(source, family) for source, family in product(truths, every(families)) if source.space.kind in family.accepts]
    for (source, family), regime in product(able, every(regimes)):
        for n, real in product((1, 2), REAL[:4:3]):
            settings = {"n": n, "generations": 3, "replicates": 2, "temperature": temperature, **real}
            try:
                one = Experiment(source=source, family=family, regime=regime, **settings)
            except SpecError:
                continue
            for law in laws(one):
                seen += 1
                assert law.values.shape == (4,)
                assert not law.values.flags.writeable
                assert not (law.values < -1e-9).any()
                assert min(law.formula, law.assumptions, law.reference)
                assert law.compare(np.ones((2, 4))).shape == law.measured(np.ones((2, 4))).shape == (4,)
    assert seen > 1000


@pytest.mark.parametrize("family", [{"kind": "gaussian", "ddof": 1}, {"kind": "kde", "bandwidth": "scott"}], ids=str)
def test_laws_end_where_numbers_do(family: dict[str, Any]) -> None:
    for regime in REGIMES:
        for law in laws(experiment(family=family, regime=regime, n=2, generations=2000, temperature=2.0)):
            assert np.isfinite(law.values[:10]).all()
            assert not np.isinf(law.values).any()


def test_a_law_is_compared_only_where_that_is_honest() -> None:
    few = experiment(source={"kind": "normal", "dim": 2}, n=12, replicates=40)
    assert np.isnan(laws_for(few, "total_variance")[0].compare(simulate(few, ["total_variance"]).metrics["total_variance"])).all()
    one = experiment(source={"kind": "normal", "dim": 2}, n=16, replicates=40)
    (law,) = laws_for(one, "total_variance")
    values = simulate(one, ["total_variance"]).metrics["total_variance"]
    assert np.flatnonzero(np.isfinite(law.compare(values))).tolist() == [0, 1, 2, 3, 4]
    assert np.isnan(law.compare(values[:1])).all()
    holes = values.copy()
    holes[3:] = np.nan
    assert np.isfinite(law.compare(holes)[:4]).all()
    np.testing.assert_allclose(law.measured(values), values.mean(axis=0))
    heavy = experiment(source={"kind": "student_t", "df": 3.0})
    assert np.isnan(laws_for(heavy, "total_variance")[0].compare(values)).all()
    (shift,) = laws_for(one, "mean_shift")
    np.testing.assert_allclose(shift.measured(values), np.sqrt((values**2).mean(axis=0)))


def test_few_worlds_and_rare_luck() -> None:
    """Two worlds can say little: their score is no larger than that of a normal number that is as rare as Student's t."""
    (law,) = laws_for(experiment(source={"kind": "normal", "dim": 2}, n=100), "total_variance")
    z = np.abs(law.compare(np.array([[1.0], [1.1]]) * np.ones((2, 21))))
    t = np.abs(1.05 - law.values) / 0.05
    assert (z <= stats.norm.isf(stats.t.sf(t, 1)))[: law.horizon + 1].all()


def test_the_first_picture_needs_no_scipy() -> None:
    code = f"import sim\nfrom sim.theory import laws\nassert laws(sim.Experiment.model_validate({DEFAULT!r}))"
    assert heavy_after(code) == []
