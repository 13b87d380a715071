"""Mode collapse and model collapse are told apart, by hand-made counts whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from dashboard.captions.modes import lost_modes_sentence
from dashboard.captions.run import caption, detail
from dashboard.figures import View, panels
from sim import Experiment, Run, simulate
from sim.verdicts.lost_modes import LostSinceFirst, MissedByFirst, lost_since_model_1, missed_by_model_1

FULL, NONE = 125, 0


@cache
def measured() -> Run:
    experiment = Experiment.model_validate(
        {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 8}, "n": 1000, "generations": 3, "replicates": 2}
    )
    return simulate(experiment, ["total_variance", "modes_alive", "tail_mass"])


def told(missed: tuple[int, ...], lost: tuple[int, ...], back: tuple[int, ...] = (), unseen: tuple[int, ...] = ()) -> Run:
    """A run of which both worlds miss the same modes: some from generation 1 on, some from 2 on; some are back at 3."""
    counts = np.full((2, 4, 8), FULL)
    counts[:, 1:, list(missed)] = NONE
    counts[:, 2:, list(lost)] = NONE
    counts[:, 3, list(back)] = FULL
    counts[:, :, list(unseen)] = NONE
    run = measured()
    alive = (counts >= 12.5).sum(axis=2).astype(float)
    return replace(run, counts=counts, metrics={**run.metrics, "modes_alive": alive})


def lost_since(run: Run, t: int) -> LostSinceFirst | None:
    first = missed_by_model_1(run)
    assert first is not None
    return lost_since_model_1(run, t, first)


def test_what_one_training_misses_is_not_what_generations_lose() -> None:
    """By hand, in both worlds: model 1 misses modes 0, 1 and 2, model 2 loses mode 5, and mode 2 is back with model 3."""
    run = told(missed=(0, 1, 2), lost=(5,), back=(2,))
    first = missed_by_model_1(run)
    assert first is not None
    assert (first.had, first.missed, first.beyond_luck) == (16, 6, True)
    assert first.luck < 1e-9, "of 125 rows fewer than 13"
    assert lost_since(run, 1) is None
    assert lost_since(run, 2) == LostSinceFirst(2, 0, False), "two of two pairs are a quarter by McNemar"
    assert lost_since(run, 3) == LostSinceFirst(2, 2, False)


def test_where_model_1_missed_no_more_than_luck_a_loss_of_full_modes_is_beyond_it() -> None:
    assert lost_since(told((), (5,)), 2) == LostSinceFirst(2, 0, True)


def test_what_the_real_rows_miss_is_nobodys_loss() -> None:
    run = told(missed=(), lost=(), unseen=(4,))
    assert missed_by_model_1(run) == MissedByFirst(14, 0, pytest.approx(0, abs=1e-9), False)
    assert lost_since(run, 3) == LostSinceFirst(0, 0, False)


def test_the_net_loss_is_the_difference_that_the_metric_counts() -> None:
    for source, family, n in (("ring", {"kind": "gmm", "k": 8}, 64), ("grid", {"kind": "kde", "h": 0.0}, 50)):
        settings = {"source": {"kind": source}, "family": family, "n": n, "generations": 6, "replicates": 10}
        run = simulate(Experiment.model_validate(settings), ["modes_alive"])
        alive = run.metrics["modes_alive"].sum(axis=0)
        for t in range(2, 7):
            since = lost_since(run, t)
            assert since is not None
            assert since.net == alive[1] - alive[t]


@pytest.mark.parametrize(
    ("run", "t", "words"),
    [
        (told((0, 1, 2), (5,), (2,)), 0, ""),
        (
            told((0, 1, 2), (5,), (2,)),
            1,
            "Model 1 missed 6 of the 16 modes that the real rows had, in the two repeats; luck alone would miss",
        ),
        (told((0, 1, 2), (5,), (2,)), 1, "next to none (mode collapse)."),
        (told((0, 1, 2), (5,), (2,)), 2, "Generation 2 misses 2 more than generation 1: too few to tell from luck."),
        (told((0, 1, 2), (5,), (2,)), 3, "Generation 3 misses as many as generation 1."),
        (told((0, 1, 2), (), (2,)), 3, "Generation 3 misses 2 fewer than generation 1."),
        (told((), (5,)), 1, ""),
        (told((), (5,)), 3, "Model 1 missed none of the 16 modes that the real rows had, in the two repeats."),
        (told((), (5,)), 3, "Generation 3 misses 2 more than generation 1, and none came back (model collapse)."),
    ],
)
def test_the_caption_names_each_kind_of_loss_with_its_count(run: Run, t: int, words: str) -> None:
    assert words in lost_modes_sentence(run, t)
    assert lost_modes_sentence(run, t) in caption(View(run, 0, ()), t)
    assert words or not lost_modes_sentence(run, t)


def grid_of_fifty(**changes: Any) -> Run:
    settings = {"source": {"kind": "grid"}, "family": {"kind": "kde", "h": 0.0}, "n": 50, "generations": 9, "replicates": 50}
    return simulate(Experiment.model_validate({**settings, **changes}), ["total_variance", "tail_mass", "modes_alive"])


def test_a_bootstrap_is_not_blamed_for_what_luck_misses() -> None:
    """An audit's case. Of 50 rows one is enough, so a mode with c training rows is missed with the chance (1 - c/50)^50."""
    run = grid_of_fifty()
    assert run.counts is not None
    real, drawn = run.counts[:, 0].astype(float), run.counts[:, 1]
    missed = int(((real > 0) & (drawn == 0)).sum())
    luck = float(((1 - real / 50) ** 50)[real > 0].sum())
    first = missed_by_model_1(run)
    assert first is not None
    assert (first.had, first.missed) == (int((real > 0).sum()), missed)
    assert first.luck == pytest.approx(luck)
    assert 170 < luck < 200
    assert not first.beyond_luck
    assert "mode collapse" not in detail(run)
    assert f"no more than luck allows: on average {luck:.0f}." in detail(run)
    assert lost_modes_sentence(run, 1) == ""


