"""The controls of an experiment beside its stage: what a newcomer sets first, then source and model, then everything else."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from dashboard.controls import curve_picker, own_text
from dashboard.controls.form import kind_widget, knob_widget, knob_widgets
from dashboard.state import session
from sim import Experiment
from sim.experiment import ROLES
from sim.spec import knobs

FIRST_KNOBS: Final = ("real_share", "generations")
FIRST_ROLES: Final = ("source", "family")


def draw(experiment: Experiment) -> None:
    """Every control that the link does not hide; a role or a knob that is new comes under the settings at the end."""
    kind_widget("source", ROLES["source"], experiment)
    own_text.draw(experiment)
    knob_widgets("source", experiment.source)
    kind_widget("family", ROLES["family"], experiment, lambda family: _cannot_learn(family, experiment), radio=True)
    knob_widgets("family", experiment.family)
    _more_settings(experiment)


def _more_settings(experiment: Experiment) -> None:
    fields = knobs(Experiment)
    roles = [role for role in ROLES if role not in FIRST_ROLES]
    others = [name for name in fields if name not in (*ROLES, *FIRST_KNOBS)]
    if all(session.hides(name) for name in (*roles, *others, "curves")):
        return
    with st.expander("More settings"):
        for role in roles:
            if role != "regime":
                kind_widget(role, ROLES[role], experiment)
            knob_widgets(role, getattr(experiment, role))
        for name in others:
            knob_widget("", name, fields[name], experiment)
        curve_picker.draw(experiment)


def _cannot_learn(family: Any, experiment: Experiment) -> str:
    kind = experiment.source.space.kind
    return "" if kind in family.accepts else f"cannot learn {kind}"
