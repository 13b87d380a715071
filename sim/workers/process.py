"""The worker that runs experiments: `python -m sim.workers.process`, its own process on its own entry.

It reads one request after another from standard input and answers each with a state and its record after every generation
(see `sim.workers.pipes`; `sim.workers.runs` is the other side). It ends when standard input closes, in the middle of a generation
too: so it never outlives whoever started it. Why a process: torch and what it holds leave the memory with it, training
does not hold up the page, and it can be ended at any moment.
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
from typing import IO

from sim.engine import states
from sim.recording.recorder import Recorder
from sim.spec import SpecError
from sim.workers.pipes import DONE, NO_MEMORY, WARM_UP, Answer, Request, receive, send

NEEDED = ("torch", "scipy.special")
"""What neural runs and their metrics import."""


NICE = 10
"""How far this process steps back where the processor is wanted by others."""


def main() -> None:
    """Answer requests for as long as there is somebody to ask."""
    _first_to_go()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the answers
    requests: queue.SimpleQueue[Request | str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        request = requests.get()
        if isinstance(request, str):
            assert request == WARM_UP
            for module in NEEDED:
                importlib.import_module(module)
            continue
        for answer in answered(request):
            send(answers, answer)


def answered(request: Request) -> Iterator[Answer]:
    """Every generation of a run and how it ended; trouble is told to standard error in full."""
    experiment, metrics, after = request
    try:
        recorder = Recorder(experiment, metrics)
        for state in states(experiment, after):
            yield state, recorder.record(state)
        yield DONE
    except Exception as problem:
        traceback.print_exc()
        yield trouble(problem)


def trouble(problem: Exception) -> str:
    """What an exception means to whoever asked; that memory ran out, torch says in words."""
    words = str(problem).lower()
    if isinstance(problem, MemoryError) or "allocate memory" in words or "out of memory" in words:
        return NO_MEMORY
    return str(problem) if isinstance(problem, SpecError) else "It failed inside the simulation."


def _listen(pipe: IO[bytes], requests: queue.SimpleQueue[Request | str]) -> None:
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            requests.put(receive(pipe))
    os._exit(0)


def _first_to_go() -> None:
    """Where memory runs out, Linux ends this process and not the one that serves the pages, which also computes first."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    with suppress(AttributeError, OSError):  # not on Windows
        os.nice(NICE)


if __name__ == "__main__":
    main()
