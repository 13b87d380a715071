"""The causes of shrinking: paired runs against closed forms by scipy, and what may not be compared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from measuring import AGREES
from scipy import special

from dashboard.captions.causes import cause_sentence
from dashboard.captions.run import detail
from sim import Experiment, Run, SpecError, simulate
from sim.verdicts.causes import causes_by_law, divisor_share, with_unbiased_divisor

WRONG = 8.0
"""Standard errors by which a wrong law is missed."""


def experiment(**settings: Any) -> Experiment:
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20, "generations": 30, "replicates": 2000, "seed": 17}
    return Experiment.model_validate({**usual, **settings})


def pair(**settings: Any) -> tuple[Run, Run]:
    one = experiment(**settings)
    return simulate(one, ["total_variance"]), simulate(with_unbiased_divisor(one), ["total_variance"])


def luck_of(n: int, t: int) -> float:
    """t/2 (ln((n - 1)/2) - ψ((n - 1)/2)): E ln of a chi-square of n - 1 degrees over n - 1, t times, halved for the spread."""
    return t / 2 * (math.log((n - 1) / 2) - float(special.digamma((n - 1) / 2)))


@pytest.mark.parametrize(("n", "t"), [(2, 3), (5, 10), (20, 30), (100, 60)])
def test_both_parts_are_those_of_the_closed_form(n: int, t: int) -> None:
    run, other = pair(n=n, generations=t)
    found = divisor_share(run, other)
    assert found is not None
    assert found.law is not None
    divisor, luck = t / 2 * math.log(n / (n - 1)), luck_of(n, t)
    assert found.law.divisor == pytest.approx(divisor, rel=1e-9)
    assert found.law.luck == pytest.approx(luck, rel=1e-9)
    assert found.divisor == pytest.approx(divisor, rel=1e-9), "in every world, whatever its luck"
    assert abs(found.luck - luck) < AGREES * found.luck_error
    assert found.luck_error == pytest.approx(math.sqrt(t * special.polygamma(1, (n - 1) / 2) / 2000) / 2, rel=0.1)
    assert abs(found.share - divisor / (divisor + luck)) < AGREES * found.share_error
    assert abs(found.luck - divisor - luck) > WRONG * found.luck_error, "luck alone is not to blame"


def test_the_standard_error_of_the_share_is_the_scatter_of_many_such_pairs() -> None:
    found = [divisor_share(*pair(replicates=60, generations=20, seed=seed)) for seed in range(120)]
    shares, errors = np.array([(one.share, one.share_error) for one in found if one is not None]).T
    # Of 120 pairs the scatter itself is known to 6.5 %.
    assert float(np.sqrt((errors**2).mean())) == pytest.approx(float(shares.std(ddof=1)), rel=0.25)


@pytest.mark.parametrize("n", [10, 50, 1000])
def test_about_half_is_the_divisor_in_every_generation(n: int) -> None:
    shares = [found.share for t in (1, 7, 60) if (found := causes_by_law(experiment(n=n), t)) is not None]
    expected = math.log(n / (n - 1)) / (math.log(n / 2) - float(special.digamma((n - 1) / 2)))
    np.testing.assert_allclose(shares, expected, rtol=1e-9)
    assert expected == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": 0.9},
        {"family": {"kind": "gaussian", "ddof": 1}},
        {"family": {"kind": "kde"}},
        {"source": {"kind": "normal", "dim": 2}},
        {"source": {"kind": "mixture"}},
        {"real_share": 0.2},
        {"regime": {"kind": "accumulate"}},
        {"n": 1},
    ],
    ids=str,
)
def test_the_law_is_silent_beyond_its_scope(settings: dict[str, Any]) -> None:
    assert causes_by_law(experiment(**settings), 10) is None


def test_the_divisor_is_the_same_work_in_several_columns() -> None:
    """Rows of a Gaussian are scaled as a whole, so the parts add up there too; only the closed form of luck is not known."""
    found = divisor_share(*pair(source={"kind": "normal", "dim": 3}, replicates=50))
    assert found is not None
    assert found.law is None
    assert found.divisor == pytest.approx(15 * math.log(20 / 19), rel=1e-9)


def test_what_is_no_pair_is_refused() -> None:
    run, other = pair(replicates=3, generations=2)
    for wrong in (run, simulate(other.experiment.but(seed=1), ["total_variance"])):
        with pytest.raises(SpecError, match="divisor n - 1"):
            divisor_share(run, wrong)
    with pytest.raises(SpecError, match="a generation from 1 to 2"):
        divisor_share(run, other, 3)
    with pytest.raises(SpecError, match="the rest is not luck alone"):
        divisor_share(*pair(replicates=3, generations=2, temperature=0.8))
    with pytest.raises(SpecError, match="a Gaussian with the divisor n"):
        with_unbiased_divisor(experiment(family={"kind": "kde"}))


def test_nothing_is_said_of_points_and_of_one_world() -> None:
    assert divisor_share(*pair(n=2, generations=200, replicates=20)) is None
    assert divisor_share(*pair(replicates=1)) is None


def told(run: Run) -> tuple[str, str]:
    return cause_sentence(run), detail(run)


def test_how_sure_names_both_parts_by_the_law_where_the_run_has_shrunk() -> None:
    run = simulate(experiment(n=50, generations=60, replicates=50, seed=0), ["total_variance", "tail_mass"])
    sentence, whole = told(run)
    assert sentence in whole
    # Digamma by scipy: half of E ln χ² of the last rows' own 49 degrees of freedom comes on top in both.
    own = luck_of(50, 1)
    left, unbiased = (math.exp(-luck_of(50, 60) - own - part) for part in (30 * math.log(50 / 49), 0.0))
    share = 30 * math.log(50 / 49) / (30 * math.log(50 / 49) + luck_of(50, 60))
    assert sentence == (
        f"By theory {share:.0%} of this shrinking (on a log scale) comes of dividing by n, the rest is chance: "
        f"with n - 1 the typical spread at generation 60 would be {unbiased:.0%} of the truth's, not {left:.0%}."
    ).replace("n - 1", "n − 1").replace("%", " %")


@pytest.mark.parametrize(
    "settings",
    [
        {"real_share": 1.0},
        {"regime": {"kind": "accumulate"}},
        {"temperature": 0.9},
        {"family": {"kind": "gaussian", "ddof": 1}},
        {"source": {"kind": "normal", "dim": 2}},
        {"source": {"kind": "mixture"}},
        {"n": 1000, "generations": 5},
        {"replicates": 1, "seed": 1, "generations": 20},
    ],
    ids=str,
)
def test_how_sure_names_no_cause_where_the_law_does_not_or_nothing_has_shrunk(settings: dict[str, Any]) -> None:
    run = simulate(experiment(**{"n": 50, "replicates": 30, **settings}), ["total_variance", "tail_mass"])
    sentence, whole = told(run)
    assert sentence == ""
    assert "dividing by n" not in whole
