"""The same experiment gives the same bytes wherever it is run, and torch's switches are found as they were left."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch

from sim import Experiment, Run, run, simulate

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
SIZE = {"n": 20, "generations": 2, "replicates": 2}
TOLD: dict[str, dict[str, Any]] = {
    "gaussian": {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, **SIZE},
    "kde": {"source": {"kind": "moons"}, "family": {"kind": "kde"}, **SIZE},
    "gmm": {"source": {"kind": "moons"}, "family": {"kind": "gmm"}, **SIZE},
    "vae": {"source": {"kind": "ring"}, "family": {"kind": "vae", "steps": 10}, **SIZE},
}
NETWORKS: dict[str, dict[str, Any]] = {
    "vae": TOLD["vae"],
    "gan": {"source": {"kind": "ring"}, "family": {"kind": "gan", "steps": 10}, **SIZE},
    "flow": {"source": {"kind": "ring"}, "family": {"kind": "flow", "steps": 10}, **SIZE},
    "transformer": {
        "source": {"kind": "grammar", "length": 16},
        "family": {"kind": "transformer", "width": 32, "layers": 1, "passes": 1, "labels": "soft"},
        **SIZE,
    },
}
IN_A_CELL = "from sim import Experiment, simulate\nfound = simulate(Experiment.model_validate(told))"


def checksum(found: Run) -> str:
    """Of every byte of the metrics and of the rows drawn."""
    whole = hashlib.sha256(found.samples.tobytes())
    for name, values in found.metrics.items():
        whole.update(name.encode() + values.tobytes())
    return whole.hexdigest()


def checksum_of(told: dict[str, Any]) -> str:
    """Of the whole run of an experiment, with all its metrics."""
    return checksum(simulate(Experiment.model_validate(told)))


def in_a_cell(told: dict[str, Any]) -> str:
    """As a notebook runs a cell."""
    names: dict[str, Any] = {"__name__": "__main__", "told": told}
    exec(compile(IN_A_CELL, "<cell>", "exec"), names)
    return checksum(names["found"])


def in_a_thread(told: dict[str, Any]) -> str:
    """In a thread that never used torch before."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(checksum_of, told).result()


def alone(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine in a thread of its own: a browser that was tested here before may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def in_a_loop(told: dict[str, Any]) -> str:
    """Called by a coroutine, as notebooks do."""

    async def wait() -> str:
        return checksum_of(told)

    return alone(wait())


def beside_a_loop(told: dict[str, Any]) -> str:
    """Three times at once in threads of `asyncio`."""

    async def wait() -> list[str]:
        return await asyncio.gather(*(asyncio.to_thread(checksum_of, told) for _ in range(3)))

    (found,) = set(alone(wait()))
    return found


def under(switched: Callable[[], AbstractContextManager[Any]]) -> Callable[[dict[str, Any]], str]:
    """With something switched by the caller."""

    def way(told: dict[str, Any]) -> str:
        with switched():
            return checksum_of(told)

    return way


@contextmanager
def switched(switch: Callable[[Any], object], on: Any, off: Any) -> Generator[None]:
    """A switch of torch that has no context of its own."""
    switch(on)
    try:
        yield
    finally:
        switch(off)


def matter_of_determinism(mode: tuple[bool, bool]) -> None:
    """Whether torch is deterministic, and whether it only warns where it cannot be."""
    torch.use_deterministic_algorithms(mode[0], warn_only=mode[1])


SWITCHED: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
    "float64": lambda: switched(torch.set_default_dtype, torch.float64, torch.float32),
    "bfloat16": lambda: switched(torch.set_default_dtype, torch.bfloat16, torch.float32),
    "two threads": lambda: switched(torch.set_num_threads, 2, torch.get_num_threads()),
    "deterministic": lambda: switched(matter_of_determinism, (True, False), (False, False)),
    "deterministic where it can": lambda: switched(matter_of_determinism, (True, True), (False, False)),
    "a device of no memory": lambda: switched(torch.set_default_device, "meta", None),
    "a context of that device": lambda: torch.device("meta"),
    "16 bits by itself": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "coarse products": lambda: switched(torch.set_float32_matmul_precision, "medium", "highest"),
    "watched gradients": lambda: torch.autograd.set_detect_anomaly(True),
}
WAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "a cell": in_a_cell,
    "a thread": in_a_thread,
    "a loop": in_a_loop,
    "beside a loop": beside_a_loop,
    "no gradients": under(torch.no_grad),
    "float64": under(SWITCHED["float64"]),
    "NumPy raises": under(lambda: np.errstate(all="raise")),
}


