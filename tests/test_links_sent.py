"""Links as mail, chat and people really send them: read as they were meant."""

from __future__ import annotations

import quopri
import re
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from streamlit.testing.v1 import AppTest
from test_app import APP, experiment_of, payload, warned

from dashboard.arrival import destination
from dashboard.state.address import view_state_of
from dashboard.state.view_options import CURVES, GENERATION
from dashboard.state.view_state import ViewState
from sim import Experiment, SpecError
from sim.lessons import lessons
from sim.links import as_meant, nearest, to_link
from sim.metrics import chosen
from sim.presets import presets

GOOD = {"v": "1", "source": "ring", "family": "gmm", "family.k": "3", "real_share": "0.25", "n": "200", "t": "10"}
RIGHT = view_state_of(GOOD)

BROKEN_BEHIND_FAMILY = 35
"""There a line ends behind the first word of `family.k`, which a browser then tells us as another `family`: that cannot be mended."""


def sent(query: str) -> ViewState:
    """What the page reads of a query."""
    return view_state_of(dict(parse_qsl(query, keep_blank_values=True)))


def test_the_good_link_is_read() -> None:
    assert (RIGHT.experiment.n, RIGHT.experiment.real_share, RIGHT[GENERATION], RIGHT.notes) == (200, 0.25, 10, ())


@pytest.mark.parametrize("times", [1, 2, 3])
def test_ampersands_that_were_escaped_for_html(times: int) -> None:
    query = urlencode(GOOD)
    for _ in range(times):
        query = escape(query)
    assert sent(query) == RIGHT


@pytest.mark.parametrize(
    "end", [")", ",", ".", ";", "!", "?", '"', "'", ">", ").", '".', "…", "»", "]", "**", " ", "\u200b", "%22", "%3E."]
)
def test_marks_of_the_sentence_around_a_link(end: str) -> None:
    for last in ("n", "t", "real_share", "source", "family.k"):
        ordered = {name: text for name, text in GOOD.items() if name != last} | {last: GOOD[last]}
        assert sent(urlencode(ordered) + end) == RIGHT, (last, end)


@pytest.mark.parametrize("marks", ['""', "''", "<>", "“”", "()"])
def test_marks_on_both_sides_of_a_value(marks: str) -> None:
    assert view_state_of({name: f"{marks[0]}{text}{marks[1]}" for name, text in GOOD.items()}) == RIGHT


@pytest.mark.parametrize("kept", [True, False], ids=["line breaks kept", "line breaks dropped"])
@pytest.mark.parametrize("indent", [indent for indent in range(0, 70, 7) if indent != BROKEN_BEHIND_FAMILY])
def test_quoted_printable(indent: int, kept: bool) -> None:
    """A mail's encoding by Python's own encoder, whose soft breaks fall wherever the line is full; a browser drops line breaks."""
    query = urlencode(GOOD)
    coded = quopri.encodestring(("x" * indent + "?" + query).encode()).decode().partition("?")[2].rstrip("\n")
    coded = coded.replace("?=\n", "?")
    assert "=3D" in coded
    assert sent(coded if kept else re.sub(r"\s", "", coded)) == RIGHT


def test_what_was_escaped_twice() -> None:
    assert view_state_of({name: quote(quote(text + " ")) for name, text in GOOD.items()}) == RIGHT


@pytest.mark.parametrize("name", ["N", " n", "n ", "?n", "amp;N", "\u200bn"])
def test_names_in_other_spellings(name: str) -> None:
    assert view_state_of({other: text for other, text in GOOD.items() if other != "n"} | {name: "200"}) == RIGHT


def test_taking_marks_off_twice_is_taking_them_off_once() -> None:
    for flat in ({"amp;n": "200)."}, {"n": "3D200"}, {"a": "=3D=3D"}, {"n": "%2525"}, GOOD):
        once = as_meant(flat)
        assert as_meant(once) == once


SHARES = [
    ("10%", 0.1),
    ("10 %", 0.1),
    ("0,1", 0.1),
    ("12.5%", 0.125),
    ("12,5 %", 0.125),
    (".5", 0.5),
    ("0.5.", 0.5),
    ("1,000", 1.0),
    ("5e-1", 0.5),
]
COUNTS = [
    ("1,000", 1000),
    ("1.000", 1000),
    ("1 000", 1000),
    ("1'000", 1000),
    ("1\u202f000", 1000),
    ("1e3", 1000),
    ("1000.0", 1000),
    ("10,000", 10_000),
]


@pytest.mark.parametrize(("text", "value"), SHARES)
def test_shares_as_people_write_them(text: str, value: float) -> None:
    found, mends = nearest({"source": "normal", "family": "gaussian", "real_share": text}, RIGHT.experiment)
    assert (found.real_share, mends) == (value, ())


@pytest.mark.parametrize(("text", "value"), COUNTS)
def test_counts_as_people_write_them(text: str, value: int) -> None:
    found, mends = nearest({"source": "normal", "family": "gaussian", "n": text}, RIGHT.experiment)
    assert (found.n, mends) == (value, ())


@pytest.mark.parametrize("text", ["1,50", "1_000", "1,0,0", "0,100", "ten", "10%"])
def test_counts_that_say_nothing_sure_are_told(text: str) -> None:
    found, mends = nearest({"source": "normal", "family": "gaussian", "n": text}, RIGHT.experiment)
    assert 1 <= found.n <= 100
    assert len(mends) == 1


