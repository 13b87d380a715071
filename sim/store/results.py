"""Results: what the command line leaves of a run in a folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from sim.records import Run
from sim.store.exports import exports

EXPERIMENT_FILE: Final = "experiment.json"
PROVENANCE_FILE: Final = "provenance.json"

USUAL_FORMAT: Final = "parquet"


def write(run: Run, folder: Path, formats: Iterable[str] = (USUAL_FORMAT,)) -> None:
    """Put the metrics, in formats named as in `exports()`, and the experiment into a folder; each file appears whole or not at all.

    A source that depends on more than its settings (a text that differs by Python version) adds `provenance.json`.
    """
    for one in (exports()[name] for name in formats):
        _whole(folder / one.file, partial(one.write, run))
    _whole(folder / EXPERIMENT_FILE, lambda file: file.write(f"{run.experiment.to_json()}\n".encode()))
    if provenance := run.experiment.source.provenance:
        _whole(folder / PROVENANCE_FILE, lambda file: file.write(f"{json.dumps(dict(provenance))}\n".encode()))


def ensure_writable(folder: Path) -> None:
    """Make the folder and try to write there, so that a long run does not fail at its end; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _whole(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            fill(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
