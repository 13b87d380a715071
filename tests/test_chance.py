"""Chance: what is said of runs in which nothing changes, of true laws, and of worlds that collapsed beyond doubt."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from fresh_rows import KINDS, first_worlds, unchanged, unchanged_runs
from numpy.typing import NDArray
from scipy import stats

from dashboard.captions.theory import theory_sentence
from sim import Experiment, Run, simulate
from sim.theory import laws_for
from sim.theory.law import CRITICAL
from sim.theory.skew import mean_score, skewed_score
from sim.theory.student import normal_score, student_score
from sim.verdicts.criteria import criteria
from sim.verdicts.phases import phase_at, phases
from sim.verdicts.significance import below, beta_binomial_tail

Floats = NDArray[np.float64]
MOST = 10
"""The most of 5,000 runs that may be told something false, for each claim: 20 in 10,000."""

FEW = 2
"""The most of a sample of 150 or 180: if one in 1,000 is told something false, three or more are in less than one sample in a thousand."""


def claims(run: Run) -> set[str]:
    """What is said of the end of a run, and whether any generation is called something."""
    met = criteria(run)
    told = {"widens": met.wide, "narrows": met.narrow, "less than half": met.late, "thin tails": met.early & ~met.modes_lost}
    told |= {"modes lost": met.modes_lost, "smeared": met.smeared}
    found = {name for name, flags in told.items() if flags[-1]}
    calm = ("not yet", "stable")
    found |= {"a phase at the end"} - ({"a phase at the end"} if phase_at(run, run.last) in calm else set())
    return found | ({"a phase anywhere"} if set(phases(run)) - set(calm) else set())


def test_a_sample_of_runs_in_which_nothing_changes_is_told_nothing() -> None:
    counted = Counter(claim for run in unchanged_runs(seed=11, count=150) for claim in claims(run))
    assert max(counted.values(), default=0) <= FEW, counted


@pytest.mark.verify
@pytest.mark.parametrize("half", [101, 102])
def test_of_runs_in_which_nothing_changes_hardly_one_is_told_that_something_does(half: int) -> None:
    counted = Counter(claim for run in unchanged_runs(seed=half, count=5000) for claim in claims(run))
    print(dict(counted))
    assert max(counted.values(), default=0) <= MOST, counted


def wide(kind: str, **settings: Any) -> dict[str, Any]:
    return {"source": {"kind": kind}, "family": {"kind": "gaussian"}, "n": 20, "generations": 5, **settings}


TRUE_LAWS: tuple[dict[str, Any], ...] = (
    wide("normal"),
    wide("normal", n=5, generations=8),
    wide("breast_cancer"),
    wide("breast_cancer", n=16, regime={"kind": "accumulate"}),
    wide("moons", family={"kind": "kde", "bandwidth": "scott"}),
    wide("swiss_roll", regime={"kind": "subsample"}),
    wide("student_t", source={"kind": "student_t", "df": 5.0}, real_share=0.5),
    wide("groups", real_share=0.3),
    wide("mixture", family={"kind": "kde", "h": 0.3}),
    wide("zipf", source={"kind": "zipf", "vocabulary": 200}, family={"kind": "categorical"}),
)
WORLDS = (2, 3, 5, 10, 50)


def told_of_theory(settings: dict[str, Any], groups: int, worlds_in_all: int, seed: int) -> Counter[str]:
    """Of so many runs of each number of worlds, or as many as there are, how many differ from theory.

    All are parts of one run, whose worlds are independent.
    """
    experiment = Experiment.model_validate({**settings, "replicates": worlds_in_all, "seed": seed})
    name = "diversity" if settings["source"]["kind"] == "zipf" else "total_variance"
    run = simulate(experiment, [name])
    said = Counter[str]()
    for worlds in WORLDS:
        for i in range(min(groups, worlds_in_all // worlds)):
            part = {name: run.metrics[name][i * worlds : (i + 1) * worlds]}
            sentence = theory_sentence(first_worlds(run, worlds, part))
            said["differs" if "differs from theory" in sentence else "agrees" if "agrees with theory" in sentence else "untested"] += 1
    return said


def test_a_sample_of_true_laws_agrees_with_its_runs() -> None:
    said = Counter[str]()
    for settings in (TRUE_LAWS[0], TRUE_LAWS[2], TRUE_LAWS[9]):
        said += told_of_theory(settings, groups=12, worlds_in_all=600, seed=5)
    assert said["differs"] <= FEW
    assert said["agrees"] + said["differs"] == 3 * 12 * len(WORLDS), said


@pytest.mark.verify
@pytest.mark.parametrize("half", [0, 1])
def test_of_runs_of_true_laws_hardly_one_is_told_that_it_differs(half: int) -> None:
    said = Counter[str]()
    for number, settings in enumerate(TRUE_LAWS[half::2]):
        said += told_of_theory(settings, groups=230, worlds_in_all=4000, seed=400 + 2 * number + half)
    print(dict(said))
    assert said.total() == 5000
    assert said["untested"] == 0
    assert said["differs"] <= MOST


def test_a_wrong_law_is_seen() -> None:
    """The divisor n − 1 held against the law of the divisor n, of which a 20th is lost in each of five generations."""
    wrong, right = (
        Experiment.model_validate(wide("breast_cancer", family={"kind": "gaussian", "ddof": d}, replicates=200)) for d in (1, 0)
    )
    (law,) = laws_for(right, "total_variance")
    assert law.compare(simulate(right, ["total_variance"]).metrics["total_variance"])[5] < CRITICAL
    assert law.compare(simulate(wrong, ["total_variance"]).metrics["total_variance"])[5] > CRITICAL


@pytest.mark.parametrize("worlds", [1, 2, 3])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "words"])
@pytest.mark.parametrize("n", [10, 100])
def test_worlds_with_a_hundredth_of_the_spread_are_told_so(kind: str, worlds: int, n: int) -> None:
    settings = {"source": KINDS[kind][0], "family": {"kind": "gaussian"}, "n": n, "replicates": worlds, "generations": 4, "seed": 6}
    run = unchanged(kind, settings)
    shrunk = run.metrics["total_variance"] * np.where(np.arange(5) < 2, 1.0, 1e-4)
    assert phases(first_worlds(run, worlds, {**run.metrics, "total_variance": shrunk})) == (*["not yet"] * 2, *["late"] * 3)


@pytest.mark.parametrize("draws", [8, 31, 64])
def test_how_many_lie_beyond_an_edge_by_chance(draws: int) -> None:
    j = math.ceil(1 + (draws - 1) / 20)
    for worlds in (1, 3, 9, 50):
        expected = stats.betabinom.sf(np.arange(-1, worlds), worlds, j, draws + 1 - j)
        np.testing.assert_allclose(beta_binomial_tail(worlds, draws), expected, rtol=1e-6, atol=1e-14)  # scipy's is 1 less a sum


def test_coarse_values_are_no_more_often_beyond_an_edge_than_that() -> None:
    rng = np.random.default_rng(3)
    for mean in (2.0, 3.5, 5.0, 9.0):
        floors, worlds = rng.poisson(mean, (40_000, 64)), rng.poisson(mean, (40_000, 3))
        beyond = (worlds < np.quantile(floors, 0.05, axis=1)[:, None]).all(axis=1)
        assert beyond.mean() <= beta_binomial_tail(3, 64)[3] + 4.5 * math.sqrt(0.001 / 40_000)


def test_generations_before_the_last_pay_for_many_looks_unless_all_after_them_pass() -> None:
    path = np.full(41, 1.0)
    path[[10, 11, 38, 39, 40]] = 0.4
    three, nine = (below(np.tile(path, (worlds, 1)), 0.5) for worlds in (3, 9))
    assert np.flatnonzero(three).tolist() == [38, 39, 40], "three of three: seven in ten thousand, not in one of forty looks"
    assert np.flatnonzero(nine).tolist() == [10, 11, 38, 39, 40]


@pytest.mark.parametrize("freedom", [2, 4, 9, 49])
def test_scores_of_student_are_as_rare_as_those_of_normal_numbers(freedom: int) -> None:
    z = np.linspace(-4, 4, 41)
    t = stats.t.ppf(stats.norm.cdf(z), freedom)
    many = np.full(z.shape, float(freedom))
    np.testing.assert_allclose(normal_score(t, many), z, rtol=0.06 if freedom == 2 else 0.02, atol=1e-9)
    np.testing.assert_allclose(student_score(normal_score(t, many), many), t, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [10.0, 30.0, 200.0])
def test_scores_of_skewed_numbers_are_as_rare_as_those_of_normal_ones(shape: float) -> None:
    z = np.linspace(-4, 4, 33)
    x = (stats.gamma.ppf(stats.norm.cdf(z), shape) - shape) / math.sqrt(shape)
    np.testing.assert_allclose(skewed_score(x, np.full(z.shape, 2 / math.sqrt(shape))), z, atol=0.1)


@pytest.mark.parametrize("worlds", [5, 10, 50])
def test_true_means_of_skewed_worlds_are_not_told_to_differ(worlds: int) -> None:
    """Lognormal worlds with a standard deviation as large as their mean; Student's t would say so of one in fifty of ten worlds."""
    rng, sigma = np.random.default_rng(worlds), math.sqrt(math.log(2))
    values = np.exp(rng.normal(-(sigma**2) / 2, sigma, (worlds, 20_000)))
    told = np.abs(mean_score(values, np.ones(20_000))) > CRITICAL
    assert told.sum() <= stats.poisson.isf(1e-4, 20)
    quarter = np.abs(mean_score(values, np.full(20_000, 4.0))) > CRITICAL
    assert worlds < 50 or quarter.mean() > 0.99, "a quarter of what is expected is seen"