def switches() -> list[Any]:
    """Torch as its caller finds it, the state of its random numbers and NumPy's included."""
    determinism = (torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled())
    scopes = (torch.is_grad_enabled(), torch.is_inference_mode_enabled(), torch.is_autocast_enabled("cpu"), torch.is_anomaly_enabled())
    numbers = (torch.get_default_dtype(), torch.get_default_device(), torch.get_float32_matmul_precision(), torch.get_num_threads())
    return [determinism, scopes, numbers, pickle.dumps((torch.get_rng_state().numpy(), np.random.get_state()))]  # noqa: NPY002


@pytest.fixture(scope="module")
def plainly() -> dict[str, str]:
    """The checksums of runs with nothing switched."""
    return {name: checksum_of(told) for name, told in (TOLD | NETWORKS).items()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TOLD)
def test_the_same_bytes_by_every_way(name: str, way: str, plainly: dict[str, str]) -> None:
    before = switches()
    assert WAYS[way](TOLD[name]) == plainly[name]
    assert switches() == before


def test_the_same_bytes_in_a_spawned_pool(plainly: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)  # a page that was tested here before left its script there
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        runs = list(pool.map(simulate, map(Experiment.model_validate, TOLD.values())))
    assert [checksum(found) for found in runs] == [plainly[name] for name in TOLD]
    for found in runs:
        assert not any(values.flags.writeable for values in (found.samples, *found.metrics.values()))


@pytest.mark.parametrize("switch", SWITCHED)
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_trained_whatever_is_switched(name: str, switch: str, plainly: dict[str, str]) -> None:
    with SWITCHED[switch]():
        before = switches()
        assert checksum_of(NETWORKS[name]) == plainly[name]
        assert switches() == before


@pytest.mark.parametrize("switch", SWITCHED)
@pytest.mark.parametrize("problem", [RuntimeError, KeyboardInterrupt])
def test_a_run_that_breaks_leaves_torch_as_it_was(switch: str, problem: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise problem

    monkeypatch.setattr("sim.families.vae.forward", broken)
    with SWITCHED[switch]():
        before = switches()
        with pytest.raises(problem):
            checksum_of(TOLD["vae"])
        assert switches() == before


def test_a_run_that_is_left_leaves_torch_as_it_was() -> None:
    with SWITCHED["float64"]():
        before = switches()
        generations = run(Experiment.model_validate(TOLD["vae"]), [])
        assert [generation.t for generation in islice(generations, 2)] == [0, 1]
        assert switches() == before
        del generations
        assert switches() == before


def test_runs_at_once_leave_threads_as_many_as_they_were() -> None:
    """What one run switches is not what another one finds, nor what a thread finds that is begun later."""
    with switched(torch.set_num_threads, 2, torch.get_num_threads()), SWITCHED["float64"]():
        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(checksum_of, [TOLD["vae"]] * 8))) == 1
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(torch.get_num_threads).result() == 2
        assert (torch.get_num_threads(), torch.get_default_dtype()) == (2, torch.float64)


FORKED = """
import multiprocessing, threading
from sim import Experiment, simulate
from sim.families._device import own_torch

held, done = threading.Event(), threading.Event()

def hold():
    with own_torch():
        held.set()
        done.wait()

threading.Thread(target=hold, daemon=True).start()
held.wait()
settings = {"source": {"kind": "ring"}, "family": {"kind": "vae", "steps": 2}, "n": 4, "generations": 1, "replicates": 1}
child = multiprocessing.get_context("fork").Process(target=simulate, args=(Experiment.model_validate(settings), []))
child.start()
child.join(60)
print(child.exitcode)
child.kill()
done.set()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_does_not_wait_for_what_its_parent_trains() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
