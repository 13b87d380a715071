"""How quick the page is in a real browser: a scrub step, and the first picture."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_browser import LINK
from visiting import READY, serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OPENINGS = int(os.environ.get("COLLAPSE_LAB_OPENINGS", "1"))
"""How often a page is opened to measure it; once shows that it can be measured, five on a quiet machine tell something."""

PLAIN = "import streamlit as st\nst.title('plain')\n"


SCRUB = """async () => {
    const scrubber = document.querySelector('[aria-label="Generation shown"]');
    const stage = document.querySelector('[data-stage]');
    const times = [], shown = [];
    for (let t = 0; t <= 50; t++) {
        const start = performance.now();
        scrubber.value = t;
        scrubber.dispatchEvent(new Event('input'));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        times.push(performance.now() - start);
        shown.push([Number(stage.dataset.generation), stage.querySelector('.cl-caption').textContent]);
    }
    return [times.sort((a, b) => a - b)[25], shown];
}"""
"""Moves the scrubber through all generations: the median time of a step, and what was on stage after each."""


PAINTED = """
const seen = new MutationObserver(() => {
    if (!document.querySelector(SELECTOR)) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
});
seen.observe(document, { subtree: true, childList: true, attributes: true });
"""
"""Notes in a page when something that a selector finds was painted."""


@pytest.mark.verify
def test_a_scrub_step_and_the_first_picture_are_quick(
    visit: Callable[..., Any], browser: Any, base: str, tmp_path: Path, capsys: Any
) -> None:
    """Prints what was measured; whether it is fast enough is for the reader, timings on a busy machine are no test."""
    page = visit(LINK.replace("generations=30", "generations=50"))
    step, shown = page.evaluate(SCRUB)
    plain = tmp_path / "plain.py"
    plain.write_text(PLAIN)
    server, plain_base = serve(str(plain))
    ours, theirs = [], []
    for _ in range(OPENINGS):
        theirs.append(seconds_to(browser, plain_base, "h1"))
        ours.append(seconds_to(browser, base, READY))
    server.terminate()
    server.wait()
    first = statistics.median(seconds_of_the_first_visitor(browser) for _ in range(OPENINGS))
    ratio = statistics.median(ours) / statistics.median(theirs)
    with capsys.disabled():
        print(f"\nscrub step, median of 51: {step:.0f} ms (reach 50)")
        print(f"figure ready over a one-line page, median of {OPENINGS}: {ratio:.2f}x (reach 2.5)")
        print(f"first visitor of a server, the same: {first / statistics.median(theirs):.2f}x (reach 3.5)")
    assert [at for at, _ in shown] == list(range(51)), "what was timed is a step: its picture is there when the next one begins"
    assert len({caption for _, caption in shown}) == 51


def seconds_of_the_first_visitor(browser: Any) -> float:
    server, base = serve("dashboard/app.py")
    seconds = seconds_to(browser, base, READY)
    server.terminate()
    server.wait()
    return seconds


def seconds_to(browser: Any, url: str, selector: str) -> float:
    """From asking for a page until something on it was painted, by the page's own clock.

    Asked from outside, a browser answers only once it has also drawn what came after, which is not what a visitor waits for.
    """
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(PAINTED.replace("SELECTOR", json.dumps(selector)))
    page.goto(url)
    page.wait_for_function("window.painted", timeout=60_000)
    seconds: float = page.evaluate("window.painted") / 1000
    context.close()
    return seconds
