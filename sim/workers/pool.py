"""The workers of this process: one is kept ready for a while, because importing torch takes seconds."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Final

from sim.workers.pipes import WarmUp
from sim.workers.worker import Worker

WARM_UP: Final = WarmUp(("torch", "scipy.special", "sim.workers.runs"))
"""What runs of networks and their metrics import."""

MOST_USES: Final = 20
"""Tasks after which a worker is replaced, so that what libraries hold on to is given back.

A choice: a new one imports torch, which takes seconds.
"""

IDLE: Final = 120.0
"""Seconds that a worker waits for another task before it ends.

A choice: long enough to look at a run and turn a knob; meanwhile torch holds some 300 MB.
"""


class Workers:
    """A pool that starts a worker where none is ready, and keeps at most one.

    Args:
        idle, uses: see `IDLE` and `MOST_USES`.
    """

    def __init__(self, idle: float = IDLE, uses: int = MOST_USES) -> None:
        self._idle, self._uses = idle, uses
        self._ready: Worker | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def acquire(self, *, fresh: bool = False) -> Worker:
        """The worker that is ready, or a new one; raises `OSError` where none can be started.

        Args:
            fresh: leave the one that is ready to others.
        """
        if fresh:
            return Worker()
        with self._lock:
            ready, self._ready = self._ready, None
        if ready is not None and ready.process.poll() is None:
            return ready
        if ready is not None:
            ready.end()
        return Worker()

    def release(self, worker: Worker) -> None:
        """A worker has done its task: it is kept ready, or ended where one is or where it was used often."""
        if worker.uses >= self._uses or not self._keep(worker):
            worker.end()

    def prepare(self) -> None:
        """Have a worker ready, so that the next run need not wait for one; where none can be started, it tries itself."""
        if self._ready is None:
            with suppress(OSError):
                worker = Worker()
                worker.ask(WARM_UP)
                self.release(worker)

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
