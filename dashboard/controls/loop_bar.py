"""The loop bar: the loop drawn above the stage, with the levers that people look for standing where they act.

Real data, model, what it makes, and back: the share of real data stands on the arrow that mixes it in, what is kept on the one that
returns, and the generations on the loop itself. It is drawn anew with the settings.
"""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from dashboard.controls.form import kind_widget, knob_widget
from dashboard.controls.loop_drawing import arrow, node, style
from dashboard.state import session
from sim import Experiment
from sim.docstrings import first_sentence
from sim.experiment import ROLES
from sim.spaces import Space
from sim.spec import knobs

LEVERS: Final = ("real_share", "generations")
"""The experiment's own knobs that stand here."""

RETURN: Final = "regime"
"""The role that says what is kept on the way back; its kind is the third lever."""

TITLE: Final = "What happens when AI learns from what AI made, as it may on the web?"
SUBTITLE: Final = "Grey: real data ({things}). Blue: what the latest model makes."


def draw(experiment: Experiment) -> None:
    """The title sentence and the bar; levers that the link hides are left out."""
    with st.container(key="loop-room"):
        st.html(f"<style>{style()}</style><div class='cl-loop-title'><h1>{TITLE}</h1><p>{_subtitle(experiment.source.space)}</p></div>")
        with st.container(key="loop"):
            _bar(experiment)


def _subtitle(space: Space) -> str:
    """What the colours are, and what the data are of."""
    if space.kind != "columns":
        return SUBTITLE.format(things="text" if space.kind == "sequences" else f"{space.unit}s")
    wide = {1: "numbers", 2: "points on a plane"}.get(len(space.columns), "rows of a table")
    return SUBTITLE.format(things="pictures" if space.image else wide)


def _bar(experiment: Experiment) -> None:
    """What is drawn and the levers, from left to right as the rows go."""
    fields = knobs(Experiment)
    st.html(node("Real data", experiment.source.label, "ghost", first_sentence(experiment.source.__doc__)))
    with st.container(key="loop-share"):
        knob_widget("", "real_share", fields["real_share"], experiment)
    st.html(arrow(_mixed(experiment)))
    st.html(node("Model", experiment.family.label, meaning=first_sentence(experiment.family.__doc__)))
    st.html(arrow())
    st.html(node("What it makes", f"{experiment.n - experiment.n_real:,} rows", "synthetic"))
    with st.container(key="loop-regime"):
        kind_widget(RETURN, ROLES[RETURN], experiment)
    st.html(f'<div class="cl-loop-return">the next model learns from {escape(experiment.regime.kept(experiment.n_real))}</div>')
    with st.container(key="loop-generations"):
        knob_widget("", "generations", fields["generations"], experiment)


def _mixed(experiment: Experiment) -> str:
    """How much of every batch is real: rows are whole, so a share may be another than was asked for."""
    if not experiment.real_share:
        return "only at first"
    return f"{experiment.n_real:,} of {experiment.n:,} rows"


def hidden() -> bool:
    """Whether the link leaves every lever out."""
    return all(session.hides(name) for name in (*LEVERS, RETURN))
