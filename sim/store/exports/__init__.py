"""Export formats: a run's metrics as one file, the same for the command line and the page.

A format is one file in this folder: a function that writes a run into an open file and registers itself with `@export(...)`.
The command line offers it by its name and the page by a button.

>>> exports()["csv"].file, exports()["csv"].media_type
('metrics.csv', 'text/csv')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import IO, Final

from sim.records import Run
from sim.registry import discover, is_same_definition

Write = Callable[[Run, IO[bytes]], object]


@dataclass(frozen=True, slots=True)
class Export:
    """A file format for the metrics of a run.

    Attributes:
        name: of the module that defines it, for the command line.
        label: the word on screen.
        ending: of the file's name, without its dot.
        media_type: what browsers are told that the file is.
        write: puts a run into a file that is open for writing.
    """

    name: str
    label: str
    ending: str
    media_type: str
    write: Write

    @property
    def file(self) -> str:
        """The name under which a file of this format is saved."""
        return f"metrics.{self.ending}"

    def content(self, run: Run) -> bytes:
        """The whole file."""
        buffer = BytesIO()
        self.write(run, buffer)
        return buffer.getvalue()


_EXPORTS: Final[dict[str, Export]] = {}


def export(*, label: str, ending: str, media_type: str) -> Callable[[Write], Write]:
    """Register the decorated function as a format under the name of its module."""

    def register(write: Write) -> Write:
        name = write.__module__.rpartition(".")[2]
        if name in _EXPORTS and not is_same_definition(write, _EXPORTS[name].write):
            raise TypeError(f"two export formats call themselves {name!r}")
        _EXPORTS[name] = Export(name, label, ending, media_type, write)
        return write

    return register


def exports() -> Mapping[str, Export]:
    """Every format by name, in alphabetical order."""
    discover(__name__)
    return MappingProxyType(dict(sorted(_EXPORTS.items())))
