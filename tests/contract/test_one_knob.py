"""Two experiments that differ in one knob share every draw that the knob does not touch."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from cases import combinations, every_combination, name, together

from sim import Experiment, State, advance, simulate, start
from sim.regimes import regimes
from sim.sources import sources

PLAIN = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, generations=5, replicates=4)
KINDS = pytest.mark.parametrize("regime", [variant() for variant in regimes], ids=name)
SOURCES = pytest.mark.parametrize("source", [variant() for variant in sources], ids=name)
COMBINATION = pytest.mark.parametrize("experiment", combinations(every_combination()), ids=together)


def states(experiment: Experiment) -> list[State]:
    """Every state of a run."""
    found = [start(experiment)]
    while found[-1].t < experiment.generations and found[-1].ending is None:
        found.append(advance(experiment, found[-1]))
    return found


def rows_drawn(experiment: Experiment, **changes: Any) -> np.ndarray:
    """Every row drawn, (replicates, generations + 1, n, d)."""
    return np.stack([state.rows for state in states(experiment.but(**changes))], axis=1)


@KINDS
def test_no_real_rows_is_the_plain_regime_bit_for_bit(regime: Any) -> None:
    plain = rows_drawn(PLAIN, regime=regime)
    np.testing.assert_array_equal(rows_drawn(PLAIN, regime=regime, real_share=0.0, real_supply="fixed"), plain)
    np.testing.assert_array_equal(rows_drawn(PLAIN, regime=regime, real_share=0.02), plain)
    assert not np.array_equal(rows_drawn(PLAIN, regime=regime, real_share=0.03), plain)


def test_a_window_of_one_batch_is_replace() -> None:
    np.testing.assert_array_equal(rows_drawn(PLAIN, regime={"kind": "window", "k": 1}), rows_drawn(PLAIN))


def test_a_window_that_never_closes_is_accumulate() -> None:
    np.testing.assert_array_equal(rows_drawn(PLAIN, regime={"kind": "window", "k": 1000}), rows_drawn(PLAIN, regime={"kind": "accumulate"}))


@KINDS
def test_regimes_share_the_first_two_generations(regime: Any) -> None:
    np.testing.assert_array_equal(rows_drawn(PLAIN, regime=regime)[:, :2], rows_drawn(PLAIN)[:, :2])


@COMBINATION
def test_temperature_leaves_the_real_data_alone(experiment: Experiment) -> None:
    warm, plain = start(experiment.but(temperature=0.5)), start(experiment)
    np.testing.assert_array_equal(warm.rows, plain.rows)
    np.testing.assert_array_equal(warm.pool.rows, plain.pool.rows)


def test_temperature_only_scales_what_the_gaussian_draws() -> None:
    plain, warm = rows_drawn(PLAIN)[:, 1], rows_drawn(PLAIN, temperature=0.25)[:, 1]
    centre = rows_drawn(PLAIN)[:, 0].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(warm - centre, 0.5 * (plain - centre), rtol=1e-12)


@COMBINATION
def test_more_generations_and_more_worlds_only_add(experiment: Experiment) -> None:
    small, large = experiment.but(replicates=2), experiment.but(generations=4)
    few, many = states(small), states(large)
    for left, right in zip(few, many, strict=False):
        np.testing.assert_array_equal(left.rows, right.rows[: small.replicates])


@COMBINATION
def test_the_seed_moves_everything(experiment: Experiment) -> None:
    here, there = states(experiment), states(experiment.but(seed=1))
    assert not np.array_equal(here[0].rows, there[0].rows)


@KINDS
def test_the_share_changes_neither_the_first_model_nor_the_real_rows(regime: Any) -> None:
    few, many = (states(PLAIN.but(regime=regime, real_share=share)) for share in (0.1, 0.3))
    for t in (0, 1):
        np.testing.assert_array_equal(few[t].rows, many[t].rows)
    for left, right in zip(few[1:], many[1:], strict=True):
        np.testing.assert_array_equal(left.pool.rows[:, -2:], right.pool.rows[:, -6:-4])


def test_a_new_batch_is_the_first_rows_drawn_and_then_the_real_ones() -> None:
    for state in states(PLAIN.but(real_share=0.3))[1:]:
        np.testing.assert_array_equal(state.pool.rows[:, :14], state.rows[:, :14])
        np.testing.assert_array_equal(state.pool.born[0], [state.t] * 14 + [0] * 6)


@SOURCES
def test_a_fresh_supply_brings_new_rows_every_time(source: Any) -> None:
    like = next(e for e in every_combination() if e.source.kind_name() == source.kind_name() and e.regime.kind_name() == "replace")
    experiment = like.but(source=source, n=40, real_share=0.5)
    batches = [state.pool.rows[:, 20:] for state in states(experiment)]
    assert len(batches) > 1
    for earlier, later in pairwise(batches):
        assert not np.array_equal(earlier, later)


@COMBINATION
def test_a_fixed_supply_repeats_the_first_rows_of_batch_zero(experiment: Experiment) -> None:
    fixed = experiment.but(real_supply="fixed", generations=3, real_share=0.4)
    found = states(fixed)
    assert fixed.n_real == 3
    for state in found[1:]:
        if state.ending is None:
            np.testing.assert_array_equal(state.pool.rows[:, -3:], found[0].rows[:, :3])
            assert (state.pool.born[:, -3:] == 0).all()


def test_only_real_rows_never_drift() -> None:
    run = simulate(PLAIN.but(real_share=1.0, generations=30, replicates=4000), ["total_variance", "mean_shift"])
    n = PLAIN.n
    expected = {"total_variance": 1 - 1 / n, "mean_shift": 1 / n + (1 - 1 / n) / n}
    for metric, value in expected.items():
        found = run.metrics[metric] ** (2 if metric == "mean_shift" else 1)
        z = (found.mean(axis=0) - value) / (found.std(axis=0) / np.sqrt(len(found)))
        assert np.abs(z[1:]).max() < 4.5


@KINDS
@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_ages_are_shares_and_count_real_rows_as_born_in_generation_zero(regime: Any, share: float) -> None:
    ages = simulate(PLAIN.but(regime=regime, real_share=share), []).ages
    assert np.isnan(ages[0]).all()
    for t in range(1, PLAIN.generations + 1):
        assert ages[t, :t].sum() == pytest.approx(1)
        assert np.isnan(ages[t, t:]).all()


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_real_share_of_the_pool_is_counted(share: float) -> None:
    runs = {kind: simulate(PLAIN.but(regime={"kind": kind}, real_share=share), []) for kind in ("replace", "accumulate", "window")}
    real = {kind: run.ages[:, 0] for kind, run in runs.items()}
    for t in range(1, PLAIN.generations + 1):
        assert real["replace"][t] == pytest.approx(1 if t == 1 else share)
        assert real["accumulate"][t] == pytest.approx((1 + (t - 1) * share) / t)
        assert real["window"][t] == pytest.approx((1 + (t - 1) * share) / t if t <= 3 else share)


def test_subsampling_keeps_the_real_share_of_the_pool_on_average() -> None:
    ages = simulate(PLAIN.but(regime={"kind": "subsample"}, replicates=4000), []).ages
    n, worlds = PLAIN.n, 4000
    for t in range(2, PLAIN.generations + 1):
        share = 1 / t
        without_replacement = (n * t - n) / (n * t - 1)
        error = np.sqrt(share * (1 - share) / n * without_replacement / worlds)
        assert abs(ages[t, 0] - share) < 4.5 * error + 1e-6
