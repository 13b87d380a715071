"""Lessons and the tour in a real browser: the bet plays and stays on the figure, the lit controls are the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from visiting import READY, violations

from dashboard.pictures.of_lessons import DRAWN
from dashboard.tour import STOPS
from sim.lessons import lessons

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_lessons")]

LESSON = "/lessons?lesson=what_collapse_is"


def bet(page: Any, curve: str) -> None:
    page.get_by_role("button", name=curve).click()
    page.get_by_role("button", name="Place the bet and play").click()
    page.wait_for_selector(READY, timeout=60_000)


def sideways(page: Any) -> int:
    boxes = "[document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]"
    return page.evaluate(f"Math.max(...{boxes}.map((e) => e.scrollWidth - e.clientWidth))")


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 720, "light"), pytest.param(390, 844, "dark", marks=pytest.mark.verify)])
def test_a_bet_is_played_stays_on_the_figure_and_is_quoted(open_tab: Callable[..., Any], width: int, height: int, scheme: str) -> None:
    page = open_tab(LESSON, width=width, height=height, color_scheme=scheme)
    page.get_by_role("heading", name="Your bet").wait_for()
    assert sideways(page) <= 0
    bet(page, "It falls in a straight line, to half")
    assert page.locator(".cl-verdict").inner_text() == "You bet on 50 % at the end."
    assert page.evaluate(
        "(width) => width > 640 || document.querySelector('.cl-lead').offsetTop < document.querySelector('.cl-first').offsetTop", width
    ), "on a phone the curve bet on comes first"
    assert page.evaluate("document.activeElement.matches('[data-stage]')"), "the button that had the focus is gone"
    stage = page.query_selector("[data-stage]")
    page.get_by_role("combobox", name="Speed").select_option("4")
    said = "You said 50 % of the variance; the typical repeat kept 7.9 %."
    page.locator(".cl-verdict", has_text=said).wait_for(timeout=30_000)
    assert stage.evaluate("(node) => node.isConnected"), "telling must not start the stage anew"
    assert page.get_attribute("[data-stage]", "data-generation") == "60"
    assert page.locator("[data-panel=curve-total_variance] text", has_text="your bet").count() == 1
    assert sideways(page) <= 0


CARD = ".st-key-lesson-list [class*=st-key-lesson-card-]"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), pytest.param(390, 844, marks=pytest.mark.verify)])
def test_a_card_is_its_link_wherever_it_is_hit(open_tab: Callable[..., Any], width: int, height: int) -> None:
    page = open_tab("/lessons", width=width, height=height, reduced_motion="reduce")
    page.wait_for_function(
        "(count) => [...document.querySelectorAll('.cl-picture img')].filter((i) => i.naturalWidth).length === count", arg=len(DRAWN)
    )
    page.locator(f"{CARD} a").nth(len(DRAWN) - 1).wait_for()
    assert sideways(page) <= 0
    for card in page.locator(CARD).all():
        assert card.locator("a").count() == 1
        missed = card.evaluate(
            """(card) => {
                card.scrollIntoView({ block: "center" });
                const { left, top, width, height } = card.getBoundingClientRect();
                const places = [0.03, 0.5, 0.97].flatMap((x) => [0.03, 0.5, 0.97].map((y) => [left + x * width, top + y * height]));
                const hit = (x, y) => y > innerHeight || document.elementFromPoint(x, y)?.closest("a") === card.querySelector("a");
                return places.filter(([x, y]) => !hit(x, y));
            }"""
        )
        assert missed == []
    second = page.locator(CARD).nth(1)
    with page.context.expect_page() as opened:
        second.click(button="middle", position={"x": 30, "y": 30})
    opened.value.wait_for_url("**/lessons?lesson=tails_go_first")
    opened.value.close()
    second.locator("a").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert second.evaluate("(card) => getComputedStyle(card).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your bet").wait_for()
    assert page.url.endswith("lessons?lesson=tails_go_first")


def test_the_stage_of_a_lesson_fits_the_projector(open_tab: Callable[..., Any]) -> None:
    page = open_tab(LESSON)
    page.get_by_role("heading", name="Your bet").wait_for()
    bet(page, "It grows")
    page.wait_for_function("() => document.querySelector('.cl-transport').getBoundingClientRect().bottom <= window.innerHeight + 1")
    page.locator("[data-stage]").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("note", name="Keys").inner_text()
    assert "play or pause" in keys
    assert "preset" not in keys, "a lesson has its own run"


def test_the_stage_still_fits_when_the_choice_of_experiments_takes_a_row(open_tab: Callable[..., Any]) -> None:
    page = open_tab("/lessons?lesson=count_not_share", reduced_motion="reduce")
    page.get_by_role("heading", name="Your bet").wait_for()
    bet(page, "It collapses all the same, only later")
    page.get_by_role("button", name="What happened?").click()
    page.get_by_role("radio", name="No real rows").wait_for()
    page.wait_for_function(
        """() => {
            const page = document.querySelector('[data-testid=stMain]');
            page.scrollTo(0, 0);
            return document.querySelector('.cl-transport').getBoundingClientRect().bottom <= window.innerHeight + 1;
        }"""
    )


def test_a_lesson_ends_in_the_sandbox(open_tab: Callable[..., Any]) -> None:
    page = open_tab(LESSON)
    page.get_by_role("heading", name="Your bet").wait_for()
    bet(page, "It grows")
    page.get_by_role("button", name="What happened?").click()
    page.get_by_role("button", name="A single run that went the other way").click()
    page.wait_for_function("() => new URL(location.href).searchParams.get('replicates') === '1'", timeout=30_000)
    page.wait_for_selector(f'{READY}[data-generation="20"]', timeout=30_000)


def answer(page: Any, numbers: list[int]) -> None:
    """Answer the questions by keyboard: the space bar takes the first of a group, an arrow the next."""
    for question, number in zip(page.locator(".cl-quiz fieldset").all(), numbers, strict=True):
        question.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(number - 1):
            page.keyboard.press("ArrowDown")


@pytest.mark.verify
def test_the_questions_are_answered_kept_and_counted_in_the_browser(open_tab: Callable[..., Any]) -> None:
    right = [item.right for item in lessons()["what_collapse_is"].quiz]
    page = open_tab(LESSON, apart=True)
    page.get_by_text("Check yourself first: five questions").click()
    page.get_by_text("Answered: 0 of 5.").wait_for()
    answer(page, [right[0], *(number % 3 + 1 for number in right[1:])])
    page.get_by_text("Answered: 5 of 5.").wait_for()
    page.reload()
    page.get_by_text("Check yourself first: five questions").click()
    page.get_by_text("Answered: 5 of 5.").wait_for()
    bet(page, "It grows")
    page.get_by_role("button", name="What happened?").click()
    page.get_by_text("Right before the lesson: 1 of 5. Right now: 0 of 5.").wait_for()
    answer(page, right)
    page.get_by_text("Right before the lesson: 1 of 5. Right now: 5 of 5.").wait_for()
    assert page.get_by_text("✓ Right.").count() == 5
    page.get_by_role("button", name="Forget my answers").click()
    page.get_by_text("Right now: 0 of 5. Before the lesson the questions were left open.").wait_for()
    stored = page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('collapse-lab-quiz'))")
    assert [answers for _, answers in stored if answers.strip("[]") not in ("", "null,null,null,null,null")] == []
    assert len(stored) == 2


@pytest.mark.parametrize(("width", "height"), [pytest.param(1280, 720, marks=pytest.mark.verify), (390, 844)])
def test_the_tour_lights_up_real_controls(open_tab: Callable[..., Any], width: int, height: int) -> None:
    page = open_tab("/?tour=1", width=width, height=height)
    for at, stop in enumerate(STOPS, 1):
        page.get_by_role("dialog", name=stop.title).wait_for(timeout=60_000)
        assert page.get_by_text(f"{at} of {len(STOPS)}").is_visible()
        light = page.locator(".cl-tour-light")
        light.wait_for(state="visible")
        page.wait_for_function(
            """(names) => {
                const { left, top, width, height } = document.querySelector(".cl-tour-light").getBoundingClientRect();
                const under = document.elementsFromPoint(left + width / 2, top + height / 2);
                const name = (node) => (node.getAttribute("aria-label") ?? node.textContent ?? "").trim();
                return !names.length || under.some((node) => names.includes(name(node)) || names.some((n) => name(node).startsWith(n)));
            }""",
            arg=list(stop.names),
            timeout=10_000,
        )
        page.locator(".cl-tour-main").click()
    assert page.locator(".cl-tour-card, .cl-tour-light").count() == 0


@pytest.mark.verify
def test_the_tour_is_offered_once_and_can_be_left(open_tab: Callable[..., Any]) -> None:
    page = open_tab("/")
    page.locator(".cl-tour-offer").wait_for(timeout=60_000)
    page.get_by_role("button", name="Show me around").click()
    page.get_by_role("dialog", name=STOPS[0].title).wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".cl-tour-card").count() == 0
    page.goto(page.url.partition("?")[0])
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(1500)
    assert page.locator(".cl-tour-offer").count() == 0


@pytest.mark.verify
def test_the_tour_is_not_offered_to_whoever_came_for_something(open_tab: Callable[..., Any]) -> None:
    page = open_tab("/?v=1&source=normal&family=gaussian&n=50&generations=5&t=5")
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(1500)
    assert page.locator(".cl-tour-offer").count() == 0


@pytest.mark.verify
def test_nothing_is_in_the_way_of_anybody(open_tab: Callable[..., Any]) -> None:
    page = open_tab("/lessons", reduced_motion="reduce")
    page.get_by_role("link", name="What model collapse is").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="What model collapse is").click()
    page.get_by_role("heading", name="Your bet").wait_for()
    assert violations(page) == []
    bet(page, "It grows")
    page.get_by_role("button", name="What happened?").click()
    page.get_by_role("heading", name="Check yourself again").wait_for()
    assert violations(page) == []
    page.goto(page.url.partition("/lessons")[0] + "/?tour=1")
    page.get_by_role("dialog", name=STOPS[0].title).wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    assert violations(page) == []
