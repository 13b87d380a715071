"""One computation: what it has done so far, how to stop it, and how another goes on where it ended.

A job keeps its records thinned to the rows that a `Run` keeps, and the last `State` of the loop. `advance` is pure, so
going on from that state gives the same bytes as a run that was never stopped, also when more generations are asked for.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.runs.eta import remaining
from dashboard.runs.lanes import lane
from dashboard.runs.memory import weight
from sim import Ending, Experiment, Generation, Run, State, collect
from sim.engine import states
from sim.recording.assembly import records_of
from sim.recording.recorder import Recorder
from sim.workers.runs import WorkerFailed, states_in_worker

KEPT_FILMS = 6
"""Views of one run whose films are kept."""

STATE_BYTES = 32_000_000
"""A heavier state is not kept once its run has ended; going on then starts from the beginning."""

FRESH, STALE = 1.0, 5.0
"""Seconds between two looks at a growing run: at first, and at most; in between a tenth of its time so far."""

FILM_SHARE = 0.1
"""The share of a run's time that goes into the films of it while it grows."""

GROWING = "On stage so far: up to generation {last} of {all}."

Key = tuple[Experiment, frozenset[str]]
Seat = tuple[str, str]
"""A visitor, and the place of their page where the run is waited for."""


@dataclass(eq=False)
class Job:
    """One computation and who waits for it.

    Attributes:
        key: the experiment and the metrics.
        number: jobs are started in this order.
        wanted: whether somebody still waits for it, asked after every generation.
        clock: tells the time in seconds.
        seats: who waits for it.
        state: the last state reached; None before the first, or where it was too heavy to keep.
        future: the run, once it has ended.
        recorded: the versions that computed a run which was shipped, by name; empty for one that is computed here.
    """

    key: Key
    number: int = 0
    wanted: Callable[[Job], bool] = lambda _: True
    clock: Callable[[], float] = time.monotonic
    seats: set[Seat] = field(default_factory=set[Seat])
    state: State | None = None
    future: Future[Run] = field(default_factory=Future[Run])
    recorded: Mapping[str, str] = field(default_factory=dict[str, str])
    _records: list[Generation] = field(default_factory=list[Generation])
    _ticks: list[float] = field(default_factory=list[float])
    _partial: tuple[float, Run] | None = None
    _filmed: float = 0.0
    _weight: int = 0
    _films: OrderedDict[Any, str] = field(default_factory=OrderedDict[Any, str])
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _filming: threading.Lock = field(default_factory=threading.Lock)

    @property
    def experiment(self) -> Experiment:
        """What is computed."""
        return self.key[0]

    @property
    def metrics(self) -> frozenset[str]:
        """What is measured."""
        return self.key[1]

    @property
    def heavy(self) -> bool:
        """Whether a worker process computes it."""
        return self.experiment.family.heavy

    @property
    def done(self) -> int:
        """How many generations are done, the real data counted."""
        return len(self._records)

    @property
    def run(self) -> Run | None:
        """The run, if it has ended and nothing went wrong."""
        return self.future.result() if self.future.done() and not self.future.cancelled() and not self.future.exception() else None

    def outcome(self, patience: float) -> Run | None:
        """The run once it has ended, waited for with patience; raises what the computation raised."""
        try:
            return self.future.result(patience)
        except (TimeoutError, CancelledError):
            return None

    @property
    def lane(self) -> str:
        """Which line it stands in."""
        return lane(self.experiment, self.metrics)

    @property
    def waiting(self) -> bool:
        """Whether no worker has taken it yet."""
        return not self.future.running() and not self.future.done()

    @property
    def stopping(self) -> bool:
        """Whether it was told to end early."""
        return self._stop.is_set()

    @property
    def shareable(self) -> bool:
        """Whether others may have it: not if it was stopped, unless it had reached its end by then."""
        ended = self.future.done() and not self.future.cancelled()
        return not self.stopping or (ended and self.run is not None and not self.early)

    @property
    def early(self) -> bool:
        """Whether it has ended before its end, and could go on."""
        return self.run is not None and self.run.ending.early

    def serves(self, key: Key) -> bool:
        """Whether its run holds all that a key asks for."""
        return self.experiment == key[0] and key[1] <= self.metrics

    def stop(self) -> None:
        """End after the generation in progress, or at once where none is or a worker process computes it; what is done is kept."""
        self._stop.set()
        self.future.cancel()

    def compute(self) -> Run:
        """Run the experiment from where it stands to its end, or until stopped, forsaken or given up by its workers."""
        lost = None
        try:
            for state, record in self._turns_to_come():
                self._keep(record, state)
        except WorkerFailed as reason:
            lost = reason
        if not self._records:
            raise lost or CancelledError
        run = collect(self._records)
        if lost is not None:
            run = replace(run, ending=Ending("interrupted", run.ending.generation, str(lost)))
        if weight(self.state) > STATE_BYTES:
            self.state = None
        return run

    def _turns_to_come(self) -> Iterator[tuple[State, Generation]]:
        """Every state from here on with its record, for as long as somebody waits for them."""
        if self.heavy:
            yield from states_in_worker(self.experiment, sorted(self.metrics), self.state, self._going)
            return
        recorder = Recorder(self.experiment, sorted(self.metrics))
        for state in states(self.experiment, self.state):
            yield state, recorder.record(state)
            if not self._going():
                return

    def _going(self) -> bool:
        if not self.stopping and not self.wanted(self):
            self._stop.set()
        return not self.stopping

    def settle(self) -> None:
        """Let go of what only a growing run needs."""
        if self.run is not None:
            with self._lock:
                self._records, self._partial = [], None
            self._films = OrderedDict[Any, str]()
            self._weight = weight(self.run) + weight(self.state)

    def _keep(self, record: Generation, state: State) -> None:
        first = self._records[0] if self._records else record
        if not self._records:
            record = first = record.thinned(collect([record]).samples.shape[2])
        with self._lock:
            self._records.append(record.thinned(first.rows.shape[1]))
            self._ticks.append(self.clock())
            self.state = state

    def so_far(self) -> Run | None:
        """The generations done as a run that says it is going on; None before there are two."""
        now = self.clock()
        with self._lock:
            if self._partial is not None and not self._outgrown(*self._partial, now):
                return self._partial[1]
            if self.done < 2:
                return None
            run = collect(self._records)
            going = Ending("cancelled", run.ending.generation, GROWING.format(last=run.last, all=self.experiment.generations))
            run = replace(run, ending=run.ending if run.ending.kind != "cancelled" else going)
            self._partial = (now, run)
            return run

    def _outgrown(self, since: float, shown: Run, now: float) -> bool:
        begun = self._ticks[0] if self._ticks else now  # a job that goes on may have records and no generation timed yet
        pause = min(STALE, max(FRESH, (now - begun) / 10))
        return self.done > shown.last + 1 and now - since >= max(pause, self._filmed / FILM_SHARE)

    def part(self) -> Job:
        """What is done as a job of its own, for somebody who stops while others go on."""
        own = Job(self.key, self.number, clock=self.clock)
        own.stop()
        with self._lock:
            if self._records:
                own.state, own.future = self.state, Future[Run]()
                own.future.set_result(collect(self._records))
        return own

    def can_lead_to(self, key: Key) -> bool:
        """Whether an experiment of more generations can go on from here."""
        run, state = self.run, self.state
        if run is None or state is None or state.ending is not None or run.last >= key[0].generations or not key[1] <= self.metrics:
            return False
        return all(getattr(self.experiment, name) == getattr(key[0], name) for name in Experiment.model_fields if name != "generations")

    def go_on_from(self, earlier: Job) -> None:
        """Begin where another job of the same experiment, but for its generations, has ended."""
        assert earlier.run is not None
        self._records, self.state = records_of(earlier.run, self.experiment, self.metrics), earlier.state

    def payload(self, view: Any, make: Callable[[], dict[str, Any]]) -> str:
        """The film of a view as JSON, made and written once for all visitors: as text it weighs a fifth of its Python numbers."""
        with self._filming:
            films = self._films  # those of a growing run are let go of at any moment, see `settle`
            if view not in films:
                start = self.clock()
                films[view] = json.dumps(make(), separators=(",", ":"), allow_nan=False)
                self._filmed = self.clock() - start
            films.move_to_end(view)
            while len(films) > KEPT_FILMS:
                films.popitem(last=False)
            return films[view]

    def weigh(self) -> int:
        """The bytes that are free once nobody holds this job any more."""
        own = self._weight or weight(self.run) + weight(self._records) + weight(self.state)
        return own + sum(map(len, list(self._films.values())))

    def remaining(self) -> float | None:
        """Seconds still to go, judged from model 1 on: before it workers wake up and noise floors are drawn."""
        with self._lock:
            ticks, before = list(self._ticks), self.done - len(self._ticks)
        ticks, first = (ticks, before) if before else (ticks[1:], 1)
        regime, n = self.experiment.regime, self.experiment.n
        return remaining(ticks, self.experiment.generations - first, lambda i: regime.kept_rows(n, round(first + i)))
