"""A slow model: the real data are on stage, with progress, before model 1 is trained."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from test_app import opened, payload, stages

from sim import State, engine
from sim.experiment import Experiment


def test_generation_0_is_on_stage_while_model_1_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = threading.Event()

    def slow(experiment: Experiment, after: State | None = None) -> Iterator[State]:
        for state in engine.states(experiment, after):
            if state.t:
                trained.wait(30)
            yield state

    monkeypatch.setattr("sim.workers.runs.states", slow)
    settings = {"source": "normal", "family": "gaussian", "n": "40", "generations": "3", "replicates": "2", "seed": "77"}
    app = opened(whole=False, **settings)
    (shown,) = stages(app)
    assert (shown["generations"], shown["growing"]) == ([0], True)
    assert "before" not in shown
    assert shown["captions"] == ["Generation 0: 40 real rows in every repeat. No model has learned anything yet."]
    assert [bar.proto.text for bar in app.get("progress")] == ["Running: generation 0 of 3"]
    (panel,) = [one for one in shown["panels"] if one["name"] == "histogram"]
    experiment = app.session_state["view_state"].experiment
    rows = engine.start(experiment).rows[int(shown["world"]), :, 0]
    outline = panel["frames"][0]["data"][0]["y"]
    edges = np.asarray(panel["data"][0]["x"], dtype=float)
    assert np.isclose(max(outline), np.histogram(rows, edges)[0].max() / 40, atol=1e-3)
    trained.set()
    assert payload(app)["generations"] == [0, 1, 2, 3]
