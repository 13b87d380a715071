"""One thing, one file: a metric, figure, lesson, preset, source, family, regime and export format, each added as a file alone.

The files are added to a copy of the project, all at once. What finds variants is then asked there, in processes of their own, and
before a release the tests of the project are run there too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDITIONS = Path(__file__).parent / "additions"
KINDS = 8

pytestmark = pytest.mark.xdist_group("one file")


def linked(source: str, target: str) -> None:
    """Large files are linked and not copied."""
    if source.endswith(".npz"):
        Path(target).symlink_to(source)
    else:
        shutil.copy(source, target)


def project(folder: Path) -> Path:
    """A copy of the project in a folder."""
    for part in ("sim", "dashboard", "tests", ".streamlit"):
        leave_out = shutil.ignore_patterns("__pycache__", "plotly-*.js", "additions")
        shutil.copytree(ROOT / part, folder / part, copy_function=linked, ignore=leave_out)
    for file in ("pyproject.toml", "collapse_lab.py", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE"):
        shutil.copy(ROOT / file, folder)
    return folder


def files_in(folder: Path) -> set[Path]:
    """Every file below a folder."""
    return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with eight files more."""
    folder = project(tmp_path_factory.mktemp("one") / "project")
    before = {file: (folder / file).read_bytes() for file in files_in(folder)}
    shutil.copytree(ADDITIONS, folder, dirs_exist_ok=True)
    lesson = (folder / "sim/lessons/tails_go_first.md").read_text("utf-8")
    again = lesson.replace('"Tails go first"', '"Tails once more"').replace("order = 2", "order = 99")
    again = again.replace('short = "tails"', 'short = "oncemore"')
    (folder / "sim/lessons/tails_once_more.md").write_text(again, "utf-8")
    assert len(files_in(folder) - before.keys()) == KINDS
    assert all((folder / file).read_bytes() == content for file, content in before.items())
    return folder


def holds(script: str, folder: Path, *arguments: str, seconds: float = 300) -> None:
    """Fails unless a script, run in a process of its own on the copy in a folder, holds to its end within some seconds."""
    command = [sys.executable, *(arguments or ("-c", script))]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


START = """
import io, json
from contextlib import redirect_stdout
from pathlib import Path
import numpy as np
from sim import Experiment, simulate
from sim.__main__ main

def printed(*words):
    said = io.StringIO()
    with redirect_stdout(said):
        assert main(words) == 0
    return said.getvalue()
""".replace("sim.__main__ main", "sim.__main__ import main")

VARIANTS = """
import sim
from sim.links import from_link, to_link

assert sim.__file__.startswith(str(Path.cwd())), sim.__file__
listed = json.loads(printed("list", "--json"))
found = {part: [one.get("kind", one.get("name")) for one in entries] for part, entries in listed.items()}
assert "uniform" in found["sources"] and "box" in found["families"] and "anchored" in found["regimes"] and "extent" in found["metrics"]

new = Experiment(source={"kind": "uniform"}, family={"kind": "box"}, regime={"kind": "anchored"}, n=20, generations=3, replicates=4)
assert from_link(to_link(new)) == Experiment.from_json(new.to_json()) == new
assert to_link(new)["source"] == "uniform"
run = simulate(new)
widths = run.samples.max(axis=2) - run.samples.min(axis=2)
np.testing.assert_allclose(run.metrics["extent"], widths[..., 0], rtol=1e-5)
assert run.noise_floor["extent"].low < run.noise_floor["extent"].high < 1
assert (run.metrics["extent"] < 1).all()

Path("experiment.json").write_text(new.to_json())
printed("run", "experiment.json", "--out", "out", "--metrics", "extent", "--formats", "json_lines")
assert json.loads(Path("out/metrics.jsonl").read_text()) == {"extent": run.metrics["extent"].tolist()}
"""

KEPT = """
from dashboard.runs.queue import Jobs
from sim.presets import presets
from sim.store.shipped import FOLDER, load

assert "even_chances" in presets()
for name, preset in presets().items():
    if name != "even_chances":
        held = load(FOLDER / f"{name}.npz", preset.experiment).run.metrics
        assert held and "extent" not in held, name

jobs, preset = Jobs(), presets()["gets_wider"].experiment
played = jobs.ask(preset, ("total_variance",), "a visitor")
computed = jobs.ask(preset, ("total_variance", "extent"), "a visitor")
assert played.recorded and not computed.recorded
assert computed.outcome(60).metrics["extent"].shape == (preset.replicates, preset.generations + 1)
assert jobs.ask(presets()["even_chances"].experiment, ("total_variance",), "another").outcome(60) is not None
"""

