"""Recording: from the states of the loop to records, and from records to a `Run`.

Everything that looks at rows without changing what comes next lives here, so that the engine stays the loop and
nothing else. Measuring never draws from a stream that the loop uses.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Floats, ReadOnly, frozen
from sim.experiment import Experiment
from sim.metrics import Evidence, Measure, Metric, chosen
from sim.recording.counts import centre, count_rows, empty_counts
from sim.recording.endings import completed, looked_back, stopped
from sim.recording.scores import SCORED_ROWS
from sim.records import Generation, NoiseFloor, Run, State
from sim.streams import Streams

FLOOR_DRAWS = 64
"""The most batches of fresh real rows behind a noise floor."""

FLOOR_NUMBERS = 400_000
"""The most numbers drawn for the noise floor; wide or long batches get fewer draws, never below 8.

Dear metrics look at 8 draws in any case: 64 took seconds longer, before the first picture.
"""

SAMPLE_BYTES = 8_000_000
"""What a run keeps for drawing."""

SAMPLE_ROWS = 5000
"""The most rows of one world and generation kept for drawing."""


class Recorder:
    """Measures states of one experiment against its source.

    Args:
        experiment: what is run.
        metrics: the names asked for; None for all that apply.
    """

    def __init__(self, experiment: Experiment, metrics: Iterable[str] | None) -> None:
        self._experiment = experiment
        reference, space = experiment.source.reference(), experiment.source.space
        self._measures = {m.name: (m, m.against(reference, space)) for m in chosen(metrics, experiment.source, experiment.family.offers)}

    def record(self, state: State) -> Generation:
        """The record of one state; the first carries the noise floor, the last its ending."""
        experiment = self._experiment
        evidence = Evidence(self._written(state.rows), experiment.source.space, state.scores)
        ending = state.ending or (completed(state.t) if state.t == experiment.generations else None)
        return Generation(
            experiment,
            state.t,
            state.rows,
            ReadOnly({name: self._measured(*pair, evidence) for name, pair in self._measures.items()}),
            _ages(state),
            _points(state.rows),
            self._noise_floor() if state.t == 0 else ReadOnly[NoiseFloor]({}),
            ending,
            _surprise(state, "log_prob", _surprise_rows(experiment, experiment.n)),
            count_rows(evidence, experiment, self._measures),
            centre(state.rows, self._measures),
            _surprise(state, "truth_log_prob", max(1, SAMPLE_BYTES // (4 * experiment.replicates))) if state.t == 1 else None,
            state.portraits,
        )

    def _written(self, rows: Array) -> Array:
        """Rows without what models are given as a prompt; of real rows the same places, so that generations compare."""
        return rows[..., self._experiment.family.prompt_length :]

    def _measured(self, metric: Metric, measure: Measure, evidence: Evidence) -> Floats:
        values = np.full(self._experiment.replicates, np.nan)
        if evidence.rows.shape[1] and metric.scores <= evidence.scores.keys():
            values[: metric.replicates] = measure(evidence.first(metric.replicates))
        return frozen(values)

    def _noise_floor(self) -> ReadOnly[NoiseFloor]:
        n, d = self._experiment.n, len(self._experiment.source.space.columns)
        draws = min(FLOOR_DRAWS, max(8, FLOOR_NUMBERS // (n * d)))
        rows = self._experiment.source.sample(draws, n, Streams(self._experiment.seed, 0).within("floor"))
        evidence = Evidence(self._written(rows), self._experiment.source.space)
        return ReadOnly({name: self._floor(*pair, evidence) for name, pair in self._measures.items()})

    def _floor(self, metric: Metric, measure: Measure, evidence: Evidence) -> NoiseFloor:
        """NaN where the metric reads scores: fresh real rows have no model."""
        return _floor(np.array([np.nan]) if metric.scores else measure(evidence.first(metric.replicates)))


def assemble(generations: Iterable[Generation]) -> Run:
    """All records of one run as arrays of full shape; see `Run`."""
    records = iter(generations)
    first = next(records)
    experiment = first.experiment
    columns = experiment.generations + 1
    metrics = {name: np.full((experiment.replicates, columns), np.nan) for name in first.metrics}
    points = np.zeros((experiment.replicates, columns), dtype=bool)
    ages = np.full((columns, columns), np.nan, dtype=np.float32)
    samples = _empty_samples(experiment, first.rows)
    surprise = _empty_surprise(experiment, first.rows)
    counts = empty_counts(experiment, first.counts)
    centres = None if first.centre is None else np.full((experiment.replicates, columns), np.nan)
    real_surprise = portraits = None
    ending = None
    for record in (first, *records):
        for name, values in record.metrics.items():
            metrics[name][:, record.t] = values
        points[:, record.t] = record.points
        ages[record.t, : len(record.ages)] = record.ages
        thinned = record.rows[:, : samples.shape[2]]
        samples[:, record.t, : thinned.shape[1]] = thinned
        if counts is not None and record.counts is not None:
            counts[:, record.t] = record.counts
        if centres is not None and record.centre is not None:
            centres[:, record.t] = record.centre
        if surprise is not None and record.surprise is not None:
            surprise[:, record.t] = record.surprise[:, : surprise.shape[2]]
        if record.real_surprise is not None:
            real_surprise = record.real_surprise.astype(np.float32)
        if record.portraits is not None:
            portraits = _empty_samples(experiment, record.portraits) if portraits is None else portraits
            portraits[:, record.t] = record.portraits[:, : portraits.shape[2]]
        ending = record.ending or stopped(record.t, experiment.generations)
    assert ending is not None
    if ending.kind == "completed" and experiment.n > 1:
        ending = looked_back(ending, points, experiment.source.space.kind)
    readonly = ReadOnly({name: frozen(values) for name, values in metrics.items()})
    exact = tuple(None if array is None else frozen(array) for array in (surprise, counts, centres, real_surprise, portraits))
    return Run(experiment, readonly, first.noise_floor, frozen(samples), frozen(ages), frozen(points), ending, *exact)


def _empty_surprise(experiment: Experiment, rows: Array) -> NDArray[np.float32] | None:
    if "log_prob" not in experiment.family.offers:
        return None
    k = _surprise_rows(experiment, rows.shape[1])
    return np.full((experiment.replicates, experiment.generations + 1, k), np.nan, np.float32)


def _surprise(state: State, score: str, rows: int) -> Floats | None:
    return -state.scores[score][:, :rows] if score in state.scores else None


def _surprise_rows(experiment: Experiment, n: int) -> int:
    """How many rows of each generation have their surprise kept; records hold no more than the run will."""
    return min(n, SCORED_ROWS, max(1, SAMPLE_BYTES // (4 * experiment.replicates * (experiment.generations + 1))))


def _empty_samples(experiment: Experiment, rows: Array) -> Array:
    tokens = experiment.source.space.kind != "columns"
    dtype = np.dtype(np.int32 if tokens else np.float32)
    one_row = experiment.replicates * (experiment.generations + 1) * rows.shape[2] * dtype.itemsize
    k = min(rows.shape[1], SAMPLE_ROWS, max(1, SAMPLE_BYTES // one_row))
    return np.full((experiment.replicates, experiment.generations + 1, k, rows.shape[2]), -1 if tokens else np.nan, dtype)


def _points(rows: Array) -> NDArray[np.bool_]:
    """Which replicates have rows that are all the same, up to the resolution of their numbers."""
    if not rows.shape[1]:
        return np.zeros((rows.shape[0],), dtype=np.bool_)
    low, high = rows.min(axis=1), rows.max(axis=1)
    same: NDArray[np.bool_] = np.asarray(high - low <= 1e-9 * np.maximum(np.abs(low), np.abs(high)), dtype=np.bool_)
    return frozen(np.logical_and.reduce(same, axis=1))


def _ages(state: State) -> Floats:
    if state.births is None:
        return np.empty(0)
    counts = np.bincount(state.births.ravel(), minlength=state.t)
    return frozen(np.asarray(counts / state.births.size))


def _floor(values: Floats) -> NoiseFloor:
    drawn = values[np.isfinite(values)]
    if not drawn.size:
        return NoiseFloor(np.nan, np.nan, np.nan)
    low, median, high = (float(edge) for edge in np.quantile(drawn, (0.05, 0.5, 0.95)))
    wider = stretch(drawn.size)
    return NoiseFloor(median, median - wider * (median - low), median + wider * (high - median))


def stretch(draws: int) -> float:
    """How many times farther from the median the edges of so few draws are put, so that they cover what those of 64 do.

    The 5 % and 95 % quantiles of 64 draws cover 87 % of fresh ones, those of 8 only 72 %. The formula was fitted to normal
    draws by simulation, for 3 draws and more.
    """
    return 1 + 3.46 * (1 / max(1, draws - 2) - 1 / (FLOOR_DRAWS - 2))
