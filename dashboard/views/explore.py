"""Explore: one experiment, the stage, and the numbers behind it."""

from __future__ import annotations

import time

import streamlit as st

from dashboard import tour
from dashboard.browser.streamlit import LOW, part
from dashboard.controls import cards, loop_bar, note, sidebar
from dashboard.details import tabs
from dashboard.lessons import exercises
from dashboard.player import live
from dashboard.player.payload import default_curves, metrics_for
from dashboard.runs.visitors import jobs, visitor
from dashboard.state import session
from dashboard.state.view_options import CURVES
from dashboard.takeaway import sharing

HEAD_START = 0.4
"""Seconds; about what a browser needs to draw them. Measured: the first picture comes an eighth sooner."""

SENDING = 0.06
"""Seconds a drawn stage takes to be sent; Streamlit sends every hundredth, where it is let to."""

STYLE = (
    f"{part('content')}{{padding:3.6rem 1.5rem 1.5rem}}{part('content')}>{part('stack')}{{row-gap:.5rem}}"
    f"@media {LOW}{{{part('content')}{{padding-top:2.75rem}}}}"
    f"{part('alert')}{{padding:.5rem .75rem}}{part('alert')} {part('words')}{{margin:0}}"
    f"{part('alert')} p{{margin:0;font-size:.8125rem;line-height:1.35}}"
)


def page() -> None:
    """The Explore page; the stage goes first, so that the browser can begin to load what it needs."""
    st.html(f"<style>{STYLE}</style>")
    if sharing.embedded():
        sharing.embed_header()
    session.come_back()
    exercises.arrive()
    tour.arrive()
    now = session.runnable_view_state()
    _make_room()
    if not (sharing.embedded() or loop_bar.hidden()):
        loop_bar.draw(now.experiment)
    curves = now[CURVES] or default_curves(now.experiment)
    job = jobs().ask(now.experiment, metrics_for(now.experiment, curves), visitor(), here=now.recompute)
    if live.awaited(job) is not None:
        live.remember(job.key)
    live.draw(job, curves)
    note.draw()
    drawn = time.monotonic()
    _head_start()
    if sharing.embedded():
        sharing.embed_footer()
        return
    tour.draw()
    with st.sidebar:
        if not session.hides("presets"):
            cards.draw()
        sidebar.draw(now.experiment)
    shown = live.remembered(live.shown())
    if shown is not None and shown.run is not None and not live.is_without_run(job) and not session.hides("details"):
        tabs.draw(shown)
    _wait_until_sent(drawn)


def _make_room() -> None:
    """The sidebar opens before its controls come, for otherwise the figures would be drawn wide and then narrow."""
    if not sharing.embedded():
        st.sidebar.html("<span></span>")


def _head_start() -> None:
    """On the first page of a visit, the stage's own files go ahead of those of the many controls."""
    if "opened" not in st.session_state:
        st.session_state["opened"] = True
        time.sleep(HEAD_START)


def _wait_until_sent(drawn: float) -> None:
    """The page ends only once the stage is sent.

    Streamlit forgets what a fragment has not sent yet when it runs again right after the page, and then the browser would
    take the stage away and mount another.
    """
    time.sleep(max(0.0, drawn + SENDING - time.monotonic()))
