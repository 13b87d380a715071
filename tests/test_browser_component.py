"""The stage as a component in a real browser: mounted by hand, taken away, and its drawing library."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_browser import LINK

from dashboard.figures import View
from dashboard.player.payload import default_curves, metrics_for, payload
from dashboard.stage import script
from dashboard.stage.library import EARLY, plotly_address
from dashboard.state.view_options import stage_options
from dashboard.theme import PRINT
from sim import Experiment, simulate
from sim.maps.files import shipped

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_kinds_of_traces_that_sleep_can_be_woken(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    drawn = page.evaluate(
        """async () => {
            const asleep = Plotly.late.length;
            Plotly.register(Plotly.late.map((kind) => kind()));
            const host = document.body.appendChild(document.createElement("div"));
            await Plotly.newPlot(host, [{ type: "violin", y: [1, 2, 3] }, { type: "bar", y: [1] }]);
            return [asleep > 30, Plotly.early, host._fullData.map((trace) => trace.type)];
        }"""
    )
    assert drawn == [True, ["scatter", *EARLY], ["violin", "bar"]]


def test_nothing_moves_and_nothing_is_reported_once_the_stage_is_gone(visit: Callable[..., Any]) -> None:
    """Mounts the component by hand beside the page's own: once removed after a key press, once before it has loaded."""
    page = visit(LINK)
    run = simulate(Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 3}))
    shown = json.dumps(payload(View(run, 0, ("total_variance",))))
    options = stage_options({}, run.last)
    data = [shown, {"id": "1", "start": None, "plotly": plotly_address(), "options": options}]
    told = page.evaluate(
        """async ([source, data]) => {
            const { default: mount } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            const pause = (ms) => new Promise((done) => setTimeout(done, ms));
            const reports = [];
            const host = document.body.appendChild(document.createElement("div"));
            const put = () => mount({ data, parentElement: host, setStateValue: (...said) => reports.push(said) });
            let remove = put();
            while (host.querySelector("[data-stage]").dataset.ready !== "true") await pause(20);
            const stage = host.querySelector("[data-stage]");
            const generation = () => stage.dataset.generation;
            stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
            const before = generation();
            remove();
            await pause(600);
            const after = generation();
            remove = put();
            remove();
            await pause(600);
            return { reports, before, after, left: host.children.length };
        }""",
        [script(), data],
    )
    assert told == {"reports": [], "before": told["before"], "after": told["before"], "left": 0}


PLOT = {
    "kind": "plot",
    "slot": "third",
    "alt": "Hand-made",
    "frames": [],
    "layout": {"xaxis": {"title": {"text": "place"}}},
}
"""What every plot panel has besides its name, title and traces."""

HAND_MADE = {
    "scatter": [{"name": "share", "type": "scatter", "mode": "lines", "x": [1, 2], "y": [3, 4]}],
    "dots": [{"name": "rows", "type": "scatter", "mode": "markers", "x": [1], "y": [2]}],
    "usual": [{"name": "share", "x": [1], "y": [2]}],
    "violin-first": [{"name": "all", "type": "violin", "y": [1, 2, 3]}, {"name": "share", "type": "bar", "x": [1], "y": [2]}],
    "contour": [{"name": "density", "type": "contour", "z": [[1, 2], [3, 4]]}],
    "nameless": [{"mode": "lines", "x": [1, 2], "y": [3, 4]}],
    "words": [{"name": "labels", "mode": "text", "x": [1], "y": [2], "text": ["here"]}],
    "empty": [],
}


TABLES = """async ([source, data]) => {
    const { default: mount } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const host = document.body.appendChild(document.createElement("div"));
    const remove = mount({ data, parentElement: host, setStateValue: () => {} });
    const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 20)); };
    await until(() => host.querySelector("[data-stage]").dataset.ready === "true");
    const rows = async ({ name }) => {
        const figure = host.querySelector(`[data-panel=${name}]`);
        figure.querySelector(".cl-save > button").click();
        const offered = [...figure.querySelectorAll(".cl-formats button")].filter((one) => one.offsetParent);
        const table = offered.find((one) => one.textContent === "Table");
        if (!table) return [name, offered.map((one) => one.textContent)];
        table.click();
        const words = (row) => [...row.children].map((cell) => cell.textContent);
        const cells = [...host.querySelectorAll("dialog.cl-table tr")].map(words);
        host.querySelector("dialog.cl-table").close();
        await until(() => !host.querySelector("dialog.cl-table"));
        return [name, cells];
    };
    const told = {};
    for (const panel of JSON.parse(data[0]).panels) Object.assign(told, Object.fromEntries([await rows(panel)]));
    remove();
    return told;
}"""
"""Mounts a stage by hand and opens the table of each of its panels: its cells, or the other buttons where none is offered."""


