"""View options: one declaration takes an option from a link to the session, the stage, its report, and back into the address."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from test_app import address, opened, payload, warned

import dashboard.stage
from dashboard.player import live
from dashboard.state import session
from dashboard.state.address import parameters_of, view_state_of
from dashboard.state.view_options import (
    CURVES,
    GENERATION,
    HIDE,
    MAP,
    OPTIONS,
    PATHS,
    PRESENT,
    REPLICATE,
    REVEAL,
    SCALE,
    ViewOption,
    choice,
    stage_options,
)
from dashboard.state.view_state import ViewState
from sim import Experiment
from sim.links import to_link

PLAIN = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 20, "replicates": 9})
VALUES: list[tuple[ViewOption[Any], Any, str]] = [
    (GENERATION, 7, "7"),
    (REPLICATE, 2, "3"),
    (CURVES, ("mean_shift", "tail_mass"), "mean_shift,tail_mass"),
    (MAP, "pca", "pca"),
    (SCALE, "log", "log"),
    (PATHS, "every", "every"),
    (REVEAL, "playing", "playing"),
    (PRESENT, "1", "1"),
    (HIDE, ("seed", "presets"), "seed,presets"),
]


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session that looks at a plain experiment."""
    kept: dict[str, Any] = {"view_state": ViewState(PLAIN), "stage": {}}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


@pytest.fixture
def shade(monkeypatch: pytest.MonkeyPatch) -> ViewOption[str]:
    """An option that is declared here and nowhere else."""
    option = choice("shade", "none", "dark")
    monkeypatch.setitem(OPTIONS, option.name, option)
    return option


@pytest.mark.parametrize(("option", "value", "text"), VALUES, ids=[option.name for option, _, _ in VALUES])
def test_an_option_goes_into_a_link_and_comes_back(option: ViewOption[Any], value: Any, text: str) -> None:
    link = parameters_of(ViewState(PLAIN).with_option(option, value), PLAIN.generations)
    assert link == {**to_link(PLAIN), option.name: text}
    found = view_state_of(link)
    assert (found.experiment, found[option], found.notes) == (PLAIN, value, ())
    assert option.name not in parameters_of(found.with_option(option, option.usual), PLAIN.generations)


def test_an_option_that_is_declared_here_comes_from_a_link_and_reaches_address_and_stage(shade: ViewOption[str]) -> None:
    app = opened(**to_link(PLAIN), shade="dark")
    shown: Any = payload(app)
    assert app.session_state["view_state"][shade] == "dark"
    assert app.session_state["view_state"].experiment == PLAIN
    assert address(app) == {**to_link(PLAIN), "shade": "dark"}
    assert shown["options"]["shade"] == {"value": "dark", "choices": ["none", "dark"], "shared": True}
    assert not warned(app)


@pytest.mark.usefixtures("shade")
def test_an_option_that_is_declared_here_is_mended_with_a_sentence() -> None:
    found = view_state_of({**to_link(PLAIN), "shade": "darkk"})
    assert found.options == {"shade": "dark"}
    assert found.notes == ("shade must be one of none, dark, so dark is used instead of 'darkk'.",)


def test_what_the_stage_reports_reaches_the_session_and_the_link(
    shade: ViewOption[str], state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted: dict[str, Any] = {}
    monkeypatch.setattr(dashboard.stage, "_component", lambda **given: mounted.update(given))
    dashboard.stage.stage("{}", {"options": stage_options({}, 20)}, live._reported)
    assert "shade" in mounted["default"]
    state["stage"]["shade"] = "dark"  # what Streamlit does when the script calls setStateValue
    mounted["on_shade_change"]()
    assert session.view_state()[shade] == "dark"
    assert session.link_parameters(20) == {**to_link(PLAIN), "shade": "dark"}
    session.open_preset("modes_die")
    assert session.view_state()[shade] == "dark", "it stays when another experiment is opened"


@pytest.mark.parametrize(("option", "value", "text"), [entry for entry in VALUES if entry[0].reported])
def test_a_report_has_the_words_of_a_link(option: ViewOption[Any], value: Any, text: str, state: dict[str, Any]) -> None:
    state["stage"][option.name] = text
    live._reported(option.name)
    assert session.view_state()[option] == value
    told = stage_options(session.view_state().options, 20)[option.name]
    assert told["value"] == text


@pytest.mark.parametrize("hostile", [None, 10**400, -1, {"a": 1}, ["log"], "<script>", "-3", "9" * 400])
@pytest.mark.parametrize("name", [option.name for option in OPTIONS.values() if option.reported])
def test_a_report_that_no_stage_makes_leaves_something_that_can_be_shown(name: str, hostile: Any, state: dict[str, Any]) -> None:
    state["stage"][name] = hostile
    live._reported(name)
    now = session.view_state()
    link = session.link_parameters(20)
    found = view_state_of(link)
    assert (found.options, found.notes) == (now.options, ())


def test_what_no_longer_means_the_same_is_dropped_with_the_knob(state: dict[str, Any]) -> None:
    for option, value, _ in VALUES:
        session.set_option(option, value)
    session.set_knob("", "seed", 5)
    assert all(session.view_state()[option] == value for option, value, _ in VALUES)
    session.set_knob("", "replicates", 2)
    assert session.view_state()[REPLICATE] is None
    session.set_knob("source", "kind", "student_t")
    assert session.view_state()[CURVES] is None
    assert session.view_state()[SCALE] == "log"


def test_what_is_handed_on_presents_to_nobody() -> None:
    values = {option.name: value for option, value, _ in VALUES}
    assert stage_options(values, 20)["present"]["value"] == "1"
    assert stage_options(values, 20, handed_on=True)["present"]["value"] == "0"
    assert stage_options(values, 20, handed_on=True)["scale"]["value"] == "log"
    assert stage_options(values, 5)["t"]["value"] == "5", "a run may have ended early"
