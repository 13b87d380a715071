"""A text of one's own in a browser: a long one is taken, a larger one refused in words, and a frame elsewhere offers to paste."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from scripts_of_the_world import spaced
from visiting import READY, opened_table

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OWN = "/?source=own_text&family=ngram&family.order=2&n=40&generations=2&replicates=2"


def prose(size: int) -> str:
    words = ["snow", "falls", "on", "the", "quiet", "river", "while", "nobody", "counts", "boats", "under", "seven", "grey", "bridges"]
    return " ".join(random.Random(size).choices(words, k=size // 5))[: size - 1] + "."


def test_a_text_of_more_than_a_megabyte_is_taken_and_a_larger_one_refused_in_words(visit: Any) -> None:
    page = visit(OWN)
    side = page.get_by_test_id("stSidebar")
    bring = page.locator("input[type=file]")
    bring.set_input_files({"name": "long.txt", "mimeType": "text/plain", "buffer": prose(1_150_000).encode()})
    side.get_by_text("Your text (1,150,000 characters) is in use.").wait_for(timeout=20_000)
    bring.set_input_files({"name": "longer.txt", "mimeType": "text/plain", "buffer": prose(3_000_000).encode()})
    refusal = side.get_by_role("alert").get_by_text("text must be at most 2,097,152 bytes; got 3,000,000 bytes. Take a part of it.")
    refusal.wait_for(timeout=20_000)
    assert side.get_by_text("from 2,000 characters to 2 MB").is_visible()
    assert not side.get_by_text("per file").is_visible()


def test_a_hebrew_text_begins_on_the_right_on_stage_and_in_its_table(visit: Any) -> None:
    """Where a short line and the first word of the list end: at the right edge of their panel."""
    page = visit(OWN + "&source.unit=words&source.length=8")
    place = page.get_by_role("textbox", name="Or paste it here")
    place.fill(spaced("Hebrew"))
    place.press("Control+Enter")
    page.get_by_text("Your text (").wait_for(timeout=20_000)
    page.locator(".cl-words").get_by_text("תֵּה").wait_for(timeout=20_000)
    for part in (".cl-passages p", ".cl-words"):
        assert page.locator(part).first.evaluate("(node) => getComputedStyle(node).direction") == "rtl", part
    edge = page.locator(".cl-words").evaluate("(node) => node.getBoundingClientRect().right")
    first = page.locator(".cl-words > *").first.evaluate("(node) => node.getBoundingClientRect().right")
    assert edge - first < 24
    table = opened_table(page, "passages")
    assert table.locator("td").nth(1).evaluate("(node) => getComputedStyle(node).direction") == "rtl"


@pytest.fixture
def elsewhere(base: str, tmp_path: Path) -> Iterator[str]:
    """A page of another site, with the dashboard in a frame."""
    (tmp_path / "index.html").write_text(f'<!doctype html><title>Course</title><iframe src="{base}{OWN}" width=1200 height=700></iframe>')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests."""


def test_a_frame_in_another_sites_page_offers_to_paste(browser: Any, elsewhere: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.goto(elsewhere)
        frame = page.frame_locator("iframe")
        frame.locator(READY).wait_for(timeout=60_000)
        assert frame.get_by_text("Paste the text instead.").is_visible()
        assert frame.locator("input[type=file]").count() == 0
        place = frame.get_by_role("textbox", name="Paste your text here")
        place.fill(prose(6000))
        place.press("Control+Enter")
        frame.get_by_text("is in use.").filter(has_text="Your text (6,000 characters)").wait_for(timeout=20_000)
    finally:
        context.close()
