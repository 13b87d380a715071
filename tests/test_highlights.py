"""The highlights of a run: where something came to stay, in order, and nothing that did not come."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from dashboard.captions.highlights import (
    END,
    HALF,
    MODE_GONE,
    MODE_MISSING,
    MODES_GONE,
    MODES_MISSING,
    OVER_WORLDS,
    START,
    TAILS,
    highlights,
)
from dashboard.figures import View
from sim import Experiment, Run, simulate

PLAIN = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50, "generations": 60})


def told(run: Run) -> dict[str, int]:
    """The generation of every sentence."""
    return {text: highlight["t"] for highlight in highlights(View(run, 0, ())) for text in [highlight["text"]]}


def test_a_shrinking_run_stops_where_the_tails_and_half_of_the_spread_are_gone() -> None:
    run = simulate(PLAIN)
    found = told(run)
    spread = np.sqrt(np.median(run.metrics["total_variance"], axis=0))
    tails = np.median(run.metrics["tail_mass"], axis=0)
    assert list(found.values()) == sorted(found.values())
    assert found[START] == 0
    assert found[END] == 60
    assert spread[found[HALF.format(spread="spread", median=OVER_WORLDS)]] < 0.5
    empty = TAILS.format(median=OVER_WORLDS)
    assert tails[found[empty]] == 0
    assert tails[found[empty] - 1] > 0


def test_one_world_has_no_median() -> None:
    found = told(simulate(PLAIN.but(replicates=1, n=20)))
    assert HALF.format(spread="spread", median="") in found
    assert not any("median" in text for text in found)


def test_half_a_word_is_none() -> None:
    """Of two worlds, one with an even and one with an odd number of words."""
    words = {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "n": 60, "generations": 30, "replicates": 2}
    halves = 0
    for seed in range(8):
        run = simulate(Experiment.model_validate({**words, "seed": seed}))
        halves += bool((np.median(run.metrics["tokens_alive"], axis=0) % 1).any())
        assert not any(".5 of" in text or text.endswith(".5.") for text in told(run))
    assert halves > 0


def test_nothing_is_told_of_a_run_that_lost_nothing() -> None:
    assert told(simulate(PLAIN.but(real_share=1.0))) == {START: 0, END: 60}


@cache
def ring() -> Run:
    settings = {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 8}, "n": 64, "generations": 6, "replicates": 2}
    return simulate(Experiment.model_validate(settings), ["modes_alive", "total_variance"])


def losses(changes: dict[int, list[int]], others: int = 5, **settings: Any) -> dict[str, int]:
    """The highlights of a world whose modes all have eight rows but for those with counts by generation given here.

    The other world loses so many modes at generation 1, without which two worlds might have been unlucky.
    """
    counts = np.full((2, 7, 8), 8)
    counts[1, 1:, :others] = 0
    for mode, rows in changes.items():
        counts[0, :, mode] = rows
    run = replace(ring(), experiment=ring().experiment.but(**settings), counts=counts)
    found = told(replace(run, metrics={**run.metrics, "modes_alive": (counts > 0).sum(axis=2).astype(float)}))
    return {text: t for text, t in found.items() if "of this repeat" in text}


BOOTSTRAP = {"family": {"kind": "kde", "h": 0.0}}


def test_the_first_modes_that_do_not_come_back_are_a_moment() -> None:
    """Mode 2 is back at the end, mode 3 is lost with generation 2 and mode 4 with 5."""
    by_hand = {2: [8, 0, 0, 0, 0, 0, 8], 3: [8, 8, 0, 0, 0, 0, 0], 4: [8, 8, 8, 8, 8, 0, 0]}
    assert losses(by_hand) == {MODE_MISSING.format(last=6): 2}
    assert losses({**by_hand, 5: [8, 1, 0, 0, 0, 0, 0]}) == {MODES_MISSING.format(count=2, last=6): 2}
    assert losses({2: by_hand[2]}) == {}


def test_a_mode_is_gone_only_where_nothing_can_bring_it_back() -> None:
    lost = {3: [8, 8, 0, 0, 0, 0, 0]}
    assert losses(lost, **BOOTSTRAP) == {MODE_GONE: 2}
    assert losses({**lost, 5: [8, 1, 0, 0, 0, 0, 0]}, **BOOTSTRAP) == {MODES_GONE.format(count=2): 2}
    for change in ({"real_share": 0.1}, {"regime": {"kind": "accumulate"}}, {"regime": {"kind": "window"}}, {"family": {"kind": "kde"}}):
        assert losses(lost, **{**BOOTSTRAP, **change}) == {MODE_MISSING.format(last=6): 2}


def test_a_mode_that_luck_may_have_missed_is_no_moment() -> None:
    """A mode of 64 rows is missed once in 200 generations by luck: one of eight, too often to tell from one generation alone."""
    assert losses({3: [8, 8, 8, 8, 8, 8, 0]}) == {}
    assert losses({3: [8, 8, 8, 8, 8, 0, 0]}) == {MODE_MISSING.format(last=6): 5}
    assert losses({3: [8, 8, 8, 8, 8, 0, 0]}, others=0) == {}, "one of sixteen in the end"


def test_modes_that_the_real_rows_missed_by_chance_are_not_lost() -> None:
    assert losses({1: [0] * 7, 2: [0] * 7}) == {}
    assert losses({1: [0] * 7, 4: [8, 8, 8, 8, 0, 0, 0]}) == {MODE_MISSING.format(last=6): 4}


def test_a_run_of_one_generation_has_its_ends() -> None:
    assert [m["t"] for m in highlights(View(replace(simulate(PLAIN.but(generations=1))), 0, ()))] == [0, 1]