def test_a_plot_has_a_table_of_the_traces_that_can_be_read_and_none_where_none_can(visit: Callable[..., Any]) -> None:
    page = visit(LINK)
    run = simulate(Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 1}))
    whole = payload(View(run, 0, ("total_variance",)))
    whole["panels"] = [{**PLOT, "name": name, "title": name, "data": data} for name, data in HAND_MADE.items()]
    data = [json.dumps(whole), {"id": "1", "start": None, "plotly": plotly_address(), "options": stage_options({}, run.last)}]
    told = page.evaluate(TABLES, [script(), data])
    no_table = ["PNG", "SVG 85 mm", "SVG 175 mm"]
    assert told == {
        "scatter": [["place", "share"], ["1", "3"], ["2", "4"]],
        "dots": [["points", "place", "up"], ["rows", "1", "2"]],
        "usual": [["place", "share"], ["1", "2"]],
        "violin-first": [["place", "share"], ["1", "2"]],
        **dict.fromkeys(("contour", "nameless", "words", "empty"), no_table),
    }


FROZEN = """async ([source, data]) => {
    const { default: mount } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const frozen = (value) => (value && typeof value === "object" ? Object.freeze(Object.values(value).forEach(frozen) ?? value) : value);
    const { parse } = JSON;
    JSON.parse = (text) => frozen(parse(text));
    const host = document.body.appendChild(document.createElement("div"));
    const remove = mount({ data: frozen(data), parentElement: host, setStateValue: () => {} });
    JSON.parse = parse;
    const stage = host.querySelector("[data-stage]");
    while (stage.dataset.ready !== "true") await new Promise((done) => setTimeout(done, 20));
    const press = (key) => stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    ["ArrowRight", "End", "Home", " "].forEach(press);
    while (stage.dataset.generation === "0") await new Promise((done) => setTimeout(done, 20));
    host.querySelectorAll(".cl-legend button").forEach((button) => button.click());
    press("p");
    press("p");
    const kinds = [...host.querySelectorAll("[data-panel]")].map((panel) => panel.dataset.panel);
    remove();
    return kinds;
}"""
"""Mounts a stage with data that nobody can change, and does with it whatever a hand does."""

KINDS: tuple[dict[str, Any], ...] = (
    {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}},
    {"source": {"kind": "digits"}, "family": {"kind": "gaussian"}},
    {"source": {"kind": "text", "unit": "words"}, "family": {"kind": "ngram"}},
)
"""Runs that have every kind of panel between them."""


@pytest.mark.verify
def test_what_the_stage_receives_is_never_changed(visit: Callable[..., Any]) -> None:
    page, shown = visit(LINK), set[str]()
    for settings in KINDS:
        experiment = Experiment.model_validate({**settings, "generations": 3, "n": 30, "replicates": 2})
        curves = default_curves(experiment)
        run = simulate(experiment, metrics_for(experiment, curves))
        fitted = shipped(experiment.source) if experiment.source.kind == "digits" else None
        context = {"id": "1", "start": 0, "plotly": plotly_address(), "options": stage_options({}, run.last)}
        shown |= {*page.evaluate(FROZEN, [script(), [json.dumps(payload(View(run, 0, curves, fitted))), context]])}
    assert {"histogram", "images", "umap", "passages", "words"} <= shown


def test_words_of_a_dark_page_are_dark_on_white_in_a_figure(visit: Callable[..., Any]) -> None:
    page = visit("/?v=1&source=text&family=ngram&n=30&generations=3&replicates=2&t=3", color_scheme="dark")
    page.locator("[data-panel=passages] p").first.wait_for()
    before = page.locator("[data-panel=passages] p").first.bounding_box()
    page.locator("[data-panel=passages]").get_by_role("button", name="Picture or table of").focus()
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.locator("[data-panel=passages]").get_by_role("button", name=re.compile("^SVG 85 mm")).press("Enter")
    svg = Path(download.value.path()).read_text("utf-8")
    ink = ",".join(str(int(PRINT["ink"][at : at + 2], 16)) for at in (1, 3, 5))
    written = re.findall(r'<text[^>]*textLength[^>]*fill="([^"]+)"', svg)
    assert len(written) > 20
    assert {colour.replace(" ", "") for colour in written} >= {f"rgb({ink})"}
    assert not re.search(r"fill=.color\(", svg), "in colours that every reader of SVG knows"
    assert page.locator("[data-panel=passages] p").first.bounding_box() == before, "the page is as it was"
