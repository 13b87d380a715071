"""What the queue keeps: everything asked for by its key, until there is more than the budget of bytes allows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable
from typing import Any

from dashboard.runs.computation import Computation
from dashboard.runs.job import Job, Key
from dashboard.runs.map_fit import MapFit

BUDGET = 64_000_000
"""Bytes of ended runs, their states and payloads that are kept; what somebody looks at just now is kept beyond it.

A choice: a server with a class at work stays well below the gigabyte that it is allowed.
"""

REST = 8_000_000
"""Bytes of them that are kept once everybody has left. A choice: some of the last runs, for whoever comes back."""

KEPT_MAPS = 8
"""Maps that are kept; each weighs little, but a visitor may ask for a great many."""


class Kept:
    """All computations that others may have, asked for longest ago first."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[Hashable, Computation[Any, Any]] = OrderedDict()

    def add(self, computation: Computation[Any, Any]) -> None:
        """Keep this one, in the place of another of its key."""
        self._by_key[computation.key] = computation

    def touch(self, computation: Computation[Any, Any]) -> None:
        """It was asked for just now."""
        if self._by_key.get(computation.key) is computation:
            self._by_key.move_to_end(computation.key)

    def forget(self, computation: Computation[Any, Any]) -> None:
        """Compute it anew when it is next asked for."""
        if self._by_key.get(computation.key) is computation:
            del self._by_key[computation.key]

    def everything(self) -> list[Computation[Any, Any]]:
        """Runs and maps alike."""
        return list(self._by_key.values())

    def jobs(self) -> list[Job]:
        """The runs."""
        return [one for one in self._by_key.values() if isinstance(one, Job)]

    def job(self, key: Key) -> Job | None:
        """The run of exactly this key."""
        found = self._by_key.get(key)
        return found if isinstance(found, Job) else None

    def map_fit(self, key: Hashable) -> MapFit | None:
        """The map of this key, unless it is being stopped."""
        found = self._by_key.get(key)
        return found if isinstance(found, MapFit) and found.status.shareable else None

    def too_many_map_fits(self) -> list[MapFit]:
        """The maps beyond those that are kept."""
        fits = [one for one in self._by_key.values() if isinstance(one, MapFit)]
        return fits[: max(0, len(fits) - KEPT_MAPS)]


def evicted(ended: Collection[Job], spared: Collection[Job], budget: int) -> list[Job]:
    """The ended runs to let go of until the rest is within the budget, in their order; never one that is spared."""
    sizes = {job: job.bytes_held() for job in ended}
    total, found = sum(sizes.values()), list[Job]()
    for job, size in sizes.items():
        if total <= budget:
            break
        if job not in spared:
            found.append(job)
            total -= size
    return found
