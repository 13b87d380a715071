"""The recorder: measures states of the loop and keeps what they show as records.

Everything that looks at rows without changing what comes next lives in this room, so that the engine stays the loop and
nothing else. Measuring never draws from a stream that the loop uses.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.arrays import USUAL_ARITHMETIC, Array, Floats, frozen
from sim.experiment import Experiment
from sim.metrics import Batch, Measure, Metric, chosen
from sim.recording.endings import completed
from sim.recording.floors import fresh_batches, noise_floor
from sim.records import TRACES, Generation, NoiseFloor
from sim.state import State
from sim.traces import TraceInput


class Recorder:
    """Measures states of one experiment against its source.

    Args:
        experiment: what is run.
        metrics: the names asked for; None for all that apply.

    A language of one word, in two worlds:

    >>> from sim.engine import start
    >>> settings = {"source": {"kind": "zipf", "vocabulary": 1}, "family": {"kind": "categorical"}, "replicates": 2}
    >>> experiment = Experiment.model_validate(settings)
    >>> Recorder(experiment, ["tokens_alive"]).record(start(experiment)).metrics["tokens_alive"].tolist()
    [1.0, 1.0]
    """

    @USUAL_ARITHMETIC
    def __init__(self, experiment: Experiment, metrics: Iterable[str] | None) -> None:
        self._experiment = experiment
        reference, space = experiment.source.reference(), experiment.source.space
        self._measures = {m.name: (m, m.against(reference, space)) for m in chosen(metrics, experiment.source, experiment.family.offers)}
        self._traces = {name: trace for name, trace in TRACES.items() if trace.asked(self._measures)}

    @USUAL_ARITHMETIC
    def record(self, state: State) -> Generation:
        """The record of one state; the first carries the noise floor, the last its ending."""
        batch = Batch(self._written(state.rows), self._experiment.source.space, state.scores)
        return Generation(
            experiment=self._experiment,
            t=state.t,
            metrics={name: self._measured(*pair, batch) for name, pair in self._measures.items()},
            noise_floor=self._noise_floors() if state.t == 0 else {},
            ending=state.ending or (completed(state.t) if state.t == self._experiment.generations else None),
            traces=self._read(TraceInput(self._experiment, state, batch, self._measures)),
        )

    def _read(self, given: TraceInput) -> dict[str, Array]:
        found = {name: trace.read(given) for name, trace in self._traces.items()}
        return {name: frozen(entry) for name, entry in found.items() if entry is not None}

    def _written(self, rows: Array) -> Array:
        """Rows without what models are given as a prompt; of real rows the same places, so that generations compare."""
        return rows[..., self._experiment.family.prompt_length :]

    def _measured(self, metric: Metric, measure: Measure, batch: Batch) -> Floats:
        values = np.full(self._experiment.replicates, np.nan)
        if batch.rows.shape[1] and metric.scores <= batch.scores.keys():
            values[: metric.replicates] = measure(batch.first(metric.replicates))
        return frozen(values)

    def _noise_floors(self) -> dict[str, NoiseFloor]:
        fresh = Batch(self._written(fresh_batches(self._experiment)), self._experiment.source.space)
        return {name: noise_floor(*pair, fresh) for name, pair in self._measures.items()}
