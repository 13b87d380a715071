"""Method: what every word on the Explore page means, read from the code's own docstrings."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from sim.docstrings import after_first_sentence, first_sentence
from sim.experiment import ROLES, Experiment
from sim.metrics import metrics
from sim.verdicts.phases import PHASES

LOOP = """
A model is fitted to data and draws new rows; the next model is fitted to those rows, mixed with real ones or not; and so
on. Generation 0 is the real data. Generation 1 is what the first model draws, which has seen real rows only. Every
experiment runs in many worlds at once, alike but for their luck, because one world tells little.
"""


def page() -> None:
    """The Method page."""
    st.title("Method")
    st.markdown(LOOP)
    st.header("Phases")
    for meaning in PHASES.values():
        st.markdown(f"- {meaning}")
    for role, variants in ROLES.items():
        _section(f"{Experiment.model_fields[role].title}s", ((variant.label, variant.__doc__ or "") for variant in variants))
    _section("Metrics", ((m.label, m.help) for m in metrics().values()))


def _section(title: str, entries: Iterable[tuple[str, str]]) -> None:
    st.header(title)
    for label, doc in entries:
        with st.expander(f"{label}: {first_sentence(doc)}"):
            st.text(after_first_sentence(doc))