def test_a_copier_is_nowhere_said_to_collapse_within_one_training() -> None:
    for seed in range(30):
        for source in ("ring", "grid"):
            run = grid_of_fifty(source={"kind": source}, n=20 + 2 * seed, replicates=10, generations=1, seed=seed)
            first = missed_by_model_1(run)
            assert first is not None
            assert not first.beyond_luck


def test_nothing_is_lost_since_where_fewer_are_missing_than_at_first() -> None:
    """An audit's case: one Gaussian on the ring, all data kept; some seeds end with fewer missing, some with more."""
    fewer = 0
    for seed in range(8):
        settings = {"source": {"kind": "ring"}, "family": {"kind": "gaussian"}, "n": 100, "replicates": 50, "generations": 12, "seed": seed}
        run = simulate(
            Experiment.model_validate({**settings, "regime": {"kind": "accumulate"}}), ["total_variance", "tail_mass", "modes_alive"]
        )
        alive = run.metrics["modes_alive"].sum(axis=0)
        told = detail(run)
        fewer += alive[-1] > alive[1]
        if alive[-1] >= alive[1]:
            assert "model collapse" not in told
            assert " more than generation 1" not in told
        assert "it missed " in told, "one peak holds no ring"
    assert fewer > 0


def test_a_model_with_one_peak_is_not_said_to_collapse() -> None:
    gaussian = Experiment.model_validate(
        {"source": {"kind": "ring"}, "family": {"kind": "gaussian"}, "n": 1000, "generations": 2, "replicates": 2}
    )
    words = lost_modes_sentence(simulate(gaussian, ["total_variance", "modes_alive", "tail_mass"]), 2)
    assert "Model 1 has one peak and cannot hold separate modes" in words
    assert "mode collapse" not in words


def test_bars_of_modes_that_model_1_missed_are_hatched() -> None:
    panel = next(panel for panel in panels(View(told((0, 1), (5,)), 0, ())) if panel["name"] == "modes")
    shapes = [frame["data"][0]["marker.pattern.shape"] for frame in panel["frames"]]
    assert shapes[0] == [""] * 8
    assert shapes[1] == shapes[3] == ["/", "/", *[""] * 6]
    marks = panel["frames"][3]["data"][2]["text"]
    assert [mark == "×" for mark in marks] == [True, True, False, False, False, True, False, False]
    assert "hatched" in panel["title"]
    assert "model 1 missed 2" in panel["alt"]
