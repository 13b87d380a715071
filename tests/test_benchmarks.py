"""Benchmarks: one row each, on one thread, found by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.benchmarks import Measurement, benchmark, benchmarks, medians

ROOT = Path(__file__).parents[1]


def test_a_benchmark_is_one_aligned_row_and_runs_on_one_thread() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "bench", "--only", "heavy_imports"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    head, row = done.stdout.splitlines()
    assert head.index("reach") == row.index("none")
    assert head.index("holds") == row.index("yes")


def test_every_benchmark_says_what_it_promises() -> None:
    assert {"gaussian_run", "import_cost", "heavy_imports"} <= benchmarks().keys()
    for name, found in benchmarks().items():
        assert found.name == name
        assert found.title
        assert found.reach
        assert found.measure.__doc__


def test_two_benchmarks_cannot_share_a_name() -> None:
    assert "gaussian_run" in benchmarks(), "found first, whatever test ran before"
    with pytest.raises(TypeError, match="two benchmarks call themselves 'gaussian_run'"):

        @benchmark("another", reach="none")
        def gaussian_run() -> Measurement:
            return Measurement(0.0, "", "", True)


def test_what_is_compared_is_timed_in_turns() -> None:
    turns: list[str] = []
    times = medians(3, lambda: turns.append("a"), lambda: turns.append("b"))
    assert turns == ["a", "b"] * 4
    assert len(times) == 2
    assert all(seconds >= 0 for seconds in times)
