"""Verdicts name the generation from which on something is so, and say of theory whether it was tested."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboard.captions.run import detail, verdict
from sim import Experiment, Run, simulate
from sim.theory import why_none
from sim.verdicts.phases import phase_at

METRICS = ("total_variance", "tail_mass", "mean_shift", "wasserstein")


def ran(**settings: Any) -> Run:
    usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}}
    return simulate(Experiment.model_validate({**usual, **settings}), METRICS)


def first_for_good(flags: Any) -> int:
    """The first generation with a flag that nine of ten generations from there on have, found by trying each."""
    return next(t for t in range(len(flags)) if flags[t] and np.mean(flags[t:]) >= 0.9)


def test_tails_are_said_to_be_empty_from_where_they_are_in_the_median_and_when_that_is_no_chance() -> None:
    run = ran(n=60, family={"kind": "kde", "h": 0}, generations=30, replicates=20)
    gone = first_for_good(np.median(run.metrics["tail_mass"], axis=0) == 0)
    assert f"always empty from generation {gone} on" in verdict(run)
    below = (run.metrics["tail_mass"] < run.noise_floor["tail_mass"].low).sum(axis=0)
    assert (below[gone:] >= 6).mean() >= 0.9, "six of ten below the edge of 64 batches is no chance, and from there on there are as many"
    assert "beyond chance" not in detail(run), "so no later generation is named"


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
    assert "is drawn, not tested: too few repeats carry it." in detail(run)
    assert "not tested" not in detail(ran(n=50))


def medians_outside(run: Run, *names: str) -> set[str]:
    """Metrics whose median over the worlds ends outside the band of fresh real rows, read from the arrays."""
    ends = {name: float(np.median(run.metrics[name][:, -1])) for name in names}
    return {name for name, end in ends.items() if not run.noise_floor[name].low <= end <= run.noise_floor[name].high}


def test_a_world_is_said_to_be_within_what_real_rows_show_only_where_it_is() -> None:
    """The run of an audit: total variance 20.1 where fresh rows show 22.5 to 36.9."""
    run = simulate(
        Experiment.model_validate(
            {
                "source": {"kind": "breast_cancer"},
                "family": {"kind": "kde", "bandwidth": "shrunk"},
                "n": 50,
                "generations": 12,
                "replicates": 20,
                "seed": 122,
            }
        ),
        METRICS,
    )
    assert "total_variance" in medians_outside(run, "total_variance")
    assert "within what 50 real rows may show: " not in verdict(run)


def test_within_and_outside_agree_with_the_arrays_in_many_small_runs() -> None:
    said = {"within": 0, "outside": 0}
    for seed in range(12):
        for worlds, n, family in ((2, 20, {"kind": "gaussian"}), (12, 8, {"kind": "kde"}), (5, 40, {"kind": "gaussian"})):
            run = ran(n=n, replicates=worlds, generations=6, seed=seed, family=family)
            out, words = medians_outside(run, "total_variance", "tail_mass", "wasserstein"), verdict(run)
            if "a typical repeat is within what" in words:
                said["within"] += 1
                assert out == set(), words
            if "a typical repeat is not like them" in words:
                said["outside"] += 1
                named = {"total_variance": "Total variance", "tail_mass": "Tail mass", "wasserstein": "Wasserstein distance"}
                assert f"({', '.join(named[name] for name in named if name in out)})" in words
    assert min(said.values()) > 0, "both are said somewhere"


def test_one_passage_is_many_tokens_and_its_verdict_is_of_them() -> None:
    text = {"source": {"kind": "text"}, "family": {"kind": "ngram"}, "n": 1, "generations": 3, "replicates": 3}
    run = simulate(Experiment.model_validate(text), ["diversity", "tokens_alive", "rare_mass", "held_out_perplexity"])
    assert np.median(run.metrics["diversity"][:, 0]) > 0.5
    told = verdict(run) + detail(run)
    assert "character" in told
    assert "no diversity to measure" not in told


@pytest.mark.parametrize(("temperature", "changes"), [(0.5, "narrows"), (1.5, "widens")])
def test_temperature_is_said_to_do_what_it_does(temperature: float, changes: str) -> None:
    settings = {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 2}, "temperature": temperature}
    assert f"{changes} its parts" in why_none(Experiment.model_validate(settings), "total_variance")


ONE_ROW = {
    "diversity": {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "n": 1, "temperature": 0.5},
    "total_variance": {"source": {"kind": "normal"}, "family": {"kind": "kde", "h": 0.3}, "n": 1, "temperature": 0.5},
}


@pytest.mark.parametrize(("name", "thing"), [("diversity", "diversity"), ("total_variance", "variance")])
def test_what_runs_is_not_said_to_be_impossible(name: str, thing: str) -> None:
    experiment = Experiment.model_validate(ONE_ROW[name])
    assert simulate(experiment, [name]).last == experiment.generations
    assert why_none(experiment, name) == f"No closed form is drawn: one row has no {thing}."


def test_few_rows_that_differ_too_much_are_not_said_to_hold() -> None:
    """The run of an audit, of which it was said that it holds where worlds keep 9.8 % of the spread."""
    settings = {
        "source": {"kind": "mixture"},
        "family": {"kind": "kde", "h": 0.3},
        "regime": {"kind": "subsample"},
        "n": 2,
        "temperature": 0.8,
        "real_share": 0.1,
        "generations": 8,
        "replicates": 10,
        "seed": 764911,
    }
    run = ran(**settings)
    assert verdict(run).startswith("Too few rows to tell: 2 real rows alone may show less than half of the spread.")
    assert phase_at(run, run.last) == "not yet"
    fresh = run.noise_floor["total_variance"]
    assert fresh.low < fresh / 4, "in one of twenty batches of two real rows"
