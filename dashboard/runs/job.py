"""Job: the computation of one run, and how another goes on where it ended.

A job keeps its records and the last `State` of the loop. `advance` is pure, so going on from that state gives the same bytes
as a run that was never stopped, also when more generations are asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.runs.computation import Computation
from dashboard.runs.growing import GrowingRun
from dashboard.runs.lanes import LANES, lane
from dashboard.runs.nbytes import nbytes
from dashboard.runs.payloads import Payloads
from sim import Ending, Experiment, Run, State, collect
from sim.recording.assembly import records_of
from sim.workers.runs import RunTask
from sim.workers.tasks import WorkerFailed

STATE_BYTES = 32_000_000
"""A heavier state is not kept once its run has ended; going on then starts from the beginning. A choice: half of all that is kept."""

Key = tuple[Experiment, frozenset[str]]
"""What is run, and the metrics that are measured."""


@dataclass(eq=False)
class Job(Computation[Key, Run]):
    """The computation of one run.

    Attributes:
        clock: tells the time in seconds.
        recorded: the versions that computed a run which was shipped, by name; empty for one that is computed here.
        growing: the run while it is computed.
        payloads: what the browser needs of it, by view.
    """

    clock: Callable[[], float] = time.monotonic
    recorded: Mapping[str, str] = field(default_factory=dict[str, str])
    growing: GrowingRun = field(init=False)
    payloads: Payloads = field(init=False)
    _bytes_of_result: int = 0

    def __post_init__(self) -> None:
        self.growing, self.payloads = GrowingRun(self.experiment, self.clock), Payloads(self.clock)

    @property
    def experiment(self) -> Experiment:
        """What is computed."""
        return self.key[0]

    @property
    def metrics(self) -> frozenset[str]:
        """What is measured."""
        return self.key[1]

    @property
    def lane(self) -> str:
        """Which line it stands in, judged before it begins."""
        return lane(self.experiment, self.metrics)

    @property
    def generations_done(self) -> int:
        """How many generations are done, the real data counted; 0 again once all is collected in the run."""
        return len(self.growing.records)

    @property
    def state(self) -> State | None:
        """The last state reached; None before the first, or where it was too heavy to keep."""
        return self.growing.state

    @property
    def run(self) -> Run | None:
        """The run, if it has ended and nothing went wrong."""
        return self.result

    def ends_early(self, result: Run) -> bool:
        """Whether a run was stopped or given up."""
        return result.ending.early

    def serves(self, key: Key) -> bool:
        """Whether its run holds all that a key asks for."""
        return self.experiment == key[0] and key[1] <= self.metrics

    def compute(self) -> Run:
        """Run the experiment from where it stands to its end, or until stopped, wanted by nobody or given up by its workers."""
        failure = None
        task = RunTask(self.experiment, tuple(sorted(self.metrics)), self.state)
        try:
            for state, record in LANES[self.lane].runner(task, self.going):
                self.growing.add(record, state)
        except WorkerFailed as reason:
            failure = reason
        if not self.growing.records:  # stopped before generation 0 was drawn: there is no run to speak of
            raise failure or CancelledError
        run = collect(self.growing.records)
        if failure is not None:
            run = replace(run, ending=Ending("interrupted", run.ending.generation, str(failure)))
        if nbytes(self.state) > STATE_BYTES:
            self.growing.state = None
        return run

    def compact(self) -> None:
        """Let go of the records, which the run holds too, and of payloads of the run half way."""
        if self.run is not None:
            self.growing.clear()
            self.payloads.clear()
            self._bytes_of_result = nbytes(self.run) + nbytes(self.state)

    def so_far(self) -> Run | None:
        """The generations done as a run that says it is going on; None before the real data are drawn."""
        return self.growing.so_far(self.payloads.seconds)

    def remaining(self) -> float | None:
        """Seconds still to go; None while nothing is known."""
        return self.growing.remaining()

    def part(self) -> Job:
        """What is done as a job of its own, for somebody who stops while others go on."""
        own = Job(self.key, self.number, clock=self.clock)
        own.stop()
        if (part := self.growing.part()) is not None:
            own.future = Future[Run]()
            own.future.set_result(part[0])
            own.growing.state = part[1]
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
        self.growing.begin(records_of(earlier.run, self.experiment, self.metrics), earlier.state)

    def payload(self, view: Hashable, make: Callable[[], dict[str, Any]]) -> str:
        """What the browser needs of a view, as JSON; made if it is not kept."""
        return self.payloads.get(view, make)

    def bytes_held(self) -> int:
        """The bytes that are free once nobody holds this job any more."""
        own = self._bytes_of_result or nbytes(self.run) + nbytes(self.growing.records) + nbytes(self.state)
        return own + self.payloads.bytes_held()
