"""Half of the spread: what the sentence says of theory is where the line that is drawn crosses it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from dashboard.captions.run import detail
from dashboard.figures import View
from dashboard.figures.curves import curves
from sim import Experiment, Run, simulate
from sim.verdicts.phases import onset, phases

LOOP = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "replicates": 40}


def ran(**settings: Any) -> Run:
    return simulate(Experiment.model_validate({**LOOP, **settings}), ("total_variance",))


def said(run: Run) -> float | None:
    found = re.search(r"Closed form of the typical path: half at (\S+)\.", detail(run))
    return float(found[1].replace(",", "")) if found else None


def crossing(run: Run) -> float:
    """Where the dashed line falls below a quarter of the variance, read off the panel.

    The whole is the truth's variance 1, or what that many real rows typically show where their spread is less than nine tenths.
    """
    (panel,) = curves(View(run, 0, ("total_variance",)))
    (law,) = [trace for trace in panel.data if trace.get("name") == "closed form, typical path"]
    at, line = np.array(law["x"]), np.array(law["y"])
    real = float(run.noise_floor["total_variance"])
    quarter = (real if np.sqrt(real) < 0.9 else 1.0) / 4
    after = int(np.flatnonzero(line < quarter)[0])
    high, low = np.log(line[after - 1]), np.log(line[after])
    return float(at[after - 1] + (at[after] - at[after - 1]) * (high - np.log(quarter)) / (high - low))


@pytest.mark.parametrize("temperature", [1.0, 0.8])
@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("n", [2, 4, 5, 10, 30, 100])
def test_half_is_where_the_line_that_is_drawn_crosses_it(n: int, ddof: int, temperature: float) -> None:
    run = ran(n=n, generations=4 * n + 10 if n < 100 else 200, family={"kind": "gaussian", "ddof": ddof}, temperature=temperature)
    half = said(run)
    if onset(run, "late") is None:
        assert half is None
        return
    assert half is not None
    assert half == pytest.approx(crossing(run), rel=6e-3, abs=6e-3), "three digits are shown"


def test_most_of_these_runs_come_to_a_half() -> None:
    assert onset(ran(n=10, generations=50), "late") is not None
    assert said(ran(n=10, generations=50)) is not None


def test_the_median_crosses_where_theory_says() -> None:
    """Of 2,000 worlds: the logarithm of a collapsing variance is nearly symmetric, so median and typical path run together."""
    run = ran(n=10, generations=30, replicates=2000)
    half, spread = said(run), np.sqrt(np.median(run.metrics["total_variance"], axis=0))
    after = int(np.flatnonzero(spread < 0.5)[0])
    assert half is not None
    assert after - 1.5 < half < after + 0.5
    assert abs(half - onset(run, "late")) < 1.5  # pyright: ignore[reportOperatorIssue]


@pytest.mark.parametrize(
    "settings",
    [{"regime": {"kind": "accumulate"}}, {"source": {"kind": "normal", "dim": 2}}, {"real_share": 0.1}, {"family": {"kind": "kde"}}],
    ids=str,
)
def test_nothing_is_said_where_no_typical_path_is_drawn(settings: dict[str, Any]) -> None:
    run = ran(n=10, generations=40, **settings)
    (panel,) = curves(View(run, 0, ("total_variance",)))
    assert not any(trace.get("name") == "closed form, typical path" for trace in panel.data)
    assert said(run) is None
    assert len(phases(run)) == 41
