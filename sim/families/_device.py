"""Where networks are trained: a setting of the machine, never of an experiment, so that a link means the same everywhere.

`COLLAPSE_LAB_DEVICE` is `cpu` (the default), `cuda`, or `auto`: CUDA where there is any, else the CPU. All noise comes from
NumPy's streams whatever the device, and what is trained is NumPy arrays; but sums are rounded differently there, so that runs
are not those of the CPU to the last bit, nor need two runs be the same. No test of this project has been run on CUDA.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
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
def own_torch() -> Generator[Any]:
    """Torch as networks need it, whatever the caller has switched, and as the caller had it afterwards.

    On one thread, because small products thrash on many, and sums in another order are other numbers; with gradients, 32-bit
    numbers, exact products and the CPU as usual. Some switches are the whole process's: one network at a time is trained in it.
    """
    torch = import_torch()
    with _one_at_a_time, ExitStack() as afterwards:
        for found, needed, switch in _switches(torch):
            if found != needed:
                afterwards.callback(switch, found)
                switch(needed)
        for usual in _contexts(torch):
            afterwards.enter_context(usual)
        yield torch


_one_at_a_time = threading.RLock()


def _released() -> None:
    """In a forked process no thread of its parent goes on, so none may hold what it held."""
    global _one_at_a_time
    _one_at_a_time = threading.RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_released)


def _switches(torch: Any) -> list[tuple[Any, Any, Callable[[Any], object]]]:
    """What is found of each switch that has no context of its own, what networks need, and how it is set."""
    determinism = (torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled())
    return [
        (torch.get_num_threads(), 1, torch.set_num_threads),
        (torch.get_default_dtype(), torch.float32, torch.set_default_dtype),
        (torch.get_float32_matmul_precision(), "highest", torch.set_float32_matmul_precision),
        (determinism, (False, False), lambda mode: torch.use_deterministic_algorithms(mode[0], warn_only=mode[1])),
    ]


def _contexts(torch: Any) -> list[AbstractContextManager[object]]:
    """The same for switches that have one."""
    return [
        torch.inference_mode(False),
        torch.enable_grad(),
        torch.autocast(device(), enabled=False),
        torch.autograd.set_detect_anomaly(False),
        # A device as a context looks at every operation, which takes time.
        nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu"),
    ]


def tensor(array: NDArray[Any]) -> Any:
    """An array as a tensor on the device; on the CPU they share their memory."""
    return import_torch().from_numpy(array).to(device())


def array(found: Any) -> NDArray[Any]:
    """A tensor as an array; on the CPU they share their memory."""
    return np.asarray(found.detach().cpu().numpy())
