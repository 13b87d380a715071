"""A run's metrics as a table and as files: the same numbers in every format, and each file whole or not at all."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from pyarrow import csv, parquet

from sim import Experiment, Run, simulate
from sim.store.exports import export, exports
from sim.store.results import ensure_writable, write
from sim.store.table import metrics_table

EXPERIMENT = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=5, generations=3, replicates=4)


def test_the_table_keeps_its_shape_when_a_run_ends_early() -> None:
    impossible = simulate(EXPERIMENT.but(n=1, family={"kind": "gaussian", "ddof": 1}), ["mean_shift"])
    assert impossible.ending.kind == "impossible"
    long = metrics_table(impossible)
    assert long.num_rows == 4 * 4
    values = np.asarray(long["value"]).reshape(4, 4)
    assert np.isfinite(values[:, 0]).all()
    assert np.isnan(values[:, 1:]).all()
    assert long.schema.metadata[b"experiment"].decode() == impossible.experiment.to_json()


def test_a_csv_takes_little_more_memory_than_the_file() -> None:
    run = simulate(EXPERIMENT.but(replicates=2000, generations=10))
    size = len(exports()["csv"].content(run))
    tracemalloc.start()
    exports()["csv"].content(run)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * size


def test_csv_and_parquet_hold_the_same_numbers() -> None:
    run = simulate(EXPERIMENT, ["total_variance", "tail_mass"])
    text = exports()["csv"].content(run)
    assert text.startswith(b"metric,replicate,generation,value\ntotal_variance,0,0,")
    from_csv = csv.read_csv(io.BytesIO(text)).to_pylist()
    assert from_csv == parquet.read_table(io.BytesIO(exports()["parquet"].content(run))).to_pylist()
    assert text.count(b"\n") == 1 + 2 * run.metrics["tail_mass"].size
    assert exports()["csv"].content(simulate(EXPERIMENT, [])) == b"metric,replicate,generation,value\n"


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = simulate(EXPERIMENT, ["mean_shift"])
    write(run, tmp_path)
    before = (tmp_path / "metrics.parquet").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        write(run, tmp_path)
    assert (tmp_path / "metrics.parquet").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["experiment.json", "metrics.parquet"]


def names_in(folder: Path) -> list[str]:
    """The names of all files in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_holds_one_run_and_what_is_nobody_s(tmp_path: Path) -> None:
    told = Experiment(source={"kind": "text"}, family={"kind": "ngram"}, n=5, generations=1, replicates=2)
    write(simulate(told, []), tmp_path, ["csv", "parquet"])
    for name in ("notes.md", "metrics.csv.bak", "experiment.json~", ".hidden"):
        (tmp_path / name).write_text("mine", "utf-8")
    mine = {".hidden", "experiment.json~", "metrics.csv.bak", "notes.md"}
    assert set(names_in(tmp_path)) == mine | {"experiment.json", "metrics.csv", "metrics.parquet", "provenance.json"}
    write(simulate(EXPERIMENT, []), tmp_path)
    assert set(names_in(tmp_path)) == mine | {"experiment.json", "metrics.parquet"}
    assert (tmp_path / "experiment.json").read_text("utf-8") == EXPERIMENT.to_json() + "\n"
    assert all((tmp_path / name).read_text("utf-8") == "mine" for name in mine)


@pytest.mark.parametrize("found", [None, "{nonsense", "[1]", '{"source": {"kind": "normal"}, "family": {"kind": "gaussian"}}'])
def test_files_that_no_earlier_run_left_stay(found: str | None, tmp_path: Path) -> None:
    """Somebody's table beside the experiment that they wrote by hand is no earlier run."""
    (tmp_path / "metrics.csv").write_text("mine", "utf-8")
    (tmp_path / "provenance.json").mkdir()
    if found is not None:
        (tmp_path / "experiment.json").write_text(found, "utf-8")
    write(simulate(EXPERIMENT, []), tmp_path)
    assert names_in(tmp_path) == ["experiment.json", "metrics.csv", "metrics.parquet", "provenance.json"]
    assert (tmp_path / "metrics.csv").read_text("utf-8") == "mine"


def test_an_earlier_run_stays_whole_where_a_new_one_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(simulate(EXPERIMENT, ["mean_shift"]), tmp_path, ["csv"])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        write(simulate(EXPERIMENT.but(n=6), ["mean_shift"]), tmp_path, ["csv", "parquet"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_is_exchanged_and_not_rewritten(tmp_path: Path) -> None:
    run = simulate(EXPERIMENT, ["mean_shift"])
    write(run, tmp_path)
    with (tmp_path / "metrics.parquet").open("rb") as reader:
        before = reader.read()
        reader.seek(0)
        write(simulate(EXPERIMENT, ["tail_mass"]), tmp_path)
        assert reader.read() == before
    assert (tmp_path / "metrics.parquet").read_bytes() != before


def test_a_folder_is_claimed_without_a_trace(tmp_path: Path) -> None:
    ensure_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_two_formats_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_nothing(run: Run, file: IO[bytes]) -> None:
        """Not a file at all."""

    before = exports()
    monkeypatch.setattr(write_nothing, "__module__", "elsewhere.csv")
    with pytest.raises(TypeError, match="two export formats call themselves 'csv'"):
        export(label="CSV", ending="csv", media_type="text/csv")(write_nothing)
    assert exports() == before
