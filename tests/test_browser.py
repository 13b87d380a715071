"""The page in a real browser: play, pause, scrub, keyboard, links, phone, dark; no error, no other host."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from visiting import READY, generation, playing, schemes, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LINK = "/?v=1&source=normal&family=gaussian&n=50&generations=30&t=5"


def test_the_first_visit_plays_once_by_itself_and_then_waits(visit: Callable[..., Any]) -> None:
    page = visit()
    wait_for(page, "Number(s.generation) > 3 && s.playing === 'true'")
    page.get_by_role("combobox", name="Speed").select_option("4")
    wait_for(page, "s.playing === 'false' && Number(s.generation) > 30")
    last = generation(page)
    page.wait_for_function("() => new URL(location.href).searchParams.get('t') !== null")
    assert f"t={last}" in page.url
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_transport_and_keyboard(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    assert (generation(page), playing(page)) == (5, False)
    page.get_by_role("button", name="Next generation").click()
    assert generation(page) == 6
    page.get_by_role("button", name="Previous generation").click()
    page.get_by_role("button", name="Previous generation").click()
    assert generation(page) == 4
    page.get_by_role("button", name="Last generation").click()
    assert generation(page) == 30
    page.get_by_role("button", name="First generation").click()
    assert generation(page) == 0
    page.locator(".cl-verdict").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert generation(page) == 2
    page.keyboard.press("End")
    assert generation(page) == 30
    page.keyboard.press("Home")
    assert generation(page) == 0
    page.keyboard.press("Space")
    wait_for(page, "s.playing === 'true' && Number(s.generation) >= 2")
    page.keyboard.press("Space")
    wait_for(page, "s.playing === 'false'")


def test_scrubbing_moves_every_panel(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    before = page.locator("[data-panel=histogram] .main-svg").first.inner_html()
    cursor = page.locator(".cl-cursor").first.bounding_box()
    page.get_by_role("slider", name="Generation shown").fill("25")
    assert generation(page) == 25
    assert page.locator(".cl-cursor").first.bounding_box()["x"] > cursor["x"] + 20
    assert page.locator("[data-panel=histogram] .main-svg").first.inner_html() != before
    assert "Generation 25" in page.locator(".cl-caption").inner_text()


@pytest.mark.verify
def test_a_scale_that_was_picked_goes_into_the_address(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    page.get_by_role("button", name="Log scale").click()
    page.wait_for_function("() => new URL(location.href).searchParams.get('scale') === 'log'")
    assert generation(page) == 5
    page.reload()
    page.wait_for_selector(READY)
    assert page.get_by_role("button", name="Log scale").get_attribute("aria-pressed") == "true"


def test_a_preset_picked_from_the_drawer_of_a_phone_shuts_it(visit: Callable[..., Any]) -> None:
    page = visit(LINK, width=390, height=844)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("button", name="Modes die").click()
    page.wait_for_function("() => document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0")
    wait_for(page, "Number(s.generation) > 5")
    assert page.evaluate("new URL(location.href).searchParams.get('source')") == "ring"
    assert page.evaluate("new URL(location.href).searchParams.get('n')") == "64"


def test_presenting_fills_the_screen_and_walks_to_the_moments(visit: Callable[..., Any]) -> None:
    path = LINK.replace("&t=5", "") + "&present=1"
    page = visit(path, reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
    wait_for(page, "s.presenting === 'true'")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    assert "present=" not in page.evaluate("navigator.clipboard.readText()"), "a class that follows does not present"
    fills = "() => { const d = document.querySelector('dialog:modal'); return [d.clientWidth, d.scrollHeight <= d.clientHeight]; }"
    assert page.evaluate(fills) == [1280, True]
    page.keyboard.press("?")
    assert "open a preset" in page.get_by_role("note", name="Keys").inner_text()
    page.keyboard.press("Escape")
    assert not page.get_by_role("note", name="Keys").is_visible()
    page.keyboard.press("m")
    wait_for(page, "s.walking === 'true' && s.generation === '0'")
    assert "real data" in page.locator(".cl-caption").inner_text()
    wait_for(page, "Number(s.generation) > 0")
    assert "tails are nearly always empty" in page.locator(".cl-caption").inner_text()
    page.keyboard.press("ArrowRight")
    wait_for(page, "s.walking === 'false'")
    page.keyboard.press("6")
    page.wait_for_function("() => new URL(location.href).searchParams.get('source') === 'ring'")
    page.locator("[data-panel=modes]").wait_for()
    wait_for(page, "s.presenting === 'true' && s.ready === 'true'")
    size = "parseFloat(getComputedStyle(document.querySelector('[data-panel^=curve] .xtick text')).fontSize)"
    assert page.evaluate(size) > 13, "type stays large when another payload arrives"
    page.keyboard.press("Escape")
    page.wait_for_function("() => new URL(location.href).searchParams.get('present') === null")
    assert page.evaluate("document.querySelector('dialog:modal') === null")


@pytest.mark.verify
def test_no_press_of_a_key_is_lost_while_the_page_is_still_running(visit: Callable[..., Any]) -> None:
    page = visit(LINK, reduced_motion="reduce")
    knob = page.get_by_role("slider", name="Real data share")
    knob.focus()
    for percent in range(1, 10):
        before = page.url
        page.keyboard.press("ArrowRight")
        moved = "(before) => location.href !== before && document.querySelector('[data-stage]').dataset.ready === 'true'"
        page.wait_for_function(moved, arg=before, timeout=5_000)
        assert knob.get_attribute("aria-valuetext") == f"{percent}%"


@pytest.mark.verify
def test_a_knob_turned_while_playing_keeps_it_playing(visit: Callable[..., Any]) -> None:
    page = visit(LINK.replace("generations=30", "generations=100").replace("t=5", "t=0"))
    page.get_by_role("combobox", name="Speed").select_option("0.5")
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "Number(s.generation) >= 2")
    verdict = page.locator(".cl-verdict").inner_text()
    slider = page.get_by_role("slider", name="Real data share")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("old => document.querySelector('.cl-verdict').textContent !== old", arg=verdict)
    wait_for(page, "s.ready === 'true'")
    assert playing(page)
    at = generation(page)
    assert at >= 2
    wait_for(page, f"Number(s.generation) > {at}")


def test_a_copied_link_opens_the_same_moment_elsewhere(visit: Callable[..., Any], base: str) -> None:
    page = visit(LINK, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("slider", name="Generation shown").fill("17")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit(link.removeprefix(base), apart=True)
    assert (generation(other), playing(other)) == (17, False)
    assert other.locator(".cl-verdict").inner_text() == page.locator(".cl-verdict").inner_text()
    assert other.locator(".cl-caption").inner_text() == page.locator(".cl-caption").inner_text()


def test_a_link_can_be_copied_without_a_clipboard(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy link").click()
    assert "t=5" in page.get_by_role("textbox", name="Link to copy").input_value()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 720), (1440, 900)])
def test_it_fits_the_screen(visit: Callable[..., Any], width: int, height: int) -> None:
    page = visit(LINK, width=width, height=height)
    boxes = "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
    page.wait_for_function(f"() => Math.max(...{boxes}.map((e) => e.scrollWidth - e.clientWidth)) <= 0")
    play = page.get_by_role("button", name="Play", exact=True).bounding_box()
    assert play["y"] + play["height"] <= height
    for scheme in schemes(page):
        paper = {"light": "#fbfaf7", "dark": "#14161b"}[scheme]
        page.wait_for_function(
            "(paper) => getComputedStyle(document.querySelector('[data-stage]')).getPropertyValue('--cl-paper').trim() === paper", arg=paper
        )


def test_with_reduced_motion_nothing_starts_by_itself(visit: Callable[..., Any]) -> None:
    page = visit("/", reduced_motion="reduce")
    page.wait_for_timeout(800)
    assert not playing(page)


def test_an_unrelated_rerun_leaves_the_playhead_alone(visit: Callable[..., Any]) -> None:
    page = visit(LINK.replace("generations=30", "generations=100").replace("&t=5", "&t=0"))
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "Number(s.generation) >= 2")
    page.evaluate("document.querySelector('[data-panel=histogram]').dataset.mark = 'same'")
    page.get_by_role("tab", name="Reproduce").click()
    page.get_by_text("The same numbers in Python").wait_for()
    assert page.locator("[data-panel=histogram][data-mark=same]").count() == 1
    assert playing(page)


@pytest.mark.verify
def test_every_missing_mode_is_crossed_out_in_its_bar(visit: Callable[..., Any]) -> None:
    page = visit("/?v=1&source=ring&family=gmm&family.k=8&n=200&t=40", width=390)
    panel = page.locator("[data-panel=modes] [aria-label*='in generation 40']")
    panel.wait_for(timeout=60_000)
    missing = int(re.search(r"missing in generation 40: (\d+);", panel.get_attribute("aria-label")).group(1))
    assert missing > 0
    wait_for(page, "s.generation === '40'")
    assert panel.locator("text:visible", has_text="×").count() == missing


LONG = "/?v=1&source=grid&family=gmm&family.k=8&n=300&generations=2000&replicates=20"


def stop(page: Any) -> Any:
    """The button of the run; while a script runs, Streamlit's own header has a Stop too."""
    return page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True)


