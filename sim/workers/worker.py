"""A worker process from the side of who started it: asked, listened to, and ended at any moment."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sim.workers.pipes import Message, WarmUp, receive, send
from sim.workers.tasks import Task

ROOT: Final = Path(__file__).parent.parent.parent

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
"""A worker computes on one thread: sums in another order are other numbers, and small products thrash on many."""

LISTENING: Final = 0.01
"""Seconds between two looks at whether the last words of an ended process were read."""


class WorkerDied:
    """Stands in for the message of a worker that died."""


class Worker:
    """One worker process.

    Attributes:
        process: the process.
        uses: how many tasks it was asked for.
    """

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim.workers"],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # what is pressed in the server's terminal is for the server
        )
        self.uses = 0
        self._messages: queue.Queue[Message | WorkerDied] = queue.Queue(1)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, request: Task[Any] | WarmUp) -> None:
        """Hand over a task; that the worker is dead is told by its next message.

        It travels as bytes within a pickle, so that the worker's thread that waits for the pipe to close never has to import
        what a task is made of.
        """
        self.uses += isinstance(request, Task)
        assert self.process.stdin is not None
        with suppress(OSError):
            send(self.process.stdin, pickle.dumps(request, protocol=5))

    def message(self, timeout: float) -> Message | WorkerDied:
        """The next message; raises `queue.Empty` when there is none within so many seconds."""
        return self._messages.get(timeout=timeout)

    def end(self) -> int:
        """End the process at once, whatever it does; returns how it ended, a signal as a negative number."""
        self.process.kill()
        status = self.process.wait()
        while self._listener.is_alive():
            with suppress(queue.Empty):
                self._messages.get(timeout=LISTENING)
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        return status

    def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            with self.process.stdout as pipe:
                while True:
                    self._messages.put(receive(pipe))
        except Exception:  # a dead process's last words may be cut short anywhere
            self._messages.put(WorkerDied())
