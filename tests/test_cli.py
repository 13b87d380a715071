"""The command line as a visitor meets it: 0, or 2 and exactly one line on standard error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from sim import Experiment, simulate
from sim.__main__ import main
from sim.families import families
from sim.metrics import metrics
from sim.regimes import regimes
from sim.sources import sources
from sim.spec import knobs
from sim.store.exports import exports

EXPERIMENT = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=5, generations=3, replicates=4)
ROOT = Path(__file__).parents[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An experiment on disk."""
    path = tmp_path / "experiment.json"
    path.write_text(EXPERIMENT.to_json(), "utf-8")
    return path


def elsewhere(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "sim", *arguments], input=stdin, capture_output=True, text=True, cwd=ROOT, check=False)


def test_the_catalogue_has_every_variant_with_its_knobs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for part, registry in {"sources": sources, "families": families, "regimes": regimes}.items():
        assert [variant["kind"] for variant in found[part]] == [variant.kind_name() for variant in registry]
        for variant in found[part]:
            assert [knob["name"] for knob in variant["knobs"]] == list(knobs(registry[variant["kind"]]))
    assert [metric["name"] for metric in found["metrics"]] == list(metrics())
    window = next(regime for regime in found["regimes"] if regime["kind"] == "window")
    assert window["knobs"] == [
        {
            "name": "k",
            "label": "Batches kept",
            "help": "How many of the newest batches the next model learns from.",
            "default": 3,
            "unit": "",
            "bounds": {"ge": 1, "le": 1000},
            "choices": [],
        }
    ]
    assert next(knob for knob in found["experiment"] if knob["name"] == "real_supply")["choices"] == ["fresh", "fixed"]


def test_the_catalogue_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    for name in (*(v.kind_name() for v in (*sources, *families, *regimes)), *metrics()):
        assert f"\n  {name}: " in text
    assert "k = 3 (at least 1, at most 1,000): Batches kept." in text
    assert max(map(len, text.splitlines())) <= 110


