"""Sealed files: plain arrays in one `.npz`, with what made them and a checksum over both.

Nothing in such a file is ever unpickled, and a file whose seal does not hold is refused with a sentence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from sim.arrays import Array

LABELS = ("made", "checksum")


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
            text, checksum = str(file["made"]), str(file["checksum"])
            arrays = {name: file[name] for name in file.files if name not in LABELS}
    except Exception as problem:  # a changed byte can make zip, zlib or numpy raise nearly anything
        raise ChecksumError(f"The file {path.name} cannot be read ({type(problem).__name__}).") from None
    if checksum != _checksum(text, arrays):
        raise ChecksumError(f"The file {path.name} was changed since it was made: its checksum does not hold.")
    return json.loads(text), arrays


def _checksum(made: str, arrays: Mapping[str, Array]) -> str:
    whole = hashlib.sha256(made.encode())
    for name, array in arrays.items():
        whole.update(f"{name} {array.dtype.str} {array.shape}".encode())
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()
