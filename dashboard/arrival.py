"""Arrival: a visit begins at the page that its address is for, whichever page's path the link has.

A link to an experiment or a preset opens Explore and a link to a lesson opens Lessons, also where somebody has put the parameters of
one behind the address of another. May import Streamlit, `navigation`, `lessons` and `state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard import navigation
from dashboard.lessons import exercises
from dashboard.state import address
from sim.experiment import ROLES

EXPLORE: Final = next(iter(navigation.DESTINATIONS))
LESSONS: Final = "lessons"

_LED: Final = "led"


def lead(here: str) -> None:
    """Once, as a visit begins: on to the page that the address is for, if it is another one.

    Args:
        here: the page that the address has, by its name.
    """
    if _LED in st.session_state:
        return
    st.session_state[_LED] = True
    parameters = address.parameters()
    there = destination(parameters, here)
    if there != here:
        st.switch_page(navigation.to(there), query_params=parameters)


def destination(parameters: Mapping[str, str], here: str) -> str:
    """The page that the parameters of a link are for; the page itself where they are for none.

    Where a link names a lesson and an experiment, the page decides that it was made for.

    >>> destination({"lesson": "tails_go_first"}, "explore"), destination({"source": "ring"}, "method"), destination({"n": "5"}, "method")
    ('lessons', 'explore', 'method')
    >>> destination({"source": "newsletter"}, "lessons"), destination({"lesson": "x", "source": "ring"}, "explore")
    ('lessons', 'explore')
    """
    wanted = address.named(parameters)
    lesson = wanted.get(address.LESSON, "") != ""
    experiment = any(ROLES[role].kind_meant(wanted.get(role)) for role in ROLES) or address.preset_meant(wanted.get(address.PRESET, ""))
    if here != LESSONS and exercises.PARAMETER in parameters:
        return EXPLORE
    if lesson and (here == LESSONS or not experiment):
        return LESSONS
    return EXPLORE if experiment and exercises.PARAMETER not in parameters else here
