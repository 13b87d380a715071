"""The store: runs on disk, and the ways in which they leave it.

A store of runs is one file in this folder: a function that returns its run of an experiment, if it has one, and registers itself
with `@store`. Besides there are files of arrays with a checksum, results of the command line and export formats (one file each
in `exports`); a ledger belongs here too.
May import `engine`, `experiment`, `metrics`, `presets`, `records` and `state`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, Protocol, TypeVar

from sim.experiment import Experiment
from sim.records import Run
from sim.registry import discover, is_same_definition


class StoredRun(Protocol):
    """A run that was computed before."""

    @property
    def run(self) -> Run:
        """All of it, with every metric that is stored."""
        ...

    @property
    def versions(self) -> Mapping[str, str]:
        """Of this project, Python and the packages that computed it, by name."""
        ...


Store = Callable[[Experiment], StoredRun | None]
"""The stored run of this very experiment; None where there is none to be trusted."""

S = TypeVar("S", bound=Store)

_STORES: Final[dict[str, Store]] = {}


def store(look_up: S) -> S:
    """Register the decorated function as a store of runs under the name of its module."""
    name = look_up.__module__.rpartition(".")[2]
    if name in _STORES and not is_same_definition(look_up, _STORES[name]):
        raise TypeError(f"two stores of runs call themselves {name!r}")
    _STORES[name] = look_up
    return look_up


def stored(experiment: Experiment, metrics: Collection[str]) -> StoredRun | None:
    """The run of this very experiment with at least these metrics, from the first store that has it; None where none has."""
    wanted = set(metrics)
    return next((found for found in _found(experiment) if wanted <= found.run.metrics.keys()), None)


def _found(experiment: Experiment) -> Iterator[StoredRun]:
    discover(__name__)
    for name in sorted(_STORES):
        if (found := _STORES[name](experiment)) is not None:
            yield found
