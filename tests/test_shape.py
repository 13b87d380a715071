"""Loss of shape: known misfits are called from the first model on, fresh real rows never, and far rows are counted by the binomial law."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from sim import Experiment, Run, simulate
from sim.metrics import Batch, metrics
from sim.sources import sources
from sim.streams import Streams
from sim.verdicts.criteria import criteria
from sim.verdicts.phases import onset, phase_at, phases
from sim.verdicts.shape import FAR_LEFT, far_rows, far_tails_thin, most_by_chance, off_support, unlike

COLUMNS = ("total_variance", "tail_mass", "wasserstein", "mean_shift", "shape_distance")
PLANE = (*COLUMNS[:-1], "coverage", "precision")


def ran(source: str, metrics: tuple[str, ...], family: dict[str, Any] | None = None, **settings: Any) -> Run:
    loop = {"source": {"kind": source}, "family": family or {"kind": "gaussian"}, "n": 100, "replicates": 10, **settings}
    return simulate(Experiment.model_validate(loop), metrics)


@pytest.mark.parametrize("source", ["digits", "swiss_roll"])
def test_one_bell_for_what_is_no_bell_is_called_from_the_first_model_on(source: str) -> None:
    """The runs of an audit, of which it was said that they hold, and that nothing is lost."""
    run = ran(source, PLANE, regime={"kind": "accumulate"}, generations=60 if source == "swiss_roll" else 20)
    assert set(phases(run)[1:]) <= {"early", "late"}
    assert onset(run, "early") == 1
    assert abs(float(np.median(run.metrics["total_variance"][:, -1])) / run.experiment.source.reference().variance - 1) < 0.1


def test_digits_under_one_bell_bear_little_resemblance_from_the_first_model_on() -> None:
    assert onset(ran("digits", PLANE, regime={"kind": "accumulate"}, generations=12), "late") == 1


def test_far_tails_of_a_heavy_tail_are_gone_with_the_first_bell() -> None:
    """Of rows beyond the truth's outer 0.1 %, a bell of the same spread draws one in 10 ** 13."""
    run = ran("student_t", (*COLUMNS, "far_tail_mass"), n=1000, generations=10, replicates=20)
    seen, drawn = far_rows(run)
    assert drawn.tolist() == [20_000.0] * 11
    assert seen[0] > 0
    assert onset(run, "early") == 1


def test_heavier_tails_are_another_shape_while_the_spread_stays() -> None:
    """A bell as wide as a heavy tail has more rows beyond its near edges, and none beyond the far ones."""
    run = ran("student_t", ("total_variance", "tail_mass"), n=1000, generations=10, regime={"kind": "accumulate"}, replicates=50)
    assert float(np.median(run.metrics["tail_mass"][:, -1])) > run.noise_floor["tail_mass"].high
    assert criteria(run).heavy[-1]
    assert phase_at(run, run.last) == "early"


def test_far_rows_are_counted_by_the_truths_own_edges() -> None:
    """Half a thousandth lies beyond each edge, to the digits of the sources' distribution functions."""
    source = sources["student_t"].model_validate({"df": 3.0})
    far = source.reference().far
    assert far is not None
    rows = source.sample(1, 400_000, Streams(5, 0, "far"))[0, :, 0]
    for beyond in (rows < far[0], rows > far[1]):
        assert abs(beyond.sum() - 200) < 4 * 200**0.5
    batch = Batch(np.array([[[far[0] * 1.01], [far[1] * 0.99], [far[1] * 1.01], [0.0]]]), source.space)
    assert metrics()["far_tail_mass"].against(source.reference(), source.space)(batch).tolist() == [500.0]


def by_hand(most: int, expected: float) -> float:
    """The chance of so many far rows or fewer, drawn by models that learned from Poisson(expected) of them: a sum over what they saw."""
    seen = np.arange(int(expected + 12 * expected**0.5) + 12)
    return float(poisson.pmf(seen, expected) @ poisson.cdf(most, seen))


@pytest.mark.parametrize("expected", [5, 12, 40, 200, 3000])
@pytest.mark.parametrize("level", [1e-3, 2e-5])
def test_few_far_rows_are_what_faithful_models_hardly_ever_draw(expected: float, level: float) -> None:
    most = most_by_chance(expected, level)
    assert most < 0 or by_hand(most, expected) <= level
    assert by_hand(most + 3 + most // 8, expected) > level, "the bound gives little away"


def test_thin_far_tails_are_at_most_half_of_them() -> None:
    run = ran("normal", (*COLUMNS, "far_tail_mass"), n=1000, generations=30, temperature=0.9, replicates=20)
    seen, drawn = far_rows(run)
    thin = far_tails_thin(run)
    assert thin[-1]
    assert not thin[0]
    assert (seen[thin] <= FAR_LEFT * 0.001 * drawn[thin]).all()


def fresh(run: Run, names: tuple[str, ...], seed: int) -> Run:
    """The same run as if every generation were fresh real rows: nothing changes."""
    experiment = run.experiment
    source, reference = experiment.source, experiment.source.reference()
    streams = [Streams(seed, t, "fresh") for t in range(run.last + 1)]
    batches = [Batch(source.sample(experiment.replicates, experiment.n, stream), source.space) for stream in streams]
    measures = {name: metrics()[name].against(reference, source.space) for name in names}
    measured = {
        name: np.stack([scores(batch.first(metrics()[name].replicates)) for batch in batches], axis=1) for name, scores in measures.items()
    }
    return replace(run, metrics=measured)


def test_fresh_real_rows_lose_no_shape() -> None:
    told, run = 0, ran("moons", PLANE, n=60, generations=3, replicates=8)
    for seed in range(60):
        found = fresh(run, PLANE, seed)
        told += bool((off_support(found) | unlike(found))[-1])
    assert told <= 2, "three of sixty would be one in 5,000 where one in a thousand is meant for each of the two"


def test_kernels_in_the_plane_blur() -> None:
    run = ran("swiss_roll", PLANE, {"kind": "kde", "h": 0.3}, regime={"kind": "accumulate"}, generations=20)
    assert phase_at(run, run.last) == "blurred"
    assert "late" not in phases(run)


def test_the_shape_distance_is_the_wasserstein_distance_of_standardized_rows() -> None:
    from scipy.stats import wasserstein_distance, zscore

    source = sources["student_t"].model_validate({"df": 5.0})
    rows = source.sample(3, 37, Streams(2, 0, "shape"))
    measure = metrics()["shape_distance"].against(source.reference(), source.space)
    truth = zscore(source.reference().rows[:, 0])
    expected = [wasserstein_distance(zscore(world[:, 0]), truth) for world in rows]
    np.testing.assert_allclose(measure(Batch(rows, source.space)), expected, rtol=1e-12)
    np.testing.assert_allclose(measure(Batch(rows * 0.01 + 7, source.space)), expected, rtol=1e-9)
    assert np.isnan(measure(Batch(np.ones((1, 4, 1)), source.space)))[0]
