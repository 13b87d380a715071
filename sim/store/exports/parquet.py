"""Parquet: columns with their types, for programs; it carries the experiment as metadata."""

from __future__ import annotations

import importlib
from typing import IO

from sim.records import Run
from sim.store.exports import export
from sim.store.table import metrics_table


@export(label="Parquet", ending="parquet", media_type="application/octet-stream")
def write(run: Run, file: IO[bytes]) -> None:
    """The table with its metadata."""
    importlib.import_module("pyarrow.parquet").write_table(metrics_table(run), file)
