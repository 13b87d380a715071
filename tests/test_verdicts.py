"""Verdicts name the generation from which on something is so, and say of theory whether it was tested."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.captions.run import detail, verdict
from sim import Experiment, Run, simulate
from sim.store.shipped import run_of

METRICS = ("total_variance", "tail_mass", "mean_shift", "wasserstein")


def ran(**settings: Any) -> Run:
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}}
    return simulate(Experiment.model_validate({**usual, **settings}), METRICS)


def first_for_good(flags: Any) -> int:
    """The first generation with a flag that nine of ten generations from there on have, found by trying each."""
    return next(t for t in range(len(flags)) if flags[t] and np.mean(flags[t:]) >= 0.9)


def test_tails_are_said_to_be_empty_from_where_they_are_in_the_median_and_when_that_is_no_chance() -> None:
    run = run_of("digits")
    gone = first_for_good(np.median(run.metrics["tail_mass"], axis=0) == 0)
    assert f"always empty in the median from generation {gone} on" in verdict(run)
    assert "empty tails is beyond chance from generation" in detail(run)


def test_tails_that_are_empty_only_at_the_end_are_called_thin() -> None:
    run = simulate(Experiment.model_validate({"source": {"kind": "groups"}, "family": {"kind": "gmm"}, "n": 200}), METRICS)
    middle = np.median(run.metrics["tail_mass"], axis=0)
    assert middle[-1] == 0 < middle[-5]
    assert verdict(run).startswith("The tails are thinner than chance allows")


def test_half_is_gone_where_the_median_says_so_also_before_that_is_beyond_chance() -> None:
    run = ran(n=2)
    spread = np.sqrt(np.median(run.metrics["total_variance"], axis=0))
    half = first_for_good(spread < float(run.noise_floor["total_variance"]) ** 0.5 / 2)
    sure = first_for_good((spread < spread[0] / 2) & (spread**2 < run.noise_floor["total_variance"].low))
    assert half < sure
    assert verdict(run) == f"Half of the spread is gone by generation {half}, beyond chance by generation {sure}."


def test_a_mean_that_is_drawn_and_cannot_be_tested_is_told() -> None:
    run = ran(source={"kind": "student_t", "df": 3}, n=50)
    assert "is drawn, not tested: too few worlds carry it." in detail(run)
    assert "not tested" not in detail(ran(n=50))
