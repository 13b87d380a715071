"""Who computes what when: a few workers for all visitors, each experiment computed once.

This is the only cache of the dashboard. A run is asked for by value, so visitors who open the same link share one
computation; that of a preset is played from its recording (`sim.store.shipped`). Who looks elsewhere or presses Stop leaves
a run to the others; one that nobody waits for any more is stopped, and so is one whose last visitor closed the page and
did not come back within `GRACE`; once all have left, little is kept. What was done until a Stop belongs to the visitor who
pressed it, and can be gone on with; for a while also by whoever asks for it after they have left, most likely themselves.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import count

from dashboard.runs.job import Job, Key, Seat
from dashboard.runs.lanes import LANES
from dashboard.runs.memory import Later, give_back
from sim import Experiment
from sim.store.shipped import recorded

BUDGET = 64_000_000
"""Bytes of ended runs, their states and films that are kept; what somebody looks at just now is kept beyond it."""

REST = 8_000_000
"""Bytes of them that are kept once everybody has left."""

GRACE = 25.0
"""Seconds a run goes on without its visitor: long enough for a reload or a lost connection."""

STAGE, NUMBERS = "stage", "numbers"
"""The places of a page where a run is waited for."""


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
        self._pools = {name: pool or ThreadPoolExecutor(most, thread_name_prefix=name) for name, most in LANES.items()}
        self._clock, self._closing, self._grace, self._budget = clock, closing, grace, budget
        self._jobs: OrderedDict[Key, Job] = OrderedDict()
        self._own: dict[str, Job] = {}
        self._before: dict[str, Job] = {}
        self._away: dict[str, float] = {}
        self._there: set[str] = set()
        self._tidying = Later(grace + 1, self.tidy)
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
            self.attend(visitor)
            own = self._own.get(visitor)
            mine = own if own is not None and own.serves(key) else None
            job = mine or self._known(key, here) or self._left_behind(key, visitor) or self._new(key, visitor, here)
            if place == STAGE:
                self._look_back(visitor, job)
            self._sit(job, visitor, place)
            self._evict(self._budget, visitor)
            return job

    def find(self, key: Key, visitor: str) -> Job | None:
        """The job of a key, if it is still kept."""
        with self._lock:
            # What is held from before may be an earlier part of the very run that goes on, so it comes last.
            known = (self._own.get(visitor), self._jobs.get(key), self._before.get(visitor))
            return next((job for job in known if job is not None and job.key == key), None)

    def leave(self, job: Job, visitor: str) -> None:
        """Stop: the visitor keeps what is done as their own; the job itself ends when nobody else waits for it."""
        with self._lock:
            if job.future.done():
                return
            job.seats = {seat for seat in job.seats if seat[0] != visitor}
            self._own[visitor] = job.part() if job.seats else job
            self._stop_if_forsaken(job)

    def go_on(self, job: Job, visitor: str) -> Job:
        """Continue: the visitor's stopped run from where it ended, shared again from now on."""
        with self._lock:
            known = self._known(job.key, here=True)
            shared = self._new(job.key, visitor, here=True) if known is None or known.early else known
            self._look_back(visitor, shared)
            self._own.pop(visitor, None)
            self._sit(shared, visitor, STAGE)
            return shared

    def vacate(self, visitor: str, place: str) -> None:
        """This place of the visitor's page waits for nothing any more."""
        with self._lock:
            self._stand_up((visitor, place))

    def attend(self, visitor: str) -> None:
        """The visitor is there."""
        with self._lock:
            self._away.pop(visitor, None)
            self._there.add(visitor)
            self._sweep()

    def depart(self, visitor: str) -> None:
        """The visitor's page is gone or has lost its connection; they may come back."""
        with self._lock:
            self._away[visitor] = self._clock()
            self._there.discard(visitor)
            self._tidying.ask()

    def tidy(self) -> None:
        """Let go of what visitors held who did not come back and, where nobody is left, of most of what was kept."""
        with self._lock:
            self._sweep()
            if not self._there and not self._away:
                self._evict(min(REST, self._budget))
        give_back()

    def forget(self, job: Job) -> None:
        """Compute this experiment anew when it is next asked for."""
        with self._lock:
            if self._jobs.get(job.key) is job:
                del self._jobs[job.key]

    def place_in_line(self, job: Job) -> int:
        """1 for the job that the next free worker takes."""
        with self._lock:
            return 1 + sum(other.waiting and other.number < job.number and other.lane == job.lane for other in self._jobs.values())

    def going(self) -> int:
        """How many runs have not ended."""
        with self._lock:
            return sum(not job.future.done() for job in self._jobs.values())

    def kept(self) -> int:
        """The bytes of all ended runs."""
        with self._lock:
            return sum(job.weigh() for job in self._ended())

    def _wanted(self, job: Job) -> bool:
        """Whether to go on with a job."""
        with self._lock:
            self._sweep()
            return bool(job.seats) and not self._closing()

    def _sweep(self) -> None:
        now = self._clock()
        for visitor in [visitor for visitor, since in self._away.items() if now - since > self._grace]:
            del self._away[visitor]
            self._own.pop(visitor, None)
            self._before.pop(visitor, None)
            for job in list(self._jobs.values()):
                job.seats = {seat for seat in job.seats if seat[0] != visitor}
                self._stop_if_forsaken(job)

    def _known(self, key: Key, here: bool) -> Job | None:
        """A recording is preferred, so that nobody else waits for what one visitor computes again."""
        able = [job for job in reversed(self._jobs.values()) if job.shareable and job.serves(key) and not (here and job.recorded)]
        return max(able, key=lambda job: bool(job.recorded), default=None)

    def _left_behind(self, key: Key, visitor: str) -> Job | None:
        """What was stopped by somebody whose page has just gone: a page that is loaded again is a new visitor to the queue."""
        left = (owner for owner in self._away if owner in self._own and self._own[owner].serves(key))
        if (owner := next(left, None)) is None:
            return None
        self._own[visitor] = self._own.pop(owner)
        return self._own[visitor]

    def _new(self, key: Key, visitor: str, here: bool) -> Job:
        return (None if here else self._played(key)) or self._computed(key, visitor)

    def _played(self, key: Key) -> Job | None:
        """A job that is done before it begins, if the run was recorded."""
        found = recorded(key[0])
        if found is None or not key[1] <= found.run.metrics.keys():
            return None
        whole = (key[0], frozenset(found.run.metrics))
        job = self._jobs[whole] = Job(whole, next(self._numbers), clock=self._clock, recorded=found.versions)
        job.future.set_result(found.run)
        return job

    def _computed(self, key: Key, visitor: str) -> Job:
        job = Job(key, next(self._numbers), self._wanted, self._clock)
        earlier = [other for other in self._within_reach(visitor) if other.can_lead_to(key)]
        if earlier:
            job.go_on_from(max(earlier, key=lambda other: other.run.last if other.run else 0))
        self._jobs[key] = job
        job.future = self._pools[job.lane].submit(job.compute)
        job.future.add_done_callback(lambda _: self._ended_now(job))
        return job

    def _within_reach(self, visitor: str) -> Iterator[Job]:
        yield from self._jobs.values()
        if visitor in self._own:
            yield self._own[visitor]

    def _ended_now(self, job: Job) -> None:
        with self._lock:
            job.settle()
            if not job.shareable:
                self.forget(job)

    def _sit(self, job: Job, visitor: str, place: str) -> None:
        self._stand_up((visitor, place), job)
        job.seats.add((visitor, place))
        if self._jobs.get(job.key) is job:
            self._jobs.move_to_end(job.key)

    def _look_back(self, visitor: str, new: Job) -> None:
        """What the stage shows is held on to until the run asked for has something to show."""
        if new.run is not None:
            self._before.pop(visitor, None)
            return
        for old in self._every():
            if old is not new and old.run is not None and (visitor, STAGE) in old.seats:
                self._before[visitor] = old

    def _stand_up(self, seat: Seat, stays: Job | None = None) -> None:
        for other in self._every():
            if other is not stays and seat in other.seats:
                other.seats.discard(seat)
                self._stop_if_forsaken(other)

    def _stop_if_forsaken(self, job: Job) -> None:
        if not job.seats and not job.future.done():
            job.stop()

    def _every(self) -> list[Job]:
        return list(dict.fromkeys((*self._jobs.values(), *self._own.values(), *self._before.values())))

    def _ended(self) -> list[Job]:
        return [job for job in self._every() if job.future.done()]

    def _evict(self, budget: int, visitor: str = "") -> None:
        """Let go of the runs asked for longest ago, until the rest is within the budget.

        Never of what somebody looks at, nor of the run that this visitor stopped.
        """
        held = list(self._before.values())
        weights = {job: job.weigh() for job in self._ended()}
        total = sum(weights.values())
        for job, weight in weights.items():
            if total <= budget:
                return
            if job.seats or self._own.get(visitor) is job or job in held:
                continue
            self.forget(job)
            self._own = {owner: own for owner, own in self._own.items() if own is not job}
            total -= weight
