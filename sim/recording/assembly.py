"""The assembly: from records to a run, and from a run back to records, so that another run can go on where it ended."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import chain

import numpy as np

from sim.arrays import Array, Floats, frozen
from sim.experiment import Experiment
from sim.recording.endings import stopped, with_collapse
from sim.records import TRACES, Generation, Run
from sim.state import Ending


def assemble(generations: Iterable[Generation]) -> Run:
    """All records of one run as arrays of full shape; see `Run`.

    >>> from itertools import islice
    >>> from sim.engine import run
    >>> experiment = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 40})
    >>> left = assemble(islice(run(experiment, ["total_variance"]), 3))
    >>> left.ending.sentence, left.metrics["total_variance"].shape
    ('Stopped after generation 2 of 40.', (50, 41))
    """
    records = iter(generations)
    first = next(records)
    builder, ending = RunBuilder(first), None
    for record in chain([first], records):
        builder.put(record)
        ending = record.ending or stopped(record.t, record.experiment.generations)
    assert ending is not None
    return builder.run(ending)


class RunBuilder:
    """The arrays of a run while its records are put in.

    Args:
        first: the first record.
    """

    def __init__(self, first: Generation) -> None:
        self._first, self._experiment = first, first.experiment
        shape = (self._experiment.replicates, self._experiment.generations + 1)
        self._metrics: dict[str, Floats] = {name: np.full(shape, np.nan) for name in first.metrics}
        self._traces: dict[str, Array | None] = dict.fromkeys(TRACES)
        for name in TRACES:
            self._make_room(name, first.traces.get(name))

    def put(self, record: Generation) -> None:
        """Write what a record holds into its place."""
        for name, values in record.metrics.items():
            self._metrics[name][:, record.t] = values
        for name, entry in record.traces.items():
            whole = self._traces[name] if self._traces[name] is not None else self._make_room(name, entry)
            if whole is not None:
                TRACES[name].put(whole, record.t, entry)

    def run(self, ending: Ending) -> Run:
        """The run that ended so, with its arrays read-only from now on."""
        experiment, traces = self._experiment, {name: whole for name, whole in self._traces.items() if whole is not None}
        if ending.kind == "completed" and experiment.n > 1:
            ending = with_collapse(ending, traces["points"], experiment.source.space.kind)
        for array in chain(self._metrics.values(), traces.values()):
            frozen(array)
        return Run(experiment=experiment, metrics=self._metrics, noise_floor=self._first.noise_floor, ending=ending, **traces)

    def _make_room(self, name: str, entry: Array | None) -> Array | None:
        self._traces[name] = TRACES[name].room(self._experiment, self._first.rows.shape[1], entry)
        return self._traces[name]


def records_of(run: Run, experiment: Experiment, metrics: Container[str]) -> list[Generation]:
    """The records that a run was assembled from, as views of its arrays, for a longer run that goes on from there.

    Args:
        run: the run.
        experiment: what goes on: the run's own, or one that differs from it in its generations alone.
        metrics: the names of what is measured from there on; those that the run has are kept.
    """
    measured = {name: values for name, values in run.metrics.items() if name in metrics}
    floors = {name: run.noise_floor[name] for name in measured}
    return [
        Generation(
            experiment=experiment,
            t=t,
            metrics={name: values[:, t] for name, values in measured.items()},
            noise_floor=floors if t == 0 else {},
            traces=_entries(run, t, metrics),
        )
        for t in range(run.last + 1)
    ]


def _entries(run: Run, t: int, metrics: Container[str]) -> dict[str, Array]:
    kept = {name: getattr(run, name) for name, trace in TRACES.items() if trace.asked(metrics)}
    found = {name: TRACES[name].take(whole, t) for name, whole in kept.items() if whole is not None}
    return {name: entry for name, entry in found.items() if entry is not None}
