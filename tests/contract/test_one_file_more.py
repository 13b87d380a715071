"""One thing, one file: each variant that the project can get is added to a copy of it, as one new file, and found everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("sim", "dashboard")

NEW_METRIC = '''
"""Energy: the mean square of the numbers in a row."""

from __future__ import annotations

import numpy as np

from sim.metrics import Evidence, Measure, metric
from sim.sources import Reference
from sim.spaces import Space


@metric(label="Energy", better="truth", ideal=None, spaces=("columns", "tokens", "sequences"))
def energy(reference: Reference, space: Space) -> Measure:
    """The mean square.

    Law: the mean of x^2 over rows and columns.
    """
    return lambda evidence: (evidence.rows.astype(np.float64) ** 2).mean(axis=(1, 2))
'''

CHECK_METRIC = """
import io, json
from contextlib import redirect_stdout
from dashboard.runs.queue import Jobs
from sim import Experiment, simulate
from sim.__main__ import main
from sim.metrics import metrics
from sim.presets import presets
from sim.store.shipped import FOLDER, load
import sim

assert sim.__file__.startswith(HOUSE), sim.__file__
assert "energy" in metrics()

for name, preset in presets().items():
    held = load(FOLDER / f"{name}.npz", preset.experiment).run.metrics
    assert held and "energy" not in held, name

said = io.StringIO()
with redirect_stdout(said):
    assert main(["list", "--json"]) == 0
assert "Energy" in [metric["label"] for metric in json.loads(said.getvalue())["metrics"]]

small = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, generations=2, replicates=3)
run = simulate(small)
assert abs(run.metrics["energy"] - (run.samples.astype(float) ** 2).mean(axis=(2, 3))).max() < 1e-6
assert run.noise_floor["energy"].low < 1 < run.noise_floor["energy"].high

jobs, preset = Jobs(), presets()["gets_wider"].experiment
played = jobs.ask(preset, ("total_variance",), "a visitor")
computed = jobs.ask(preset, ("total_variance", "energy"), "a visitor")
assert played.recorded and not computed.recorded
assert computed.outcome(60).metrics["energy"].shape == (preset.replicates, preset.generations + 1)
"""

NEW_EXPORT = '''
"""JSON lines: one object for each metric, for scripts without a reader of tables."""

from __future__ import annotations

import json
from typing import IO

from sim.records import Run
from sim.store.exports import export


@export(label="JSON lines", ending="jsonl", media_type="application/jsonl")
def write(run: Run, file: IO[bytes]) -> None:
    """Metric by metric."""
    for name, values in run.metrics.items():
        file.write(f"{json.dumps({name: values.tolist()})}\\n".encode())
'''

CHECK_EXPORT = """
import json
from pathlib import Path
from sim import Experiment, simulate
from sim.__main__ import main
from sim.store.exports import exports

small = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, generations=2, replicates=3)
values = simulate(small, ["total_variance"]).metrics["total_variance"]
Path("experiment.json").write_text(small.to_json())
assert main(["run", "experiment.json", "--out", "out", "--metrics", "total_variance", "--formats", "json_lines"]) == 0
assert json.loads(Path("out/metrics.jsonl").read_text()) == {"total_variance": values.tolist()}
assert "Download JSON lines" in [f"Download {one.label}" for one in exports().values()], "what the page writes on its buttons"
"""

NEW_TRACE = '''

class Heights(Trace):
    """The largest number of all n rows, (replicates, generations + 1)."""

    def read(self, seen: Seen) -> Floats | None:
        """None where no row was drawn."""
        return seen.state.rows.max(axis=(1, 2)) if seen.state.rows.shape[1] else None

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """NaN where nothing was drawn."""
        return np.full((experiment.replicates, experiment.generations + 1), np.nan)
'''

CHECK_TRACE = """
from pathlib import Path
import numpy as np
from dashboard.runs.queue import Jobs
from sim import Experiment, simulate
from sim.store.shipped import load, save

small = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, generations=2, replicates=3)
run = simulate(small, ["total_variance"])
np.testing.assert_allclose(run.heights, run.samples.max(axis=(2, 3)), rtol=1e-6)
save(run, Path("one.npz"))
np.testing.assert_array_equal(load(Path("one.npz"), small).run.heights, run.heights)

jobs, longer = Jobs(), small.but(generations=4)
jobs.ask(small, ("total_variance",), "a visitor").outcome(60)
on = jobs.ask(longer, ("total_variance",), "a visitor")
np.testing.assert_array_equal(on.outcome(60).heights, simulate(longer, ["total_variance"]).heights)
assert len(on._ticks) == 2, "it went on, and did not begin anew"
"""


def house(folder: Path) -> Path:
    """A copy of the project in a folder."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def holds(script: str, folder: Path) -> None:
    """Fails unless a script, run in a process of its own on the copy in a folder, holds to its end."""
    script = f"HOUSE = {str(folder)!r}\n{script}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


VARIANTS = [
    pytest.param("sim/metrics/energy.py", NEW_METRIC, CHECK_METRIC, id="metric"),
    pytest.param("sim/store/exports/json_lines.py", NEW_EXPORT, CHECK_EXPORT, id="export format"),
]


@pytest.mark.parametrize(("name", "text", "script"), VARIANTS)
def test_a_variant_is_one_new_file(name: str, text: str, script: str, tmp_path: Path) -> None:
    folder = house(tmp_path)
    assert not (folder / name).exists()
    (folder / name).write_text(text.lstrip("\n"), "utf-8")
    holds(script, folder)


def test_an_array_of_a_run_is_one_class_and_the_attribute_that_holds_it(tmp_path: Path) -> None:
    """Nobody else knows it: the recorder, the assembly, the files and going on find it in the table."""
    folder = house(tmp_path)
    traces, records = folder / "sim" / "traces.py", folder / "sim" / "records.py"
    traces.write_text(traces.read_text("utf-8") + NEW_TRACE, "utf-8")
    text = records.read_text("utf-8").replace("from sim.traces import ", "from sim.traces import Heights, ")
    attribute = "    heights: Annotated[Floats | None, Heights()] = None\n\n"
    records.write_text(text.replace("    @property\n    def last", f"{attribute}    @property\n    def last"), "utf-8")
    holds(CHECK_TRACE, folder)
