"""Running an experiment as a task: a `State` and its record after every generation, and going on from any of them.

`advance` is pure, so a run that went on in another worker is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from sim.engine import states
from sim.experiment import Experiment
from sim.recording.recorder import Recorder
from sim.records import Generation
from sim.spec import SpecError
from sim.state import State
from sim.workers.tasks import Failure, Task, WorkerFailed

KILLED: Final = -9
"""How a process ended that the system stopped for want of memory, or that somebody killed."""


@dataclass(frozen=True, eq=False)
class RunTask(Task[tuple[State, Generation]]):
    """Every state of the loop and its record.

    Attributes:
        experiment: what is run; a visitor's own text travels in it.
        metrics: the names of what is measured.
        state: the state to go on from; None to begin.
    """

    refusals: ClassVar[tuple[type[Exception], ...]] = (SpecError,)

    experiment: Experiment
    metrics: tuple[str, ...]
    state: State | None = None

    def answers(self) -> Iterator[tuple[State, Generation]]:
        """Run the loop and measure."""
        recorder = Recorder(self.experiment, self.metrics)
        for state in states(self.experiment, self.state):
            yield state, recorder.record(state)

    def after(self, answer: tuple[State, Generation]) -> RunTask:
        """The generations that follow."""
        return replace(self, state=answer[0])

    def error(self, failure: Failure) -> WorkerFailed:
        """A sentence for the run's `Ending`."""
        t = 0 if self.state is None else self.state.t + 1
        if failure.final:
            return WorkerFailed(f"Generation {t} could not be computed. {failure.sentence}")
        if failure.kind == "no_memory":
            why = "there was not enough memory for it"
        elif failure.status == KILLED:
            why = "its worker was killed each time, most likely because memory ran out"
        else:
            how = f"signal {-failure.status}" if failure.status < 0 else f"exit status {failure.status}"
            why = f"its worker died each time ({how})"
        return WorkerFailed(f"Generation {t} was given up after {self.tries} tries: {why}. Ask for fewer rows or replicates.")
