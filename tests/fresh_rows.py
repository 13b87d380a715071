"""Runs in which nothing changes: every generation is n fresh real rows, as if a perfect model had drawn them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import Ending, Experiment, Run
from sim.metrics import Batch, Measure, metrics
from sim.recording.floors import fresh_batches, noise_floor
from sim.streams import Streams

Floats = NDArray[np.float64]
COLUMNS = ("total_variance", "tail_mass", "mean_shift", "wasserstein")
KINDS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "normal": ({"kind": "normal"}, COLUMNS),
    "heavy tails": ({"kind": "student_t", "df": 3.0}, COLUMNS),
    "two humps": ({"kind": "mixture"}, COLUMNS),
    "modes": ({"kind": "ring"}, ("total_variance", "tail_mass", "modes_alive")),
    "words": ({"kind": "zipf"}, ("diversity", "tokens_alive", "rare_mass")),
}
"""Five kinds of truth, each with the metrics that phases are told from and that cost little."""


@cache
def _measures(kind: str) -> dict[str, Measure]:
    source = Experiment.model_validate({"source": KINDS[kind][0], "family": _family(kind)}).source
    return {name: metrics()[name].against(source.reference(), source.space) for name in KINDS[kind][1]}


def _family(kind: str) -> dict[str, Any]:
    return {"kind": "categorical" if kind == "words" else "gaussian"}


def drawn(rng: random.Random) -> tuple[str, dict[str, Any]]:
    """A kind, and the settings of one run of it."""
    kind = rng.choice(list(KINDS))
    return kind, {
        "source": KINDS[kind][0],
        "family": _family(kind),
        "n": rng.choice([5, 8, 10, 20, 50, 100, 200]),
        "replicates": rng.choice([1, 2, 3, 5, 10, 50]),
        "generations": rng.choice([1, 2, 3, 5, 8]),
        "seed": rng.randrange(10**9),
    }


def unchanged(kind: str, settings: dict[str, Any]) -> Run:
    """The run of these settings in which every generation is real."""
    experiment = Experiment.model_validate(settings)
    source, n, worlds, columns = experiment.source, experiment.n, experiment.replicates, experiment.generations + 1
    batch = Batch(source.sample(worlds * columns, n, Streams(experiment.seed, 0).within("unchanged")), source.space)
    fresh = Batch(fresh_batches(experiment), source.space)
    measures = _measures(kind)
    values = {name: measure(batch).reshape(worlds, columns) for name, measure in measures.items()}
    floors = {name: noise_floor(metrics()[name], measure, fresh) for name, measure in measures.items()}
    rows, ages = np.zeros((worlds, columns, 1, 1)), np.zeros((columns, columns), np.float32)
    nothing, ending = np.zeros((worlds, columns), dtype=bool), Ending("completed", columns - 1, "Done.")
    return Run(experiment=experiment, metrics=values, noise_floor=floors, samples=rows, ages=ages, points=nothing, ending=ending)


def unchanged_runs(seed: int, count: int) -> Iterator[Run]:
    """So many of them, of all kinds and sizes."""
    rng = random.Random(seed)
    for _ in range(count):
        yield unchanged(*drawn(rng))


def first_worlds(run: Run, count: int, measured: Mapping[str, Floats] | None = None) -> Run:
    """The same run with its first worlds alone, or with as many others that were measured so."""
    values = {name: found[:count] for name, found in (measured or run.metrics).items()}
    return replace(run, experiment=run.experiment.but(replicates=count), metrics=values)
