"""The visitor's own text: a place to upload or paste it, for as long as the source is their own text.

What is brought goes into the memory of `sim.sources.own_text` and nowhere else; the experiment knows its checksum.
"""

from __future__ import annotations

import streamlit as st

from dashboard.state import session
from dashboard.theme import literal
from sim import Experiment, SpecError
from sim.sources.own_text import LARGEST, SHORTEST, OwnText, add

KINDS = ("txt", "md")

REFUSED = "own-text-refused"
"""Where the session keeps why a text was refused, which is told beside the place that it was brought to."""

PROMISE = (
    "Kept in this server's memory only, never written down. While it is there, whoever opens your link here can read passages of it; "
    "elsewhere they upload the text again."
)


def draw(experiment: Experiment) -> None:
    """The uploader, a place to paste, and which text is in use; nothing for other sources."""
    if not isinstance(experiment.source, OwnText):
        st.session_state.pop(REFUSED, None)
        return
    upload, paste = session.widget_key("own-text"), session.widget_key("own-text-pasted")
    size = f"Plain text in UTF-8, at least {SHORTEST:,} characters and at most {LARGEST // 1_000_000} MB."
    st.file_uploader("Your text", type=KINDS, key=upload, help=size, max_upload_size=1, on_change=_uploaded, args=(upload,))
    st.text_area("Or paste it here", key=paste, height=80, max_chars=LARGEST, on_change=_pasted, args=(paste,))
    example = experiment.source.checksum == OwnText().checksum
    if refused := st.session_state.get(REFUSED):
        st.warning(literal(refused), icon=":material/info:")
    used = (
        "The example (the opening of Alice's Adventures in Wonderland)" if example else f"Your text ({experiment.source.size:,} characters)"
    )
    st.caption(f"{used} is in use. {PROMISE}")
    if not example:
        st.button("Use the example", key=session.widget_key("own-text-example"), on_click=_use, args=(OwnText().checksum,))


def _uploaded(key: str) -> None:
    """A file that is taken away changes nothing: a browser takes it away also to put another in its place, which may be refused."""
    if (file := st.session_state[key]) is not None:
        _take(file.getvalue())


def _pasted(key: str) -> None:
    if text := st.session_state[key]:
        _take(text)


def _take(data: bytes | str) -> None:
    """Use a text; one that cannot be used is refused with a sentence beside it, and the page stays as it is."""
    try:
        _use(add(data))
    except SpecError as problem:
        st.session_state[REFUSED] = str(problem)


def _use(checksum: str) -> None:
    st.session_state.pop(REFUSED, None)
    session.set_knob("source", "checksum", checksum)
