"""The components' scripts: each is one module joined from its parts, and every kind of panel is a part that is found by itself."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

import dashboard.figures
import dashboard.stage
from dashboard import browser, lessons, takeaway, tour
from dashboard.figures import Panel, View, panels
from dashboard.player.payload import payload
from sim import Experiment, simulate
from sim.presets import presets
from sim.store.shipped import run_of

HERE = Path(dashboard.stage.__file__).parent
NORMAL = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 2, "replicates": 2})


def script_of(room: str) -> str:
    """The whole module of a component, or of the replay."""
    if room == "stage":
        return dashboard.stage.script()
    if room == "replay":
        return f"{dashboard.stage.script()}\n{(Path(takeaway.__file__).parent / 'replay.js').read_text('utf-8')}"
    package = {"quiz": lessons, "tour": tour}[room]
    return browser.joined(Path(package.__file__).parent / f"{room}.js")


@pytest.mark.parametrize("room", ["stage", "replay", "quiz", "tour"])
def test_no_name_is_declared_twice_in_a_module(room: str) -> None:
    declared = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", script_of(room), re.MULTILINE)
    assert "element" in declared
    assert [name for name, times in Counter(declared).items() if times > 1] == []


def test_every_kind_of_panel_has_one_script() -> None:
    kinds = re.findall(r"^PANELS\.(\w+) = ", dashboard.stage.script(), re.MULTILINE)
    shown = {panel["kind"] for name in presets() for panel in payload(View(run_of(name), 0, ("total_variance",)))["panels"]}
    assert len(kinds) == len(set(kinds))
    assert shown <= set(kinds)
    assert {path.stem for path in HERE.glob("panels/*.css")} <= set(kinds)


def test_a_new_kind_of_panel_is_one_figure_and_one_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = shutil.copytree(HERE, tmp_path / "stage")
    (folder / "panels" / "gauge.js").write_text("class GaugePanel extends PlotPanel {}\n\nPANELS.gauge = GaugePanel;\n", "utf-8")
    (folder / "panels" / "gauge.css").write_text(".cl-gauge { margin: 0; }\n", "utf-8")
    monkeypatch.setattr(dashboard.stage, "HERE", folder)
    text = dashboard.stage.script()
    declared = [text.index(part) for part in ("class PlotPanel", "class GaugePanel", "class Stage ")]
    assert declared == sorted(declared), "what it builds on stands before it"
    assert ".cl-gauge" in dashboard.stage.styles()

    def gauge(view: View) -> list[Panel]:
        return [Panel("gauge", "gauge", "A gauge", f"At {view.run.last}", content={"needle": view.run.last})]

    panels(View(simulate(NORMAL), 0, ()))  # by now every figure is registered
    monkeypatch.setattr(dashboard.figures, "_FIGURES", [*dashboard.figures._FIGURES, (0, "gauge", gauge)])  # pyright: ignore[reportPrivateUsage]
    first = panels(View(simulate(NORMAL), 0, ()))[0]
    assert (first["kind"], first["slot"], first["needle"]) == ("gauge", "first", 2)
