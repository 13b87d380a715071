"""What a whole run promises, for every source, family and regime that go together."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import SIZES, combinations, every_combination, no_global_randomness, together

from sim import Ending, Experiment, Run, State, advance, simulate, start
from sim.sources import sources

COMBINATIONS = every_combination()
COMBINATION = pytest.mark.parametrize("experiment", combinations(COMBINATIONS), ids=together)
ENDINGS = ("completed", "collapsed", "diverged", "impossible", "cancelled")

# Told apart from the code under test: only `advance` and what pickle needs.
ADVANCE_ELSEWHERE = """
import hashlib, pickle, sys
from sim import advance
for line in sys.stdin:
    experiment, state = pickle.loads(bytes.fromhex(line))
    print(hashlib.sha256(advance(experiment, state).rows.tobytes()).hexdigest())
"""


def whole(run: Run) -> None:
    """Fails when a run does not have its full shape and an ending with a sentence."""
    experiment = run.experiment
    shape = (experiment.replicates, experiment.generations + 1)
    assert isinstance(run.ending, Ending)
    assert run.ending.kind in ENDINGS
    assert run.ending.sentence.endswith(".")
    assert 0 <= run.ending.generation <= experiment.generations
    for values in run.metrics.values():
        assert values.shape == shape
        assert not values.flags.writeable
        assert np.isnan(values[:, run.last + 1 :]).all()
    assert run.samples.shape[:2] == shape
    assert run.samples.shape[3] == len(experiment.source.space.columns)
    assert run.ages.shape == (shape[1], shape[1])
    assert run.points.shape == shape
    assert run.noise_floor.keys() == run.metrics.keys()


def arrays(value: Any) -> list[np.ndarray]:
    """Every array of a state and of its pool."""
    parts = [getattr(value, field) for field in value.__slots__]
    parts += [getattr(value.pool, field) for field in value.pool.__slots__]
    return [part for part in parts if isinstance(part, np.ndarray)]


def second_state(experiment: Experiment) -> State:
    """The state after one turn, or the first one when no model can be fitted."""
    state = start(experiment)
    following = advance(experiment, state)
    return state if following.ending else following


@COMBINATION
@pytest.mark.parametrize("n", SIZES)
def test_a_run_ends_with_an_ending_and_its_full_shape(experiment: Experiment, n: int) -> None:
    with no_global_randomness():
        whole(simulate(experiment.but(n=n, replicates=2), []))


@pytest.mark.parametrize("kind", [source.kind_name() for source in sources])
@pytest.mark.parametrize("n", SIZES)
def test_every_metric_of_every_source_is_recorded(kind: str, n: int) -> None:
    experiment = next(e for e in COMBINATIONS if e.source.kind_name() == kind).but(n=n, replicates=2)
    run = simulate(experiment)
    assert run.metrics
    whole(run)


@COMBINATION
def test_a_world_goes_its_way_however_many_there_are(experiment: Experiment) -> None:
    eight = simulate(experiment, [])
    for replicates in (1, 3):
        few = simulate(experiment.but(replicates=replicates), [])
        k = min(few.samples.shape[2], eight.samples.shape[2])
        np.testing.assert_array_equal(few.samples[:, :, :k], eight.samples[:replicates, :, :k])


@COMBINATION
def test_advance_is_pure(experiment: Experiment) -> None:
    state = second_state(experiment)
    assert not any(array.flags.writeable for array in arrays(state))
    before = [array.copy() for array in arrays(state)]
    once, again = advance(experiment, state), advance(experiment, pickle.loads(pickle.dumps(state)))
    for left, right in zip(arrays(once), arrays(again), strict=True):
        np.testing.assert_array_equal(left, right)
    for array, copy in zip(arrays(state), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.verify
def test_advance_gives_the_same_bytes_in_another_process() -> None:
    pairs = [(experiment, second_state(experiment)) for experiment in COMBINATIONS]
    here = [hashlib.sha256(advance(*pair).rows.tobytes()).hexdigest() for pair in pairs]
    sent = "\n".join(pickle.dumps(pair).hex() for pair in pairs)
    elsewhere = [sys.executable, "-c", ADVANCE_ELSEWHERE]
    there = subprocess.run(elsewhere, input=sent, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert there.stdout.split() == here
    assert there.stderr == ""
