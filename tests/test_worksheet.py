"""Lessons on paper: what the sheets print, where their short addresses lead, and what only a teacher's link shows."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import segno
from streamlit.testing.v1 import AppTest
from test_app import APP, address, payload, stages
from test_app_lessons import LESSON, links_to_lessons, opened, texts

from dashboard.lessons import exercises
from dashboard.lessons.axes import empty_axes, ticks, titles
from dashboard.lessons.exercises import short_link
from dashboard.lessons.worksheet import LOOPBACK, NOWHERE, answer_key, worksheet
from dashboard.theme import PRINT
from sim.lessons import lessons
from sim.lessons.checking import Runs
from sim.links import from_link

ADDRESS = "https://lab.example/class/lessons"
LETTERS = 45
"""A choice: what somebody types without a mistake, the host left aside."""


def codes(sheet: str) -> list[str]:
    """The drawn modules of every QR code on a sheet, each as its path."""
    return [path(code) for code in re.findall(r'<div class="code"[^>]*>(<svg.*?</svg>)', sheet, flags=re.DOTALL)]


def path(code: str) -> str:
    """The dark modules of one."""
    (found,) = re.findall(r'stroke="[^"]*" d="(M[^"]+)"', code)
    return found


def modules(text: str) -> str:
    """The modules of the code of a text, as the library draws it by itself."""
    return path(segno.make(text, error="m", micro=False).svg_inline())


@LESSON
def test_a_sheet_has_a_code_and_a_short_address_for_the_lesson_and_every_exercise(name: str) -> None:
    lesson = lessons()[name]
    sheet = worksheet(name, lesson, ADDRESS)
    wanted = [short_link(ADDRESS, name), *(short_link(ADDRESS, name, i) for i in range(1, len(lesson.links) + 1))]
    assert re.findall(r'<a class="address" href="([^"]+)">', sheet) == wanted
    assert [f"https://{words}" for words in re.findall(r'<a class="address"[^>]*>([^<]+)</a>', sheet)] == wanted
    assert codes(sheet) == [modules(link) for link in wanted], "each code is that of the address beside it"
    for link in wanted:
        assert link.startswith("https://lab.example/class/?x=")
        assert len(link.partition("lab.example")[2]) <= LETTERS
        assert re.fullmatch(r"[a-z]+(\.\d+)?", link.partition("=")[2]), "nothing that a phone's keyboard hides"
    assert "☑" not in sheet
    assert not re.search(r"For (the )?teacher|Answers|answer key", sheet)
    assert sheet.count('class="write"') >= 4 + len(lesson.links), "room to write"


@LESSON
def test_sheets_are_whole_and_only_the_key_knows_the_answers(name: str) -> None:
    lesson = lessons()[name]
    run = Runs(lesson, {lesson.bet.experiment: lesson.curves}).run(lesson.bet.experiment)
    sheet, key = worksheet(name, lesson, ADDRESS), answer_key(name, lesson, run, ADDRESS)
    for text in (sheet, key):
        assert "[[" not in text
        assert "<script" not in text
        assert LOOPBACK not in text
        assert all(short_link(ADDRESS, name, i) in text for i in range(1, len(lesson.links) + 1))
    assert (sheet.count("☑"), key.count("☑")) == (0, 5)


@pytest.mark.parametrize(
    "address", ["http://localhost:8501/lessons", "http://127.0.0.1:8501/lessons", "http://[::1]:8501/", "http://0.0.0.0/"]
)
def test_a_sheet_that_no_phone_can_use_says_so(address: str) -> None:
    name = "tails_go_first"
    said = LOOPBACK.replace("'", "&#x27;")
    assert said in worksheet(name, lessons()[name], address)
    assert said not in worksheet(name, lessons()[name], "http://192.168.1.20:8501/lessons")
    unknown = worksheet(name, lessons()[name], "")
    assert NOWHERE in unknown
    assert not codes(unknown)


def test_nothing_in_an_address_becomes_a_part_of_the_sheet() -> None:
    name = "tails_go_first"
    sheet = worksheet(name, lessons()[name], 'https://lab.example/"><b>/lessons?x=<b>')
    assert "<b>" not in sheet
    assert '"><' not in "".join(re.findall(r'href="([^"]*)"', sheet))


def test_no_word_of_an_address_means_two_lessons() -> None:
    short = [lesson.short for lesson in lessons().values() if lesson.short]
    assert len({*short, *lessons()}) == len(short) + len(lessons())
    assert set(exercises.words().values()) == set(lessons())


@pytest.mark.parametrize(
    ("text", "lesson", "number"),
    [
        ("tails.2", "tails_go_first", 2),
        ("Tails.2", "tails_go_first", 2),
        (" tails 2 ", "tails_go_first", 2),
        ("TAILS2.", "tails_go_first", 2),
        ("tails_go_first.1", "tails_go_first", 1),
        ("tails-03", "tails_go_first", 3),
        ("tails", "tails_go_first", None),
        ("tails.", "tails_go_first", None),
    ],
)
def test_an_address_is_read_as_a_phone_spells_it(text: str, lesson: str, number: int | None) -> None:
    found = exercises.read(text)
    assert (found.lesson, found.note) == (lesson, "")
    assert found.moment == (None if number is None else lessons()[lesson].links[number - 1])


@pytest.mark.parametrize("text", ["tials.2", "nothing.9", "", "." * 99, "<b>.1", "1", "tails.2.3", "ü" * 200])
def test_an_unknown_one_gets_a_sentence(text: str) -> None:
    found = exercises.read(text)
    assert (found.lesson, found.moment) == (None, None)
    assert found.note.startswith("There is no exercise of that name.")
    assert "<" not in found.note
    assert ("Did you mean tails?" in found.note) == (text in ("tials.2", "tails.2.3"))


@pytest.mark.parametrize("number", [0, 4, 999])
def test_a_number_beyond_the_sheet_opens_the_lesson_and_says_so(number: int) -> None:
    found = exercises.read(f"tails.{number}")
    assert (found.lesson, found.moment) == ("tails_go_first", None)
    assert found.note == "This lesson has no exercise of that number. Its sheet has exercises 1 to 3."


@pytest.mark.parametrize("name", ["tails_go_first", "is_it_inevitable"])
def test_a_short_address_opens_its_moment_in_the_sandbox(name: str) -> None:
    lesson = lessons()[name]
    number = len(lesson.links)
    moment = lesson.links[-1]
    app = AppTest.from_file(APP, default_timeout=60)
    for key, text in parse_qsl(urlsplit(short_link("http://localhost/lessons", name, number)).query):
        app.query_params[key] = text
    shown = payload(app.run())
    assert not app.exception
    assert shown["start"] == moment.t
    curves = [panel["name"] for panel in shown["panels"] if panel["slot"] == "curve"]  # pyright: ignore[reportGeneralTypeIssues, reportArgumentType, reportCallIssue]
    assert curves == [f"curve-{metric}" for metric in lesson.drawn(moment.experiment)]
    query = dict(address(app))
    assert "x" not in query
    assert (int(query.pop("t")), tuple(query.pop("curves").split(","))) == (moment.t, lesson.drawn(moment.experiment))
    assert from_link(query) == lesson.experiment(moment.experiment)


def test_a_short_address_of_a_lesson_opens_its_bet_and_a_wrong_one_the_list() -> None:
    app = opened(x="Tails")
    assert [header.value for header in app.header] == ["Tails go first"]
    assert not stages(app)
    assert address(app) == {"lesson": "tails_go_first"}
    beyond = opened(x="tails.9")
    assert beyond.warning[0].value.startswith("This lesson has no exercise of that number.")
    assert beyond.button(key="bet-0")
    wrong = opened(x="<script>")
    assert wrong.warning[0].value == "There is no exercise of that name."
    assert len(links_to_lessons(wrong)) == len(lessons())


def downloads(app: AppTest) -> set[str]:
    return {str(button.proto.label) for button in app.get("download_button")}


@pytest.mark.parametrize("teacher", [{"for": "teacher"}, {"teacher": "1"}])
def test_a_teachers_link_has_notes_and_key_and_a_students_has_neither(teacher: dict[str, str]) -> None:
    name = "tails_go_first"
    mine, class_ = opened(lesson=name, **teacher), opened(lesson=name)
    assert downloads(mine) == {"Worksheet", "Answer key"}
    assert downloads(class_) == {"Worksheet"}, "a lesson's sheet is for everybody"
    notes = lessons()[name].teacher
    assert notes.timing in texts(mine)
    assert notes.timing not in texts(class_)
    assert "It is no secret" in texts(mine)
    assert [code.value.partition("?")[2] for code in mine.code] == ["x=tails"]
    assert address(mine) == {"lesson": name, "for": "teacher"}
    links = [str(link.proto) for link in class_.get("page_link")]
    assert not any("teacher" in link for link in links), "nothing of it is one tap away"
    assert not [expander for expander in class_.expander if "teacher" in expander.label.lower()]


def test_the_list_leads_a_teacher_to_the_teachers_links_and_back() -> None:
    assert not any("for=teacher" in link for link in links_to_lessons(opened()))
    assert sum("for=teacher" in str(link.proto) for link in opened().get("page_link")) == 1
    assert all("for=teacher" in link for link in links_to_lessons(opened(**{"for": "teacher"})))


def test_the_page_warns_where_phones_cannot_follow() -> None:
    def warnings(address: str) -> list[str]:
        app = AppTest.from_function(lessons_page, default_timeout=60)
        app.query_params["lesson"] = "tails_go_first"
        app.context["url"] = address
        app.run()
        assert not app.exception
        return [warning.value for warning in app.warning]

    (said,) = warnings("http://localhost:8501/lessons")
    assert said.startswith("This page is open at localhost, which means this computer and no other: phones cannot")
    assert warnings("http://192.168.1.20:8501/lessons") == []


def lessons_page() -> None:
    """The Lessons page alone."""
    from dashboard.views import lessons as view

    view.page()


@LESSON
def test_the_axes_to_draw_on_are_those_of_the_bet(name: str) -> None:
    lesson = lessons()[name]
    bet, last = lesson.bet, lesson.experiment(lesson.bet.experiment).generations
    drawn = empty_axes(lesson)
    labels = re.findall(r'<text x="([^"]+)" y="([^"]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]+)</text>', drawn)
    across = [
        (float(x), float(words.replace(",", ""))) for x, _, anchor, words in labels if anchor == "middle" and re.fullmatch(r"[\d,]+", words)
    ]
    up = [
        (float(y), float(re.sub("[ %,]", "", words)))
        for _, y, anchor, words in labels
        if anchor == "end" and re.match(r"[\d.,]+( %)?$", words)
    ]
    for found in (across, up):
        assert 4 <= len(found) <= 14
        places, numbers = zip(*found, strict=True)
        even = np.interp(numbers, (min(numbers), max(numbers)), (places[np.argmin(numbers)], places[np.argmax(numbers)]))
        assert np.abs(even - places).max() < 0.15, "an even scale, to the digit that is written"
    assert bet.since <= across[0][1]
    assert across[-1][1] <= last
    unit = 100 if bet.scale == "share" else 1
    assert (up[0][1], up[-1][1] <= unit * bet.high) == (0, True)
    assert up[-1][1] > unit * bet.high * 0.8
    assert all(f">{words}</text>" in drawn for words in titles(lesson))
    assert PRINT["ink"] in drawn


@pytest.mark.parametrize(("low", "high", "most"), [(0, 60, 13), (1, 30, 13), (0, 1.5, 9), (0, 1, 9), (0, 250, 9), (0, 0.02, 5), (0, 7, 3)])
def test_ticks_are_round_even_and_few(low: float, high: float, most: int) -> None:
    found = ticks(low, high, most)
    assert 2 <= len(found) <= most
    steps = [b - a for a, b in pairwise(found)]
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert f"{steps[0]:.0e}"[0] in "125"
    assert low - 1e-9 <= found[0] < low + steps[0]
    assert high - steps[0] < found[-1] <= high + 1e-9
