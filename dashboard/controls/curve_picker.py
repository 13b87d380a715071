"""Which metrics are drawn as curves under the large panels."""

from __future__ import annotations

import streamlit as st

from dashboard.controls.form import picked_names, widget_value
from dashboard.player.payload import default_curves
from dashboard.state import session
from dashboard.state.curves import MOST_CURVES
from dashboard.state.view_options import CURVES
from sim import Experiment
from sim.metrics import measurable


def draw(experiment: Experiment) -> None:
    """The picker, of all metrics that the experiment has."""
    if session.hides("curves"):
        return
    able = measurable(experiment.source, experiment.family.offers)
    key = session.widget_key("curves")
    picked = widget_value(key, list(session.view_state()[CURVES] or default_curves(experiment)))
    st.multiselect(
        "Curves",
        list(able),
        default=picked,
        format_func=lambda name: experiment.source.space.with_unit(able[name].label),
        max_selections=MOST_CURVES,
        key=key,
        on_change=_picked,
        args=(key, tuple(able)),
    )


def _picked(key: str, able: tuple[str, ...]) -> None:
    picked = picked_names(key, able)
    if picked is None or not session.is_current(key):
        return
    usual = not picked or picked == default_curves(session.view_state().experiment)
    session.set_option(CURVES, None if usual else picked)
