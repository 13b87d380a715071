"""What the tests of workers share: small runs, a pool that remembers whom it sent, and whether a process has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from queueing import until

from sim import Experiment
from sim.workers.pool import Workers
from sim.workers.runs import RunTask
from sim.workers.tasks import Task
from sim.workers.worker import Worker

METRICS = ("total_variance", "latent_spread")


def training(**settings: Any) -> Experiment:
    usual = {"source": {"kind": "normal", "dim": 3}, "family": {"kind": "vae", "steps": 40, "width": 8}, "n": 40, "generations": 4}
    return Experiment.model_validate({**usual, "replicates": 2, **settings})


def plain(**settings: Any) -> Experiment:
    """An experiment without torch, so that its workers are there at once."""
    return training(**{"family": {"kind": "gaussian"}, **settings})


class Watched(Workers):
    """Remembers whom it sent, and what they were asked for."""

    def __init__(self, welcome: Callable[[Worker], object] = lambda _: None) -> None:
        super().__init__()
        self.sent: list[Worker] = []
        self.asked: list[Task[Any]] = []
        self.welcome = welcome

    def acquire(self, *, fresh: bool = False) -> Worker:
        worker = super().acquire(fresh=fresh)
        ask = worker.ask
        worker.ask = lambda request: (self.asked.append(request), ask(request))  # type: ignore[assignment]
        self.sent.append(worker)
        self.welcome(worker)
        return worker

    def began_after(self) -> list[int | None]:
        """The generations that the runs asked for went on from."""
        return [None if task.state is None else task.state.t for task in self.asked if isinstance(task, RunTask)]


@pytest.fixture
def workers() -> Iterator[Watched]:
    """A pool whose workers have all ended by the end of the test."""
    found = Watched()
    yield found
    found.close()
    until(lambda: all(worker.process.poll() is not None for worker in found.sent))


def gone(pid: int) -> bool:
    """Whether a process has ended, also where nobody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
