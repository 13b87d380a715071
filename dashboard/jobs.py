"""Who computes what when: one small pool of workers for all visitors, each experiment computed once.

This is the only cache of the dashboard. A run is asked for by value, so two visitors who open the same link share one
computation, and a run that nobody waits for any more is stopped.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.maps import Fits
from sim import Experiment, Generation, Run, collect, run

KEPT_RUNS = 8
KEPT_FILMS = 6
WORKERS = 2

Key = tuple[Experiment, frozenset[str]]


@dataclass(eq=False)
class Job:
    """One computation and who waits for it.

    Attributes:
        key: the experiment and the metrics.
        done: generations finished so far.
        abandoned: stopped because nobody waited for it any more.
        films: what the stage was sent of this run, by view.
    """

    key: Key
    done: int = 0
    abandoned: bool = False
    started: float = 0.0
    watchers: set[str] = field(default_factory=set[str])
    films: OrderedDict[Any, dict[str, Any]] = field(default_factory=OrderedDict[Any, dict[str, Any]])
    future: Future[Run] = field(default_factory=Future[Run])
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def experiment(self) -> Experiment:
        """What is computed."""
        return self.key[0]

    def stop(self) -> None:
        """End after the generation in progress; what is done is kept."""
        self._stop.set()

    def remaining(self) -> float | None:
        """Seconds still to go at the pace so far; None while nothing is known."""
        if not self.done or not self.started:
            return None
        pace = (time.monotonic() - self.started) / self.done
        return pace * (self.experiment.generations + 1 - self.done)

    def compute(self) -> Run:
        """Run the experiment to its end, or until stopped."""
        self.started = time.monotonic()
        return collect(self._until_stopped())

    def _until_stopped(self) -> Iterator[Generation]:
        for generation in run(self.experiment, sorted(self.key[1])):
            self.done = generation.t + 1
            yield generation
            if self._stop.is_set():
                return


class Jobs:
    """The queue of all visitors."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="run")
        self._jobs: OrderedDict[Key, Job] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, experiment: Experiment, metrics: tuple[str, ...], visitor: str) -> Job:
        """The job of this experiment, started if it is new; the visitor stops waiting for any other."""
        with self._lock:
            job = self._known(experiment, frozenset(metrics)) or self._new((experiment, frozenset(metrics)))
            self._jobs.move_to_end(job.key)
            for other in self._jobs.values():
                other.watchers.discard(visitor)
                if other is not job and not other.watchers and not other.future.done():
                    other.abandoned = True
                    other.stop()
            job.watchers.add(visitor)
            return job

    def forget(self, job: Job) -> None:
        """Compute this experiment anew when it is next asked for."""
        with self._lock:
            self._jobs.pop(job.key, None)

    def _known(self, experiment: Experiment, metrics: frozenset[str]) -> Job | None:
        for (known, measured), job in reversed(self._jobs.items()):
            if known == experiment and metrics <= measured and not job.abandoned:
                return job
        return None

    def _new(self, key: Key) -> Job:
        job = Job(key)
        self._jobs[key] = job
        job.future = self._pool.submit(job.compute)
        finished = [k for k, j in self._jobs.items() if j.future.done()]
        for old in finished[: max(0, len(self._jobs) - KEPT_RUNS)]:
            del self._jobs[old]
        return job


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one queue of this server."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def fits() -> Fits:
    """The maps of this server that are not shipped."""
    return Fits()
