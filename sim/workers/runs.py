"""Running an experiment elsewhere: in a worker process that can be ended at any moment and whose death costs one generation.

A `State` comes back after every generation, and `advance` is pure. So a worker that dies is replaced, the new one goes on
from the last state that arrived, and the run is the same to the last bit.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from sim.experiment import Experiment
from sim.records import Generation
from sim.state import State
from sim.workers.pipes import DONE, NO_MEMORY, WARM_UP, Answer, Request, receive, send

ROOT: Final = Path(__file__).parent.parent.parent

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
"""A worker computes on one thread: sums in another order are other numbers, and small products thrash on many."""

DEATHS: Final = 3
"""Workers that may die over one generation before it is given up."""

KILLED: Final = -9
"""How a process ended that the system stopped for want of memory, or that somebody killed."""

TICK: Final = 0.05
"""Seconds between two looks at whether to go on while a generation is computed."""

USES: Final = 20
"""Runs after which a worker is replaced, so that what libraries hold on to is given back."""

IDLE: Final = 120.0
"""Seconds that a worker waits for another run before it ends."""


class WorkerFailed(Exception):
    """A run that its workers could not go on with; the message is a sentence for its `Ending`."""


class WorkerDied:
    """The answer of a worker that died."""


class Worker:
    """One worker process, from the side of who started it.

    Attributes:
        process: the process.
        uses: how many runs it was asked for.
    """

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim.workers.process"],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # what is pressed in the server's terminal is for the server
        )
        self.uses = 0
        self._answers: queue.Queue[Answer | WorkerDied] = queue.Queue(1)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, request: Request | str) -> None:
        """Hand over a request; that the worker is dead is told by the answer."""
        self.uses += not isinstance(request, str)
        assert self.process.stdin is not None
        with suppress(OSError):
            send(self.process.stdin, request)

    def answer(self, patience: float) -> Answer | WorkerDied:
        """The next answer; raises `queue.Empty` when there is none in time."""
        return self._answers.get(timeout=patience)

    def end(self) -> int:
        """End the process at once, whatever it does; returns how it ended, a signal as a negative number."""
        self.process.kill()
        status = self.process.wait()
        while self._listener.is_alive():
            with suppress(queue.Empty):
                self._answers.get(timeout=0.01)
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        return status

    def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            with self.process.stdout as pipe:
                while True:
                    self._answers.put(receive(pipe))
        except Exception:  # a dead process's last words may be cut short anywhere
            self._answers.put(WorkerDied())


class Workers:
    """Who is there to compute elsewhere; one worker is kept ready for a while, because importing torch takes seconds."""

    def __init__(self, idle: float = IDLE, uses: int = USES) -> None:
        self._idle, self._uses = idle, uses
        self._ready: Worker | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def take(self) -> Worker:
        """The worker that is ready, or a new one."""
        with self._lock:
            ready, self._ready = self._ready, None
        if ready is not None and ready.process.poll() is None:
            return ready
        if ready is not None:
            ready.end()
        return Worker()

    def leave(self, worker: Worker) -> int:
        """A worker has done its work: it is kept ready, or ended where one is or where it was used often; returns 0."""
        if worker.uses >= self._uses or not self._keep(worker):
            worker.end()
        return 0

    def prepare(self) -> None:
        """Have a worker ready, so that the next run need not wait for one; where none can be started, it tries itself."""
        if self._ready is None:
            with suppress(OSError):
                worker = Worker()
                worker.ask(WARM_UP)
                self.leave(worker)

    def close(self) -> None:
        """End the worker that is ready."""
        with self._lock:
            ready, self._ready = self._ready, None
            if self._timer is not None:
                self._timer.cancel()
        if ready is not None:
            ready.end()

    def _keep(self, worker: Worker) -> bool:
        with self._lock:
            if self._ready is not None:
                return False
            self._ready = worker
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._idle, self.close)
            self._timer.daemon = True
            self._timer.start()
            return True


WORKERS: Final = Workers()
"""Those of this process."""


def states_in_worker(
    experiment: Experiment,
    metrics: Sequence[str],
    after: State | None = None,
    going: Callable[[], bool] = lambda: True,
    workers: Workers = WORKERS,
) -> Iterator[tuple[State, Generation]]:
    """Every state of the loop and its record, computed in a worker process; the same bytes as in this one.

    Args:
        experiment: what is run.
        metrics: the names of what is measured.
        after: the state to go on from; None to begin.
        going: asked all the time; once it says no, the worker is ended, in the middle of a generation too.
        workers: who does it.

    Raises:
        WorkerFailed: with a sentence, when one generation cost three workers, or failed in a way that would come again.
    """
    deaths = 0
    while going():
        worker, last = _hired(workers), None
        try:
            worker.ask((experiment, tuple(metrics), after))
            for last in _answers(worker, going):
                if isinstance(last, tuple):
                    after, deaths = last[0], 0
                    yield last
        finally:
            status = workers.leave(worker) if last == DONE else worker.end()
        if last == DONE:
            return
        deaths += 1
        said = last if isinstance(last, str) else ""
        if going() and (deaths == DEATHS or said not in ("", NO_MEMORY)):
            raise WorkerFailed(_sentence(0 if after is None else after.t + 1, said, status))
    workers.prepare()


def _hired(workers: Workers) -> Worker:
    try:
        return workers.take()
    except OSError as problem:
        raise WorkerFailed(f"No worker process could be started ({problem.strerror}). Try again later.") from problem


def _answers(worker: Worker, going: Callable[[], bool]) -> Iterator[Answer]:
    """What a worker answers, until it is done, dead or not wanted any more."""
    while going():
        try:
            found = worker.answer(TICK)
        except queue.Empty:
            continue
        if isinstance(found, WorkerDied):
            return
        yield found
        if not isinstance(found, tuple):
            return


def _sentence(t: int, said: str, status: int) -> str:
    if said not in ("", NO_MEMORY):
        return f"Generation {t} could not be computed. {said}"
    if said == NO_MEMORY:
        why = "there was not enough memory for it"
    elif status == KILLED:
        why = "its worker was killed each time, most likely because memory ran out"
    else:
        why = f"its worker died each time ({f'signal {-status}' if status < 0 else f'exit status {status}'})"
    return f"Generation {t} was given up after {DEATHS} tries: {why}. Ask for fewer rows or replicates."
