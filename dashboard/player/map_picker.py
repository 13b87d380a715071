"""The map on the page: the one asked for once it is there, with progress and Stop while it is fitted."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError

import streamlit as st

from dashboard.runs.map_fit import MapFit
from dashboard.runs.maps import ask_map
from dashboard.runs.visitors import jobs, visitor
from dashboard.runs.visits import MAP
from dashboard.state import session, view_options
from sim import Run
from sim.maps.fitting import NoMap
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import PooledMap


def chosen_map(run: Run, replicate: int, kind: str) -> LandmarkMap | PooledMap | None:
    """The map to draw on: the one asked for once it is there, the principal one until then (and while a pooled one grows).

    A map that could not be fitted is told once and fitted anew when it is next asked for.
    """
    found = None
    try:
        found = ask_map(jobs(), kind, run, replicate, visitor())
        if not isinstance(found, MapFit):
            return found
        if not found.status.going:
            return found.future.result()
        _progress(found)
        return None
    except (NoMap, CancelledError) as problem:
        reason = str(problem) or "The map was stopped."
    except Exception:
        logging.getLogger(__name__).exception("a map could not be fitted")
        reason = "The map could not be fitted on this machine just now."
    if isinstance(found, MapFit):
        jobs().forget(found)
    st.caption(f":material/info: {reason} The principal map is shown.")
    return None


@st.fragment(run_every=0.5)
def _progress(fit: MapFit) -> None:
    """How far a map is, and a way to stop it."""
    bar, button = st.columns([5, 1], vertical_alignment="center")
    words = f"{fit.progress:.0%} laid out" if fit.progress else "warming up, which takes longest for the first map on a server"
    bar.progress(fit.progress, text=f"Fitting the map: {words}. The principal map is shown until then.")
    if button.button("Stop", key="stop-map", icon=":material/stop:", width="stretch"):
        jobs().unsubscribe(visitor(), MAP)
        session.set_option(view_options.MAP, "pca")
        st.rerun()
    if not fit.status.going:
        st.rerun()
