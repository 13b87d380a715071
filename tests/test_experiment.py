"""The experiment's own sentences and budgets, and runs at the edge: they end with an `Ending`, never with an exception."""

from __future__ import annotations

import json
import pickle
import re
from itertools import islice
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from dashboard.figures import MOST_FRAMES, View
from sim import Experiment, SpecError, collect, run, simulate
from sim.experiment import POOL_BUDGET, RECORD_BUDGET, WORK_BUDGET
from sim.families import families
from sim.links import nearest
from sim.maps.pooled import pooled_generations
from sim.metrics import count_for, measurable
from sim.recording.endings import completed, looked_back
from sim.recording.floors import floor_of
from sim.records import NoiseFloor
from sim.sources import sources

CELL = 1 + count_for("columns")
"""Numbers remembered of one world and generation of one column."""

SMALL: dict[str, Any] = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 10, "generations": 4, "replicates": 3}


def experiment(**changes: Any) -> Experiment:
    """A small Gaussian experiment with some settings changed."""
    return Experiment.model_validate(SMALL | changes)


def refusal(**changes: Any) -> SpecError:
    """Why an experiment is refused."""
    with pytest.raises(SpecError) as caught:
        experiment(**changes)
    return caught.value


def test_the_canonical_json_is_complete_and_in_order() -> None:
    assert json.loads(experiment().to_json()) == {
        "version": 1,
        "source": {"kind": "normal", "dim": 1},
        "family": {"kind": "gaussian", "ddof": 0},
        "regime": {"kind": "replace"},
        "real_share": 0.0,
        "real_supply": "fresh",
        "temperature": 1.0,
        "n": 10,
        "generations": 4,
        "replicates": 3,
        "seed": 0,
    }
    assert list(json.loads(experiment().to_json())) == list(Experiment.model_fields)


def test_equal_experiments_have_equal_text() -> None:
    assert experiment(real_share=0).to_json() == experiment(real_share=-0.0).to_json() == experiment().to_json()
    assert experiment(temperature=1) == experiment(temperature=1.0)
    assert experiment(version=1.0).to_json() == experiment().to_json()


def test_an_experiment_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        experiment().n = 5
    assert experiment().but(n=5).n == 5
    with pytest.raises(SpecError, match="n must be at least 1; got 0"):
        experiment().but(n=0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": 2}, "version must be 1; got 2."),
        ({"n": 0}, "n must be at least 1; got 0."),
        ({"n": 100_001}, "n must be at most 100,000; got 100001."),
        ({"n": True}, "n must be a whole number; got True."),
        ({"n": 10.0}, "n must be a whole number; got 10.0."),
        ({"n": "10"}, "n must be a whole number; got '10'."),
        ({"n": -(10**5000)}, "n must be at least 1; got something of type int."),
        ({"seed": 2**32}, "seed must be at most 4,294,967,295; got 4294967296."),
        ({"temperature": 0}, "temperature must be more than 0; got 0."),
        ({"temperature": float("nan")}, "temperature must be a finite number; got nan."),
        ({"real_share": 1.5}, "real_share must be at most 1; got 1.5."),
        ({"real_share": "half"}, "real_share must be a number; got 'half'."),
        ({"real_supply": "frehs"}, r"real_supply must be one of fresh, fixed; got 'frehs'. Did you mean fresh\?"),
        ({"real_supply": "\ud800"}, r"real_supply must be readable text; got '\\ud800'."),
        ({"source": "normal"}, r"source must be a mapping with a kind \(.*normal.*\); got 'normal'."),
        ({"source": None}, r"source must be a mapping with a kind \(.*\); got None."),
        ({"source": {"kind": "nromal"}}, r"source.kind must be one of .*normal.*; got 'nromal'. Did you mean normal\?"),
        ({"source": {"kind": "normal", "dmi": 2}}, r"source.dmi must be a setting of normal \(dim\); got 2. Did you mean dim\?"),
        ({"source": {"kind": "normal", 3: 2}}, "source.normal must be a mapping of named settings; got .*"),
        ({"source": {"kind": "normal", "self": 2}}, r"source.self must be a setting of normal \(dim\); got 2."),
        ({"family": {"kind": "gaussian", "ddof": 2}}, "family.ddof must be one of 0, 1; got 2."),
        ({"regime": {"kind": "window", "k": 0}}, "regime.k must be at least 1; got 0."),
        ({"relicates": 5}, r"relicates must be a setting of experiment \(.*\); got 5. Did you mean replicates\?"),
        ({"a\nb": 5}, r"a\?b must be a setting of experiment \(.*\); got 5."),
        ({"x" * 5000: 5}, r"x{79}… must be a setting of experiment \(.*\); got 5."),
    ],
)
def test_a_bad_setting_gets_one_sentence(changes: dict[Any, Any], sentence: str) -> None:
    text = str(refusal(**changes))
    assert re.fullmatch(sentence, text)
    assert len(text) < 300


