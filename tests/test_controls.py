"""The controls beside the stage: every legal setting is shown, every control reaches the address."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from contract.cases import values
from streamlit.testing.v1 import AppTest
from test_app import address, experiment_of, opened, payload, warned

from dashboard.controls.form import slider_range
from dashboard.state.view_state import ViewState
from sim import Experiment, SpecError
from sim.experiment import ROLES
from sim.links import nearest, to_link
from sim.spec import Spec, knobs


def test_every_control_changes_the_address() -> None:
    app = opened()
    changes = {
        "knob:.real_share": ("slider", 0.25, "real_share", "0.25"),
        "knob:.generations": ("select_slider", 20, "generations", "20"),
        "knob:.n": ("select_slider", 200, "n", "200"),
        "knob:.replicates": ("select_slider", 20, "replicates", "20"),
        "knob:.seed": ("number_input", 5, "seed", "5"),
        "knob:.temperature": ("slider", 0.9, "temperature", "0.9"),
        "knob:source.kind": ("selectbox", "student_t", "source", "student_t"),
        "knob:family.kind": ("radio", "kde", "family", "kde"),
        "knob:regime.kind": ("selectbox", "window", "regime", "window"),
    }
    for key, (kind, value, name, text) in changes.items():
        getattr(app, kind)(key=key).set_value(value).run()
        payload(app)
        assert address(app)[name] == text, key


def test_the_controls_have_the_names_people_look_for() -> None:
    app = opened()
    kinds = (app.slider, app.select_slider, app.number_input, app.selectbox, app.radio)
    names = {widget.label for kind in kinds for widget in kind} | {group.label for group in app.get("button_group")}
    wanted = ("Real data share", "Generations", "Rows per generation", "Replicates", "Seed", "Source", "Model", "Regime", "Temperature")
    assert set(wanted) <= names


def test_a_model_that_cannot_learn_the_source_is_replaced_with_a_sentence() -> None:
    app = opened()
    app.selectbox(key="knob:source.kind").set_value("zipf").run()
    payload(app)
    assert experiment_of(app).family.kind_name() == "categorical"
    assert any("Gaussian cannot learn" in sentence for sentence in warned(app))
    next(radio for radio in app.radio if radio.label == "Model").set_value("gaussian").run()
    payload(app)
    assert experiment_of(app).family.kind_name() == "categorical"


def controls() -> None:
    """The controls alone, of the experiment in the session."""
    from dashboard.controls import loop_bar, sidebar
    from dashboard.state import session

    loop_bar.draw(session.view_state().experiment)
    sidebar.draw(session.view_state().experiment)


def edges(spec: type[Spec]) -> list[dict[str, Any]]:
    """Every knob as low, and every knob as high, as its declaration allows; both or none together where they forbid each other."""
    at: list[dict[str, Any]] = []
    for end in (0, -1):
        wanted = {name: values(field)[end] for name, field in knobs(spec).items()}
        try:
            at.append(dict(spec(**wanted)))
        except SpecError:
            at += [{name: value} for name, value in wanted.items()]
    return at


def at_the_edges() -> list[Experiment]:
    found: list[Experiment] = []
    for role, registry in ROLES.items():
        for variant in registry:
            usual = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 1, "replicates": 1}
            for changed in edges(variant):
                with suppress(SpecError):
                    found.append(nearest(to_link(able(usual, role, variant, changed)), Experiment.model_validate(usual))[0])
    plain = {name: field for name, field in knobs(Experiment).items() if name not in ROLES}
    for name, field in plain.items():
        for value in (*values(field), *([1e-3] if name == "temperature" else [])):
            small = {"n": 1, "generations": 1, "replicates": 1}
            found.append(Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, **small, name: value}))
    return found


def able(usual: dict[str, Any], role: str, variant: type[Spec], changed: dict[str, Any]) -> Experiment:
    """An experiment with this variant, its partner chosen so that it can learn."""
    setting = {**usual, role: {**changed, "kind": variant.kind_name()}}
    for family in [setting["family"]["kind"], *(family.kind_name() for family in ROLES["family"])]:
        for source in [setting["source"]["kind"], "zipf"]:
            with suppress(SpecError):
                partners = {"family": {"kind": family}, "source": {"kind": source}, role: setting[role]}
                return Experiment.model_validate({**setting, **partners})
    raise SpecError(role, "possible", variant.kind_name())


def test_controls_show_every_legal_setting() -> None:
    app = AppTest.from_function(controls, default_timeout=60)
    shown = at_the_edges()
    assert len(shown) > 40
    for experiment in shown:
        app.session_state["view_state"] = ViewState(experiment)
        app.run()
        assert not app.exception, experiment.to_json()
        assert app.session_state["view_state"].experiment == experiment


def test_a_share_that_rounds_to_no_real_row_says_so() -> None:
    told = {
        share: [
            words
            for html in opened(source="normal", family="gaussian", n="20", generations="3", replicates="2", real_share=share).get("html")
            for words in re.findall(r"\d+ of 20 rows", html.proto.body)
        ]
        for share in ("0.01", "0.1", "0")
    }
    assert told == {"0.01": ["0 of 20 rows"], "0.1": ["2 of 20 rows"], "0": []}


def test_an_open_bound_is_not_offered() -> None:
    field = knobs(ROLES["source"]["student_t"])["df"]
    low, _, step = slider_range(field, 3.0)
    assert (low, step) == (2.5, 0.5)
    assert slider_range(field, 2.01)[0] <= 2.01
    assert slider_range(knobs(Experiment)["temperature"], 0.01) == (0.01, 2.0, 0.01)


def test_every_knob_reaches_the_page() -> None:
    app = opened()
    keys = {
        widget.key for kind in ("slider", "select_slider", "number_input", "selectbox", "radio", "button_group") for widget in app.get(kind)
    }
    assert {f"knob:.{name}" for name in knobs(Experiment) if name not in ROLES} <= keys
