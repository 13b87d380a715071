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
from sim import Experiment
from sim.links import READ_AT_MOST, SAY_AT_MOST, from_link, nearest, to_link
from sim.presets import presets
from sim.sources import sources

MANY = 10_000

DEFAULT = Experiment(source={"kind": "normal", "dim": 2}, family={"kind": "gaussian", "ddof": 1}, n=7)


def opened(link: Link) -> ViewState:
    """What the page of a link looks at, read as the page reads it."""
    return address.view_state_of(link)


@pytest.mark.verify
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


def test_a_link_for_nothing_is_the_default_and_says_nothing() -> None:
    assert nearest({}, DEFAULT) == (DEFAULT, ())


def test_a_link_is_mended_one_setting_at_a_time() -> None:
    link = {"v": "1", "source": "nromal", "family": "gaussian", "n": "20", "temperature": "9", "family.ddof": "7", "utm_source": "mail"}
    found, notes = nearest(link, DEFAULT)
    assert found == Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, temperature=2.0)
    assert len(notes) == 4
    assert "Did you mean normal? Using normal instead." in notes[0]
    assert any(note.startswith("utm_source must be a setting of experiment") and note.endswith("It is left out.") for note in notes)
    assert "temperature must be at most 2; got 9.0. Using 2 instead." in notes
    assert "family.ddof must be one of 0, 1; got 7. Using 0 instead." in notes


def test_an_oversized_link_is_made_to_fit() -> None:
    huge = {"source": "normal", "source.dim": "64", "family": "gaussian", "n": "100000", "generations": "5000", "replicates": "20000"}
    found, notes = nearest(huge, DEFAULT)
    assert found.source == sources["normal"](dim=64)
    assert (found.n, found.replicates) == (100, 50)
    assert found.generations > 1000
    assert all("must be smaller" in note for note in notes)


def test_what_a_link_must_say_comes_from_the_default() -> None:
    found, notes = nearest({"n": "9"}, DEFAULT)
    assert found == DEFAULT.but(n=9)
    assert [note.split(" must")[0] for note in notes] == ["source", "family"]


def test_a_model_that_cannot_learn_the_source_is_exchanged_with_its_knobs() -> None:
    found, notes = nearest({"source": "zipf", "family": "gaussian", "family.ddof": "1"}, DEFAULT)
    assert (found.source.kind_name(), found.family.kind_name()) == ("zipf", "categorical")
    assert len(notes) == 1
    assert notes[0].endswith("zipf gives tokens. Using categorical instead.")


def test_a_flood_of_settings_is_cut_short() -> None:
    flood = {f"x{i}": "1" for i in range(10_000)}
    found, notes = nearest(flood, DEFAULT)
    assert found == DEFAULT
    assert len(notes) == SAY_AT_MOST + 1
    assert notes[0] == f"Only the first {READ_AT_MOST} settings of this link were read."
