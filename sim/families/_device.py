"""Where networks are trained: a setting of the machine, never of an experiment, so that a link means the same everywhere.

`COLLAPSE_LAB_DEVICE` is `cpu` (the default), `cuda`, or `auto`: CUDA where there is any, else the CPU. All noise comes from
NumPy's streams whatever the device, and what is trained is NumPy arrays; but sums are rounded differently there, so that runs
are not those of the CPU to the last bit, nor need two runs be the same. No test of this project has been run on CUDA.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.spec import SpecError, did_you_mean, shown

SETTING: Final = "COLLAPSE_LAB_DEVICE"
DEVICES: Final = ("auto", "cpu", "cuda")


def import_torch() -> Any:
    """Torch, imported when it is first needed."""
    return importlib.import_module("torch")


def device() -> str:
    """The device that the machine's setting asks for; raises `SpecError` where it is unknown or not there."""
    return _resolved(os.environ.get(SETTING, "cpu"))


@cache
def _resolved(asked: str) -> str:
    if asked not in DEVICES:
        hint, nearest = did_you_mean(asked, DEVICES)
        raise SpecError(SETTING, f"one of {', '.join(DEVICES)}", shown(asked), hint, nearest)
    there = asked != "cpu" and bool(import_torch().cuda.is_available())
    if asked == "cuda" and not there:
        raise SpecError(SETTING, "auto or cpu where torch finds no CUDA", shown(asked), "", "auto")
    return "cuda" if there else "cpu"


@contextmanager
def one_thread() -> Generator[Any]:
    """Torch on one thread, and on as many as before afterwards.

    Small products thrash on many threads, and sums in another order are other numbers.
    """
    torch = import_torch()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield torch
    finally:
        torch.set_num_threads(before)


def tensor(array: NDArray[Any]) -> Any:
    """An array as a tensor on the device; on the CPU they share their memory."""
    return import_torch().from_numpy(array).to(device())


def array(found: Any) -> NDArray[Any]:
    """A tensor as an array; on the CPU they share their memory."""
    return np.asarray(found.detach().cpu().numpy())
