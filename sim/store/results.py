"""Results: what the command line leaves of a run in a folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from sim.experiment import ROLES
from sim.records import Run
from sim.store.exports import exports

EXPERIMENT_FILE: Final = "experiment.json"
PROVENANCE_FILE: Final = "provenance.json"

USUAL_FORMAT: Final = "parquet"


Fill = Callable[[IO[bytes]], object]


def write(run: Run, folder: Path, formats: Iterable[str] = (USUAL_FORMAT,)) -> None:
    """Put the metrics, in formats named as in `exports()`, and the experiment into a folder; each file appears whole or not at all.

    A source that depends on more than its settings (a text that differs by Python version) adds `provenance.json`. The run that
    the folder held before goes, with each of its files, once all of the new one are written; other files are left alone.
    """
    fills: dict[str, Fill] = {one.file: partial(one.write, run) for one in (exports()[name] for name in formats)}
    if provenance := run.experiment.source.provenance:
        fills[PROVENANCE_FILE] = partial(_put, f"{json.dumps(dict(provenance))}\n")
    fills[EXPERIMENT_FILE] = partial(_put, f"{run.experiment.to_json()}\n")
    with ExitStack() as unfinished:
        written = {folder / name: unfinished.enter_context(_unfinished(folder / name, fill)) for name, fill in fills.items()}
        for path in _of_an_earlier_run(folder):
            path.unlink()
        for path, finished in written.items():
            finished.replace(path)


def ensure_writable(folder: Path) -> None:
    """Make the folder and try to write there, so that a long run does not fail at its end; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _of_an_earlier_run(folder: Path) -> list[Path]:
    """The files that `write` left in a folder; none where its `experiment.json` is missing, or no whole experiment but somebody's own."""
    try:
        settings = json.loads((folder / EXPERIMENT_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(settings, dict) or not {"version", *ROLES} <= settings.keys():
        return []
    names = (EXPERIMENT_FILE, PROVENANCE_FILE, *(one.file for one in exports().values()))
    return [folder / name for name in names if (folder / name).is_file()]


def _put(text: str, file: IO[bytes]) -> None:
    file.write(text.encode())


@contextmanager
def _unfinished(path: Path, fill: Fill) -> Generator[Path]:
    """A file beside its place, filled; gone afterwards unless it was moved there."""
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            fill(file)
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)