@pytest.mark.verify
def test_a_long_run_grows_on_stage_is_stopped_and_gone_on_with(visit: Callable[..., Any]) -> None:
    page = visit(LONG)
    page.get_by_role("button", name="Pause").click()
    at = generation(page)
    page.evaluate("document.querySelector('[data-stage]').dataset.mark = 'same'")
    verdict = page.locator(".cl-verdict")
    first = verdict.inner_text()
    assert re.fullmatch(r"On stage so far: up to generation \d+ of 2000\.", first)
    page.wait_for_function("old => document.querySelector('.cl-verdict').textContent !== old", arg=first, timeout=60_000)
    assert abs(generation(page) - at) <= 3, "a long run has fewer frames than generations; the closest is shown"
    assert not playing(page)
    stop(page).click(timeout=60_000)
    verdict.filter(has_text="Stopped after generation").wait_for(timeout=60_000)
    wait_for(page, "s.ready === 'true'")
    done = int(re.search(r"Stopped after generation (\d+) of 2000", verdict.inner_text()).group(1))
    assert done < 2000
    page.keyboard.press("End")
    assert generation(page) == done
    page.get_by_role("button", name="Continue").click()
    verdict.filter(has_text="On stage so far").wait_for(timeout=60_000)
    further = f"Number((document.querySelector('.cl-verdict').textContent.match(/generation (\\d+) of 2000/) || [0, 0])[1]) > {done}"
    page.wait_for_function(further, timeout=60_000)
    assert page.locator("[data-stage][data-mark=same]").count() == 1
    stop(page).click(timeout=60_000)
    verdict.filter(has_text="Stopped after generation").wait_for(timeout=60_000)
    page.reload()
    verdict.filter(has_text="Stopped after generation").wait_for(timeout=60_000)
    page.get_by_role("button", name="Continue").wait_for()


