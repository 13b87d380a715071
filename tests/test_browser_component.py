"""The stage as a component in a real browser: mounted by hand, taken away, and its drawing library."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from test_browser import LINK

from dashboard.figures import View
from dashboard.player.payload import payload
from dashboard.stage import script
from dashboard.stage.library import EARLY, plotly_address
from dashboard.state.view_options import stage_options
from sim import Experiment, simulate

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
    story = {"payload": shown, "id": "1", "start": None, "plotly": plotly_address(), "options": options}
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
        [script(), story],
    )
    assert told == {"reports": [], "before": told["before"], "after": told["before"], "left": 0}
