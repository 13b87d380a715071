"""Presets keep what they claim, on their recorded runs."""

from __future__ import annotations

import numpy as np
import pytest
from telling import run_of

from dashboard.state.curves import MOST_CURVES
from sim import simulate
from sim.presets import Claim, presets


@pytest.mark.parametrize("name", presets())
def test_every_claim_holds_on_the_run(name: str) -> None:
    preset = presets()[name]
    assert preset.claims, "a preset without a claim says nothing"
    for claim in preset.claims:
        assert claim.holds(run_of(name)), claim


def test_a_claim_may_be_held_against_a_number_the_noise_or_what_was_before() -> None:
    run = simulate(presets()["shrinks"].experiment.but(generations=4, replicates=3, n=20), ["total_variance"])
    values = run.metrics["total_variance"]

    def holds(relation: str, bound: object, of: str = "highest", t: int = 4) -> bool:
        return Claim.model_validate({"metric": "total_variance", "t": t, "of": of, "relation": relation, "bound": bound}).holds(run)

    assert holds("below", float(values[:, 4].max()) + 1e-9)
    assert not holds("below", float(values[:, 4].max()) - 1e-9)
    worst = float((values[:, 4] / values[:, 2]).max())
    assert holds("below", {"t": 2, "times": worst + 1e-9})
    assert not holds("below", {"t": 2, "times": worst - 1e-9})
    assert holds("below", "previous") == bool((np.diff(values[:, 1:]) < 0).all())
    assert holds("above", "previous", "lowest") == bool((np.diff(values[:, 1:]) > 0).all())
    assert holds("above", "floor", "median") == bool(np.median(values[:, 4]) > run.noise_floor["total_variance"].high)
    assert not holds("below", "previous", t=1), "there is no step to tell it from"


@pytest.mark.parametrize("name", [name for name, preset in presets().items() if preset.curves])
def test_curves_that_a_preset_names_are_measured_in_its_run(name: str) -> None:
    run = run_of(name)
    assert set(presets()[name].curves) <= run.metrics.keys()
    assert len(presets()[name].curves) <= MOST_CURVES


def test_how_rare_the_world_is_that_was_picked_because_it_widens() -> None:
    """Twenty fits with the divisor 50 and the variance of the last draw: products of chi-squares, drawn without the simulator."""
    about, rng = presets()["gets_wider"].about, np.random.default_rng(4)
    fits = (rng.chisquare(49, (100_000, 20)) / 50).prod(axis=1)
    wider = float((fits * rng.chisquare(49, 100_000) / 49 > 1).mean())
    assert "picked" in about
    assert "about one in five" in about
    assert abs(wider - 1 / 5) < 0.02
    assert presets()["gets_wider"].experiment.replicates == 1
    assert float(run_of("gets_wider").metrics["total_variance"][0, -1]) > 1
    assert float(np.median(fits)) < 1
