"""Files of arrays: plain arrays in one `.npz`, with what made them as JSON.

Nothing in such a file is ever unpickled, and two checks stand before what is read. The archive's own CRC-32 of each part
finds damaged bytes. The checksum, over all parts together, finds a file that was put together anew from parts which are each
whole: one array, or one word of what made them, is another than it was. Neither is a signature: who wants to can write both.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from sim.arrays import Array

LABELS: Final = ("made", "checksum")
"""The parts of a file that are no arrays of its own."""


class ChecksumError(Exception):
    """This file is not what was written; the message is a sentence for the reader."""


def write_arrays(path: Path, made: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write arrays, and what made them as JSON; the same of both gives the same bytes."""
    text = json.dumps(made)
    np.savez_compressed(path, made=text, checksum=_checksum(text, arrays), **cast(Any, arrays))


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """What made the arrays of a file, and the arrays; raises `ChecksumError`."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            text, checksum = str(file["made"]), file["checksum"]
            arrays = {name: file[name] for name in file.files if name not in LABELS}
    except Exception as problem:  # a changed byte can make zip, zlib or numpy raise nearly anything
        raise ChecksumError(f"The file {path.name} cannot be read ({type(problem).__name__}).") from None
    # The first files bear a SHA-256 as text: their bytes are still checked by the archive.
    if checksum.dtype.kind != "U" and checksum != _checksum(text, arrays):
        raise ChecksumError(f"The file {path.name} was changed since it was made: its checksum does not hold.")
    return json.loads(text), arrays


def _checksum(made: str, arrays: Mapping[str, Array]) -> int:
    whole = zlib.crc32(made.encode())
    for name, array in arrays.items():
        whole = zlib.crc32(f"{name} {array.dtype.str} {array.shape}".encode(), whole)
        whole = zlib.crc32(np.ascontiguousarray(array).tobytes(), whole)
    return whole
