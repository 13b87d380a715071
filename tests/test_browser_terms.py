"""Words that explain themselves, in a real browser: by tap, by keyboard, while presenting, and nothing else is in their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from test_browser import LINK
from visiting import wait_for

from dashboard.glossary import forms

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OPEN = "document.querySelector('.cl-term-card').matches(':popover-open')"


def card(page: Any) -> Any:
    """What stands beside a word that is explained."""
    return page.locator(".cl-term-card")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_a_term_explains_itself_and_goes_again(visit: Callable[..., Any], width: int, height: int) -> None:
    page = visit(f"{LINK}&t=5", width=width, height=height)
    word = page.locator(".cl-line .cl-term", has_text="repeats")
    word.click()
    assert card(page).inner_text() == forms()["repeats"].meaning
    box = card(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    page.keyboard.press("Escape")
    assert not page.evaluate(OPEN)
    word.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(OPEN)
    page.mouse.click(5, height - 5)
    assert not page.evaluate(OPEN), "a tap elsewhere shuts it"


def test_the_focus_stays_on_a_word_while_the_page_runs(visit: Callable[..., Any]) -> None:
    page = visit(f"{LINK}&t=5")
    page.locator(".cl-line .cl-term", has_text="repeats").focus()
    page.get_by_role("button", name="Log scale").evaluate("(button) => button.click()")  # the page runs anew and sends the stage once more
    page.wait_for_timeout(1500)
    assert page.evaluate("document.activeElement.textContent") == "repeats"


def test_escape_shuts_the_card_before_it_leaves_the_presentation(visit: Callable[..., Any]) -> None:
    page = visit(f"{LINK}&t=5&present=1")
    wait_for(page, "s.presenting === 'true'")
    page.locator(".cl-caption .cl-term").first.click()
    assert page.evaluate(OPEN)
    page.keyboard.press("Escape")
    assert not page.evaluate(OPEN)
    wait_for(page, "s.presenting === 'true'")
    page.keyboard.press("Escape")
    wait_for(page, "s.presenting === 'false'")


def test_how_sure_is_closed_and_explains_its_words(visit: Callable[..., Any]) -> None:
    page = visit(f"{LINK}&t=5")
    detail = page.locator(".cl-detail")
    assert not detail.is_visible()
    page.get_by_text("How sure is this?").click()
    assert detail.is_visible()
    explained = {word.lower() for word in detail.locator(".cl-term").all_inner_texts()}
    assert {"repeats", "seed"} <= explained
