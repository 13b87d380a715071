"""Traces: the arrays that a run keeps of its generations, each declared once.

A `Trace` says what it reads of a generation, what room it takes in a run, and how it is put in and taken out again. It is
declared by its class here and the attribute of `sim.records.Run` that holds it. The recorder, the assembly of a run, going on
from a run and the files of the store go through `sim.records.TRACES`, and none of them knows a trace by its place.

Traces see what a state shows in arrays, never its models, and draw nothing from a stream.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Floats
from sim.experiment import Experiment
from sim.metrics import SCORED_ROWS, Batch
from sim.metrics.variety import rows_at_modes
from sim.state import State

SAMPLE_BYTES: Final = 8_000_000
"""What a run keeps for drawing. A choice: the usual run (50 worlds, 41 generations, 100 rows of one column) takes a tenth of it."""

SAMPLE_ROWS: Final = 5000
"""The most rows of one replicate and generation kept for drawing. A choice: ten times as many as any figure draws."""

COUNT_BYTES: Final = 16_000_000
"""The most that a run keeps of counts; one that would need more keeps none.

A choice: the usual 50 worlds and 41 generations have room for 2,000 words of two bytes each.
"""


@dataclass(frozen=True, slots=True)
class TraceInput:
    """What a trace may read of one generation.

    Attributes:
        experiment: what is run.
        state: the state of the loop.
        batch: its rows as metrics see them.
        metrics: the names of what is measured.
    """

    experiment: Experiment
    state: State
    batch: Batch
    metrics: Container[str]


class Trace(ABC):
    """One array of a run with an entry for every generation.

    Most have a place [:, t] for generation t; the others say how they differ.

    Attributes:
        metrics: it is kept only where one of these is measured; where there are none, always.
    """

    metrics: ClassVar[frozenset[str]] = frozenset()

    def asked(self, metrics: Container[str]) -> bool:
        """Whether a run that measures these keeps it.

        >>> Counts().asked(["tokens_alive", "diversity"]), Counts().asked(["total_variance"])
        (True, False)
        """
        return not self.metrics or any(name in metrics for name in self.metrics)

    @abstractmethod
    def read(self, given: TraceInput) -> Array | None:
        """What one generation shows of it, (replicates, ...); None where there is nothing."""

    @abstractmethod
    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """Room for a whole run, filled with what stands for nothing, (replicates, generations + 1, ...).

        Args:
            experiment: what is run; of more generations than the entries were read for, where a run goes on.
            rows: how many rows the first record holds: n, or fewer where they were thinned.
            entry: what was read of one generation; None where nothing has been read yet.

        Returns:
            None where a run keeps no such array, or none as yet.
        """

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """Write what was read of generation t into its place."""
        whole[:, t] = entry

    def take(self, whole: Array, t: int) -> Array | None:
        """What `read` gave for generation t, as far as the run has kept it."""
        return whole[:, t]


class Samples(Trace):
    """The first k rows drawn, (replicates, generations + 1, k, d), thinned for drawing; NaN (tokens: -1) where there are none."""

    def read(self, given: TraceInput) -> Array:
        """All n rows, (replicates, n, d)."""
        return given.state.rows

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """As many rows as `SAMPLE_ROWS` and `SAMPLE_BYTES` allow."""
        return None if entry is None else _room_for_rows(experiment, entry)

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """A state that ended has no rows."""
        thinned = entry[:, : whole.shape[2]]
        whole[:, t, : thinned.shape[1]] = thinned


class Ages(Trace):
    """`ages[t, s]` is the share of model t's training rows born in generation s, (generations + 1,) squared; NaN for s >= t."""

    def read(self, given: TraceInput) -> Floats:
        """The mean over replicates, (t,)."""
        births = given.state.births
        if births is None:
            return np.empty(0)
        return np.asarray(np.bincount(births.ravel(), minlength=given.state.t) / births.size)

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array:
        """Square: replicates are averaged over."""
        return np.full((experiment.generations + 1, experiment.generations + 1), np.nan, dtype=np.float32)

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """Row t."""
        whole[t, : len(entry)] = entry

    def take(self, whole: Array, t: int) -> Array:
        """Row t up to generation t - 1."""
        return whole[t, :t].astype(np.float64)


class Points(Trace):
    """Which replicates have shrunk to a single point, (replicates, generations + 1), up to the resolution of their numbers."""

    def read(self, given: TraceInput) -> NDArray[np.bool_]:
        """False where no row was drawn."""
        rows = given.state.rows
        if not rows.shape[1]:
            return np.zeros((rows.shape[0],), dtype=np.bool_)
        low, high = rows.min(axis=1), rows.max(axis=1)
        same: NDArray[np.bool_] = np.asarray(high - low <= 1e-9 * np.maximum(np.abs(low), np.abs(high)), dtype=np.bool_)
        return np.logical_and.reduce(same, axis=1)

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array:
        """False where nothing was drawn."""
        return np.zeros((experiment.replicates, experiment.generations + 1), dtype=np.bool_)


