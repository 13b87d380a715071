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
        file.write(f"{json.dumps({name: values.tolist()})}\n".encode())
