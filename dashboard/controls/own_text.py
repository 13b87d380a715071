"""The visitor's own text: a place to upload or paste it, for as long as the source is their own text.

What is brought goes into the memory of `sim.sources.own_text` and nowhere else; the experiment knows its checksum.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.browser.streamlit import part
from dashboard.state import session
from dashboard.theme import literal
from sim import Experiment, SpecError
from sim.sources.own_text import LARGEST, SHORTEST, OwnText, add

LARGEST_FILE: Final = 8
"""Megabytes that are looked at before a file is refused: what is a little too large gets a sentence beside it, and not a red box.

Streamlit's own refusal tells its reason only to a pointer that rests on it. `.streamlit/config.toml` has the same number.
"""

COOKIE: Final = "_streamlit_xsrf"
"""What Streamlit wants to see of a browser before it takes a file; browsers keep it from frames in other sites' pages."""

FRAMED: Final = "Your browser sends no files from here, as in a page within another site's page. Paste the text instead."

REFUSED: Final = "own-text-refused"
"""Where the session keeps why a text was refused, which is told beside the place that it was brought to."""

SIZE: Final = f"Plain text in UTF-8 (such as .txt or .md), from {SHORTEST:,} characters to {LARGEST >> 20} MB."

PASTE: Final = {True: "Or paste it here", False: "Paste your text here"}
"""The label of the place to paste, by whether there is a place to upload."""

PROMISE: Final = (
    "Kept in this server's memory only, never written down. While it is there, whoever opens your link here can read passages of it; "
    "elsewhere they upload the text again."
)


def draw(experiment: Experiment) -> None:
    """The uploader, a place to paste, and which text is in use; nothing for other sources."""
    if not isinstance(experiment.source, OwnText):
        st.session_state.pop(REFUSED, None)
        return
    upload, paste = session.widget_key("own-text"), session.widget_key("own-text-pasted")
    able = _takes_files()
    if able:
        st.html(f"<style>{part('largestFile')}{{display:none}}</style>")  # the size that is looked at, not the one that is used
        st.file_uploader("Your text", key=upload, max_upload_size=LARGEST_FILE, on_change=_uploaded, args=(upload,))
    st.text_area(PASTE[able], key=paste, height=80, on_change=_pasted, args=(paste,))
    if refused := st.session_state.get(REFUSED):
        st.warning(literal(refused), icon=":material/info:")
    st.caption(f"{SIZE} {FRAMED}" if not able else SIZE)
    example = experiment.source.checksum == OwnText().checksum
    used = "The example (a page about the loop)" if example else f"Your text ({experiment.source.size:,} characters)"
    st.caption(f"{used} is in use. {PROMISE}")
    if not example:
        st.button("Use the example", key=session.widget_key("own-text-example"), on_click=_use, args=(OwnText().checksum,))


def _takes_files() -> bool:
    """Whether the server will take a file from this browser; where nobody knows, as in tests, it will."""
    return not st.context.headers or not st.get_option("server.enableXsrfProtection") or COOKIE in st.context.cookies


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
