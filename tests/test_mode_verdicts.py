"""What verdicts, phases, captions and moments say of modes, read against the arrays they are said of."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from dashboard.captions.highlights import highlights
from dashboard.captions.modes import lost_modes_sentence, modes_now
from dashboard.captions.run import caption, detail, verdict
from dashboard.figures import View
from sim import Experiment, Run, simulate
from sim.store.shipped import run_of
from sim.verdicts.criteria import criteria
from sim.verdicts.lost_modes import extinction_is_absorbing, modes_lost, typical_counts
from sim.verdicts.phases import onset, phase_at, phases

METRICS = ("total_variance", "tail_mass", "mean_shift", "wasserstein", "modes_alive")
BOOTSTRAP = {"kind": "kde", "h": 0.0}
OF_MODES = re.compile(r"(By|In) generation (\d+), (.+?) of ([\d,]+) modes (?:is|are) (gone for good|not drawn|missing) ?(.*?); luck alone")
LOST = re.compile(r"luck alone|mode collapse|model collapse|modes? (?:is|are) |this world")


def ran(source: str, family: dict[str, Any], **settings: Any) -> Run:
    experiment = {"source": {"kind": source}, "family": family, **settings}
    return simulate(Experiment.model_validate(experiment), METRICS)


def with_counts(run: Run, counts: Any) -> Run:
    """The run with other rows at each mode, (replicates, generations + 1, modes), of which one is enough to be alive."""
    return replace(run, counts=counts, metrics={**run.metrics, "modes_alive": (counts > 0).sum(axis=2).astype(float)})


@pytest.mark.parametrize("name", ["gan_grid", "modes_die"])
def test_presets_that_lose_modes_are_early_and_say_so(name: str) -> None:
    """Presets of an audit, whose phase said that nothing was lost beside a verdict that half of the modes were."""
    run = run_of(name)
    modes = run.experiment.source.reference().modes
    assert modes is not None
    dead = len(modes.weights) - np.median(run.metrics["modes_alive"][:, -1])
    found = OF_MODES.match(verdict(run))
    assert found is not None
    assert float(found[3]) == dead >= 6
    assert phase_at(run, run.last) in ("early", "late")
    assert "model collapse" in detail(run)


@pytest.mark.parametrize("seed", range(4))
def test_four_parts_for_eight_modes_are_early_from_the_first_model_on(seed: int) -> None:
    run = ran("ring", {"kind": "gmm", "k": 4}, n=200, generations=40, seed=seed)
    assert onset(run, "early") == 1
    assert phase_at(run, run.last) in ("early", "late")
    assert OF_MODES.search(verdict(run) + detail(run))
    assert "(mode collapse)" in detail(run)


def drawn(rng: random.Random) -> Run:
    family = rng.choice(
        [BOOTSTRAP, BOOTSTRAP, {"kind": "kde", "h": 0.1}, {"kind": "gmm", "k": 4}, {"kind": "gmm", "k": 8}, {"kind": "gaussian"}]
    )
    return ran(
        rng.choice(["ring", "ring", "grid", "grid", "groups", "mixture"]),
        family,
        n=rng.choice([1, 2, 5, 20, 50, 50, 120, 300]),
        generations=rng.choice([1, 2, 5, 12, 12, 20]),
        replicates=rng.choice([1, 2, 3, 4, 10]),
        regime={"kind": rng.choice(["replace", "replace", "accumulate", "subsample", "window"])},
        real_share=rng.choice([0.0, 0.0, 0.2, 1.0]),
        seed=rng.randrange(10**6),
    )


def check(run: Run) -> bool:
    """Whether phase and sentences speak of lost modes; fails where they disagree with each other or with the arrays."""
    seen, told, t = criteria(run), f"{verdict(run)} {detail(run)}", run.last
    lost = bool(seen.modes_lost[-1] and not seen.grown[-1])  # wider rows lie between modes that nobody dropped
    found, phase = OF_MODES.search(told), phase_at(run, t)
    assert lost == (found is not None), told
    assert not lost or phase in ("early", "late"), told
    assert lost or "collapse" not in told, told
    if found is None:
        return False
    modes = run.experiment.source.reference().modes
    assert modes is not None
    missing = np.sort(len(modes.weights) - run.metrics["modes_alive"][:, t]).astype(int).tolist()
    where, count = found[6], len(missing)
    if count == 1:
        assert (found[3], where.split(",")[0]) == (str(missing[0]), "in this run"), told
    elif count == 2:
        assert (found[3], where.split(",")[0]) == (f"{missing[0]} and {missing[1]}", "in the two repeats"), told
    elif "repeats together" in where:
        assert found[3].replace(",", "") == str(sum(missing)), told
        assert int(found[4].replace(",", "")) == count * len(modes.weights)
    else:
        middles = sorted({missing[(count - 1) // 2], missing[count // 2]})
        assert found[3] == " to ".join(map(str, middles)), told
    assert run.counts is not None
    dead = run.counts[:, t] < np.maximum(1, 0.1 * run.experiment.n * modes.weights)
    if found[5] != "missing":
        assert not run.counts[:, t][dead].any(), told
    if found[5] == "gone for good":
        assert run.experiment.regime.kind_name() == "replace"
        assert (run.experiment.n_real, run.experiment.family) == (0, run.experiment.family.__class__(**BOOTSTRAP))
    return True


def test_phase_and_sentences_agree_on_modes_and_with_the_arrays() -> None:
    rng = random.Random(5)
    spoken = sum(check(drawn(rng)) for _ in range(90))
    assert 10 < spoken < 80, "both are met"


@pytest.mark.verify
def test_phase_and_sentences_agree_on_modes_in_two_thousand_runs() -> None:
    rng = random.Random(6)
    spoken = sum(check(drawn(rng)) for _ in range(2000))
    assert spoken > 200


def test_what_is_gone_for_good_stays_so_and_what_is_not_drawn_comes_back() -> None:
    """The same loop for longer; under accumulate some modes that were not drawn are drawn again."""
    settings = {"n": 50, "replicates": 50}
    copier, keeper = (ran("grid", BOOTSTRAP, generations=9, regime={"kind": regime}, **settings) for regime in ("replace", "accumulate"))
    assert "gone for good" in verdict(ran("grid", BOOTSTRAP, generations=6, **settings))
    for run, comes_back in ((copier, False), (keeper, True)):
        assert run.counts is not None
        assert bool(run.counts[:, 7:].any(axis=1)[run.counts[:, 6] == 0].any()) == comes_back
        assert extinction_is_absorbing(run.experiment) != comes_back
    assert "gone" not in verdict(keeper) + detail(keeper)
    assert "In generation 9, " in verdict(keeper)
    assert " not drawn in a typical repeat" in verdict(keeper)


@cache
def two_worlds() -> Run:
    return ran("ring", {"kind": "gmm", "k": 8}, n=64, generations=4, replicates=2)


def test_two_worlds_each_have_their_say() -> None:
    """One world with nothing at all and one with two modes are not "8 of 8 gone"."""
    counts = np.full((2, 5, 8), 8)
    counts[0, 2:] = counts[1, 2:, 2:] = 0
    run = with_counts(two_worlds(), counts)
    told = verdict(run)
    assert "6 and 8 of 8 modes are not drawn in the two repeats" in told
    assert modes_now(run, 4) == "Modes alive in the two repeats: 0 and 2 of 8."
    assert modes_now(run, 4) in caption(View(run, 0, ()), 4)


def test_a_median_between_two_numbers_is_both_of_them() -> None:
    counts = np.full((4, 5, 8), 8)
    for world, dead in enumerate((1, 5, 6, 8)):
        counts[world, 1:, :dead] = 0
    run = with_counts(ran("ring", {"kind": "gmm", "k": 8}, n=64, generations=4, replicates=4), counts)
    assert "5 to 6 of 8 modes are not drawn in a typical repeat" in verdict(run)
    assert modes_now(run, 1) == "Modes alive in a typical repeat: 2 to 3 of 8."
    assert typical_counts(np.array([7.0])) == (7, 7)
    assert typical_counts(np.array([np.nan])) == (0, 0)


def test_a_loss_that_the_median_hides_is_counted_over_all_worlds() -> None:
    counts = np.full((5, 5, 8), 8)
    counts[0, 1:, :6] = 0
    run = with_counts(ran("ring", {"kind": "gmm", "k": 8}, n=64, generations=4, replicates=5), counts)
    assert "6 of 40 modes are not drawn (all 5 repeats together); luck alone would miss 0.2." in verdict(run)
    assert phases(run)[1:] == ("early",) * 4


def unchanging(rng: random.Random) -> Run:
    """All rows real in every generation, and a model that copies them."""
    return ran(
        rng.choice(["ring", "grid"]),
        BOOTSTRAP,
        n=rng.choice([20, 25, 30, 40, 50, 64, 80, 100, 150, 200]),
        generations=rng.choice([1, 5, 10, 20]),
        replicates=rng.choice([1, 2, 10, 50]),
        regime={"kind": rng.choice(["replace", "accumulate", "subsample", "window"])},
        real_share=1.0,
        real_supply=rng.choice(["fresh", "fixed"]),
        seed=rng.randrange(10**6),
    )


def speaks(run: Run) -> bool:
    """Whether anything says in any generation that modes are lost."""
    view = View(run, 0, ())
    told = [verdict(run), detail(run), *(lost_modes_sentence(run, t) for t in range(run.last + 1)), *(h["text"] for h in highlights(view))]
    return bool(modes_lost(run).any() or any(LOST.search(text) for text in told))


def test_where_nothing_changes_no_mode_is_lost() -> None:
    rng = random.Random(7)
    assert not any(speaks(unchanging(rng)) for _ in range(60))


@pytest.mark.verify
def test_where_nothing_changes_hardly_ever_a_mode_is_lost() -> None:
    """One in a thousand is what is promised; more than 6 of 1,500 come about once in 1,000 draws (Poisson, mean 1.5)."""
    rng = random.Random(8)
    assert sum(speaks(unchanging(rng)) for _ in range(1500)) <= 6


@pytest.mark.parametrize(
    ("source", "settings"),
    [
        ({"kind": "ring"}, {"n": 1, "replicates": 1, "generations": 1}),
        ({"kind": "ring"}, {"n": 1, "replicates": 3, "generations": 4}),
        ({"kind": "grid"}, {"n": 2, "replicates": 1, "generations": 6}),
        ({"kind": "groups", "minority": 0.0001}, {"n": 30, "replicates": 5, "generations": 3}),
        ({"kind": "groups", "minority": 0.0001}, {"n": 30, "replicates": 1, "generations": 1}),
    ],
)
def test_one_row_one_world_one_generation_and_a_rare_mode_lose_nothing_to_speak_of(source: dict[str, Any], settings: Any) -> None:
    run = simulate(Experiment.model_validate({"source": source, "family": BOOTSTRAP, "real_share": 1.0, **settings}), METRICS)
    assert not speaks(run)
    assert all("nan" not in caption(View(run, 0, ()), t) for t in range(run.last + 1))


def test_without_counts_the_metric_alone_is_told_of() -> None:
    """Nobody can say then whether a mode with too few rows has none, nor what model 1 missed."""
    run = replace(run_of("gan_grid"), counts=None)
    assert "12 of 25 modes are missing in a typical repeat, with less than a tenth of the usual rows" in verdict(run)
    assert lost_modes_sentence(run, run.last) == ""
    copier = ran("grid", BOOTSTRAP, n=50, generations=9, replicates=10)
    assert "gone for good" in verdict(copier)
    assert "not drawn in a typical repeat" in verdict(replace(copier, counts=None))


def test_a_mode_with_a_few_rows_is_not_called_gone() -> None:
    """Of 1,000 rows on the grid four are needed; two rows of a copier's mode may be eight again."""
    run = ran("grid", BOOTSTRAP, n=1000, generations=4, replicates=2)
    assert run.counts is not None
    counts = np.full_like(run.counts, 40)
    counts[:, 2:, :5] = 2
    few = replace(run, counts=counts, metrics={**run.metrics, "modes_alive": (counts >= 4).sum(axis=2).astype(float)})
    assert "5 and 5 of 25 modes are missing in the two repeats, with less than a tenth of the usual rows" in verdict(few)
    counts = counts.copy()
    counts[:, 2:, :5] = 0
    assert "5 and 5 of 25 modes are gone for good in the two repeats" in verdict(replace(few, counts=counts))