def test_what_must_be_given_is_named() -> None:
    with pytest.raises(SpecError, match=r"^source must be given; got nothing.$"):
        Experiment.model_validate({})
    with pytest.raises(SpecError, match=r"^family must be given; got nothing.$"):
        Experiment.model_validate({"source": {"kind": "normal"}})
    with pytest.raises(SpecError, match=r"^experiment must be a mapping of named settings; got \[1\].$"):
        Experiment.model_validate([1])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "experiment must be valid JSON; got ''. The reader says: Expecting value: line 1 column 1."),
        ("{", "experiment must be valid JSON; got '{'. The reader says: .*"),
        ("[" * 100_000, r"experiment must be valid JSON; got '\[+…. The reader says: nested too deeply."),
        ("1" * 5000, r"experiment must be valid JSON; got '1+…. The reader says: Exceeds the limit \(4300 digits\) .*"),
        (b"\xff", r"experiment must be valid JSON; got '�'. The reader says: .*"),
        ("1e999", "experiment must be a mapping of named settings; got inf."),
        ("null", "experiment must be a mapping of named settings; got None."),
        (None, "experiment must be JSON text; got None."),
        ('{"n": 1, "n": 2}', "experiment must be JSON that says each name once; got 'n' twice."),
        (
            '{"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "temperature": 1e999}',
            "temperature must be a finite number; got inf.",
        ),
        ('{"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": NaN}', "n must be a whole number; got nan."),
    ],
)
def test_bad_json_gets_one_sentence(text: Any, sentence: str) -> None:
    with pytest.raises(SpecError, match=f"^{sentence}$") as caught:
        Experiment.from_json(text)
    assert len(str(caught.value)) < 300


def test_a_refusal_is_a_value_error_and_survives_pickling() -> None:
    problem = refusal(n=0)
    copy = pickle.loads(pickle.dumps(problem))
    assert isinstance(problem, ValueError)
    assert str(copy) == str(problem)
    assert (copy.where, copy.nearest) == ("n", 1)


def test_tokens_need_a_model_of_tokens() -> None:
    problem = refusal(source={"kind": "zipf"})
    assert str(problem) == "family must be a model that can learn tokens (categorical); got gaussian. zipf gives tokens."
    assert problem.nearest == "categorical"


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 100_000, "generations": 5000},
        {"n": 1000, "generations": 100, "replicates": 4_900},
        {"source": {"kind": "normal", "dim": 64}, "n": 10_000, "generations": 1000},
    ],
)
def test_too_much_work_is_refused_and_the_nearest_fits(changes: dict[str, Any]) -> None:
    problem = refusal(**changes)
    assert f"more than {WORK_BUDGET:,} numbers drawn" in str(problem)
    assert problem.where in ("n", "generations", "replicates")
    assert problem.nearest < (SMALL | changes)[problem.where]


def test_a_pool_too_large_for_memory_is_refused() -> None:
    changes = {"regime": {"kind": "accumulate"}, "n": 1000, "generations": 300, "replicates": 500}
    assert f"more than {POOL_BUDGET:,} numbers kept for training" in str(refusal(**changes))
    assert experiment(**(changes | {"regime": {"kind": "replace"}})).n == 1000