class Surprise(Trace):
    """Minus the log-probability of the first rows of each generation under model 1, (replicates, generations + 1, k).

    For histograms. NaN where there is none, as at generation 0; no array where the family does not offer it.
    """

    def read(self, given: TraceInput) -> Floats | None:
        """No more rows than the run will keep."""
        return _surprise(given, "log_prob", _surprise_rows(given.experiment, given.experiment.n))

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """There from generation 0 on, before any model has scored."""
        if "log_prob" not in experiment.family.offers:
            return None
        k = _surprise_rows(experiment, rows)
        return np.full((experiment.replicates, experiment.generations + 1, k), np.nan, dtype=np.float32)

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """Fewer rows where the run is longer than the one the entry was read for."""
        whole[:, t] = entry[:, : whole.shape[2]]

    def take(self, whole: Array, t: int) -> Array:
        """In the 64 bits that models score in."""
        return whole[:, t].astype(np.float64)


class RealSurprise(Trace):
    """Minus the log-probability of the first real rows that no model saw under model 1, (replicates, m): once for the whole run."""

    def read(self, given: TraceInput) -> Floats | None:
        """At generation 1 alone, whose model is model 1."""
        most = max(1, SAMPLE_BYTES // (4 * given.experiment.replicates))
        return _surprise(given, "truth_log_prob", most) if given.state.t == 1 else None

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """Of the entry's own shape."""
        return None if entry is None else np.empty(entry.shape, dtype=np.float32)

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """All of it."""
        whole[...] = entry

    def take(self, whole: Array, t: int) -> Array | None:
        """All of it, for generation 1."""
        return whole.astype(np.float64) if t == 1 else None


class Counts(Trace):
    """How many of all n rows are each word, or lie at each mode, (replicates, generations + 1, words or modes).

    Exact, so that what a thinned sample misses is not taken for gone. No array where there are neither, where nobody asked for the
    metric that counts them, and where the whole run's would be too many to keep.
    """

    metrics: ClassVar = frozenset({"tokens_alive", "modes_alive"})

    def read(self, given: TraceInput) -> Array | None:
        """In the smallest numbers that hold them; a record of a growing run must not hold what the run will not."""
        batch, experiment = given.batch, given.experiment
        if not batch.rows.shape[1]:
            return None
        reference = experiment.source.reference()
        words = "tokens_alive" in given.metrics
        width = batch.space.vocabulary if words else len(reference.modes.weights) if reference.modes else 0
        dtype = np.min_scalar_type(batch.tokens if words else experiment.n)
        if not _counts_fit(experiment, width, dtype):
            return None
        return (batch.counts if words else rows_at_modes(batch, reference).T).astype(dtype)

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """None where they would be too many, as after going on from a shorter run."""
        if entry is None or not _counts_fit(experiment, entry.shape[1], entry.dtype):
            return None
        return np.zeros((experiment.replicates, experiment.generations + 1, entry.shape[1]), entry.dtype)


class Centres(Trace):
    """The mean of all n rows where it is one number, (replicates, generations + 1); NaN beyond an early ending."""

    metrics: ClassVar = frozenset({"mean_shift"})

    def read(self, given: TraceInput) -> Floats | None:
        """None where rows have several columns, or no row was drawn."""
        rows = given.state.rows
        return None if rows.shape[2] > 1 or not rows.shape[1] else np.asarray(rows[..., 0].mean(axis=1), dtype=np.float64)

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """Of 64 bits, as the metric is."""
        return None if entry is None else np.full((experiment.replicates, experiment.generations + 1), np.nan)


class Portraits(Trace):
    """Rows that come of the same latent draws in every generation, (replicates, generations + 1, k, d).

    For pictures from families that draw from a latent space; NaN at generation 0 and beyond an early ending.
    """

    def read(self, given: TraceInput) -> Array | None:
        """As the state has them."""
        return given.state.portraits

    def room(self, experiment: Experiment, rows: int, entry: Array | None) -> Array | None:
        """As many as samples could be."""
        return None if entry is None else _room_for_rows(experiment, entry)

    def put(self, whole: Array, t: int, entry: Array) -> None:
        """The first k."""
        whole[:, t] = entry[:, : whole.shape[2]]

    def take(self, whole: Array, t: int) -> Array | None:
        """Real rows come of no latent draw."""
        return whole[:, t] if t else None


def rows_kept(experiment: Experiment, rows: int, columns: int) -> int:
    """How many of so many rows of each replicate and generation a run keeps for drawing; all where there is room."""
    one_row = experiment.replicates * (experiment.generations + 1) * columns * 4  # bytes of a number, whatever rows are made of
    return min(rows, SAMPLE_ROWS, max(1, SAMPLE_BYTES // one_row))


def _room_for_rows(experiment: Experiment, rows: Array) -> Array:
    tokens = experiment.source.space.kind != "columns"
    k = rows_kept(experiment, *rows.shape[1:])
    dtype = np.dtype(np.int32 if tokens else np.float32)
    return np.full((experiment.replicates, experiment.generations + 1, k, rows.shape[2]), -1 if tokens else np.nan, dtype)


def _surprise(given: TraceInput, score: str, rows: int) -> Floats | None:
    scores = given.state.scores
    return -scores[score][:, :rows] if score in scores else None


def _surprise_rows(experiment: Experiment, rows: int) -> int:
    return min(rows, SCORED_ROWS, max(1, SAMPLE_BYTES // (4 * experiment.replicates * (experiment.generations + 1))))


def _counts_fit(experiment: Experiment, width: int, dtype: np.dtype[Any]) -> bool:
    return experiment.replicates * (experiment.generations + 1) * width * dtype.itemsize <= COUNT_BYTES
