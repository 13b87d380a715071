"""A bet in a real browser: until it has been played nothing of the run lies right of the playhead, and the stage keeps its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from test_browser_lessons import LESSON, bet
from visiting import READY, generation, opened_table, playing, wait_for

from dashboard.figures import View
from dashboard.player.payload import default_curves, verdict
from dashboard.state.view_options import REVEAL, stage_options
from dashboard.takeaway.replay import replay
from sim import Experiment, simulate
from sim.links import to_link
from sim.presets import presets

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_lessons")]

AHEAD = """() => {
    const found = [];
    const now = Number(document.querySelector("[data-stage]").dataset.generation);
    for (const panel of document.querySelectorAll("[data-panel]:has(.cl-cursor)")) {
        const say = (words) => found.push(`${panel.dataset.panel}: ${words}`);
        const plot = panel.querySelector(".cl-body");
        const known = (trace) => trace.line?.dash === "dashdot" || new Set(trace.y).size === 1;
        for (const trace of plot.data) {
            const last = Math.max(...trace.x);
            if (last > now && !(trace.type !== "heatmap" && known(trace))) say(`${trace.name ?? trace.text} reaches ${last} in ${now}`);
            if (trace.type === "heatmap" && trace.z.some((row) => row.length > trace.x.length)) say("cells without a generation");
        }
        const edge = panel.querySelector(".cl-cursor").getBoundingClientRect().right + 2;
        const marks = ".scatterlayer :is(path, text), .heatmaplayer image, .cl-names text:not([visibility=hidden])";
        for (const mark of panel.querySelectorAll(marks)) {
            const { stroke, strokeWidth, fill } = getComputedStyle(mark);
            const bet = getComputedStyle(document.querySelector("[data-stage]")).getPropertyValue("--cl-bet");
            const probe = document.body.appendChild(Object.assign(document.createElement("i"), { style: `color:${bet}` }));
            const ours = [stroke, fill].includes(getComputedStyle(probe).color);
            probe.remove();
            const unseen = fill.startsWith("url(") || (mark.matches(".js-line") && parseFloat(strokeWidth) === 0);
            const { right, width } = mark.getBoundingClientRect();
            const by = width && !ours && !unseen ? right - edge : 0;
            if (by > 0) say(`${mark.textContent || mark.getAttribute("class")} is ${by} pixels ahead`);
        }
    }
    return found;
}"""
"""What of the curves on stage lies right of the playhead: points of their traces, and marks on the screen. A bet and a noise floor may."""

WORDS = """() => [...document.querySelectorAll(".cl-curve")].map((panel) => {
    const box = ({ left, right, top, bottom }) => ({ left, right, top, bottom });
    const name = (node) => ({ text: node.textContent, ...box(node.getBoundingClientRect()) });
    const names = [...panel.querySelectorAll(".cl-names text:not([visibility=hidden])")];
    return { panel: box(panel.getBoundingClientRect()), names: names.map(name) };
})"""

PLACE = """() => {
    const [stage, figures] = ["[data-stage]", ".cl-panels"].map((part) => document.querySelector(part).getBoundingClientRect());
    const scroll = document.querySelector("[data-testid=stMain]").scrollTop;
    return [scroll, stage.top, figures.top, figures.height].map(Math.round);
}"""


def settled(page: Any) -> list[int]:
    """The place of the stage once what comes above it has come, which takes as long as the machine is busy."""
    places = [page.evaluate(PLACE)]
    while len(places) < 3 or len({tuple(place) for place in places[-3:]}) > 1:
        page.wait_for_timeout(400)
        places.append(page.evaluate(PLACE))
    return places[-1]


def names_on(page: Any) -> list[str]:
    """The names of lines on the curves, of which none covers another or the edge of its panel."""
    found: list[str] = []
    for curve in page.evaluate(WORDS):
        names, edge = curve["names"], curve["panel"]
        found += [name["text"] for name in names]
        for i, one in enumerate(names):
            assert edge["left"] <= one["left"], one
            assert one["right"] <= edge["right"], one
            assert edge["top"] <= one["top"], one
            assert one["bottom"] <= edge["bottom"], one
            for other in names[i + 1 :]:
                across = one["left"] < other["right"] and other["left"] < one["right"]
                assert not (across and one["top"] < other["bottom"] and other["top"] < one["bottom"]), (one, other)
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_a_bet_is_not_spoiled_while_it_is_played(open_tab: Callable[..., Any], width: int, height: int) -> None:
    page = open_tab(LESSON, width=width, height=height)
    page.get_by_role("heading", name="Your bet").wait_for()
    bet(page, "It falls in a straight line, to half")
    page.get_by_role("combobox", name="Speed").select_option("0.5")
    place = settled(page)
    assert place[0] == 0, "the page stands at the stage and not at the form that is gone"
    for t in (8, 14):
        wait_for(page, f"s.generation >= {t}")
        assert page.evaluate(AHEAD) == []
    page.keyboard.press("p")
    wait_for(page, "s.presenting === 'true' && s.generation >= 20")
    assert page.evaluate(AHEAD) == []
    assert "your bet" in names_on(page)
    page.keyboard.press("m")
    assert page.get_by_text("The moments of this run are told once it has been played to its end.").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    now = generation(page)
    assert now < 60
    rows = opened_table(page, "curve-total_variance").locator("tbody tr")
    assert rows.count() <= now + 1
    page.keyboard.press("Escape")
    assert page.locator(".cl-verdict").inner_text() == "You bet on 50 % at the end."
    assert "generation 60" not in page.locator("[data-panel=curve-total_variance] .cl-body").get_attribute("aria-label")
    page.keyboard.press("End")
    page.locator(".cl-verdict", has_text="You said 50 %").wait_for(timeout=30_000)
    assert page.evaluate(PLACE) == place
    assert page.get_by_role("button", name="As it plays").get_attribute("aria-pressed") == "false"
    page.keyboard.press("Home")
    assert page.evaluate(AHEAD) != [], "once it has been played, all of it is shown"
    assert {"your bet", "theory, mean", "theory, typical"} <= set(names_on(page))


def test_a_bet_is_not_spoiled_where_nothing_may_move(open_tab: Callable[..., Any]) -> None:
    page = open_tab(LESSON, reduced_motion="reduce")
    page.get_by_role("heading", name="Your bet").wait_for()
    bet(page, "It grows")
    assert (generation(page), playing(page)) == (0, False)
    assert page.evaluate(AHEAD) == []
    page.keyboard.press("ArrowRight")
    assert generation(page) == 1
    assert page.evaluate(AHEAD) == []


@pytest.mark.parametrize("name", ["digits", "tails_go_first", "transformer"])
def test_any_run_can_be_drawn_as_it_plays(visit: Callable[..., Any], name: str) -> None:
    link = {**to_link(presets()[name].experiment), "t": "3", "reveal": "playing"}
    page = visit(f"/?{urlencode(link)}")
    wait_for(page, "s.generation === '3' && s.playing === 'false'")
    assert page.evaluate(AHEAD) == []
    assert page.locator(".cl-verdict").inner_text() == "Make your bet, then play."
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(AHEAD) != [], "what was shown is not hidden again"
    page.get_by_role("button", name="As it plays").click()
    assert page.locator(".cl-verdict").inner_text() != "Make your bet, then play."
    page.get_by_role("button", name="As it plays").click()
    assert page.evaluate(AHEAD) == [], "from here on"


@pytest.fixture
def file(browser: Any, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Opens a text as a file, without a network."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)

    def opened(text: str) -> Any:
        path = tmp_path / "replay.html"
        path.write_text(text, "utf-8")
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_selector(READY, timeout=60_000)
        return page

    yield opened
    context.close()


def test_a_replay_is_not_spoiled_either(file: Callable[[str], Any]) -> None:
    experiment = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50, "generations": 30})
    curves = default_curves(experiment)
    run = simulate(experiment, curves)
    options = stage_options({REVEAL.name: REVEAL.choices[1]}, run.last, handed_on=True)
    text = replay(View(run, 0, curves), "pca", "", options).decode()
    page = file(text)
    page.get_by_role("combobox", name="Speed").select_option("0.25")
    assert verdict(run) not in page.title()
    wait_for(page, "Number(s.generation) > 3")
    page.keyboard.press("Space")
    assert page.evaluate(AHEAD) == []
    assert page.locator(".cl-verdict").inner_text() == "Make your bet, then play."
    page.keyboard.press("End")
    assert page.locator(".cl-verdict").inner_text() == verdict(run)
    assert {"theory, mean", "theory, typical"} <= set(names_on(page))
    page.get_by_role("button", name="Log scale").click()
    assert {"theory, mean", "theory, typical"} <= set(names_on(page))
