"""The worker: `python -m sim.workers`, its own process on its own entry.

It reads one task after another from standard input and tells every answer as soon as it is there (`sim.workers.worker` is
the other side). It ends when standard input closes, in the middle of a task too: so it never outlives whoever started it.
Why a process: torch and numba and what they hold leave the memory with it, training does not hold up the page, and it can be
ended at any moment.
"""

from __future__ import annotations

import importlib
import os
import pickle
import queue
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from sim.workers.pipes import Answer, Done, Message, WarmUp, receive, send
from sim.workers.tasks import Failure, Task

NICE: Final = 10
"""How far this process steps back where the processor is wanted by others.

A choice, half of the most there is: the pages come first, and training still goes on.
"""

FIRST_TO_KILL: Final = "1000"
"""The highest score there is for the process that Linux ends where memory runs out."""

FAILED: Final = "It failed inside the simulation."


def main() -> None:
    """Answer for as long as there is somebody to ask."""
    _step_back()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the answers
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        for message in messages(requests.get()):
            send(answers, message)


def messages(request: bytes) -> Iterator[Message]:
    """What there is to tell of a request, which is a pickled task or `WarmUp`; trouble goes to standard error in full."""
    refusals: tuple[type[Exception], ...] = ()
    try:
        asked: Task[Any] | WarmUp = pickle.loads(request)
        if isinstance(asked, WarmUp):
            for module in asked.modules:
                importlib.import_module(module)
            return
        refusals = asked.refusals
        for answer in asked.answers():
            yield Answer(answer)
        yield Done()
    except Exception as problem:
        traceback.print_exc()
        yield failure(problem, refusals)


def failure(problem: Exception, refusals: tuple[type[Exception], ...] = ()) -> Failure:
    """What an exception means to whoever asked; that memory ran out, torch says in words."""
    if isinstance(problem, refusals):
        return Failure("refused", str(problem))
    words = str(problem).lower()
    if isinstance(problem, MemoryError) or "allocate memory" in words or "out of memory" in words:
        return Failure("no_memory")
    return Failure("failed", FAILED)


def _listen(pipe: IO[bytes], requests: queue.SimpleQueue[bytes]) -> None:
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            requests.put(receive(pipe))
    os._exit(0)


def _step_back() -> None:
    """Where memory runs out, Linux ends this process and not the one that serves the pages, which also computes first."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_KILL, "ascii")
    with suppress(AttributeError, OSError):  # not on Windows
        os.nice(NICE)


if __name__ == "__main__":
    main()
