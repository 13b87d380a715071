"""The Lessons page: each opens, takes a bet, quotes it back, and leads into the sandbox; the sheets print what they should."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from test_app import sent_to, stages

from dashboard.lessons.prediction import TRACE, Prediction, curve_picture, feedback, with_prediction
from dashboard.lessons.prose import plain
from dashboard.state.view_options import CURVES
from dashboard.state.view_state import ViewState
from sim.lessons import lessons
from sim.lessons.checking import Runs
from sim.lessons.marks import marks

APP = str(Path(__file__).parent.parent / "dashboard" / "app.py")
LESSON = pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group("lessons")) for name in lessons()])


def page() -> None:
    """The Lessons page alone."""
    from dashboard.views import lessons as view

    view.page()


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for key, text in parameters.items():
        app.query_params[key] = text
    app.run()
    assert not app.exception
    return app


def placed(name: str, curve: int, end: float) -> AppTest:
    app = opened(lesson=name)
    app.button(key=f"bet-{curve}").click().run()
    app.slider(key=f"bet-end:{name}").set_value(end).run()
    app.button(key="place").click().run()
    assert not app.exception
    return app


def told(app: AppTest) -> AppTest:
    """Until the run has ended and everything is told."""
    for _ in range(100):
        if found := [button for button in app.button if button.label == "What happened?"]:
            found[0].click().run()
            assert not app.exception
            return app
        app.run()
    raise AssertionError("the run did not end")


def links_to_lessons(app: AppTest) -> list[str]:
    return [str(link.proto) for link in app.get("page_link") if "lesson=" in link.proto.query_string]


def texts(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.success, app.warning, app.caption) for element in kind)


def test_the_list_names_every_lesson() -> None:
    app = opened()
    links = links_to_lessons(app)
    assert len(links) == len(lessons())
    assert all(any(lesson.label in text and name in text for text in links) for name, lesson in lessons().items())


def test_the_page_is_in_the_navigation() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    assert not app.exception


@LESSON
def test_each_lesson_takes_a_bet_and_quotes_it_back(name: str) -> None:
    lesson = lessons()[name]
    before = texts(opened(lesson=name))
    assert not stages(opened(lesson=name)), "nothing is shown before the bet"
    assert all(f">{mark.text}</abbr>" in before for mark in marks(lesson.before))
    assert "[[" not in before
    end = lesson.bet.high
    app = placed(name, 0, end)
    (shown,) = stages(app)
    assert "What happened" not in [header.value for header in app.header]
    assert TRACE in json.dumps(shown["panels"])
    app = told(app)
    (quote,) = [success.value for success in app.success]
    run = Runs(lesson, {lesson.bet.experiment: lesson.curves}).run(lesson.bet.experiment)
    assert quote == feedback(lesson.bet, Prediction(0, end), run)
    assert all(f">{mark.text}</abbr>" in texts(app) for mark in marks(lesson.after))


def test_the_quote_says_what_was_bet_and_what_came() -> None:
    app = told(placed("what_collapse_is", 1, 0.5))
    (quote,) = [success.value for success in app.success]
    assert quote.startswith("You said 50 % of the variance; the typical repeat kept 7.9 %.")
    assert "You picked: It falls in a straight line, to half." in quote
    assert "Closest to what happened: It halves again and again" in quote
    right = told(placed("what_collapse_is", 2, 0.1)).success[0].value
    assert "You picked the curve that came closest" in right


def test_a_bet_can_be_taken_back() -> None:
    app = told(placed("what_collapse_is", 1, 0.5))
    next(button for button in app.button if button.label == "Bet again").click().run()
    assert not stages(app)
    assert not app.success
    assert app.button(key="bet-0")


def test_the_bet_stays_on_the_figure_of_its_own_experiment() -> None:
    app = told(placed("is_it_inevitable", 0, 0.1))
    assert TRACE in json.dumps(stages(app)[0]["panels"])
    next(group for group in app.get("button_group") if group.key == "case:is_it_inevitable").set_value("replace").run()
    assert not app.exception
    assert TRACE not in json.dumps(stages(app)[0]["panels"])
    assert app.success[0].value.startswith("You said 10 %")


def test_an_unknown_lesson_is_a_sentence_and_the_list() -> None:
    app = opened(lesson="tails_go_frist")
    assert app.warning[0].value == "There is no lesson of that name. Did you mean tails_go_first?"
    assert len(links_to_lessons(app)) == len(lessons())
    hostile = opened(lesson="<script>alert(1)</script>![x](http://x.example/y.png)")
    assert hostile.warning[0].value == "There is no lesson of that name."
    assert "script" not in texts(hostile).lower()


def test_the_sandbox_opens_at_the_very_state(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    monkeypatch.setattr(st, "switch_page", lambda _: None)
    app = told(placed("what_collapse_is", 0, 1.0))
    next(button for button in app.button if button.label.startswith("Open what is on stage")).click().run()
    state: ViewState = app.session_state["view_state"]
    lesson = lessons()["what_collapse_is"]
    assert (state.experiment, state.start, state[CURVES]) == (lesson.experiment("chain"), 60, lesson.drawn("chain"))
    app.button(key="moment-3").click().run()
    state = app.session_state["view_state"]
    assert (state.experiment, state.start) == (lessons()["what_collapse_is"].experiment("one"), 20)


def questions(app: AppTest) -> list[dict[str, Any]]:
    """What the page hands to the browser, which asks the questions and counts."""
    return sent_to(app, "collapse_quiz")[0][0]["questions"]


def test_what_is_right_is_not_on_the_page_before_the_lesson() -> None:
    name = "what_collapse_is"
    quiz = lessons()[name].quiz
    asked = questions(opened(lesson=name))
    assert [set(item) for item in asked] == [{"question", "answers"}] * 5
    answered = questions(told(placed(name, 0, 1.0)))
    assert [(item["right"], item["why"]) for item in answered] == [(item.right, plain(item.why)) for item in quiz]
    assert [(item["question"], item["answers"]) for item in answered] == [(item["question"], item["answers"]) for item in asked]


def test_the_bet_is_drawn_within_the_axes() -> None:
    lesson = lessons()["what_collapse_is"]
    run = Runs(lesson, {"chain": lesson.curves}).run("chain")
    panel = {
        "name": "curve-total_variance",
        "alt": "Total variance.",
        "data": [],
        "layout": {"yaxis": {"range": [0, 0.5]}},
        "log": {"range": [-3, -0.3]},
    }
    (changed,) = with_prediction({"panels": [panel]}, lesson.bet, Prediction(3, 1.5), run)["panels"]
    (line,), (label,) = changed["data"], changed["names"]
    assert line["y"][0] == pytest.approx(np.median(run.metrics["total_variance"][:, 0]), rel=1e-3)
    assert line["y"][-1] == pytest.approx(1.5 * line["y"][0], rel=1e-3)
    assert changed["layout"]["yaxis"]["range"][1] >= max(line["y"])
    assert 10 ** changed["log"]["range"][1] >= max(line["y"])
    assert (label["text"], label["of"]) == (TRACE, 0)
    assert "Your bet ends at" in changed["alt"]
    assert panel["data"] == [], "the payload is shared with others"


def test_pictures_stay_in_their_frame() -> None:
    for lesson in lessons().values():
        for curve in range(len(lesson.bet.curves)):
            for end in (lesson.bet.low, lesson.bet.high):
                path = re.findall(r'<path d="(M[^"H]+)"', curve_picture(lesson.bet, curve, end))[-1]
                heights = [float(point.split()[1]) for point in path[1:].split("L")]
                assert min(heights) >= 0
                assert max(heights) <= 56
