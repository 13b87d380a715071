"""A run that grows: the generations done, the state to go on from, the run so far, and the time it still needs.

Records are thinned to the rows that a `Run` keeps, so that a growing run holds no more than it will hold at its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from dashboard.runs.eta import remaining
from sim import Ending, Experiment, Generation, Run, State, collect

FRESH, STALE = 1.0, 5.0
"""Seconds between two looks at a growing run: at first, and at most; in between a tenth of its time so far."""

PAYLOAD_SHARE = 0.1
"""The share of a run's time that goes into the payloads of it while it grows. A choice: the run itself gets the rest."""

GROWING = "On stage so far: up to generation {last} of {all}."
REAL_ONLY = "On stage so far: the real data, while model 1 of {all} is trained."


class GrowingRun:
    """What one thread adds to and many look at.

    Args:
        experiment: what is run.
        clock: tells the time in seconds.

    Attributes:
        records: the generations done.
        state: the last state reached; None before the first, or where it was too heavy to keep.
        times: the clock after every generation done here; a run that goes on has records from before.
    """

    def __init__(self, experiment: Experiment, clock: Callable[[], float]) -> None:
        self._experiment, self._clock = experiment, clock
        self.records: list[Generation] = []
        self.state: State | None = None
        self.times: list[float] = []
        self._shown: tuple[float, Run] | None = None
        self._lock = threading.Lock()

    def begin(self, records: list[Generation], state: State | None) -> None:
        """Go on from what was done before."""
        with self._lock:
            self.records, self.state = records, state

    def add(self, record: Generation, state: State) -> None:
        """One generation more."""
        first = self.records[0] if self.records else record
        if not self.records:
            record = first = record.thinned(collect([record]).samples.shape[2])
        with self._lock:
            self.records.append(record.thinned(first.rows.shape[1]))
            self.times.append(self._clock())
            self.state = state

    def clear(self) -> None:
        """Let go of all but the last state."""
        with self._lock:
            self.records, self._shown = [], None

    def part(self) -> tuple[Run, State | None] | None:
        """What is done, as a run that was stopped here, and its state; None before generation 0."""
        with self._lock:
            return (collect(self.records), self.state) if self.records else None

    def so_far(self, drawing: float) -> Run | None:
        """The generations done as a run that says it is going on; None before the real data are drawn.

        Args:
            drawing: seconds that it takes to make a payload of it; the run is renewed the more rarely, the longer.
        """
        now = self._clock()
        with self._lock:
            if self._shown is not None and not self._outgrown(*self._shown, now, drawing):
                return self._shown[1]
            if not self.records:
                return None
            run = collect(self.records)
            words = GROWING if run.last else REAL_ONLY
            going = Ending("cancelled", run.ending.generation, words.format(last=run.last, all=self._experiment.generations))
            run = replace(run, ending=run.ending if run.ending.kind != "cancelled" else going)
            self._shown = (now, run)
            return run

    def remaining(self) -> float | None:
        """Seconds still to go, judged from model 1 on: before it workers wake up and noise floors are drawn."""
        with self._lock:
            times, before = list(self.times), len(self.records) - len(self.times)
        times, first = (times, before) if before else (times[1:], 1)
        regime, n = self._experiment.regime, self._experiment.n
        return remaining(times, self._experiment.generations - first, lambda i: regime.trained_rows(n, round(first + 1 + i)))

    def _outgrown(self, since: float, shown: Run, now: float, drawing: float) -> bool:
        begun = self.times[0] if self.times else now  # a run that goes on may have records and no generation timed yet
        pause = min(STALE, max(FRESH, (now - begun) / 10))
        return len(self.records) > shown.last + 1 and now - since >= max(pause, drawing / PAYLOAD_SHARE)
