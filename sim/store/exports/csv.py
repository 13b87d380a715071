"""CSV: text for spreadsheets and for reading."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import IO, Any

from sim.records import Run
from sim.store.exports import export
from sim.store.table import metrics_table


@export(label="CSV", ending="csv", media_type="text/csv")
def write(run: Run, file: IO[bytes]) -> None:
    """The table in UTF-8 with a header; what was not measured reads nan."""
    csv: Any = importlib.import_module("pyarrow.csv")
    file.write(f"{','.join(metrics_table(replace(run, metrics={})).column_names)}\n".encode())
    for name, values in run.metrics.items():  # a table of all metrics at once would take as much room again as the file
        columns = metrics_table(replace(run, metrics={name: values}))
        csv.write_csv(columns, file, csv.WriteOptions(include_header=False, quoting_style="none"))
