"""The server's memory: what weighs how much, and what was let go of goes back to the system, where the C library can be asked to.

Python frees objects to the C library, and that keeps what it once got from the system. Without this a server weighs for
days what its busiest minute did. How many pools the library keeps is settled before Python starts: `MALLOC_ARENA_MAX` in
the environment, see the README.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast


class Later:
    """A call that is made on a thread of its own some time after it was last asked for.

    Args:
        wait: seconds.
        call: what is to be done.
    """

    def __init__(self, wait: float, call: Callable[[], None]) -> None:
        self._wait, self._call = wait, call
        self._timer: threading.Timer | None = None

    def ask(self) -> None:
        """Make the call, and none that was asked for before and has not been made."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._wait, self._call)
        self._timer.daemon = True  # a server that is ended waits for nothing
        self._timer.start()


def spare_collector() -> None:
    """Tell the garbage collector not to look through what is there for good; to be called once all is imported.

    A full collection holds up every visitor, and a class sets off several a minute.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Collect what is unreachable and return free memory to the system; takes some 50 ms."""
    gc.collect()
    library: Any = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if hasattr(library, "malloc_trim"):  # glibc has it, musl has not
        library.malloc_trim(0)


def weight(value: object) -> int:
    """The bytes of all arrays in a value made of records, mappings and lists."""
    size = getattr(value, "nbytes", None)
    if isinstance(size, int):
        return size
    if isinstance(value, Mapping):
        return sum(weight(item) for item in cast(Mapping[Any, object], value).values())
    if isinstance(value, (list, tuple)):
        return sum(weight(item) for item in cast(Iterable[object], value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(weight(getattr(value, part.name)) for part in fields(value))
    return 0
