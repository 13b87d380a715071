"""Predict, then reveal: the curves to pick from, the number to bet, and the button that starts the play."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.lessons import progress
from dashboard.lessons.prediction import Prediction, curve_picture, data_url
from dashboard.lessons.prose import marked
from sim.lessons import Lesson

LABELS = {"share": "What is left at the end, as a share of the start", "value": "What is left at the end"}


def draw(name: str, lesson: Lesson) -> None:
    """The bet, until it is placed."""
    bet, now = lesson.bet, progress.prediction(name)
    st.subheader("Your bet")
    st.markdown(marked(bet.question), unsafe_allow_html=True)
    st.html(f"<style>{_style(lesson, now)}</style>")
    with st.container(key="bets", horizontal=True, gap="small"):
        for i, sketch in enumerate(bet.curves):
            kind = "primary" if now is not None and now.curve == i else "secondary"
            st.button(sketch.label, key=f"bet-{i}", type=kind, on_click=_pick, args=(name, lesson, i))
    if now is None:
        st.markdown("Pick the curve that you expect. The dashed line is the level it starts from.")
        return
    key = f"bet-end:{name}"
    st.session_state[key] = now.end
    form = "percent" if bet.scale == "share" else "%.0f" if bet.step >= 1 else "%.2f"
    st.slider(
        LABELS[bet.scale],
        min_value=bet.low,
        max_value=bet.high,
        step=bet.step,
        key=key,
        format=form,
        on_change=_bend,
        args=(name, key),
        help="Bends the curve that you picked.",
    )
    st.button("Place the bet and play", key="place", type="primary", icon=":material/play_arrow:", on_click=_place, args=(name,))


def draw_again(name: str) -> None:
    """A way to take the bet back."""
    st.button("Bet again", icon=":material/undo:", on_click=progress.start_over, args=(name,))


def _pick(name: str, lesson: Lesson, curve: int) -> None:
    bet = lesson.bet
    # The slider takes whole steps only, and sums of steps such as 0.05 are not exact.
    steps = round((bet.curves[curve].points[-1][1] - bet.low) / bet.step)
    progress.predict(name, Prediction(curve, min(bet.high, round(bet.low + steps * bet.step, 6))))


def _bend(name: str, key: str) -> None:
    if now := progress.prediction(name):
        progress.predict(name, replace(now, end=float(st.session_state[key])))


def _place(name: str) -> None:
    if now := progress.prediction(name):
        progress.predict(name, replace(now, placed=True))


def _style(lesson: Lesson, now: Prediction | None) -> str:
    card = (
        ".st-key-bets{display:grid!important;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.6rem}"
        ".st-key-bets>div{width:100%!important;min-width:0}"
        ".st-key-bets button{width:100%;height:9rem;padding:5.6rem .5rem .3rem;align-items:flex-start;"
        "background-repeat:no-repeat!important;background-position:center .5rem!important;background-size:auto 4.8rem!important}"
        ".st-key-bets button *{line-height:1.2!important;white-space:normal!important;overflow:visible!important}"
        ".st-key-bets button[kind=primary]{background-color:transparent;color:inherit;border-width:3px}"
        "@media(max-width:640px){.st-key-bets{grid-template-columns:1fr 1fr}}"
    )
    ends = [sketch.points[-1][1] if now is None or now.curve != i else now.end for i, sketch in enumerate(lesson.bet.curves)]
    pictures = "".join(
        f'.st-key-bet-{i} button{{background-image:url("{data_url(curve_picture(lesson.bet, i, end))}")}}' for i, end in enumerate(ends)
    )
    return card + pictures
