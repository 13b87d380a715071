"""Exports: a run's metrics as a table and as files, the same for the command line and the page.

The table is long: one line for each metric, replicate and generation. Lines that were not measured are kept as NaN, so
every run of one experiment gives a table of the same shape.
"""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from sim.records import Run

METRICS_FILE = "metrics.parquet"
EXPERIMENT_FILE = "experiment.json"
PROVENANCE_FILE = "provenance.json"


def table(run: Run) -> Any:
    """The metrics as a `pyarrow.Table` with columns metric, replicate, generation and value, sorted by the first three.

    The schema's metadata hold the experiment's canonical JSON.
    """
    pyarrow: Any = importlib.import_module("pyarrow")

    generations = run.experiment.generations + 1
    cells = run.experiment.replicates * generations
    names = pyarrow.DictionaryArray.from_arrays(np.repeat(np.arange(len(run.metrics), dtype=np.int32), cells), list(run.metrics))
    replicate = np.repeat(np.arange(run.experiment.replicates, dtype=np.int32), generations)
    generation = np.tile(np.arange(generations, dtype=np.int32), run.experiment.replicates)
    columns = {
        "metric": names,
        "replicate": np.tile(replicate, len(run.metrics)),
        "generation": np.tile(generation, len(run.metrics)),
        "value": np.concatenate([np.empty(0), *(values.ravel() for values in run.metrics.values())]),
    }
    return pyarrow.table(columns, metadata={"experiment": run.experiment.to_json()})


def metrics_parquet(run: Run) -> bytes:
    """The table as a Parquet file."""
    buffer = BytesIO()
    _parquet(run, buffer)
    return buffer.getvalue()


def metrics_csv(run: Run) -> bytes:
    """The table as CSV in UTF-8 with a header; what was not measured reads nan."""
    csv: Any = importlib.import_module("pyarrow.csv")
    buffer = BytesIO()
    buffer.write(f"{','.join(table(replace(run, metrics={})).column_names)}\n".encode())
    for name, values in run.metrics.items():  # a table of all metrics at once would take as much room again as the file
        columns = table(replace(run, metrics={name: values}))
        csv.write_csv(columns, buffer, csv.WriteOptions(include_header=False, quoting_style="none"))
    return buffer.getvalue()


def write(run: Run, folder: Path) -> None:
    """Put `metrics.parquet` and `experiment.json` into a folder; each file appears whole or not at all.

    A source that depends on more than its settings (a text that differs by Python version) adds `provenance.json`.
    """
    _whole(folder / METRICS_FILE, lambda file: _parquet(run, file))
    _whole(folder / EXPERIMENT_FILE, lambda file: file.write(f"{run.experiment.to_json()}\n".encode()))
    if provenance := run.experiment.source.provenance:
        _whole(folder / PROVENANCE_FILE, lambda file: file.write(f"{json.dumps(dict(provenance))}\n".encode()))


def claim(folder: Path) -> None:
    """Make the folder and try to write there, so that a long run does not fail at its end; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _parquet(run: Run, file: Any) -> None:
    importlib.import_module("pyarrow.parquet").write_table(table(run), file)


def _whole(path: Path, fill: Callable[[Any], object]) -> None:
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            fill(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
