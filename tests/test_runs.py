"""Records, noise floors and runs at the edge: they end with an `Ending`, never with an exception."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from dashboard.figures import MOST_FRAMES, View
from sim import Experiment, SpecError, collect, run, simulate
from sim.maps.pooled import pooled_generations
from sim.recording.endings import completed, with_collapse
from sim.recording.floors import floor_of
from sim.records import NoiseFloor

SMALL: dict[str, Any] = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10, "generations": 4, "replicates": 3}


def experiment(**changes: Any) -> Experiment:
    """A small Gaussian experiment with some settings changed."""
    return Experiment.model_validate(SMALL | changes)


def test_a_run_cut_short_counts_as_cancelled() -> None:
    cut = collect(islice(run(experiment(), ["total_variance"]), 3))
    assert (cut.ending.kind, cut.ending.generation, cut.last) == ("cancelled", 2, 2)
    assert cut.metrics["total_variance"].shape == (3, 5)
    assert np.isfinite(cut.metrics["total_variance"][:, :3]).all()
    assert np.isnan(cut.metrics["total_variance"][:, 3:]).all()
    assert np.isnan(cut.samples[:, 3:]).all()


def test_an_even_choice_of_generations_has_the_first_and_the_last_that_was_measured() -> None:
    done = simulate(experiment(generations=100, replicates=1), [])
    assert done.evenly(500) == tuple(range(101))
    assert done.evenly(5) == (0, 25, 50, 75, 100)
    assert len(done.evenly(40)) == 40
    cut = collect(islice(run(experiment(generations=100, replicates=1), []), 8))
    assert cut.evenly(3) == (0, 4, 7)
    assert View(done, 0, ()).generations == done.evenly(MOST_FRAMES)
    assert pooled_generations(done) == done.evenly(40)


def test_records_come_one_a_generation_and_the_last_has_the_ending() -> None:
    records = list(run(experiment(), ["mean_shift"]))
    assert [record.t for record in records] == [0, 1, 2, 3, 4]
    assert [record.ending is None for record in records] == [True] * 4 + [False]
    assert all(record.metrics["mean_shift"].shape == (3,) for record in records)
    assert not any(record.rows.flags.writeable for record in records)
    floor = records[0].noise_floor["mean_shift"]
    assert isinstance(floor, NoiseFloor)
    assert floor.low < floor < floor.high


@pytest.mark.parametrize("draws", [5, 8, 15, 30, 64])
def test_few_draws_of_a_noise_floor_cover_as_much_as_many(draws: int) -> None:
    """Of 8 draws the plain quantiles would cover 72 %."""
    rng = np.random.default_rng(draws)
    floors = [floor_of(rng.standard_normal(draws)) for _ in range(4000)]
    covered = np.mean([norm.cdf(floor.high) - norm.cdf(floor.low) for floor in floors])
    assert 0.86 < covered < 0.885


def test_the_noise_floor_of_64_draws_is_their_plain_quantiles() -> None:
    draws = np.random.default_rng(1).exponential(size=64)
    floor = floor_of(draws)
    np.testing.assert_allclose((floor.low, float(floor), floor.high), np.quantile(draws, (0.05, 0.5, 0.95)))
    unmeasured = floor_of(np.array([np.nan]))
    assert np.isnan([unmeasured.low, float(unmeasured), unmeasured.high]).all()


def test_the_noise_floor_of_a_dear_metric_covers_fresh_real_rows() -> None:
    """Of 8 draws: the plain quantiles covered 69 % of these."""
    one, rows = experiment(n=30, generations=1, replicates=8), []
    for seed in range(60):
        floor = simulate(one.but(seed=seed), ["vendi"]).noise_floor["vendi"]
        fresh = simulate(one.but(seed=1000 + seed), ["vendi"]).metrics["vendi"][:, 0]
        rows.append(((floor.low <= fresh) & (fresh <= floor.high)).mean())
    error = np.std(rows) / np.sqrt(len(rows))
    assert abs(np.mean(rows) - 0.872) < 3 * error
    assert 3 * error < 0.872 - 0.75


def test_metrics_that_cannot_be_measured_are_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"^metrics must be among .*; got 'total_varaince'. Did you mean total_variance\?$"):
        simulate(experiment(), ["total_varaince"])
    with pytest.raises(SpecError, match=r"^metrics must be among "):
        simulate(experiment(), ["tokens_alive"])
    assert dict(simulate(experiment(), []).metrics) == {}


def test_growth_without_bound_ends_as_diverged() -> None:
    hot = experiment(temperature=2.0, n=100, generations=2000, replicates=2)
    done = simulate(hot, ["total_variance", "mean_shift", "tail_mass"])
    assert done.ending.kind == "diverged"
    assert done.last == done.ending.generation - 1
    # The variance about doubles each generation, and the square of the largest number is about 2^199.
    assert 180 < done.ending.generation < 220
    assert np.isfinite(done.metrics["total_variance"][:, : done.last + 1]).all()
    assert np.isnan(done.metrics["total_variance"][:, done.last + 1 :]).all()


def test_one_row_is_a_point_that_stays_where_it_is() -> None:
    done = simulate(experiment(n=1), ["total_variance", "mean_shift"])
    assert done.ending.kind == "completed"
    assert np.isnan(done.metrics["total_variance"]).all()
    shift = done.metrics["mean_shift"]
    np.testing.assert_array_equal(shift, np.repeat(shift[:, :1], 5, axis=1))


def test_a_model_that_cannot_be_fitted_ends_the_run_with_a_sentence() -> None:
    done = simulate(experiment(family={"kind": "gaussian", "ddof": 1}, n=1))
    assert (done.ending.kind, done.ending.generation, done.last) == ("impossible", 1, 0)
    assert done.ending.sentence.startswith("No model could be fitted for generation 1: ")
    assert all(values.shape == (3, 5) for values in done.metrics.values())


def test_a_world_that_became_a_point_stays_and_goes_on() -> None:
    done = simulate(experiment(n=2, generations=400), ["total_variance", "mean_shift"])
    since = done.ending.generation
    assert done.ending.kind == "collapsed"
    assert done.ending.sentence == f"From generation {since} on every repeat is a single point."
    assert 0 < since < 400
    assert done.points[:, since:].all()
    assert done.last == 400, "it goes on"
    assert not done.points[:, since - 1].all()
    assert not done.points[:, 0].any()
    assert np.isfinite(done.metrics["total_variance"]).all()
    assert (done.metrics["total_variance"][:, -1] < 1e-12).all()


def test_words_end_as_a_single_word() -> None:
    done = simulate(
        experiment(source={"kind": "zipf", "vocabulary": 3}, family={"kind": "categorical"}, n=2, generations=200), ["diversity"]
    )
    assert (done.ending.kind, done.ending.sentence) == (
        "collapsed",
        f"From generation {done.ending.generation} on every repeat draws a single word.",
    )
    assert (done.metrics["diversity"][:, done.ending.generation :] == 0).all()


def test_real_rows_that_are_all_alike_lose_nothing() -> None:
    never, always, late = (np.array(points, dtype=bool) for points in ([[0, 0, 0]] * 2, [[1, 1, 1]] * 2, [[0, 1, 1], [0, 0, 1]]))
    assert with_collapse(completed(2), never, "columns") == completed(2)
    assert with_collapse(completed(2), always, "columns").kind == "completed"
    assert "nothing to lose" in with_collapse(completed(2), always, "columns").sentence
    assert with_collapse(completed(2), late, "sequences").generation == 2
    back = np.array([[0, 1, 0, 1, 1]], dtype=bool)
    assert with_collapse(completed(4), back, "columns").generation == 3, "a single row that moves is no point that stays"


def test_fewer_rows_than_columns_stay_in_their_span() -> None:
    done = simulate(experiment(source={"kind": "normal", "dim": 8}, n=3), ["total_variance"])
    assert done.ending.kind == "completed"
    rows = done.samples[0, -1].astype(float)
    assert np.linalg.matrix_rank(rows - rows.mean(axis=0), tol=1e-4) <= 2
