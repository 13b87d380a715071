"""The replay in a real browser, from a file and without a network: it plays, it obeys, and it says when it was changed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from visiting import READY, generation, opened_table, playing, wait_for

from dashboard.figures import View
from dashboard.player.payload import default_curves, verdict
from dashboard.stage.library import installed
from dashboard.takeaway.replay import replay
from dashboard.theme import PRINT
from dashboard.version import software
from sim import Experiment, Run, simulate
from sim.links import to_link
from sim.metrics import measurable
from sim.verdicts.typical_replicate import typical_replicate

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("replay")]

MOST = 1_300_000
LINK = "https://lab.example/?v=1&source=normal&family=gaussian"
CHANGED = "This file was changed after it was made: what it shows may not be what the experiment gives."
NORMAL = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50, "generations": 30, "replicates": 50}


def measured(settings: dict[str, Any]) -> Run:
    experiment = Experiment.model_validate(settings)
    return simulate(experiment, list(measurable(experiment.source, experiment.family.offers)) if experiment.n < 100 else ())


@pytest.fixture(scope="module")
def run() -> Run:
    return measured(NORMAL)


@pytest.fixture(scope="module")
def text(run: Run) -> str:
    return replay(View(run, typical_replicate(run), default_curves(run.experiment)), "pca", LINK).decode()


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """A tab without a network, opened once for all files."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def open_file(tab: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a text as a file; at the end nothing may have gone wrong or been asked of anybody."""
    files: list[str] = []
    errors: list[str] = []
    asked: list[str] = []
    watch: dict[str, Callable[[Any], None]] = {
        "console": lambda said: errors.append(said.text) if said.type == "error" else None,
        "pageerror": lambda problem: errors.append(str(problem)),
        "request": lambda request: asked.append(request.url),
    }
    for event, watcher in watch.items():
        tab.on(event, watcher)

    def opened(text: str, **media: str) -> Any:
        file = tmp_path / f"{len(files)}.html"
        file.write_text(text, "utf-8")
        files.append(file.as_uri())
        tab.set_viewport_size({"width": 1280, "height": 720})
        tab.emulate_media(**{"color_scheme": "light", "reduced_motion": "no-preference", **media})
        tab.goto(file.as_uri())
        return tab

    yield opened
    for event, watcher in watch.items():
        tab.remove_listener(event, watcher)
    tab.goto("about:blank")
    assert errors == []
    assert [url for url in asked if not re.match(r"(blob|data):", url)] == files


def ready(page: Any) -> Any:
    page.wait_for_selector(READY, timeout=60_000)
    return page


def test_it_plays_by_itself_and_obeys_the_keys_and_the_hand(open_file: Callable[..., Any], text: str) -> None:
    page = ready(open_file(text))
    wait_for(page, "s.playing === 'true' && Number(s.generation) > 2")
    page.keyboard.press("Space")
    wait_for(page, "s.playing === 'false'")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert generation(page) == 1
    page.get_by_role("slider", name="Generation shown").fill("12")
    assert generation(page) == 12
    assert "Generation 12" in page.locator(".cl-caption").inner_text()
    axis = page.locator("[data-panel=curve-total_variance] .main-svg").first
    before = axis.inner_html()
    page.get_by_role("button", name="Log scale").click()
    assert axis.inner_html() != before
    page.get_by_text("The experiment", exact=True).click()
    assert json.loads(page.locator("#experiment").inner_text())["generations"] == 30
    assert not page.locator("#changed").is_visible()
    assert page.get_by_text(f"{software()} · seed 0").is_visible()


def test_another_world_can_be_picked_and_its_panels_come_with_it(open_file: Callable[..., Any], text: str) -> None:
    page = ready(open_file(text, reduced_motion="reduce"))
    picker = page.get_by_role("combobox", name="World")
    worlds = [option.get_attribute("value") for option in picker.locator("option").all()]
    assert len(worlds) > 3
    other = next(value for value in worlds if value != picker.input_value())
    picker.select_option(other)
    page.get_by_text(f"Repeat {int(other) + 1}: rows drawn, real data in grey").wait_for()


