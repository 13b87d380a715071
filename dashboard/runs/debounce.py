"""A call that is put off again whenever it is asked for again."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Debounced:
    """A call that is made on a thread of its own some time after it was last asked for.

    Args:
        wait: seconds.
        call: what is to be done.
    """

    def __init__(self, wait: float, call: Callable[[], None]) -> None:
        self._wait, self._call = wait, call
        self._timer: threading.Timer | None = None

    def schedule(self) -> None:
        """Make the call, and none that was asked for before and has not been made."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._wait, self._call)
        self._timer.daemon = True  # a server that is ended waits for nothing
        self._timer.start()
