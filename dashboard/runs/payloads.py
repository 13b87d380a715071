"""Payloads of one run's views as JSON, made and written once for all visitors: as text they weigh a fifth of their Python numbers."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

KEPT_PAYLOADS = 6
"""Views of one run whose payloads are kept. A choice: a few visitors may look at one run in ways of their own."""


class Payloads:
    """The payloads of the views that were looked at last.

    Args:
        clock: tells the time in seconds.

    Attributes:
        seconds: how long the last one took to make.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.seconds = 0.0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._making = threading.Lock()

    def get(self, view: Hashable, make: Callable[[], dict[str, Any]]) -> str:
        """The payload of a view, made if it is not kept."""
        with self._making:
            texts = self._texts  # they may be let go of at any moment, see `clear`
            if view not in texts:
                start = self._clock()
                texts[view] = json.dumps(make(), separators=(",", ":"), allow_nan=False)
                self.seconds = self._clock() - start
            texts.move_to_end(view)
            while len(texts) > KEPT_PAYLOADS:
                texts.popitem(last=False)
            return texts[view]

    def clear(self) -> None:
        """Let go of all; waits for none that is being made."""
        self._texts = OrderedDict()

    def bytes_held(self) -> int:
        """The bytes of all texts, which are ASCII."""
        return sum(map(len, list(self._texts.values())))