def test_more_worlds_than_can_be_remembered_are_refused() -> None:
    problem = refusal(n=1, generations=5000, replicates=20_000)
    assert f"more than {RECORD_BUDGET:,} numbers recorded" in str(problem)
    assert problem.where == "replicates"
    most = RECORD_BUDGET // (CELL * 400)
    assert experiment(n=1, generations=399, replicates=most).replicates == most
    assert refusal(n=1, generations=399, replicates=most + 1).nearest == most
    words = experiment(source={"kind": "zipf"}, family={"kind": "categorical"}, n=1, generations=399, replicates=2 * most)
    assert words.replicates == 2 * most, "words have fewer metrics"
    assert experiment(n=1, generations=399, replicates=8_000_000 // (16 * 400)), "what fitted before metrics were counted still does"


def test_the_budget_of_what_is_remembered_counts_every_metric_that_can_be_measured() -> None:
    """800,000 cells of 11 metrics would be 70 MB, and 237 MB as CSV: more than was asked of a column alone."""
    for source in (source() for source in sources):
        kind = source.space.kind
        counts = [len(measurable(source, family.offers)) for family in families if kind in family.accepts]
        assert max(counts) <= count_for(kind)
    assert f"more than {RECORD_BUDGET:,} numbers recorded" in str(refusal(n=1, generations=39, replicates=20_000))


def test_a_link_that_asks_to_remember_too_much_is_mended() -> None:
    link = {"source": "normal", "family": "gaussian", "n": "1", "generations": "5000", "replicates": "20000"}
    found, notes = nearest(link, experiment())
    assert 0.9 * RECORD_BUDGET < CELL * (found.generations + 1) * found.replicates <= RECORD_BUDGET
    assert (found.n, found.generations) == (1, 5000)
    assert "numbers recorded" in notes[0]


def test_a_link_beyond_two_budgets_keeps_all_that_fits() -> None:
    found, _ = nearest({"source": "normal", "family": "gaussian", "n": "10000", "generations": "1000", "replicates": "1000"}, experiment())
    assert 0.9 * RECORD_BUDGET < CELL * (found.generations + 1) * found.replicates <= RECORD_BUDGET
    assert 0.9 * WORK_BUDGET < found.n * found.generations * found.replicates <= WORK_BUDGET


def test_real_rows_are_counted_to_the_nearest_row() -> None:
    assert [experiment(real_share=share).n_real for share in (0, 0.04, 0.06, 0.5, 0.96, 1)] == [0, 0, 1, 5, 10, 10]


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
    assert done.ending.sentence == f"From generation {since} on every world is a single point."
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
        f"From generation {done.ending.generation} on every world draws a single word.",
    )
    assert (done.metrics["diversity"][:, done.ending.generation :] == 0).all()


def test_real_rows_that_are_all_alike_lose_nothing() -> None:
    never, always, late = (np.array(points, dtype=bool) for points in ([[0, 0, 0]] * 2, [[1, 1, 1]] * 2, [[0, 1, 1], [0, 0, 1]]))
    assert looked_back(completed(2), never, "columns") == completed(2)
    assert looked_back(completed(2), always, "columns").kind == "completed"
    assert "nothing to lose" in looked_back(completed(2), always, "columns").sentence
    assert looked_back(completed(2), late, "sequences").generation == 2
    back = np.array([[0, 1, 0, 1, 1]], dtype=bool)
    assert looked_back(completed(4), back, "columns").generation == 3, "a single row that moves is no point that stays"


def test_fewer_rows_than_columns_stay_in_their_span() -> None:
    done = simulate(experiment(source={"kind": "normal", "dim": 8}, n=3), ["total_variance"])
    assert done.ending.kind == "completed"
    rows = done.samples[0, -1].astype(float)
    assert np.linalg.matrix_rank(rows - rows.mean(axis=0), tol=1e-4) <= 2