def test_it_follows_dark_and_reduced_motion_and_fits(open_file: Callable[..., Any], text: str) -> None:
    page = ready(open_file(text, color_scheme="dark", reduced_motion="reduce"))
    page.wait_for_timeout(500)
    assert not playing(page)
    paper = "getComputedStyle(document.querySelector('[data-stage]')).getPropertyValue('--cl-paper').trim()"
    assert page.evaluate(paper) == "#14161b"
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.wait_for_function(f"() => {paper} === '#fbfaf7'")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => innerWidth === 390 && document.documentElement.scrollWidth <= innerWidth")


def digit_of(text: str, near: str) -> int:
    """Where a digit stands in the run's data, some way after a word."""
    found = re.compile(r"\d").search(text, text.index(near, text.index('id="run"')) + 200)
    assert found is not None
    return found.start()


def test_a_changed_run_is_told(open_file: Callable[..., Any], text: str) -> None:
    at = digit_of(text, '"worlds":{"')
    for changed in (
        text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :],
        text.replace('"experiment":{', '"experiment":{"note":"mine",', 1),
    ):
        assert changed != text
        page = open_file(changed)
        page.get_by_role("alert").wait_for()
        assert page.get_by_role("alert").inner_text() == CHANGED
        assert page.get_by_text(f"{software()} (changed file) · seed 0").is_visible()
        ready(page)
        page.keyboard.press("p")
        wait_for(page, "s.presenting === 'true'")
        seen = "box => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).id"
        assert page.evaluate(seen, page.get_by_role("alert").bounding_box()) == "changed", "it is not covered while presenting"


def test_a_broken_run_is_told_and_nothing_else_happens(open_file: Callable[..., Any], text: str) -> None:
    at = digit_of(text, '"worlds":{"')
    page = open_file(text[:at] + text[text.index("</script>", at) :])
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text() == CHANGED
    assert page.locator("[data-stage]").count() == 0


def test_a_file_that_was_cut_off_is_told(open_file: Callable[..., Any], text: str) -> None:
    for end in (digit_of(text, '"worlds":{"') + 2000, text.rindex("</script>") - 10):
        page = open_file(text[:end])
        page.get_by_role("alert").wait_for()
        assert page.get_by_role("alert").inner_text().startswith("A part of this file is missing")
        assert page.locator("[data-stage]").count() == 0


def saved(page: Any, panel: str, format: str, file: str) -> tuple[str, bytes]:
    """The panel as a file of that format, asked for by keyboard, and its title."""
    figure = page.locator(f"[data-panel={panel}]")
    title = figure.locator("figcaption").inner_text()
    figure.get_by_role("button", name=f"Picture or table of {title}", exact=True).focus()
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        figure.get_by_role("button", name=f"{format} of {title}", exact=True).press("Enter")
    assert download.value.suggested_filename == f"collapse-lab-{panel}-generation-9-{file}"
    return title, Path(download.value.path()).read_bytes()


def test_every_panel_is_a_table_too_that_can_be_taken_along(open_file: Callable[..., Any], text: str) -> None:
    page = ready(open_file(text, reduced_motion="reduce"))
    page.get_by_role("slider", name="Generation shown").fill("9")
    for panel in [figure.get_attribute("data-panel") for figure in page.locator("[data-panel]").all()]:
        table = opened_table(page, panel)
        cells = table.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))")
        heads = table.get_by_role("columnheader").all_inner_texts()
        assert len(heads) > 1
        assert len(cells) > 1
        assert {len(row) for row in cells} == {len(heads)}
        if panel == "histogram":
            shares = [[float(row[k]) for row in cells] for k in (1, 2)]
            assert [sum(column) for column in shares] == pytest.approx([1, 1], abs=0.02)
        with page.expect_download() as download:
            table.get_by_role("button", name="Save as CSV").click()
        assert download.value.suggested_filename == f"collapse-lab-{panel}-generation-9.csv"
        lines = list(csv.reader(Path(download.value.path()).read_text("utf-8").splitlines()))
        assert lines[0] == heads
        assert len(lines) == len(cells) + 1
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name="Table of").wait_for(state="detached")


SVG = "{http://www.w3.org/2000/svg}"
MM = 96 / 25.4
"""Pixels: an inch is 25.4 mm and 96 of them, in CSS as in SVG."""


