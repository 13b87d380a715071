"""A run that is drawn as it plays: what is sent can be cut at any generation, and nothing that stands before tells of the run."""

from __future__ import annotations

import re
from typing import Any

import pytest
from test_app import stages
from test_app_lessons import placed, told

from dashboard.figures import View
from dashboard.lessons.prediction import TRACE
from dashboard.player.payload import default_curves, payload
from dashboard.state.view_options import REVEAL, stage_options
from dashboard.takeaway.replay import replay
from sim import Experiment, simulate
from sim.presets import presets
from sim.store.shipped import run_of


def panels_of(name: str) -> tuple[list[int], list[dict[str, Any]]]:
    run = run_of(name)
    whole = payload(View(run, 0, tuple(metric for metric in default_curves(run.experiment) if metric in run.metrics)))
    return whole["generations"], whole["panels"]


@pytest.mark.parametrize("name", presets())
def test_every_curve_can_be_cut_at_every_generation(name: str) -> None:
    """What the browser cuts by is the generation of each point; what it may not cut is the same in all of them."""
    generations, panels = panels_of(name)
    curves = [panel for panel in panels if panel["kind"] == "curve"]
    assert curves
    for panel in curves:
        assert all(panel["data"][name["of"]]["mode"] == "lines" for name in panel.get("names", ())), "a name is drawn once its line is"
        for i, trace in enumerate(panel["data"]):
            if i in panel.get("foreknown", ()):
                assert len(set(trace["y"])) == 1, "a noise floor is known before the run"
            else:
                assert set(trace["x"]) <= set(generations), "each point is of a generation"
                columns = [*trace["z"], *trace["text"]] if trace.get("type") == "heatmap" else [trace["y"]]
                assert all(len(column) == len(trace["x"]) for column in columns)


@pytest.mark.parametrize("name", presets())
def test_every_other_panel_shows_one_generation_in_each_frame(name: str) -> None:
    """What is drawn of a world changes with the frame, or is the outline of an earlier one; all else is of the real data."""
    generations, panels = panels_of(name)
    for panel in panels:
        if panel["kind"] == "curve":
            continue
        for content in ("frames", "counts", "tokens"):
            assert not panel.get(content) or len(panel[content]) == len(generations)
        by_frame = {trace for frame in panel["frames"] for trace in frame["traces"]}
        outlines = {outline["trace"] for outline in panel.get("onion_skin", ())}
        assert all(outline["lag"] > 0 and outline["of"] in by_frame for outline in panel.get("onion_skin", ()))
        still = [trace.get("name", "") for i, trace in enumerate(panel["data"]) if i not in by_frame | outlines]
        assert not [said for said in still if re.match("world", said)]


def test_what_a_title_says_before_the_end_does_not_depend_on_it() -> None:
    titles = {}
    for generations in (1, 30):
        settings = {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 8}, "n": 60, "generations": generations, "replicates": 3}
        run = simulate(Experiment.model_validate(settings))
        (bars,) = [panel for panel in payload(View(run, 0, ()))["panels"] if panel["name"] == "modes"]
        titles[generations] = bars["title"], bars["early_title"]
    assert titles[30][0] != titles[30][1], "modes were lost, and the title explains their signs"
    assert titles[1][1] == titles[30][1]


def test_a_bet_is_played_before_anything_is_told() -> None:
    app = placed("what_collapse_is", 1, 0.5)
    (shown,) = stages(app)
    assert shown["options"]["reveal"]["value"] == "playing"
    assert shown["early"] == {"verdict": shown["verdict"], "line": shown["line"]}
    (curve,) = [panel for panel in shown["panels"] if panel.get("lead")]
    (bet,) = [i for i, trace in enumerate(curve["data"]) if "bet" in str(trace.get("line", {}).get("color"))]
    assert bet in curve["foreknown"], "what was bet is no secret"
    assert (curve["names"][0]["text"], curve["names"][0]["of"]) == (TRACE, bet), "and its name chooses its place first"
    after = stages(told(app))[0]
    assert after["options"]["reveal"]["value"] == "whole"
    assert "early" not in after
    assert after["lowered"] == shown["lowered"], "the stage keeps its height when all is told"


def test_a_file_of_a_run_that_is_to_be_played_does_not_tell_its_end() -> None:
    run = simulate(Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 9}))
    view = View(run, 0, ("total_variance",))
    words = payload(view)["verdict"]
    titles = {}
    for value in REVEAL.choices:
        page = replay(view, "pca", "", stage_options({REVEAL.name: value}, run.last, handed_on=True)).decode()
        titles[value] = re.findall("<title>(.*?)</title>", page)[0]
    assert titles == {"whole": f"Collapse Lab: {words}", "playing": "Collapse Lab: a run to be played"}
