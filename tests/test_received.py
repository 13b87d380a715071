"""What Python sends to the stage is what its scripts say that they receive: their types are the schema."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from received import STAGE, Shape, faults, shapes
from streamlit.testing.v1 import AppTest
from test_app import APP, sent_to
from test_app_lessons import opened, placed, told

from dashboard.figures import View
from dashboard.player.payload import default_curves, metrics_for, payload
from dashboard.takeaway.replay import replay
from sim import Experiment, simulate
from sim.maps.files import shipped
from sim.presets import presets
from sim.store.shipped import run_of

KNOWN = shapes(STAGE / "received.js")
CONTENT = {"plot": STAGE / "plot.js", **{file.stem: file for file in STAGE.glob("panels/*.js")}}
"""The script that declares what a kind of panel has besides what every panel has."""


def panel_faults(panel: dict[str, Any]) -> list[str]:
    """Where a panel is not what every panel is and its kind adds; content of a kind that declares none is free."""
    declared = shapes(CONTENT[panel["kind"]])
    own = declared.get("Content", Shape())
    every = KNOWN["PanelSpec"]
    shape = Shape({**every.needed, **own.needed}, {**every.optional, **own.optional})
    return list(faults(panel, "Panel", {**KNOWN, **declared, "Panel": shape}, panel["name"]))


def payload_faults(whole: dict[str, Any]) -> list[str]:
    rest = faults({**whole, "panels": []}, "Payload", KNOWN, "payload")
    return [*rest, *(fault for panel in whole["panels"] for fault in panel_faults(panel))]


def as_sent(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_the_types_are_read_from_the_scripts() -> None:
    assert {"Payload", "Context", "PanelSpec", "Choice", "Option", "Frame"} <= KNOWN.keys()
    assert KNOWN["Option"].needed == {"value": "string | null", "choices": "string[]", "shared": "boolean"}
    assert KNOWN["Context"].optional["worlds"] == "Choice[]"
    for kind, file in CONTENT.items():
        assert "Content" in shapes(file), kind


@pytest.mark.parametrize("name", presets())
def test_every_preset_sends_what_the_stage_says_it_receives(name: str) -> None:
    run = run_of(name)
    curves = tuple(sorted(run.metrics))[:4]
    assert payload_faults(as_sent(payload(View(run, 0, curves)))) == []


SMALL = {"n": 30, "generations": 2, "replicates": 2}
ODD: dict[str, dict[str, Any]] = {
    "one of all": {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 1, "generations": 1, "replicates": 1},
    "pictures": {"source": {"kind": "digits"}, "family": {"kind": "gaussian"}},
    "a table": {"source": {"kind": "breast_cancer"}, "family": {"kind": "gaussian"}},
    "classes": {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}},
    "words": {"source": {"kind": "text", "unit": "words"}, "family": {"kind": "ngram", "opening": "prompted"}},
    "modes": {"source": {"kind": "ring"}, "family": {"kind": "gmm", "k": 4}},
}


@pytest.mark.parametrize("case", ODD)
def test_other_runs_do_too(case: str) -> None:
    experiment = Experiment.model_validate({**SMALL, **ODD[case]})
    curves = default_curves(experiment)
    run = simulate(experiment, metrics_for(experiment, curves))
    assert payload_faults(as_sent(payload(View(run, 0, curves)))) == []
    if experiment.source.kind in ("digits", "breast_cancer"):
        assert payload_faults(as_sent(payload(View(run, 0, curves, shipped(experiment.source)), "umap"))) == []


def page_faults(app: AppTest) -> list[str]:
    """Where what a page hands to its stage is not as declared."""
    sent = sent_to(app, "collapse_stage")
    assert sent
    told = ((payload_faults(json.loads(whole)), faults(context, "Context", KNOWN, "context")) for whole, context in sent)
    return [fault for both in told for found in both for fault in found]


@pytest.mark.parametrize("address", [{}, {"embed": "true"}, {"preset": "ring"}, {"source": "normal", "family": "gaussian", "t": "3"}])
def test_the_page_sends_the_context_that_the_stage_says_it_receives(address: dict[str, str]) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in address.items():
        app.query_params[name] = text
    assert page_faults(app.run()) == []


def test_a_lesson_does_too_before_and_after_its_question() -> None:
    playing = placed("what_collapse_is", 0, 1.0)
    assert page_faults(playing) == []
    assert page_faults(told(playing)) == []


DASHBOARD = STAGE.parent
PHASE = {"Phase": '"before" | "after"'}


def test_the_quiz_and_the_tour_receive_what_their_scripts_say() -> None:
    app = told(placed("what_collapse_is", 0, 1.0))
    quiz = shapes(DASHBOARD / "lessons" / "quiz.js")
    asked = Shape({**quiz["Asked"].needed, "phase": PHASE["Phase"]})
    sent = [*sent_to(opened(lesson="what_collapse_is"), "collapse_quiz"), *sent_to(app, "collapse_quiz")]
    assert {item["phase"] for (item,) in sent} == {"before", "after"}
    assert [fault for (item,) in sent for fault in faults(item, "Asked", {**quiz, "Asked": asked})] == []
    ((offer,),) = sent_to(AppTest.from_file(APP, default_timeout=60).run(), "collapse_tour")
    assert list(faults(offer, "Offer", shapes(DASHBOARD / "tour" / "tour.js"))) == []


def test_a_replay_holds_what_its_script_says() -> None:
    run = simulate(Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, **SMALL}))
    page = replay(View(run, 0, ("total_variance",)), "pca", "https://example.org/").decode()
    found = re.search(r'<script type="application/json" id="run"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    contents = json.loads(found[1])
    assert contents.keys() == shapes(DASHBOARD / "takeaway" / "replay.js")["Contents"].needed.keys()
    context = Shape({}, {**KNOWN["Payload"].needed, **KNOWN["Context"].needed, **KNOWN["Context"].optional})
    assert list(faults(contents["payload"], "Received", {**KNOWN, "Received": context})) == []
    assert [fault for panels in contents["worlds"].values() for panel in panels for fault in panel_faults(panel)] == []


def test_a_type_that_nobody_declares_is_no_type() -> None:
    with pytest.raises(KeyError, match="Choise"):
        list(faults([{}], "Choise[]", KNOWN))
    assert list(faults("later", PHASE["Phase"], {})) == ['it must be "before" | "after"; got \'later\'']


def test_what_is_not_as_declared_is_told_with_its_place() -> None:
    good: dict[str, Any] = {"value": "1", "text": "World 1"}
    assert list(faults([good], "Choice[]", KNOWN)) == []
    told = {
        "it[0].text is missing": [{"value": "1"}],
        "it[0].order is not declared": [{**good, "order": 1}],
        "it[0].value must be string; got 1": [{**good, "value": 1}],
        "it must be a list; got 'no'": "no",
    }
    for words, value in told.items():
        assert list(faults(value, "Choice[]", KNOWN)) == [words]
    assert list(faults(True, "number", KNOWN)) == ["it must be number; got True"]
    assert list(faults([[1], [None]], "(number | null)[][]", KNOWN)) == []
    assert list(faults([["1"]], "(number | null)[][]", KNOWN)) == ["it[0][0] must be number | null; got '1'"]
