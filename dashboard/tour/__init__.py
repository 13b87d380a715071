"""The tour: six stops that light up real controls of the Explore page.

It is offered once to a visitor who came without a link to anything in particular, and starts when asked for (`?tour=1`). The
browser remembers that it was offered or taken, under one name in its local storage; the server does not. May import
Streamlit and `browser`: the tour finds what it lights up by its accessible name.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components.v2 import component

from dashboard.browser import joined, sent
from dashboard.browser.streamlit import travelled

HERE = Path(__file__).parent

PARAMETER: Final = "tour"
"""Of an address that asks for the tour."""


@dataclass(frozen=True)
class Stop:
    """A stop of the tour.

    Attributes:
        title: what is lit up.
        text: what it is for.
        names: the accessible names that the control may have; the first one found is lit up.
        part: the part of the stage that is lit up instead, as a class of the stage's own.
    """

    title: str
    text: str
    names: tuple[str, ...] = ()
    part: str = ""


STOPS: Final = (
    Stop("The heap", "Grey is the real data and never changes. Blue is what the model of this generation drew.", part="cl-first"),
    Stop("Time", "Play and pause here, or with the space bar. The arrow keys go generation by generation.", ("Play", "Pause")),
    Stop(
        "The curves",
        "The blue line is a typical repeat of many, the shade holds nine of ten. Hatched is what a perfect model would score.",
        part="cl-curve",
    ),
    Stop("Real data share", "Drag it up a little: so much of every new batch is real. See what it stops.", ("Real data share",)),
    Stop("Stories", "Each card is an experiment to start from, with a small picture of its own run.", ("It shrinks",)),
    Stop("Copy link", "The link opens this very experiment, at this very generation, for anybody.", ("Copy link",)),
)

WORDS: Final = {
    "offer": "New here? Six stops show you around.",
    "start": "Show me around",
    "decline": "No, thanks",
    "back": "Back",
    "next": "Next",
    "skip": "Skip the tour",
    "done": "Done",
    "place": "{at} of {all}",
}

_component = component("collapse_tour", css=(HERE / "tour.css").read_text("utf-8"), js=joined(HERE / "tour.js"), isolate_styles=False)


def arrive() -> None:
    """Note how the visitor came; to be called before the address is written anew."""
    parameters = st.query_params.to_dict()
    came = st.session_state.setdefault("tour", {"asked": 0, "offer": not parameters and not st.context.is_embedded})
    if PARAMETER in parameters:
        came["asked"] += parameters[PARAMETER] == "1" and not travelled()
        del st.query_params[PARAMETER]


def draw() -> None:
    """The tour, invisible until it is offered or asked for."""
    _component(key="tour", data=sent({"stops": [asdict(stop) for stop in STOPS], "words": WORDS, **st.session_state["tour"]}), height=1)
