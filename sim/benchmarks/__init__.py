"""Benchmarks: what is promised about speed, measured on this machine in one run.

A theme is one file in this folder; a benchmark is a function without arguments that returns a `Measurement` and
registers itself with `@benchmark(...)`. What is compared is timed in turns within one run (`medians`), so that a busy
machine slows both sides alike. `python -m sim bench` runs them all on one thread.
May import everything in `sim` that it measures: `engine`, `experiment`, `families`, `maps`, `sources`, `state`, `workers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from types import MappingProxyType

from sim.registry import discover, is_same_definition


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a benchmark found.

    Attributes:
        value: the number measured.
        unit: of the value ("s", "times", "MB"); empty for pure numbers.
        detail: what was compared with what, in a few words.
        holds: whether the reach is kept.
    """

    value: float
    unit: str
    detail: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A promise and the function that checks it.

    Attributes:
        name: the function's name, for `bench --only`.
        title: what is measured, in words.
        reach: what is promised, in words.
        measure: does the work.
    """

    name: str
    title: str
    reach: str
    measure: Callable[[], Measurement]


_BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(title: str, *, reach: str) -> Callable[[Callable[[], Measurement]], Callable[[], Measurement]]:
    """Register the decorated function as a benchmark under its own name."""

    def register(measure: Callable[[], Measurement]) -> Callable[[], Measurement]:
        name = measure.__name__
        if name in _BENCHMARKS and not is_same_definition(measure, _BENCHMARKS[name].measure):
            raise TypeError(f"two benchmarks call themselves {name!r}")
        _BENCHMARKS[name] = Benchmark(name, title, reach, measure)
        return measure

    return register


def benchmarks() -> Mapping[str, Benchmark]:
    """Every benchmark by name, in alphabetical order."""
    discover(__name__)
    return MappingProxyType(dict(sorted(_BENCHMARKS.items())))


def medians(rounds: int, *works: Callable[[], object]) -> tuple[float, ...]:
    """The median wall time of each piece of work in seconds, timed in turns after one round that is not counted."""
    times: list[list[float]] = [[_seconds(work) for work in works] for _ in range(rounds + 1)][1:]
    return tuple(median(column) for column in zip(*times, strict=True))


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin
