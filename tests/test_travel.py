"""What travels between processes does so with the standard pickler, and arrives equal and as read-only as it left."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, is_dataclass, replace
from multiprocessing import get_context
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sim import Ending, Experiment, advance, collect, run, simulate, start
from sim.arrays import ReadOnly
from sim.records import NoiseFloor
from sim.sources.own_text import add

EXPERIMENTS = {
    "gaussian": {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 20, "real_share": 0.5, "real_supply": "fixed"},
    "subsample": {"source": {"kind": "ring"}, "family": {"kind": "gmm"}, "n": 20, "regime": {"kind": "subsample"}},
    "ngram": {"source": {"kind": "grammar"}, "family": {"kind": "ngram"}, "n": 20},
    "vae": {"source": {"kind": "digits"}, "family": {"kind": "vae", "steps": 20}, "n": 20},
}

MEASURED = {
    "gaussian": ("total_variance", "mean_shift"),
    "subsample": ("modes_alive",),
    "ngram": ("diversity", "held_out_perplexity"),
    "vae": ("total_variance", "latent_spread"),
}


@pytest.fixture(scope="module")
def abroad() -> Iterator[ProcessPoolExecutor]:
    """A pool of one process that was started afresh and shares nothing with this one.

    Such a process runs the main module first, which tests of the pages leave behind as a script that is gone.
    """
    with pytest.MonkeyPatch.context() as patched, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        patched.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield pool


def there_and_back(value: Any) -> Any:
    """What a pool is asked for: it unpickles the value there, and pickles it again on the way back."""
    return value


def inspected(value: Any) -> list[str]:
    """What could be written into, seen where the value has arrived."""
    return [path for path, part in parts(value) if isinstance(part, np.ndarray) and part.flags.writeable]


def parts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything within records, models, mappings and sequences, with the way to it."""
    yield path, value
    within: Mapping[str, Any] = {}
    if isinstance(value, Mapping):
        within = value
    elif isinstance(value, (list, tuple)):
        within = dict(zip(map(str, range(len(value))), value, strict=True))
    elif is_dataclass(value) and not isinstance(value, type):
        within = {part.name: getattr(value, part.name) for part in fields(value)}
    for name, part in within.items():
        yield from parts(part, f"{path}.{name}")


def equal(one: Any, other: Any) -> None:
    """Fails unless both have the same parts with the same values, and what is a mapping is still read-only."""
    left, right = list(parts(one)), list(parts(other))
    assert [path for path, _ in left] == [path for path, _ in right]
    for (path, here), (_, there) in zip(left, right, strict=True):
        assert type(here) is type(there), path
        if isinstance(here, np.ndarray):
            assert here.dtype == there.dtype, path
            assert here.flags.writeable == there.flags.writeable, path
            np.testing.assert_array_equal(here, there, err_msg=path)
        elif isinstance(here, NoiseFloor):
            np.testing.assert_equal((float(here), here.low, here.high), (float(there), there.low, there.high), err_msg=path)
        elif isinstance(here, (Experiment, Ending, str, float, int)):
            assert here == there, path


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_all_that_a_run_is_made_of_travels(name: str, abroad: ProcessPoolExecutor) -> None:
    experiment = Experiment.model_validate({**EXPERIMENTS[name], "generations": 2, "replicates": 2})
    state = advance(experiment, start(experiment))
    records = list(run(experiment, MEASURED[name]))
    done = collect(records)
    for value in (experiment, done.ending, start(experiment), state, *records, done):
        equal(abroad.submit(there_and_back, value).result(), value)
        assert abroad.submit(inspected, value).result() == inspected(value) == []
    np.testing.assert_array_equal(abroad.submit(advance, experiment, state).result().rows, advance(experiment, state).rows)


def test_an_experiment_of_a_visitors_own_text_travels_with_its_text(abroad: ProcessPoolExecutor) -> None:
    own = add(("The cat sat on the mat and saw another cat. " * 400).encode())
    source = {"kind": "own_text", "checksum": own}
    experiment = Experiment.model_validate({"source": source, "family": {"kind": "ngram"}, "n": 20, "generations": 1, "replicates": 1})
    assert abroad.submit(there_and_back, experiment).result() == experiment
    equal(abroad.submit(simulate, experiment, ["diversity"]).result(), simulate(experiment, ["diversity"]))


def test_a_mapping_of_a_record_cannot_be_written_into() -> None:
    done = simulate(Experiment.model_validate({**EXPERIMENTS["gaussian"], "generations": 1, "replicates": 1}), ["total_variance"])
    plain = {"total_variance": done.metrics["total_variance"]}
    made = replace(done, metrics=plain)
    plain["mean_shift"] = done.metrics["total_variance"]
    assert isinstance(made.metrics, ReadOnly)
    assert list(made.metrics) == ["total_variance"]
    with pytest.raises(TypeError):
        made.metrics["tail_mass"] = done.metrics["total_variance"]  # type: ignore[index]