def test_a_run_leaves_the_metrics_and_the_experiment(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "out"
    assert main(["run", str(file), "--out", str(out), "--metrics", "total_variance, mean_shift"]) == 0
    said = capsys.readouterr()
    assert said.out == "The run reached generation 3.\n"
    assert "\n" not in said.err
    assert sorted(path.name for path in out.iterdir()) == ["experiment.json", "metrics.parquet"]
    assert (out / "experiment.json").read_text("utf-8") == EXPERIMENT.to_json() + "\n"
    long = parquet.read_table(out / "metrics.parquet")
    assert long.column_names == ["metric", "replicate", "generation", "value"]
    run = simulate(EXPERIMENT, ["total_variance", "mean_shift"])
    for line in long.to_pylist():
        assert line["value"] == run.metrics[line["metric"]][line["replicate"], line["generation"]]
    assert long.num_rows == 2 * 4 * 4


def test_a_run_measures_all_that_applies_by_default(file: Path, tmp_path: Path) -> None:
    assert main(["run", str(file), "--out", str(tmp_path)]) == 0
    measured = set(parquet.read_table(tmp_path / "metrics.parquet")["metric"].to_pylist())
    assert measured == set(simulate(EXPERIMENT).metrics)


def test_a_run_may_be_written_in_several_formats(file: Path, tmp_path: Path) -> None:
    assert main(["run", str(file), "--out", str(tmp_path / "out"), "--metrics", "mean_shift", "--formats", "csv, parquet"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["experiment.json", "metrics.csv", "metrics.parquet"]


def test_an_experiment_may_come_from_standard_input(tmp_path: Path) -> None:
    done = elsewhere("run", "-", "--out", str(tmp_path), stdin=EXPERIMENT.to_json())
    assert (done.returncode, done.stdout) == (0, "The run reached generation 3.\n")
    assert "0/4" in done.stderr


BAD_LINES = [
    ([], "required: list | run | record | lessons | bench | maps | verify"),
    (["fly"], "command must be one of list, run, record, lessons, bench, maps, verify; got 'fly'."),
    (["lits"], "got 'lits'. Did you mean list?"),
    (["list", "--jsno"], "unrecognized arguments: --jsno"),
    (["list", "--js"], "unrecognized arguments: --js"),
    (["run"], "required: experiment, --out"),
    (["run", "EXPERIMENT"], "required: --out"),
    (["run", "nowhere.json", "--out", "OUT"], "nowhere.json cannot be used: No such file or directory."),
    (["run", "FOLDER", "--out", "OUT"], "cannot be used: Is a directory."),
    (["run", "EXPERIMENT", "--out", "EXPERIMENT"], "cannot be used: File exists."),
    (["run", "EXPERIMENT", "--out", "EXPERIMENT/out"], "cannot be used: Not a directory."),
    (["run", "EXPERIMENT", "--out", "/proc/out"], "/proc/out cannot be used: "),
    (["run", "a\0b", "--out", "OUT"], "null byte"),
    (["run", "EXPERIMENT", "--out", "OUT", "--metrics", ""], "metrics must be among "),
    (["run", "EXPERIMENT", "--out", "OUT", "--metrics", "total_varaince"], "Did you mean total_variance?"),
    (["run", "EXPERIMENT", "--out", "OUT", "--metrics", "tokens_alive"], "metrics must be among "),
    (
        ["run", "EXPERIMENT", "--out", "OUT", "--formats", "parqet"],
        f"--formats must be one of {', '.join(exports())}; got 'parqet'. Did you mean parquet?",
    ),
    (["run", "BAD", "--out", "OUT"], "experiment must be valid JSON; got '{nonsense'."),
    (["record", "shrinsk"], "NAME must be one of shrinks, "),
    (["bench", "--only", "gaussian_rnu"], "Did you mean gaussian_run?"),
]


@pytest.mark.parametrize(("arguments", "part"), BAD_LINES, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_anything_wrong_is_one_line_and_two(
    arguments: list[str], part: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.json").write_text("{nonsense", "utf-8")
    meant = {"EXPERIMENT": file, "FOLDER": tmp_path, "OUT": tmp_path / "out", "BAD": tmp_path / "bad.json", "EXPERIMENT/out": file / "out"}
    assert main([str(meant.get(word, word)) for word in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    assert part in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"n": 0}, "n must be at least 1; got 0."),
        ({"relicates": 3}, "Did you mean replicates?"),
        ({"n": 100_000, "generations": 5000}, "must be smaller, because this run needs more than 400,000,000 numbers"),
        ({"source": {"kind": "zipf"}}, "family must be a model that can learn tokens"),
        ({"a\nb": 1}, "a?b must be a setting of experiment"),
    ],
)
def test_a_bad_experiment_is_one_line_and_two(
    changes: dict[str, Any], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "experiment.json"
    path.write_text(json.dumps(EXPERIMENT.model_dump() | changes), "utf-8")
    assert main(["run", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert part in said.err


def test_a_fault_of_ours_is_one_line_too(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("sim.__main__.write", broken)
    assert main(["run", str(file), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.endswith("This should not have happened: RuntimeError: two lines\n")


def test_stopping_a_run_is_one_line_and_leaves_no_files(tmp_path: Path) -> None:
    long = EXPERIMENT.but(n=1000, generations=4000, replicates=100)
    # Whatever starts the tests in the background has them ignore the signal, and what they start would inherit that.
    obeys = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); runpy.run_module('sim', run_name='__main__')"
    command = [sys.executable, "-c", obeys, "run", "-", "--out", str(tmp_path / "out"), "--metrics", "total_variance"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(long.to_json().encode())
        process.stdin.close()
        process.stdin = None
        started = process.stderr.read(1)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert out == b""
    assert (started + err).count(b"\n") == 1
    assert err.endswith(b"Stopped.\n")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_reader_that_went_away_is_one_line() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "sim", "list"], stdout=nobody, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
        )
    assert (done.returncode, done.stderr) == (2, "Nobody reads the output any more.\n")


def test_a_narrow_encoding_is_no_fault() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "list"], capture_output=True, cwd=ROOT, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("status", "said"), [(0, ""), (1, "do not all hold (pytest ended with 1).\n"), (5, "no test is marked")])
def test_the_long_checks_are_those_marked_for_them(
    status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    def ended(command: list[str], **settings: Any) -> subprocess.CompletedProcess[bytes]:
        asked.append((command[1:], settings["cwd"]))
        return subprocess.CompletedProcess(command, status)

    monkeypatch.setattr(subprocess, "run", ended)
    assert main(["verify"]) == (2 if status else 0)
    assert asked == [(["-m", "pytest", "-m", "verify"], ROOT)]
    assert said in capsys.readouterr().err


def test_long_checks_without_the_repository_or_pytest_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["verify"]) == 2
    assert "need pytest" in capsys.readouterr().err
    monkeypatch.setattr("sim.__main__.ROOT", tmp_path)
    assert main(["verify"]) == 2
    assert "part of the repository" in capsys.readouterr().err
