"""What a visitor looks at, against browsers that report what they showed before."""

from __future__ import annotations

import pytest
import streamlit as st

from dashboard import form, state
from sim import Experiment
from sim.presets import presets

PLAIN = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}})


@pytest.fixture(autouse=True)
def _session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"look": state.Look(PLAIN)})


def reported(role: str, name: str, key: str, value: object) -> None:
    """What Streamlit does when a browser reports a value."""
    st.session_state[key] = value
    form.turned(role, name, key)


def test_a_knob_that_is_turned_keeps_its_control() -> None:
    key = state.widget_key("knob:.n")
    reported("", "n", key, 30)
    assert state.look().experiment == PLAIN.but(n=30)
    assert state.widget_key("knob:.n") == key


def test_controls_that_follow_a_knob_are_new_ones_and_the_old_ones_are_not_heard() -> None:
    source, family, ddof = (state.widget_key(f"knob:{name}") for name in ("source.kind", "family.kind", "family.ddof"))
    reported("source", "kind", source, "zipf")
    followed = state.look()
    assert followed.experiment.family.title() == "categorical"
    reported("family", "kind", family, "gaussian")
    reported("family", "ddof", ddof, 1)
    assert state.look() == followed
    assert state.widget_key("knob:source.kind") == source
    reported("source", "kind", source, "normal")
    assert state.look().experiment.source.title() == "normal"


def test_a_value_that_is_mended_gives_its_control_anew() -> None:
    key = state.widget_key("knob:.replicates")
    reported("", "replicates", key, 10**9)
    assert state.look().notes
    assert state.widget_key("knob:.replicates") != key


def test_controls_of_an_earlier_story_are_not_heard() -> None:
    key = state.widget_key("knob:.n")
    state.open_preset("modes_die")
    reported("", "n", key, 50)
    assert state.look().experiment == presets()["modes_die"].experiment
