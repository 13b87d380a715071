"""Whole runs, and what it costs to get there: the import."""

from __future__ import annotations

import subprocess
import sys

from sim.benchmarks import Measurement, benchmark, medians
from sim.engine import simulate
from sim.experiment import Experiment

CHEAP = ("total_variance", "mean_shift", "tail_mass", "wasserstein")

HEAVY = ("torch", "umap", "numba", "sklearn", "scipy", "pandas", "pyarrow", "matplotlib")

GAUSSIAN = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 100, "generations": 100, "replicates": 50}
"""The run that `gaussian_run` promises to do in a second."""


@benchmark("Gaussian run, n = 100, 100 generations, 50 replicates, four cheap metrics", reach="under 1 s")
def gaussian_run() -> Measurement:
    """From the experiment to finished arrays, noise floors included."""
    experiment = Experiment.model_validate(GAUSSIAN)
    (seconds,) = medians(5, lambda: simulate(experiment, CHEAP))
    return Measurement(seconds, "s", f"{seconds / 101 * 1000:.2f} ms a generation", seconds < 1)


@benchmark("import sim, in units of import numpy", reach="at most 4 times")
def import_cost() -> Measurement:
    """A fresh interpreter each time, its own start taken off both sides."""
    empty, numpy, sim = medians(7, *(lambda code=code: _fresh(code) for code in ("pass", "import numpy", "import sim")))
    ratio = (sim - empty) / (numpy - empty)
    return Measurement(ratio, "times", f"{(sim - empty) * 1000:.0f} ms against {(numpy - empty) * 1000:.0f} ms", ratio <= 4)


@benchmark("heavy packages imported by a Gaussian run", reach="none")
def heavy_imports() -> Measurement:
    """Counts what is imported on the way to the numbers of the first picture."""
    loaded = heavy_after(f"import sim; sim.simulate(sim.Experiment.model_validate({GAUSSIAN!r}), {CHEAP!r})")
    return Measurement(len(loaded), "packages", ", ".join(loaded) or "none loaded", not loaded)


def heavy_after(code: str) -> list[str]:
    """The heavy packages that a fresh interpreter has loaded after some code."""
    loaded = set(_fresh(f"{code}\nimport sys\nprint(*sys.modules)").split())
    return [package for package in HEAVY if package in loaded]


def _fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
