"""Sharing what is on stage: its link, as a QR code and as a frame for other pages; and how it looks in such a frame."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.browser.streamlit import part
from dashboard.state import session
from dashboard.state.page_links import LOCAL, address, is_local, link, qr_code

EMBED_STYLE = f"""<style>
{part("content")}{{padding:.5rem .75rem 0!important}}
.cl-frame .cl-stage{{--above:4.2rem;--top:.5rem}}
.st-key-way-out p{{font-size:.8rem!important}}
</style>"""
"""A frame has no header above the stage, and one line below it."""

QR_STYLE = "<style>.st-key-scan img{width:auto!important;height:min(64dvh,76vw);border-radius:.4rem}</style>"
"""As large as the screen allows, so that the last row can scan it."""

EMBEDDED_HEIGHT = 720
"""Pixels. A choice: the height of a small projector (1280 x 720)."""


def embedded() -> bool:
    """Whether this page stands in a frame of another."""
    return bool(st.context.is_embedded)


def iframe(where: str, title: str) -> str:
    """The line of HTML that shows the stage in another page."""
    source, name = escape(where, quote=True), escape(title, quote=True)
    style = f"width:100%;height:{EMBEDDED_HEIGHT}px;border:0"
    return f'<iframe src="{source}" title="{name}" style="{style}" loading="lazy" allow="clipboard-write; fullscreen"></iframe>'


def embed_header() -> None:
    """In a frame: a clean stage, from the beginning, so that it does not move later."""
    st.html(EMBED_STYLE)


def embed_footer() -> None:
    """In a frame: the way to the whole page."""
    now = session.view_state()
    with st.container(key="way-out"):
        st.markdown(f"[Open in Collapse Lab]({link(session.link_parameters(now.experiment.generations), address() or '/')})")


@st.dialog("Scan to open this moment", width="large")
def _qr_dialog(where: str, picture: bytes) -> None:
    """The QR code as large as the screen allows, with the link in words."""
    st.html(QR_STYLE)
    with st.container(key="scan", horizontal_alignment="center"):
        st.image(picture.decode(), alt="QR code of the link below")
    _link_shown(where)


def _link_shown(where: str) -> None:
    st.code(where, language=None, wrap_lines=True)
    if is_local(where):
        st.caption(LOCAL)


def share(parameters: dict[str, str], base: str, title: str) -> None:
    """Link, QR code and frame of what these parameters open."""
    where = link(parameters, base)
    st.markdown("**Share**")
    _link_shown(where)
    code = qr_code(where)
    with st.container(horizontal=True):
        if code is None:
            st.caption("This link is too long for a QR code.")
        else:
            if st.button("Show QR code", icon=":material/qr_code_2:", help="Fills the screen, for a projector."):
                _qr_dialog(where, code)
            st.download_button("Download QR code", code, "collapse-lab-qr.svg", "image/svg+xml", on_click="ignore")
    st.markdown("In a page of yours:")
    st.code(iframe(link(parameters, base, embed="true"), title), language=None, wrap_lines=True)
    st.caption("A lesson can leave controls out: add &hide= and their names to the link, for example &hide=seed,presets,details.")
