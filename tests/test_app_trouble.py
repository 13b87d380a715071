"""What failed, was stopped or was refused is told where it happened, and no other run's verdict stands under it."""

from __future__ import annotations

import threading

import pytest
from test_app import experiment_of, opened, payload, stages, stop_buttons, warned

from dashboard.captions.run import verdict
from dashboard.player.payload import default_curves, metrics_for
from sim import simulate
from sim.links import from_link


@pytest.mark.parametrize(("problem", "words"), [(MemoryError(), "ran out of memory"), (ZeroDivisionError(), "failed inside")])
def test_a_run_that_fails_is_told_and_no_verdict_of_another_stands_under_it(
    problem: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    before = payload(app)
    assert (before.get("before"), len(app.tabs) > 0) == (None, True)
    with monkeypatch.context() as broken:
        broken.setattr("sim.workers.runs.states", lambda *_: (_ for _ in ()).throw(problem))
        app.number_input(key="knob:.seed").set_value(4321 + len(words)).run()
        assert [error.value for error in app.error if words in error.value]
        kept = payload(app)
        assert kept["panels"] == before["panels"]
        assert (kept["verdict"], kept["detail"]) == ("", "")
        assert str(kept["before"]).startswith("The run before.")
        assert not app.tabs, "they tell of another run"
    app.run()
    new = payload(app)
    assert new["panels"] != before["panels"]
    assert new["verdict"]
    assert "before" not in new
    assert app.tabs


def test_a_run_that_was_stopped_before_it_had_anything_has_no_verdict_either(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    before = payload(app)
    go = threading.Event()
    with monkeypatch.context() as slow:
        slow.setattr("sim.workers.runs.states", lambda *_: iter([go.wait(30)][:0]))
        app.number_input(key="knob:.seed").set_value(8765).run()
        (waiting,) = stages(app)
        assert waiting["before"] == "The run before, until the new one has something to show."
        (stop,) = stop_buttons(app)
        stop.click().run()
        go.set()
        for _ in range(100):
            if any(button.label == "Continue" for button in app.button):
                break
            app.run()
        kept = payload(app)
    assert kept["panels"] == before["panels"]
    assert (kept["verdict"], kept["detail"]) == ("", "")
    assert "was stopped" in str(kept["before"])
    assert not app.tabs


def test_under_a_setting_that_was_mended_stands_the_verdict_of_the_run_it_was_mended_to() -> None:
    usual = {"source": "normal", "family": "gaussian", "n": "20", "generations": "4", "replicates": "2"}
    mended = opened(**usual, real_share="7")
    assert [told for told in warned(mended) if "real_share must be at most 1" in told]
    shown = payload(mended)
    right = simulate(from_link({**usual, "real_share": "1"}), metrics_for(experiment_of(mended), default_curves(experiment_of(mended))))
    assert experiment_of(mended) == right.experiment
    assert shown["verdict"] == verdict(right)
