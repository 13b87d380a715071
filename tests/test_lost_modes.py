"""Mode collapse and model collapse are told apart, by hand-made counts whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from dashboard.captions.modes import lost_modes_sentence
from dashboard.captions.run import caption
from dashboard.figures import View, panels
from sim import Experiment, Run, simulate
from sim.verdicts.lost_modes import LostModes, lost_modes

FULL, NONE = 125, 0


@cache
def measured() -> Run:
    experiment = Experiment.model_validate(
        {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 8}, "n": 1000, "generations": 3, "replicates": 2}
    )
    return simulate(experiment, ["total_variance", "modes_alive", "tail_mass"])


BOTH = "Missing, counted over both worlds with 8 modes each: "


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


def test_what_one_training_misses_is_not_what_generations_lose() -> None:
    run = told(missed=(0, 1, 2), lost=(5,), back=(2,))
    assert lost_modes(run, 0) == LostModes(0, 0, 0, 6)
    assert lost_modes(run, 1) == LostModes(0, 6, 0, 0)
    assert lost_modes(run, 2) == LostModes(0, 6, 2, 0)
    assert lost_modes(run, 3) == LostModes(0, 4, 2, 2)


def test_what_the_real_rows_miss_is_neither() -> None:
    assert lost_modes(told(missed=(), lost=(), unseen=(4,)), 3) == LostModes(2, 0, 0, 0)


def test_the_parts_add_up_to_what_the_metric_counts() -> None:
    run = measured()
    for t in range(4):
        lost = lost_modes(run, t)
        assert lost is not None
        assert lost.unseen + lost.at_once + lost.since == 16 - run.metrics["modes_alive"][:, t].sum()


@pytest.mark.parametrize(
    ("run", "t", "words"),
    [
        (told((0, 1, 2), (5,), (2,)), 0, ""),
        (told((0, 1, 2), (5,), (2,)), 1, f"{BOTH}6 that model 1 missed already (mode collapse)."),
        (
            told((0, 1, 2), (5,), (2,)),
            3,
            f"{BOTH}4 that model 1 missed already (mode collapse), 2 lost since (model collapse). 2 that model 1 missed are back.",
        ),
        (told((), (5,)), 1, ""),
        (told((), (5,)), 3, f"{BOTH}2 lost since (model collapse)."),
        (told((0,), ()), 3, f"{BOTH}2 that model 1 missed already (mode collapse), none lost since."),
    ],
)
def test_the_caption_names_each_kind_of_loss_with_its_count(run: Run, t: int, words: str) -> None:
    assert lost_modes_sentence(run, t) == words
    assert words in caption(View(run, 0, ()), t)


def test_misses_that_chance_allows_are_not_called_mode_collapse() -> None:
    run = told((0,), (5, 6))
    lucky = type(run.noise_floor["modes_alive"])(8, 7, 8)
    run = replace(run, noise_floor={**run.noise_floor, "modes_alive": lucky})
    assert "2 that model 1 missed, no more than chance allows, 4 lost since (model collapse)" in lost_modes_sentence(run, 3)


def test_a_model_with_one_peak_is_not_said_to_collapse() -> None:
    gaussian = Experiment.model_validate(
        {"source": {"kind": "ring"}, "family": {"kind": "gaussian"}, "n": 1000, "generations": 2, "replicates": 2}
    )
    words = lost_modes_sentence(simulate(gaussian, ["total_variance", "modes_alive", "tail_mass"]), 2)
    assert "that model 1 cannot hold, because it has one peak only" in words
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
