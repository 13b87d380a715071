"""The moments of a run: where something came to stay, in order, and nothing that did not come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard.figures import View
from dashboard.moments import END, HALF, MODE, START, TAILS, moments
from sim import Experiment, Run, simulate

PLAIN = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50, "generations": 60})


def told(run: Run) -> dict[str, int]:
    """The generation of every sentence."""
    return {text: moment["t"] for moment in moments(View(run, 0, ())) for text in [moment["text"]]}


def test_a_shrinking_run_stops_where_the_tails_and_half_of_the_spread_are_gone() -> None:
    run = simulate(PLAIN)
    found = told(run)
    spread = np.sqrt(np.median(run.metrics["total_variance"], axis=0))
    tails = np.median(run.metrics["tail_mass"], axis=0)
    assert list(found.values()) == sorted(found.values())
    assert found[START] == 0
    assert found[END] == 60
    assert spread[found[HALF.format(spread="spread")]] < 0.5
    assert tails[found[TAILS]] == 0
    assert tails[found[TAILS] - 1] > 0


def test_nothing_is_told_of_a_run_that_lost_nothing() -> None:
    assert told(simulate(PLAIN.but(real_share=1.0))) == {START: 0, END: 60}


def test_the_first_dead_mode_is_a_moment() -> None:
    ring = Experiment.model_validate(
        {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 8}, "n": 64, "generations": 40, "replicates": 2}
    )
    run = simulate(ring, ["modes_alive", "total_variance"])
    assert run.tallies is not None
    first = next(m for m in moments(View(run, 0, ())) if MODE in m["text"] or "modes of this world" in m["text"])["t"]
    dead_for_good = [(run.tallies[0, first:, k] <= 0.1 * 64 / 8).all() for k in range(8)]
    assert any(dead_for_good)


def test_a_run_of_one_generation_has_its_ends() -> None:
    assert [m["t"] for m in moments(View(replace(simulate(PLAIN.but(generations=1))), 0, ()))] == [0, 1]
