"""The tab "Take it away": files of the run, its citation, and ways to share it. Files are made when they are asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard.captions.run import verdict
from dashboard.figures import View
from dashboard.player.payload import default_curves, replicate_shown
from dashboard.runs.map_fit import MapFit
from dashboard.runs.maps import ask_map
from dashboard.runs.visitors import jobs, visitor
from dashboard.state import page_links, session
from dashboard.state.view_options import CURVES, MAP, REPLICATE, stage_options
from dashboard.takeaway import sharing
from dashboard.takeaway.animation.gif import gif
from dashboard.takeaway.citing import citation, in_words
from dashboard.takeaway.replay import replay
from dashboard.theme import literal
from dashboard.version import NAME
from sim import Run, SpecError
from sim.maps.fitting import NoMap
from sim.store.exports import exports

ONLY_HERE = (
    "Only this computer can open the address of this page, so the citation has the end of the link, which opens the run in any copy."
)


def draw(run: Run) -> None:
    """The tab's body for the run on stage."""
    view = _view(run)
    parameters = session.link_parameters(run.last)
    base = page_links.address()
    link = page_links.link(parameters, base)
    files, share = st.columns(2, gap="large")
    with files:
        _files(view, link if base else "")
        _cite(view, link)
    with share:
        sharing.share(parameters, base, f"{NAME}: {verdict(run)}")


def _files(view: View, link: str) -> None:
    now = session.view_state()
    st.markdown("**The run as a file**")
    with st.container(horizontal=True):
        st.download_button(
            "Download replay",
            lambda: replay(view, now[MAP], link, stage_options(now.options, view.run.last, handed_on=True)),
            "collapse-lab-replay.html",
            "text/html",
            icon=":material/slideshow:",
            help="One HTML file with this stage in it. It opens from disk and needs no network.",
            on_click="ignore",
        )
        st.download_button(
            "Download GIF",
            lambda: gif(view, link),
            "collapse-lab.gif",
            "image/gif",
            icon=":material/gif_box:",
            help="One repeat, generation by generation, for slides and chats.",
            on_click="ignore",
        )
    st.caption(
        f"A picture of one panel for a text: the arrow in its corner, as SVG one or two columns wide, or as PNG. "
        f"The metrics as {_formats()} are in the tab Numbers, "
        "the experiment, the script and the command line in Reproduce."
    )


def _formats() -> str:
    """The labels of all export formats: "CSV and Parquet"."""
    *others, last = (one.label for one in exports().values())
    return f"{', '.join(others)} and {last}" if others else last


def _cite(view: View, link: str) -> None:
    st.markdown("**Cite**")
    try:
        today = date.today()
        text, words = citation(view.experiment, view.curves, link, today), in_words(link, today)
    except SpecError as problem:
        st.error(literal(str(problem)))
        return
    st.code(words, language=None, wrap_lines=True)
    if page_links.is_local(link):
        st.caption(ONLY_HERE)
    with st.expander("Show the entries"):
        st.code(text, language="latex", wrap_lines=True)
    st.download_button("Download BibTeX", text, "collapse-lab.bib", "text/plain", on_click="ignore")


def _view(run: Run) -> View:
    """What is on stage, with the map that is ready now."""
    now = session.view_state()
    replicate = replicate_shown(run, now[REPLICATE])
    return View(run, replicate, now[CURVES] or default_curves(run.experiment), _flat(run, replicate, now[MAP]))


def _flat(run: Run, replicate: int, kind: str) -> Any:
    try:
        found = ask_map(jobs(), kind, run, replicate, visitor())
    except NoMap:
        return None
    return found.result if isinstance(found, MapFit) else found
