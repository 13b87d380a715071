"""What was mended, below the stage: one quiet line that takes no room above it and stays until it is dismissed or settings change."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.browser.streamlit import part
from dashboard.state import session
from dashboard.state.sizes import restore_label
from dashboard.theme import literal

ROOM: Final = "3rem"
"""The height of the line, which the figures give up where the stage fills the screen."""

KEY: Final = ".st-key-note"

STYLE: Final = (
    f"{KEY}{{gap:.25rem .5rem;min-height:2.25rem}}{KEY} {part('alert')}{{padding:.25rem .5rem}}"
    f"{KEY} {part('alert')} {part('words')}{{margin:0}}{KEY} {part('alert')} p{{margin:0;font-size:.8125rem;line-height:1.35}}"
    f"@container(min-width:40.01rem){{@media(min-height:481px){{.cl-frame:not(:modal) .cl-stage[data-lowered=true]{{"
    f"height:max(var(--least),calc(100dvh - var(--above) - {ROOM}))}}}}}}"
)


def draw() -> None:
    """The line, if there is anything to say."""
    now = session.view_state()
    if not now.has_notice:
        return
    st.html(f"<style>{STYLE}</style>")
    with st.container(key="note", horizontal=True, vertical_alignment="center"):
        if now.notes:
            st.warning(" ".join(literal(note) for note in now.notes), icon=":material/info:", width="stretch")
        if now.unreduced is not None:
            st.button(restore_label(now.unreduced), on_click=session.restore_sizes, key="larger")
        st.button("Dismiss", icon=":material/close:", type="tertiary", key="dismiss", on_click=session.dismiss)
