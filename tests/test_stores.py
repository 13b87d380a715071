"""Stores of runs: another one is a file in its room, and is asked like the recordings that ship with the presets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import sim.store
from dashboard.runs.queue import Jobs
from sim import Experiment
from sim.presets import presets
from sim.registry import discover
from sim.store import store, stored
from sim.store.shipped import shipped_run

KEPT = Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=10, generations=2, replicates=3, seed=123)
METRICS = ("total_variance",)

LEDGER = f"""
from types import SimpleNamespace
from sim import Experiment, simulate
from sim.store import store

KEPT = Experiment.from_json('{KEPT.to_json()}')
RUN = simulate(KEPT, {METRICS})


@store
def kept(experiment):
    return SimpleNamespace(run=RUN, versions={{"collapse-lab": "of old"}}) if experiment == KEPT else None
"""


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more file in the room of stores, which nobody has heard of."""
    (tmp_path / "ledger.py").write_text(LEDGER, "utf-8")
    monkeypatch.setattr(sim.store, "_STORES", dict(sim.store._STORES))
    monkeypatch.setattr(sim.store, "__path__", [*sim.store.__path__, str(tmp_path)])
    monkeypatch.setitem(sys.modules, "sim.store.ledger", None)
    monkeypatch.delitem(sys.modules, "sim.store.ledger")
    monkeypatch.setattr(sim.store, "ledger", None, raising=False)
    discover.cache_clear()


@pytest.mark.usefixtures("ledger")
def test_a_store_that_is_added_answers() -> None:
    found = stored(KEPT, METRICS)
    assert found is not None
    assert found.run.experiment == KEPT
    assert stored(KEPT, (*METRICS, "tail_mass")) is None, "it does not hold that metric"
    assert stored(KEPT.but(seed=124), METRICS) is None
    job = Jobs().ask(KEPT, METRICS, "a visitor")
    assert job.run is found.run
    assert job.recorded == {"collapse-lab": "of old"}


def test_nothing_is_stored_of_an_experiment_that_no_store_knows() -> None:
    assert stored(KEPT, ()) is None
    assert not Jobs().ask(KEPT, METRICS, "a visitor").recorded


def test_the_runs_of_presets_are_stored() -> None:
    preset = presets()["gets_wider"].experiment
    found, shipped = stored(preset, METRICS), shipped_run(preset)
    assert found is not None
    assert shipped is not None
    assert found.versions == shipped.versions
    assert stored(preset, ("no such metric",)) is None


def test_two_stores_of_one_name_are_refused() -> None:
    def another(_: Experiment) -> None:
        """Knows nothing."""

    another.__module__ = "elsewhere.shipped"
    with pytest.raises(TypeError, match="two stores of runs call themselves 'shipped'"):
        store(another)
    assert store(shipped_run) is shipped_run, "the same one once more is no other"
