"""Back and Forward in a real browser: each setting is one step, what was only watched is none, and a frame's way out keeps the moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from test_browser import LINK
from visiting import READY, generation, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LEVERS = ("Real data share", "Generations")
BEFORE = "/_stcore/health"
"""Where every visitor of a test comes from."""


def named(page: Any, name: str) -> str | None:
    return page.evaluate("(name) => new URL(location.href).searchParams.get(name)", name)


def until(page: Any, **parameters: str | None) -> None:
    """Wait until the address says this, and what it names is on stage and nothing is computed any more."""
    told = "(p) => Object.entries(p).every(([name, value]) => new URL(location.href).searchParams.get(name) === value)"
    page.wait_for_function(told, arg=parameters, timeout=20_000)
    wait_for(page, "s.ready === 'true' && s.before === 'false'")
    page.wait_for_function("() => document.querySelector('[data-test-script-state]').dataset.testScriptState === 'notRunning'")


def slider(page: Any, name: str) -> Any:
    return page.get_by_role("slider", name=name)


@pytest.fixture
def seen(visit: Callable[..., Any]) -> Any:
    page = visit(LINK)
    until(page, t="5")
    return page


def test_back_undoes_settings_one_by_one_and_forward_does_them_again(seen: Any) -> None:
    def levers() -> list[str]:
        """What they show; two of a kind while the page is drawn anew."""
        return [each for name in LEVERS for each in slider(seen, name).evaluate_all("(found) => found.map((one) => one.value)")]

    def stand_at(share: str | None, wanted: list[str]) -> None:
        for _ in range(200):
            if levers() == wanted:
                break
            seen.wait_for_timeout(100)
        until(seen, real_share=share, generations="30")
        assert levers() == wanted

    verdict, at_first = seen.locator(".cl-verdict").inner_text(), levers()
    slider(seen, "Real data share").press("ArrowRight")
    until(seen, real_share="0.01", generations="30")
    with_share = levers()
    slider(seen, "Generations").press("ArrowLeft")
    until(seen, real_share="0.01", generations="20")
    assert len({*map(tuple, (at_first, with_share, levers()))}) == 3
    seen.go_back()
    stand_at("0.01", with_share)
    seen.go_back()
    stand_at(None, at_first)
    assert (generation(seen), seen.locator(".cl-verdict").inner_text()) == (5, verdict)
    seen.go_forward()
    stand_at("0.01", with_share)


@pytest.mark.parametrize("path", ["/", "/?source=normal&family=gaussian&n=20", LINK])
def test_one_press_of_back_leaves_what_was_only_watched(path: str, visit: Callable[..., Any]) -> None:
    page = visit(path)
    steps = page.evaluate("history.length")
    page.get_by_role("button", name="First generation").click()
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "s.playing === 'true' && Number(s.generation) > 2")
    page.get_by_role("button", name="Pause").click()
    wait_for(page, "s.playing === 'false'")
    page.get_by_role("slider", name="Generation shown").fill("7")
    page.get_by_role("slider", name="Generation shown").dispatch_event("change")
    page.get_by_role("button", name="Log scale").click()
    until(page, v="1", t="7", scale="log")
    assert page.evaluate("history.length") == steps
    page.go_back()
    assert page.url.endswith(BEFORE)
    page.go_forward()
    page.wait_for_selector(READY)
    assert generation(page) == 7


def test_the_way_out_of_a_frame_keeps_the_moment_and_how_it_is_looked_at(visit: Callable[..., Any]) -> None:
    page = visit(f"{LINK}&embed=true")
    page.get_by_role("button", name="Log scale").click()
    page.get_by_role("button", name="Next generation").click()
    assert generation(page) == 6
    way = page.get_by_role("link", name="Open in Collapse Lab")
    with page.context.expect_page() as opening:
        way.click()
    out = opening.value
    out.wait_for_selector(READY)
    assert (generation(out), named(out, "scale"), named(out, "embed")) == (6, "log", None)
    out.close()
