"""Who computes what when: a few workers for all visitors, each experiment and each map computed once.

This is the only cache of the dashboard. A run is asked for by value, so visitors who open the same link share one
computation; one that is stored (`sim.store`), as those of presets are, is played from there. Who looks elsewhere or presses Stop leaves
a run to the others; one that nobody waits for any more is stopped, and so is one whose last visitor closed the page and
did not come back within `GRACE`; once all have left, little is kept. What was done until a Stop belongs to the visitor who
pressed it, and can be gone on with; for a while also by whoever asks for it after they have left, most likely themselves.
Maps stand in the same queue, in a lane of their own; nobody comes back for them, so they end with the page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import count
from typing import Any, TypeVar

from dashboard.runs.computation import Computation, Status
from dashboard.runs.debounce import Debounced
from dashboard.runs.heap import trim_heap
from dashboard.runs.job import Job, Key
from dashboard.runs.kept import BUDGET, REST, Kept, evicted
from dashboard.runs.lanes import LANES
from dashboard.runs.map_fit import MapFit, Placement
from dashboard.runs.visits import MAP, STAGE, Visit, Visits
from sim import Experiment
from sim.store import stored

C = TypeVar("C", bound=Computation[Any, Any])

GRACE = 25.0
"""Seconds a run goes on without its visitor: long enough for a reload or a lost connection."""


class Jobs:
    """The queue of all visitors.

    Args:
        pool: who does the work; threads of this process by default, one pool for each lane.
        clock: in seconds.
        closing: whether the server is being shut down; then nobody waits for anything.
        grace, budget: see `GRACE` and `BUDGET`.
    """

    def __init__(
        self,
        pool: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
        closing: Callable[[], bool] = lambda: False,
        grace: float = GRACE,
        budget: int = BUDGET,
    ) -> None:
        self._pools = {name: pool or ThreadPoolExecutor(lane.most, thread_name_prefix=name) for name, lane in LANES.items()}
        self._clock, self._closing, self._budget = clock, closing, budget
        self._kept = Kept()
        self._visits = Visits(clock, grace)
        self._tidying = Debounced(grace + 1, self.tidy)
        self._numbers = count(1)
        self._lock = threading.RLock()

    def ask(self, experiment: Experiment, metrics: tuple[str, ...], visitor: str, place: str = STAGE, *, here: bool = False) -> Job:
        """The job of this experiment, started if it is new; this place of the visitor's page stops waiting for any other.

        Args:
            experiment: what is to be run.
            metrics: what is to be measured.
            visitor: who asks.
            place: of the visitor's page.
            here: whether it must be computed on this machine, though a recording ships with the project.
        """
        key = (experiment, frozenset(metrics))
        with self._lock:
            visit = self._arrived(visitor)
            own = visit.stopped if visit.stopped is not None and visit.stopped.serves(key) else None
            job = own or self._known(key, here) or self._left_behind(key, visit) or self._new(key, visit, here)
            if place == STAGE:
                visit.look_back(job)
            self._subscribe(visit, place, job)
            self._evict(self._budget, visit)
            return job

    def ask_map(self, key: Hashable, placement: Callable[[], Placement], visitor: str) -> MapFit:
        """The fit of a map, started if it is new; the visitor stops waiting for any other. Raises `NoMap`.

        Args:
            key: what is laid out, by value.
            placement: how, asked only if the map is not known.
            visitor: who asks.
        """
        with self._lock:
            known = self._kept.map_fit(key)
        made = placement() if known is None else None  # which takes too long to hold up everybody else
        with self._lock:
            visit = self._arrived(visitor)
            fit = self._kept.map_fit(key) or self._submitted(MapFit(key, next(self._numbers), self._wanted, placement=made or placement()))
            self._subscribe(visit, MAP, fit)
            for other in self._kept.too_many_map_fits():
                self._kept.forget(other)
                other.stop()
            return fit

    def find(self, key: Key, visitor: str) -> Job | None:
        """The job of a key, if it is still kept."""
        with self._lock:
            visit = self._visits.find(visitor)
            # What is held from before may be an earlier part of the very run that goes on, so it comes last.
            known = (visit.stopped, self._kept.job(key), visit.before)
            return next((job for job in known if job is not None and job.key == key), None)

    def leave(self, job: Job, visitor: str) -> None:
        """Stop: the visitor keeps what is done as their own; the job itself ends when nobody else waits for it."""
        with self._lock:
            if not job.status.going:
                return
            visit = self._arrived(visitor)
            visit.subscriptions = {place: other for place, other in visit.subscriptions.items() if other is not job}
            visit.stopped = job.part() if self._visits.subscribed(job) else job
            self._stop_if_unwanted(job)

    def go_on(self, job: Job, visitor: str) -> Job:
        """Continue: the visitor's stopped run from where it ended, shared again from now on."""
        with self._lock:
            visit = self._arrived(visitor)
            known = self._known(job.key, here=True)
            shared = self._computed(job.key, visit) if known is None or known.status is Status.INTERRUPTED else known
            visit.look_back(shared)
            visit.stopped = None
            self._subscribe(visit, STAGE, shared)
            return shared

    def unsubscribe(self, visitor: str, place: str) -> None:
        """This place of the visitor's page waits for nothing any more."""
        with self._lock:
            self._unsubscribe(self._visits.find(visitor), place)

    def arrive(self, visitor: str) -> None:
        """The visitor is there."""
        with self._lock:
            self._arrived(visitor)

    def depart(self, visitor: str) -> None:
        """The visitor's page is gone or has lost its connection; they may come back."""
        with self._lock:
            visit = self._visits.depart(visitor)
            for place, waited_for in list(visit.subscriptions.items()):
                if not waited_for.survives_absence:
                    self._unsubscribe(visit, place)
            self._tidying.schedule()

    def tidy(self) -> None:
        """Let go of what visitors held who did not come back and, where nobody is left, of most of what was kept."""
        with self._lock:
            self._end_visits()
            if not self._visits.anybody():
                self._evict(min(REST, self._budget))
        trim_heap()

    def forget(self, computation: Computation[Any, Any]) -> None:
        """Compute this anew when it is next asked for."""
        with self._lock:
            self._kept.forget(computation)

    def place_in_line(self, job: Computation[Any, Any]) -> int:
        """1 for the job that the next free worker takes."""
        with self._lock:
            ahead = (other for other in self._kept.everything() if other.number < job.number and other.status is Status.WAITING)
            return 1 + sum(other.lane == job.lane for other in ahead)

    def going(self) -> int:
        """How many runs have not ended."""
        with self._lock:
            return sum(job.status.going for job in self._kept.jobs())

    def _arrived(self, visitor: str) -> Visit:
        visit = self._visits.arrive(visitor)
        self._end_visits()
        return visit

    def _end_visits(self) -> None:
        for visit in self._visits.expired():
            for place in list(visit.subscriptions):
                self._unsubscribe(visit, place)

    def _wanted(self, computation: Computation[Any, Any]) -> bool:
        """Whether to go on with it."""
        with self._lock:
            self._end_visits()
            return self._visits.subscribed(computation) and not self._closing()

    def _subscribe(self, visit: Visit, place: str, new: Computation[Any, Any]) -> None:
        if visit.subscriptions.get(place) is not new:
            self._unsubscribe(visit, place)
        visit.subscriptions[place] = new
        self._kept.touch(new)

    def _unsubscribe(self, visit: Visit, place: str) -> None:
        if (left := visit.subscriptions.pop(place, None)) is not None:
            self._stop_if_unwanted(left)

    def _stop_if_unwanted(self, computation: Computation[Any, Any]) -> None:
        if computation.status.going and not self._visits.subscribed(computation):
            computation.stop()

    def _known(self, key: Key, here: bool) -> Job | None:
        """A recording is preferred, so that nobody else waits for what one visitor computes again."""
        jobs = reversed(self._kept.jobs())
        able = [job for job in jobs if job.serves(key) and job.status.shareable and not (here and job.recorded)]
        return max(able, key=lambda job: bool(job.recorded), default=None)

    def _left_behind(self, key: Key, visit: Visit) -> Job | None:
        """What was stopped by somebody whose page has just gone: a page that is loaded again is a new visitor to the queue."""
        if (gone := self._visits.left_behind(key)) is None:
            return None
        visit.stopped, gone.stopped = gone.stopped, None
        return visit.stopped

    def _new(self, key: Key, visit: Visit, here: bool) -> Job:
        return (None if here else self._shipped(key)) or self._computed(key, visit)

    def _shipped(self, key: Key) -> Job | None:
        """A job that is done before it begins, if the run was recorded."""
        found = stored(*key)
        if found is None:
            return None
        job = Job((key[0], frozenset(found.run.metrics)), next(self._numbers), clock=self._clock, recorded=found.versions)
        job.future.set_result(found.run)
        self._kept.add(job)
        return job

    def _computed(self, key: Key, visit: Visit) -> Job:
        job = Job(key, next(self._numbers), self._wanted, clock=self._clock)
        earlier = [other for other in self._within_reach(visit) if other.can_lead_to(key)]
        if earlier:
            job.go_on_from(max(earlier, key=lambda other: other.run.last if other.run else 0))
        return self._submitted(job)

    def _within_reach(self, visit: Visit) -> Iterator[Job]:
        yield from self._kept.jobs()
        if visit.stopped is not None:
            yield visit.stopped

    def _submitted(self, computation: C) -> C:
        """Put it in its line."""
        self._kept.add(computation)
        computation.future = self._pools[computation.lane].submit(computation.compute)
        computation.future.add_done_callback(lambda _: self._has_ended(computation))
        return computation

    def _has_ended(self, computation: Computation[Any, Any]) -> None:
        with self._lock:
            computation.compact()
            if not computation.status.shareable:
                self._kept.forget(computation)

    def _ended(self) -> list[Job]:
        every = dict.fromkeys((*self._kept.jobs(), *self._visits.stopped(), *self._visits.before()))
        return [job for job in every if not job.status.going]

    def _evict(self, budget: int, visit: Visit | None = None) -> None:
        """Let go of the runs asked for longest ago, until the rest is within the budget.

        Never of what somebody looks at, nor of the run that this visitor stopped.
        """
        spared = {job for job in self._ended() if self._visits.subscribed(job)} | set(self._visits.before())
        if visit is not None and visit.stopped is not None:
            spared.add(visit.stopped)
        for job in evicted(self._ended(), spared, budget):
            self._kept.forget(job)
            self._visits.forget_stopped(job)
