"""What every metric promises: one number per world, from the rows alone, whatever the rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from cases import SIZES, no_global_randomness, real_rows

from sim.metrics import Batch, Metric, metrics
from sim.sources import Source, sources
from sim.state import LARGEST

SOURCES: list[Source] = [variant() for variant in sources]
PAIRS = [(m, s) for m in metrics().values() for s in SOURCES if m.applies(s.reference(), s.space)]
PAIR = pytest.mark.parametrize(("metric", "source"), PAIRS, ids=lambda v: v.name if isinstance(v, Metric) else v.kind_name())


def measured(metric: Metric, source: Source, rows: Any) -> Any:
    """The metric of rows, taken anew."""
    return metric.against(source.reference(), source.space)(Batch(rows, source.space, said(metric, rows)))


def said(metric: Metric, rows: Any) -> dict[str, Any]:
    """Scores in the place of a model's, made from the rows alone so that they turn and end with them."""
    codes = rows.astype(np.float64)
    scores = {"codes": codes, "log_prob": -np.abs(codes).sum(axis=2), "truth_log_prob": -np.abs(codes).sum(axis=2)}
    return {name: scores[name] for name in metric.scores}


@pytest.mark.parametrize("metric", metrics().values(), ids=lambda m: m.name)
def test_a_metric_says_how_to_read_it(metric: Metric) -> None:
    assert metric.name.replace("_", "").isalnum()
    assert metric.name == metric.name.lower()
    assert metric.label
    assert metric.label[0].isupper()
    assert "Law:" in metric.help
    assert metric.help.split("\n")[0].rstrip().endswith(".")
    assert metric.replicates >= 1
    assert metric.better in ("higher", "lower", "truth")
    assert any(metric.applies(source.reference(), source.space) for source in SOURCES)


@PAIR
def test_the_ideal_is_a_number_or_nothing(metric: Metric, source: Source) -> None:
    ideal = metric.ideal(source.reference())
    assert ideal is None or math.isfinite(ideal)


@PAIR
def test_one_number_per_world_and_no_traces(metric: Metric, source: Source) -> None:
    for n in SIZES:
        rows = real_rows(source, 3, n)
        before = rows.copy()
        with no_global_randomness():
            values = measured(metric, source, rows)
        assert values.shape == (3,)
        assert np.issubdtype(values.dtype, np.floating)
        assert not np.isinf(values).any()
        np.testing.assert_array_equal(rows, before)
        np.testing.assert_array_equal(measured(metric, source, rows), values)
    assert np.isfinite(measured(metric, source, real_rows(source, 3, 60))).all()


@PAIR
def test_a_world_scores_the_same_however_many_there_are(metric: Metric, source: Source) -> None:
    rows = real_rows(source, 5, 30)
    all_five = measured(metric, source, rows)
    for replicates in (1, 3):
        np.testing.assert_allclose(measured(metric, source, rows[:replicates]), all_five[:replicates], rtol=1e-12)


@PAIR
def test_the_order_of_rows_does_not_matter(metric: Metric, source: Source) -> None:
    rows = real_rows(source, 2, 30)
    turned = np.ascontiguousarray(rows[:, np.random.default_rng(3).permutation(30)])
    # The square root of a singular covariance carries the square root of the rounding error, about 1e-8.
    np.testing.assert_allclose(measured(metric, source, turned), measured(metric, source, rows), rtol=1e-7, atol=1e-12)


@PAIR
def test_edge_rows_are_measured_in_silence(metric: Metric, source: Source) -> None:
    rows = real_rows(source, 2, 8)
    if source.space.kind != "columns":
        last = source.space.vocabulary - 1
        edges = {"one token": np.zeros_like(rows), "the rarest": np.full_like(rows, last)}
    else:
        scales = (1e-310, 1e-160, 1e-8, 1e8, 0.1 * LARGEST)
        edges = {"zeros": np.zeros_like(rows), "one point": np.full_like(rows, 3.1)} | {f"times {s}": rows * s for s in scales}
    for what, edge in edges.items():
        values = measured(metric, source, edge)
        assert values.shape == (2,), what
        assert not np.isinf(values).any(), what