@pytest.mark.parametrize("wide", [85, 175])
def test_a_panel_is_saved_as_a_figure_for_a_paper(open_file: Callable[..., Any], text: str, wide: int) -> None:
    page = ready(open_file(text, reduced_motion="reduce", color_scheme="dark"))
    page.get_by_role("slider", name="Generation shown").fill("9")
    for panel, axes in (
        ("histogram", ("value", "share of rows per bin")),
        ("curve-total_variance", ("generation", "Total variance (data units squared)")),
    ):
        title, file = saved(page, panel, f"SVG {wide} mm", f"{wide}mm.svg")
        svg = ElementTree.fromstring(file)
        assert svg.attrib["width"] == f"{wide}mm"
        box = [float(number) for number in svg.attrib["viewBox"].split()]
        assert box[2] == pytest.approx(wide * MM)
        assert float(svg.attrib["height"].removesuffix("mm")) == pytest.approx(box[3] / MM, abs=0.01)
        assert svg[0].attrib["fill"] == PRINT["paper"], "white paper, also of a dark page"
        words = [" ".join("".join(node.itertext()).split()) for node in svg.iter(f"{SVG}text")]
        whole = "".join(words).replace(" ", "")
        parts = (title, *axes, software(), "seed 0", "generation 9", f"{LINK}&t=9")
        assert [part for part in parts if part.replace(" ", "") not in whole] == []
        assert not list(svg.iter(f"{SVG}image")), "text and lines, no pixels"
        for node in svg.iter(f"{SVG}text"):
            size = re.search(r"font-size: ?([\d.]+)px", node.attrib.get("style", ""))
            assert float(size[1] if size else node.attrib["font-size"]) >= 6 * 96 / 72 - 0.01, "no type smaller than six points"
    legend = next(node for node in svg.iter(f"{SVG}g") if node.attrib.get("class") == "legend")
    told = [text.text for text in legend.iter(f"{SVG}text")]
    assert {"median of the replicates", "5–95 % of the replicates", "noise floor", "closed form", "the same, measured"} < {*told}
    assert told[-1] == f"generation 9: {page.locator('[data-panel=curve-total_variance] .cl-value').inner_text()}"
    assert {"mean", "typical path"} <= {*words}
    _, file = saved(page, "curve-total_variance", "PNG", "175mm.png")
    assert file.startswith(b"\x89PNG")
    assert int.from_bytes(file[16:20], "big") >= 175 / 25.4 * 300, "300 dots an inch over two columns"


def test_it_stays_within_its_size(text: str) -> None:
    beside = len(text.encode()) - len(installed().encode())
    assert 800_000 < beside <= MOST, "worlds are added as long as there is room"


@pytest.mark.parametrize(
    "settings",
    [
        {"source": {"kind": "grid"}, "family": {"kind": "kde"}, "n": 300, "generations": 130, "replicates": 10},
        {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "n": 300, "generations": 130, "replicates": 50},
    ],
    ids=["grid", "zipf"],
)
def test_long_runs_stay_within_it_too(settings: dict[str, Any]) -> None:
    run = measured(settings)
    curves = default_curves(run.experiment)
    run = simulate(run.experiment, curves)
    file = replay(View(run, typical_replicate(run), curves), "pca", LINK)
    assert len(file) - len(installed().encode()) <= MOST


def test_nothing_in_the_data_ends_its_element(run: Run) -> None:
    hostile = "https://x/?</script><script>alert(1)</script><!--\u2028"
    text = replay(View(run, 0, ("total_variance",)), "pca", hostile).decode()
    assert hostile not in text
    data = text[text.index('<script type="application/json"') :]
    data = data[data.index(">") + 1 : data.index("</script>")]
    assert "<" not in data
    assert data.isascii()
    assert json.loads(data)["payload"]["link"] == hostile
    assert json.loads(data)["experiment"] == json.loads(run.experiment.to_json())
    assert to_link(Experiment.from_json(json.dumps(json.loads(data)["experiment"]))) == to_link(run.experiment)


def test_without_scripts_the_run_is_told_in_words(browser: Any, text: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plain.html"
    file.write_text(text, "utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    told = page.locator("noscript").inner_text()
    context.close()
    assert "needs JavaScript" in told
    assert verdict(run) in told
    assert f"Generation {run.last}:" in told
