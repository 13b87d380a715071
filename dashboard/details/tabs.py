"""The tabs below the stage, in their order; each computes what it shows only when it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from dashboard.details import about, closed_forms, numbers, reproduce
from dashboard.runs.job import Job
from dashboard.takeaway import tab as take_away
from sim import Run


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Tab:
    """One tab.

    Attributes:
        title: on the tab.
        draw: its body, for a job that has ended and its run.
        close: called in every run of the page in which the tab is not open.
    """

    title: str
    draw: Callable[[Job, Run], None]
    close: Callable[[], None] = _nothing


TABS: Final = (
    Tab("About this run", about.draw),
    Tab("Numbers", numbers.draw, numbers.close),
    Tab("Closed forms", lambda _, run: closed_forms.draw(run)),
    Tab("Reproduce", reproduce.draw),
    Tab("Take it away", lambda _, run: take_away.draw(run)),
)


def draw(job: Job) -> None:
    """The tabs of an ended job."""
    run = job.run
    assert run is not None
    places = st.tabs([tab.title for tab in TABS], on_change="rerun", key="details")
    for tab, place in zip(TABS, places, strict=True):
        if place.open:
            with place:
                tab.draw(job, run)
        else:
            tab.close()
