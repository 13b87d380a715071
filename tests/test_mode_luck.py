"""Luck with modes, against sums written out, against exact laws and against real rows drawn."""

from __future__ import annotations

from math import comb, erf, sqrt
from typing import Any

import numpy as np
import pytest

from sim.sources import sources
from sim.streams import Streams
from sim.verdicts.mode_luck import (
    chances_given_training,
    chances_of_losing,
    chances_of_missing,
    critical_count,
    critical_net,
    shares_at_modes,
)


def binomial(n: int, k: int, p: float) -> float:
    return comb(n, k) * p**k * (1 - p) ** (n - k)


def modes_of(kind: str, **settings: Any) -> Any:
    return sources[kind](**settings).reference().modes


def test_the_share_at_a_mode_is_that_of_its_own_rows_and_its_neighbours() -> None:
    """On a line with two bell curves six apart: within three of one centre lie erf(3/sqrt 2), and of the other what is beyond three."""
    own, other = erf(3 / sqrt(2)), (erf(9 / sqrt(2)) - erf(3 / sqrt(2))) / 2
    np.testing.assert_allclose(shares_at_modes(modes_of("mixture")), (own + other) / 2, rtol=1e-9)
    np.testing.assert_allclose(shares_at_modes(modes_of("ring")), (1 - np.exp(-4.5)) / 8, rtol=1e-9)
    np.testing.assert_allclose(shares_at_modes(modes_of("grid")), (1 - np.exp(-4.5)) / 25, rtol=1e-9)


@pytest.mark.parametrize(
    ("kind", "settings", "n"), [("ring", {}, 20), ("ring", {}, 90), ("grid", {}, 30), ("groups", {"minority": 0.04}, 60)]
)
def test_the_chance_of_missing_is_the_sum_over_all_numbers_of_training_rows(kind: str, settings: dict[str, float], n: int) -> None:
    modes = modes_of(kind, **settings)
    found = chances_of_missing(sources[kind](**settings), n)
    for share, weight, chance in zip(shares_at_modes(modes), modes.weights, found, strict=True):
        too_few = [k for k in range(n + 1) if k < max(1, 0.1 * n * weight)]
        right = sum(binomial(n, c, share) * sum(binomial(n, k, c / n) for k in too_few) for c in range(n + 1))
        assert chance == pytest.approx(right, rel=1e-8)


def test_a_bootstrap_of_real_rows_misses_as_often_as_said() -> None:
    """Twenty thousand worlds of the ring with 24 rows, of which one is enough; the rate must lie within five standard errors."""
    worlds, n, modes = 20_000, 24, modes_of("ring")
    rows = sources["ring"]().sample(worlds, n, Streams(17, 0))
    picks = np.random.default_rng(17).integers(n, size=(worlds, n))
    drawn = np.take_along_axis(rows, picks[:, :, None], axis=1)
    there = np.linalg.norm(drawn[:, :, None, :] - modes.centres, axis=3) <= 3 * modes.spread
    missing = (~there.any(axis=1)).sum(axis=1)
    expected = chances_of_missing(sources["ring"](), n).sum()
    assert abs(missing.mean() - expected) < 5 * missing.std() / sqrt(worlds)


def test_given_the_training_rows_luck_is_binomial() -> None:
    n, modes = 200, modes_of("ring")
    for there in (0, 1, 3, 10, 25):
        right = sum(binomial(n, k, there / n) for k in (0, 1, 2))
        assert chances_given_training(np.full(8, there), n, modes)[0] == pytest.approx(right, rel=1e-9)


def test_two_batches_of_one_model_share_their_rows_by_halves() -> None:
    """Of 200 rows on the ring three are enough, so the first must have three at least and the second two at most."""
    modes = modes_of("ring")
    for first, second in ((3, 0), (2, 2), (9, 1), (1, 0), (20, 25)):
        both = first + second
        right = sum(binomial(both, k, 0.5) for k in (0, 1, 2) if k <= both and both - k >= 3)
        assert chances_of_losing(np.full(8, first), np.full(8, second), 200, modes)[0] == pytest.approx(right, rel=1e-9)


def exact_tails(steps: list[dict[int, float]]) -> dict[int, float]:
    """P(sum >= m) for every m, by adding one independent step after another."""
    law = {0: 1.0}
    for step in steps:
        law = {m: sum(law.get(m - move, 0.0) * chance for move, chance in step.items()) for m in {a + move for a in law for move in step}}
    return {m: sum(chance for other, chance in law.items() if other >= m) for m in law}


@pytest.mark.parametrize("size", [1e-3, 1e-5])
@pytest.mark.parametrize("seed", range(6))
def test_luck_reaches_the_critical_count_no_more_often_than_said_and_the_bound_is_not_idle(seed: int, size: float) -> None:
    chances = np.random.default_rng(seed).beta(0.6, 2.0, size=60)
    for tails, critical in (
        (exact_tails([{0: 1 - q, 1: q} for q in chances]), critical_count(chances, size)),
        (exact_tails([{-1: q / 2, 0: 1 - q, 1: q / 2} for q in chances]), critical_net(chances / 2, size)),
    ):
        first = int(np.ceil(critical))
        assert tails[first] <= size
        assert tails[first - 2] > size / 10, "two fewer would be called luck by any test of this size or nearly so"


def test_worlds_alike_are_as_many_events() -> None:
    chances = np.array([0.2, 0.01, 0.5])
    assert critical_count(chances, 1e-3, 40) == pytest.approx(critical_count(np.tile(chances, 40), 1e-3))


def test_what_is_certain_is_never_more_than_luck_and_what_cannot_be_always_is() -> None:
    assert critical_count(np.ones(7), 1e-3) > 7
    assert 0 < critical_count(np.zeros(7), 1e-3) <= 1
    assert 0 < critical_net(np.zeros(7), 1e-3) <= 1


def test_modes_of_any_weight_and_any_number_of_rows_have_chances() -> None:
    for minority in (1e-12, 0.5):
        for n in (1, 2, 1000, 100_000):
            chances = chances_of_missing(sources["groups"](minority=minority), n)
            assert chances.shape == (2,)
            assert ((chances >= 0) & (chances <= 1)).all()
    assert chances_of_missing(sources["normal"](), 20).shape == (0,)
