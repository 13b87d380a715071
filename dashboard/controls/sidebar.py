"""The controls of an experiment beside its stage: source, model and rows; what stands in the loop bar is not repeated here."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from dashboard.controls import curve_picker, own_text
from dashboard.controls.form import kind_widget, knob_widget, knob_widgets
from dashboard.controls.loop_bar import LEVERS, RETURN
from dashboard.state import session
from sim import Experiment
from sim.experiment import ROLES
from sim.spec import knobs

FIRST_ROLES: Final = ("source", "family")
FIRST_KNOB: Final = "n"

LEARNS_FROM: Final = {"columns": "numbers", "tokens": "words", "sequences": "text"}
"""What rows are to a student, by the kind of space."""


def draw(experiment: Experiment) -> None:
    """Every control that the link does not hide; a role or a knob that is new comes under the settings at the end."""
    kind_widget("source", ROLES["source"], experiment)
    own_text.draw(experiment)
    kind_widget("family", ROLES["family"], experiment, lambda family: _why_not(family, experiment), radio=True)
    knob_widget("", FIRST_KNOB, knobs(Experiment)[FIRST_KNOB], experiment)
    _more_settings(experiment)


def _more_settings(experiment: Experiment) -> None:
    fields = knobs(Experiment)
    roles = [role for role in ROLES if role not in FIRST_ROLES]
    others = [name for name in fields if name not in (*ROLES, *LEVERS, FIRST_KNOB)]
    if all(session.hides(name) for name in (*ROLES, *others, "curves")):
        return
    with st.expander("More settings"):
        for role in FIRST_ROLES:
            knob_widgets(role, getattr(experiment, role))
        for role in roles:
            if role != RETURN:
                kind_widget(role, ROLES[role], experiment)
            knob_widgets(role, getattr(experiment, role))
        for name in others:
            knob_widget("", name, fields[name], experiment)
        curve_picker.draw(experiment)


def _why_not(family: Any, experiment: Experiment) -> str:
    """Why a model cannot be picked: what it learns from, and what this source is made of."""
    kind = experiment.source.space.kind
    if kind in family.accepts:
        return ""
    learned = " or ".join(LEARNS_FROM[accepted] for accepted in LEARNS_FROM if accepted in family.accepts)
    return f"learns from {learned}, not from {LEARNS_FROM[kind]}"