PAGES = """
from streamlit.testing.v1 import AppTest
from dashboard.figures import View, panels
from dashboard.views import explore

explore.HEAD_START = explore.SENDING = 0
new = Experiment(source={"kind": "uniform"}, family={"kind": "box"}, n=20, generations=3, replicates=4)
drawn = panels(View(simulate(new), 0, ("extent",)))
assert {"outermost", "curve-extent"} <= {panel["name"] for panel in drawn}

app = AppTest.from_file("dashboard/app.py", default_timeout=60)
app.query_params.update({"v": "1", "source": "uniform", "family": "box", "regime": "anchored", "n": "20", "generations": "3"})
app.run()
assert not app.exception, app.exception
assert "Uniform" in next(box for box in app.selectbox if box.label == "Source").options
assert "Even chances" in [button.label for button in app.button]
assert app.session_state["view_state"].experiment.family.kind == "box"

from sim.lessons import lessons
assert lessons()["tails_once_more"].label == "Tails once more"
listed = AppTest.from_string("from dashboard.views import lessons\\nlessons.page()", default_timeout=60).run()
assert not listed.exception, listed.exception
"""


@pytest.mark.parametrize("script", [VARIANTS, KEPT, PAGES], ids=["sim", "recordings", "pages"])
def test_a_new_file_is_found_everywhere(copy: Path, script: str) -> None:
    holds(START + script, copy)


@pytest.mark.verify
def test_a_new_file_keeps_the_contract(copy: Path) -> None:
    """The copy's own contract tests, on the variants that nobody has listed."""
    wanted = "uniform or box or anchored or extent"
    holds("", copy, "-m", "pytest", "tests/contract", "-q", "-n", "0", "-p", "no:randomly", "-k", f"({wanted}) and not one_file")


NOT_ON_A_COPY = (
    *("test_browser*", "test_accessibility.py"),  # pages in a browser
    *("test_hosting.py", "test_readme.py", "test_references.py"),  # the repository around the project
    *("test_serving.py", "test_jobs*", "test_umap*"),  # servers, queues and maps, which take long and know no variant
    *("test_shipped_runs.py", "test_language_presets.py", "test_neural_presets.py"),  # a preset's recording is made by a command
    *("test_transformer.py", "test_neural.py", "test_benchmarks.py"),  # families each for itself, and the speed of this machine
    *("test_truth*", "test_real_sources.py", "test_maps.py", "test_portraits.py"),  # long statistics of what there was before
)
"""Tests that no new file can break, or that want more than the project."""


@pytest.mark.verify
def test_a_new_file_breaks_no_test(copy: Path) -> None:
    """All other tests of the project hold with eight files more: none of them keeps a list of what there is."""
    left_out = [f"--ignore-glob=tests/{name}" for name in (*NOT_ON_A_COPY, "contract/*")]
    # A new metric of a high rank is on the stage of every preset, and no recording has it: networks would be trained for minutes.
    chosen = ("-m", "not verify and not browser", "-k", "not test_a_preset_opens_from_its_card", "-p", "no:randomly")
    holds("", copy, "-m", "pytest", "tests", "-q", *chosen, *left_out, seconds=1800)


NEW_TRACE = '''

class Heights(Trace):
    """The largest number of all n rows, (replicates, generations + 1)."""

    def read(self, given: TraceInput) -> Floats | None:
        """None where no row was drawn."""
        return given.state.rows.max(axis=(1, 2)) if given.state.rows.shape[1] else None

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """NaN where nothing was drawn."""
        return np.full((experiment.replicates, experiment.generations + 1), np.nan)
'''

CHECK_TRACE = """
from dashboard.runs.queue import Jobs
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
assert len(on.growing.times) == 2, "it went on, and did not begin anew"
"""


def test_an_array_of_a_run_is_one_class_and_the_attribute_that_holds_it(tmp_path: Path) -> None:
    """Nobody else knows it: the recorder, the assembly, the files and going on find it in the table."""
    folder = project(tmp_path)
    traces, records = folder / "sim" / "traces.py", folder / "sim" / "records.py"
    traces.write_text(traces.read_text("utf-8") + NEW_TRACE, "utf-8")
    text = records.read_text("utf-8").replace("from sim.traces import ", "from sim.traces import Heights, ")
    attribute = "    heights: Annotated[Floats | None, Heights()] = None\n\n"
    records.write_text(text.replace("    @property\n    def last", f"{attribute}    @property\n    def last"), "utf-8")
    holds(START + CHECK_TRACE, folder)
