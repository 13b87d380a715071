"""Ten thousand bad links: the nearest page and one plain sentence, whatever was sent."""

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
from sim.links import from_link, nearest, to_link
from sim.presets import presets
from sim.sources import sources

MANY = 10_000

DEFAULT = Experiment(source={"kind": "normal", "dim": 2}, family={"kind": "gaussian", "ddof": 1}, n=7)

SENTENCE_ENDS = re.compile(r"[.?!] (?=[A-Z])")


def opened(link: Link) -> ViewState:
    """What the page of a link looks at, read as the page reads it."""
    return address.view_state_of(link)


@pytest.mark.verify
def test_ten_thousand_bad_links_open_the_nearest_page_and_say_so_in_one_plain_sentence() -> None:
    for place, link in enumerate(links(MANY)):
        state = opened(link)
        assert place % 10 or from_link(to_link(state.experiment)) == state.experiment
        assert len(state.notes) <= 1
        for note in state.notes:
            assert note.isprintable(), link
            assert len(note) < 450, link
            assert note[-1] == ".", link
            assert len(SENTENCE_ENDS.findall(re.sub(r"'[^']*'", "", note))) == 0, note


def test_one_thing_wrong_gives_one_sentence() -> None:
    good = {"v": "1", "source": "normal", "family": "gaussian"}
    for bad in ({"n": "many"}, {"n": "99999999999"}, {"source": "normall"}, {"v": "2"}, {"t": "-5"}, {"world": "x"}, {"map": "globe"}):
        assert len(opened(good | bad).notes) == 1, bad
    for words in HOSTILE:
        assert len(opened(good | {"n": words}).notes) == 1, words


def test_several_things_wrong_are_named_in_one_sentence() -> None:
    link = {"v": "1", "source": "nromal", "family": "gaussian", "n": "many", "t": "-5", "temperature": "9", "seed": "x", "map": "globe"}
    (said,) = opened(link).notes
    assert said.startswith("This link was mended in 6 places: source, ")
    assert said.endswith(", and 2 more.")
    assert opened({"v": "1", "source": "normal", "family": "gaussian", "n": "0", "t": "x"}).notes == (
        "This link was mended in 2 places: n, t.",
    )


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
    assert len(app.main.warning) <= 1
    for warning in app.warning:
        assert re.search(r"(?<!\\)[<\[!$:]", warning.value) is None, warning.value  # every sign of theirs is shown as typed
    jobs().unsubscribe(app.session_state["visitor"], STAGE)


def test_a_link_beyond_mending_promises_no_value() -> None:
    default = next(iter(presets().values())).experiment
    found, mends = nearest({"n": "abc", "seed": "x"}, default)
    assert found == default
    assert [str(mend) for mend in mends] == ["Nothing can be made of this link, so it shows normal data and a gaussian model."]


def test_a_link_for_nothing_is_the_default_and_says_nothing() -> None:
    assert nearest({}, DEFAULT) == (DEFAULT, ())


def test_a_link_is_mended_one_setting_at_a_time() -> None:
    link = {"v": "1", "source": "nromal", "family": "gaussian", "n": "20", "temperature": "9", "family.ddof": "7", "utm_source": "mail"}
    found, mends = nearest(link, DEFAULT)
    assert found == Experiment(source={"kind": "normal"}, family={"kind": "gaussian"}, n=20, temperature=2.0)
    assert {mend.where: str(mend) for mend in mends} == {
        "source": "There is no source called 'nromal', so normal is used.",
        "temperature": "temperature must be at most 2, so 2 is used instead of 9.0.",
        "family.ddof": "family.ddof must be one of 0, 1, so 7 is passed over and 0 is used.",
    }


def test_an_oversized_link_is_made_to_fit() -> None:
    huge = {"source": "normal", "source.dim": "64", "family": "gaussian", "n": "100000", "generations": "5000", "replicates": "20000"}
    found, mends = nearest(huge, DEFAULT)
    assert found.source == sources["normal"](dim=64)
    assert (found.n, found.replicates) == (100, 50)
    assert found.generations > 1000
    assert all("must be smaller" in str(mend) for mend in mends)


def test_what_a_link_must_say_comes_from_the_default() -> None:
    found, mends = nearest({"n": "9"}, DEFAULT)
    assert found == DEFAULT.but(n=9)
    assert [mend.where for mend in mends] == ["source", "family"]
    assert opened({"source": "ring", "n": "9"}).notes == ("This link names no model, so gaussian is used.",)


def test_a_model_that_cannot_learn_the_source_is_exchanged_with_its_knobs() -> None:
    found, mends = nearest({"source": "zipf", "family": "gaussian", "family.ddof": "1"}, DEFAULT)
    assert (found.source.kind_name(), found.family.kind_name()) == ("zipf", "categorical")
    (said,) = map(str, mends)
    assert said.startswith("family must be a model that can learn tokens")
    assert said.endswith("so categorical is used instead of gaussian.")


def test_a_setting_of_another_model_is_told() -> None:
    link = {"v": "1", "source": "ring", "family": "gmm", "family.ddof": "1"}
    assert opened(link).notes == ("family.ddof is no setting of gmm, so it is passed over.",)


def test_a_flood_of_parameters_is_passed_over() -> None:
    assert nearest({f"x{i}": "1" for i in range(10_000)}, DEFAULT) == (DEFAULT, ())
