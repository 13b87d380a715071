"""How far a visitor is in each lesson, kept in the session: what they predicted, and what was said of it once it may be told."""

from __future__ import annotations

import streamlit as st

from dashboard.lessons.prediction import Prediction


def prediction(name: str) -> Prediction | None:
    """What this visitor predicts in a lesson, if anything yet."""
    found = st.session_state.get(f"prediction:{name}")
    return found if isinstance(found, Prediction) else None


def predict(name: str, made: Prediction) -> None:
    """Keep a prediction."""
    st.session_state[f"prediction:{name}"] = made


def feedback(name: str) -> str | None:
    """What was said of the prediction, once all may be told."""
    return st.session_state.get(f"feedback:{name}")


def give_feedback(name: str, sentence: str) -> None:
    """Keep what is said of the prediction; the sentence and not the run, which the queue may want to let go of."""
    st.session_state[f"feedback:{name}"] = sentence


def start_over(name: str) -> None:
    """Forget prediction and feedback."""
    st.session_state.pop(f"prediction:{name}", None)
    st.session_state.pop(f"feedback:{name}", None)
