"""The server's heap: what was let go of goes back to the system, where the C library can be asked to.

Python frees objects to the C library, and that keeps what it once got from the system. Without this a server weighs for
days what its busiest minute did. How many pools the library keeps is settled before Python starts: `MALLOC_ARENA_MAX` in
the environment, see the README.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any


def freeze_heap() -> None:
    """Tell the garbage collector not to look through what is there for good; to be called once all is imported.

    A full collection holds up every visitor, and a class sets off several a minute.
    """
    gc.collect()
    gc.freeze()


def trim_heap() -> None:
    """Collect what is unreachable and return free memory to the system; takes some 50 ms."""
    gc.collect()
    library: Any = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if hasattr(library, "malloc_trim"):  # glibc has it, musl has not
        library.malloc_trim(0)
