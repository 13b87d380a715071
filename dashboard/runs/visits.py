"""Who is there, and what each waits for: one record per visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dashboard.runs.computation import Computation
from dashboard.runs.job import Job, Key

STAGE, NUMBERS, MAP = "stage", "numbers", "map"
"""The places of a page where something is waited for; there may be others."""


@dataclass(eq=False)
class Visit:
    """What the queue knows of one visitor.

    Attributes:
        subscriptions: what each place of their page waits for or shows, by place.
        stopped: the run that they stopped, which is theirs alone.
        before: what the stage showed before the run that it waits for.
        away_since: when their page was gone or lost its connection; None while it is there.
    """

    subscriptions: dict[str, Computation[Any, Any]] = field(default_factory=dict[str, Computation[Any, Any]])
    stopped: Job | None = None
    before: Job | None = None
    away_since: float | None = None

    def look_back(self, new: Job) -> None:
        """Hold on to what the stage shows until the run that is asked for next has something to show."""
        old = self.subscriptions.get(STAGE)
        if new.run is not None:
            self.before = None
        elif isinstance(old, Job) and old is not new and old.run is not None:
            self.before = old


class Visits:
    """All visits, by the visitor's name.

    Args:
        clock: in seconds.
        grace: seconds after which a visitor who is away is forgotten.
    """

    def __init__(self, clock: Callable[[], float], grace: float) -> None:
        self._clock, self._grace = clock, grace
        self._visits: dict[str, Visit] = {}

    def anybody(self) -> bool:
        """Whether anybody is there, or may come back."""
        return bool(self._visits)

    def find(self, visitor: str) -> Visit:
        """The visit of this visitor; a blank one that is not noted down where there is none, as after a download that took long."""
        return self._visits.get(visitor, Visit())

    def arrive(self, visitor: str) -> Visit:
        """The visitor is there."""
        visit = self._visits.setdefault(visitor, Visit())
        visit.away_since = None
        return visit

    def depart(self, visitor: str) -> Visit:
        """The visitor is away."""
        visit = self._visits.setdefault(visitor, Visit())
        visit.away_since = self._clock()
        return visit

    def expired(self) -> list[Visit]:
        """The visits of those who were away for too long, which end with this."""
        now = self._clock()
        gone = [name for name, visit in self._visits.items() if visit.away_since is not None and now - visit.away_since > self._grace]
        return [self._visits.pop(name) for name in gone]

    def subscribed(self, computation: Computation[Any, Any]) -> bool:
        """Whether anybody waits for it or looks at it."""
        return any(computation is one for visit in self._visits.values() for one in visit.subscriptions.values())

    def left_behind(self, key: Key) -> Visit | None:
        """A visit whose page is gone just now and that had stopped what a key asks for; of several the one gone longest."""
        able = [v for v in self._visits.values() if v.away_since is not None and v.stopped is not None and v.stopped.serves(key)]
        return min(able, key=lambda visit: visit.away_since or 0.0, default=None)

    def stopped(self) -> list[Job]:
        """What visitors stopped."""
        return [visit.stopped for visit in self._visits.values() if visit.stopped is not None]

    def before(self) -> list[Job]:
        """What stages showed before the runs that they wait for."""
        return [visit.before for visit in self._visits.values() if visit.before is not None]

    def forget_stopped(self, job: Job) -> None:
        """No visit holds on to this stopped run any more."""
        for visit in self._visits.values():
            if visit.stopped is job:
                visit.stopped = None