SYNONYMS = [
    ({"source": "Gaussian"}, {"source": "normal"}),
    ({"source": "make_moons"}, {"source": "moons"}),
    ({"source": "8 Gaussians"}, {"source": "ring"}),
    ({"model": "gmm"}, {"family": "gmm"}),
    ({"model": "gmm", "model.k": "3"}, {"family": "gmm", "family.k": "3"}),
    ({"family": "Gaussian mixture model"}, {"family": "gmm"}),
    ({"n_samples": "70"}, {"n": "70"}),
    ({"synthetic_ratio": "0.9"}, {"real_share": "0.1"}),
    ({"synthetic_ratio": "70%"}, {"real_share": "0.3"}),
    ({"random_state": "7"}, {"seed": "7"}),
    ({"real_supply": "Fixed"}, {"real_supply": "fixed"}),
]


@pytest.mark.parametrize(("theirs", "ours"), SYNONYMS, ids=str)
def test_names_of_the_field_mean_the_same_in_a_link(theirs: dict[str, str], ours: dict[str, str]) -> None:
    usual = {"v": "1", "source": "normal", "family": "gaussian"}

    def around(link: dict[str, str]) -> dict[str, str]:
        taken = set(link) | ({"family"} if "model" in link else set())
        return {name: text for name, text in usual.items() if name not in taken} | link

    assert view_state_of(around(theirs)) == view_state_of(around(ours))
    assert view_state_of(around(theirs)).notes == ()


def test_other_pictures_than_were_asked_for_are_told() -> None:
    found = view_state_of({"source": "mnist", "family": "vae"})
    assert found.experiment.source.kind_name() == "digits"
    assert found.notes == ("There is no source called 'mnist', so digits is used.",)
    with pytest.raises(SpecError, match=r"got 'MNIST'\. The nearest is digits\."):
        Experiment.model_validate({"source": {"kind": "MNIST"}, "family": {"kind": "vae"}})


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"model": {"kind": "gaussian"}}, {}),
        ({"source": {"kind": "Gaussian"}, "family": {"kind": "gaussian"}}, {}),
        ({"family": {"kind": "gaussian"}, "n_samples": 70}, {"n": 70}),
        ({"family": {"kind": "gaussian"}, "synthetic_ratio": 0.9}, {"real_share": 0.1}),
        ({"family": {"kind": "gaussian"}, "synthetic_ratio": 1}, {"real_share": 0.0}),
    ],
    ids=str,
)
def test_names_of_the_field_mean_the_same_in_json(theirs: dict[str, object], ours: dict[str, object]) -> None:
    usual = {"source": {"kind": "normal"}}
    assert Experiment.model_validate(usual | theirs) == Experiment.model_validate(usual | {"family": {"kind": "gaussian"}} | ours)


def test_a_setting_under_two_names_is_refused() -> None:
    with pytest.raises(SpecError, match=r"^n_samples must be a setting of experiment"):
        Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 5, "n_samples": 6})


def test_metrics_have_the_names_of_the_field() -> None:
    experiment = RIGHT.experiment
    names = [metric.name for metric in chosen(["FID", "MMD", "Earth mover's distance"], experiment.source, experiment.family.offers)]
    assert names == ["frechet", "mmd", "wasserstein"]
    assert view_state_of({"v": "1", "source": "ring", "family": "gmm", "curves": "MMD,FID"})[CURVES] == ("mmd", "frechet")


@pytest.mark.parametrize("name", presets())
def test_a_preset_has_a_link(name: str) -> None:
    preset = presets()[name]
    found = view_state_of({"preset": name, "utm_source": "mail"})
    assert (found.experiment, found[CURVES], found.notes) == (preset.experiment, preset.curves or None, ())
    assert view_state_of({"preset": preset.label}).experiment == preset.experiment
    assert view_state_of({"preset": name, "seed": "5"}).experiment == preset.experiment.but(seed=5)
    for page in ("explore", "lessons", "method"):
        assert destination({"preset": name}, page) == "explore"


def test_a_preset_that_there_is_not_is_told() -> None:
    assert view_state_of({"preset": "no such story"}).notes == ("There is no preset called 'no such story', so It shrinks is shown.",)


@pytest.mark.parametrize("page", ["explore", "lessons", "method"])
def test_a_link_leads_to_its_page(page: str) -> None:
    for name in lessons():
        assert destination(as_meant({"lesson": f"{name}."}), page) == "lessons"
    assert destination(to_link(RIGHT.experiment), page) == "explore"
    assert destination({"fbclid": "1"}, page) == page


def test_a_lesson_that_is_asked_for_at_the_root_is_opened() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["lesson"] = "tails_go_first."
    app.run()
    assert not app.exception
    assert [header.value for header in app.header] == [lessons()["tails_go_first"].label]
    assert not app.warning


def test_the_note_stands_below_the_stage_until_it_is_dismissed() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params.update({"source": "normal", "family": "gaussian", "n": "5", "replicates": "3", "generations": "0"})
    app.run()
    payload(app)
    assert warned(app) == ["generations must be at least 1, so 1 is used instead of 0."]
    kinds = [element.type for element in app.main]
    assert kinds.index("bidi_component") < kinds.index("warning")
    before = experiment_of(app)
    app.button(key="dismiss").click().run()
    assert warned(app) == []
    assert experiment_of(app) == before
