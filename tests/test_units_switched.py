"""The unit of a text is switched back and forth as a browser does it, and labels of controls never travel as names."""

from __future__ import annotations

from typing import Any

import pytest
from holding_labels import as_a_browser  # a fixture
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from test_app import address, experiment_of, opened, payload, warned

from dashboard.state.address import view_state_of
from sim import Experiment
from sim.experiment import ROLES
from sim.links import to_link
from sim.metrics import measurable
from sim.presets import presets

__all__ = ["as_a_browser"]

LANGUAGE = [name for name, preset in presets().items() if preset.experiment.source.kind_name() == "text"]


def small(name: str) -> dict[str, str]:
    """A preset's link with so few rows and generations that a switch is a matter of a second."""
    size = "1" if name == "transformer" else "2"
    return {**to_link(presets()[name].experiment), "n": "40", "generations": size, "replicates": size}


def unit(app: AppTest) -> Any:
    return next(group for group in app.get("button_group") if group.label == "Unit")


@pytest.mark.usefixtures("as_a_browser")
@pytest.mark.parametrize("name", LANGUAGE)
def test_the_unit_is_switched_again_and_again_and_the_run_comes(name: str) -> None:
    app = opened(**small(name))
    curves = None
    for wanted in ("words", "characters", "words"):
        unit(app).set_value(wanted).run()
        payload(app)
        app.run()  # what a page does by itself while a run is going on: the browser reports what it holds once more
        shown: Any = payload(app)
        assert not app.error
        assert not warned(app)
        assert experiment_of(app).source.space.unit == wanted.removesuffix("s")
        assert "curves" not in address(app)
        drawn = [panel["name"] for panel in shown["panels"] if panel["name"].startswith("curve-")]
        assert curves in (None, drawn)
        curves = drawn


DRIVEN = ["shrinks", "words_go_extinct", "language_replaced"]
"""A preset of numbers, one of words and one of text."""

CHOICES = ("selectbox", "radio", "multiselect", "button_group")
NUMBERS = ("slider", "select_slider", "number_input")
NAMES = {
    "knob:source.unit": ("words", "characters"),
    "knob:source.kind": tuple(variant.kind_name() for variant in ROLES["source"]),
    "knob:family.kind": ("gaussian", "kde", "categorical", "ngram"),  # those that train at once
    "knob:regime.kind": tuple(variant.kind_name() for variant in ROLES["regime"]),
}
"""What may stand in an address, by the control that says it; the curves are asked of the experiment."""


def controls(app: AppTest, *kinds: str) -> dict[str, Any]:
    """The controls of the sidebar and the loop bar that can be moved, by their names whatever their version."""
    found = [one for kind in kinds for one in app.get(kind) if (one.key or "").startswith(("knob:", "curves"))]
    return {one.key.partition("@")[0]: one for one in found if not one.proto.disabled}


def another(name: str, control: Any, experiment: Experiment) -> Any:
    """Something else that the control may be set to; a number is the next one."""
    if name == "curves":
        return [list(measurable(experiment.source, experiment.family.offers))[-1]]
    if control.type == "select_slider":
        numbers = [int(text.replace(",", "")) for text in control.options]
        return numbers[(numbers.index(control.value) + 1) % len(numbers)]
    if control.type in NUMBERS:
        return control.value + control.step if control.value + control.step <= control.max else control.min
    own = NAMES.get(name, ()) or control.options
    able = [one for one in own if f":gray[{label_of(name, one)}]" not in control.options and one != control.value]
    return able[0] if able else control.value


def label_of(control: str, name: str) -> str:
    role = control.removeprefix("knob:").partition(".")[0]
    return ROLES[role][name].label if control.endswith(".kind") else name


@pytest.mark.usefixtures("as_a_browser")
@pytest.mark.parametrize("name", DRIVEN)
def test_no_control_of_the_page_puts_a_label_into_the_address(name: str) -> None:
    """An address with a label in it is mended with a sentence when it is opened."""
    app = opened(**small(name))
    moved: set[str] = set()
    while left := [found for found in controls(app, *NUMBERS, *CHOICES) if found not in moved]:
        moved.add(left[0])
        control = controls(app, *NUMBERS, *CHOICES)[left[0]]
        control.set_value(another(left[0], control, experiment_of(app))).run()
        payload(app)
        app.run()  # the browser reports what it holds once more
        payload(app)
        assert not app.error, left[0]
        reopened = view_state_of(address(app))
        assert reopened.notes == (), left[0]
        assert reopened.experiment == experiment_of(app)
    assert {"curves", "knob:source.kind", "knob:family.kind", "knob:regime.kind", "knob:.n", "knob:.real_share"} <= moved


STRANGERS = {"multiselect": "Words alive", "radio": ":gray[Nobody]", "selectbox": "Bell curve", "button_group": "Sentences"}


def test_a_label_without_a_name_that_a_browser_reports_is_not_heard(as_a_browser: dict[str, WidgetState]) -> None:
    app = opened(**small("language_replaced"))
    before = experiment_of(app), address(app)
    for kind, label in STRANGERS.items():
        for control in controls(app, kind).values():
            state = WidgetState(id=control.id)
            if kind in ("radio", "selectbox"):
                state.string_value = label
            else:
                state.string_array_value.data[:] = [label]
            as_a_browser[control.id] = state
            app.run()
            payload(app)
            assert not app.error
            assert not warned(app)
            assert (experiment_of(app), address(app)) == before
