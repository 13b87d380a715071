"""The server's memory: what was let go of goes back to the system, where the C library can be asked to.

Python frees objects to the C library, and that keeps what it once got from the system. Without this a server weighs for
days what its busiest minute did. How many pools the library keeps is settled before Python starts: `MALLOC_ARENA_MAX` in
the environment, see the README.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any


def give_back() -> None:
    """Collect what is unreachable and return free memory to the system; takes some 50 ms."""
    gc.collect()
    library: Any = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if hasattr(library, "malloc_trim"):  # glibc has it, musl has not
        library.malloc_trim(0)
