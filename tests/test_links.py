"""Ten thousand bad links: the nearest page and plain sentences, whatever was sent."""

from __future__ import annotations

import re

import pytest
from hostile import HOSTILE, Link, links
from streamlit.testing.v1 import AppTest
from test_app import APP

from dashboard.runs.visitors import jobs
from dashboard.runs.visits import STAGE
from dashboard.state import address
from dashboard.state.view_state import ViewState
from sim.links import SAY_AT_MOST, from_link, nearest, to_link
from sim.presets import presets

MANY = 10_000


def opened(link: Link) -> ViewState:
    """What the page of a link looks at, read as the page reads it."""
    return address.view_state_of(link)


def test_ten_thousand_bad_links_open_the_nearest_page_and_say_so_plainly() -> None:
    silent = 0
    for place, link in enumerate(links(MANY)):
        state = opened(link)
        assert place % 10 or from_link(to_link(state.experiment)) == state.experiment
        assert len(state.notes) <= SAY_AT_MOST + 12
        for note in state.notes:
            assert note.isprintable(), link
            assert len(note) < 600, link
            assert note[-1] in ".?", link
        silent += not state.notes
    assert silent < MANY / 4  # a truncated link may be a good one


def test_one_thing_wrong_gives_one_sentence() -> None:
    good = {"v": "1", "source": "normal", "family": "gaussian"}
    for bad in ({"n": "many"}, {"n": "99999999999"}, {"source": "normall"}, {"v": "2"}, {"t": "-5"}, {"world": "x"}, {"map": "globe"}):
        assert len(opened(good | bad).notes) == 1, bad
    for words in HOSTILE:
        assert len(opened(good | {"n": words}).notes) == 1, words


@pytest.mark.parametrize("place", range(7))
def test_a_bad_link_shows_the_page_and_no_traceback(place: int) -> None:
    """One of every kind of harm, with the payload of the run that is shown instead."""
    app = AppTest.from_file(APP, default_timeout=60)
    link = list(links(28, seed=1))[place + 7 * (place % 4)]
    for name, text in link.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    assert app.get("bidi_component") or app.get("progress") or app.button, link
    for warning in app.warning:
        assert re.search(r"(?<!\\)[<\[!$:]", warning.value) is None, warning.value  # every sign of theirs is shown as typed
    jobs().unsubscribe(app.session_state["visitor"], STAGE)


def test_a_link_beyond_mending_promises_no_value() -> None:
    default = next(iter(presets().values())).experiment
    found, notes = nearest({"n": "abc", "seed": "x"}, default)
    assert found == default
    assert notes[0] == "n must be a whole number; got 'abc'."
    assert not any("Using" in note for note in notes)