def test_keys_scroll_the_page_where_the_stage_is_not_looked_at(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    page.get_by_role("tab", name="Closed forms").scroll_into_view_if_needed()
    page.mouse.move(5, 5)
    page.evaluate("document.querySelector('[data-stage]').closest('[data-testid=stMain]').scrollTo(0, 1e6)")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('[data-stage]').getBoundingClientRect = () => ({ top: -500, bottom: 100, height: 600 })")
    stopped = """key => {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, shiftKey: key.endsWith("+") });
        return !document.body.dispatchEvent(event);
    }"""
    assert [key for key in (" ", "Home", "End") if page.evaluate(stopped, key)] == []
    assert not playing(page)
    assert page.evaluate(stopped, "ArrowRight")
    assert generation(page) == 6
    page.evaluate("delete document.querySelector('[data-stage]').getBoundingClientRect")
    page.locator(".cl-verdict").hover()
    page.keyboard.press("Shift+Space")
    assert not playing(page)
    page.keyboard.press("Space")
    assert playing(page)


def test_controls_show_a_links_settings_also_when_its_run_takes_a_while(visit: Callable[..., Any]) -> None:
    page = visit("/?v=1&source=text&family=ngram&n=400&generations=10&replicates=5&t=10")
    page.wait_for_function("() => document.querySelector('[data-stage]').dataset.generation === '10'", timeout=60_000)
    page.wait_for_timeout(1500)
    assert page.get_by_role("slider", name="Generations").get_attribute("aria-valuetext") == "10"
    assert page.get_by_role("combobox", name="Source").input_value() == "English prose"
