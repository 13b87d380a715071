"""What is told of a link, in a browser: below the stage, in words alone, until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from visiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_nothing_in_a_link_becomes_a_link_a_picture_or_a_request(visit: Callable[..., Any]) -> None:
    """`visit` fails when anything is asked of another host."""
    for bad in ("source=x!%5Ba%5D(https://example.com/x.png)+$x$", "source=normal&n=:red%5Bnow%5D(https://example.com/x.png)+$x$"):
        page = visit(f"/?family=gaussian&{bad}&%5Bsign+in%5D(https://example.com)=:red%5Bnow%5D")
        (words,) = [text.replace("\u2060", "") for text in page.get_by_test_id("stAlert").all_inner_texts()]
        assert "](https://example.com/x.png) $x$" in words
        assert "sign in" not in words, "a parameter of nobody is not told of"
        assert page.locator("[data-testid=stAlert] :is(img, a, .katex)").count() == 0
        play = page.get_by_role("button", name="Play", exact=True).bounding_box()
        assert play["y"] + play["height"] <= 720, "what is told below the stage leaves the transport in view"


@pytest.mark.parametrize("path", ["/?", "/?embed=true&"], ids=["page", "frame"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 720}, {"width": 390, "height": 844}], ids=["projector", "phone"])
def test_what_is_told_of_a_link_does_not_push_the_stage_down(visit: Callable[..., Any], path: str, size: dict[str, int]) -> None:
    """The stage begins where it does for a good link, the sentence is on the page behind it, and a key takes it away."""
    good = "v=1&source=ring&family=gmm&generations=5&replicates=2"
    tops = []
    for link in (good, f"{good}&n=0"):
        page = visit(path + link, **size)
        wait_for(page, "s.ready === 'true'")
        tops.append(page.locator(".cl-stage").bounding_box()["y"])
    assert tops[0] == tops[1]
    told = page.get_by_role("alert").filter(has_text="n must be at least 1")
    box, stage = told.bounding_box(), page.locator(".cl-stage").bounding_box()
    assert box["y"] >= stage["y"] + stage["height"]
    if size["width"] > size["height"]:
        assert box["y"] + box["height"] <= size["height"], "it is read without scrolling"
    page.get_by_role("button", name="Dismiss").press("Enter")
    told.wait_for(state="detached")
