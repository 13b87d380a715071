"""The components' scripts: each is one module joined from its parts, and every kind of panel is a part that is found by itself."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from javascript import Function, code, comments, functions

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


TRICKY = r"""// A brace { in a comment, and a "quote
class Shelf extends Panel {
  get size() {
    return this.width / 2 / "}".length; /* } */
  }
  static async open({ name }, [first] = []) {
    if (/[/{]\/}/.test(name)) {
      return `${name}: {${first ? `"${{ a: 1 }.a}"` : "}"}`;
    }
    const sum = (a,
      b) => a
      + b;
    return [1, 2].map((x) => ({
      x,
    }));
  }
}
export default function ({ data }) {
  return () => {
    data.close();
  };
}
"""
"""Braces where they are none, and every way to write a function that our scripts use."""


def test_functions_of_a_script_are_read_with_their_lines() -> None:
    assert sorted(functions(TRICKY), key=lambda one: (one.first, one.last)) == [
        Function("size", 3, 5),
        Function("open", 6, 16),
        Function("=>", 10, 12),
        Function("=>", 13, 15),
        Function("function", 18, 22),
        Function("=>", 19, 21),
    ]
    assert comments(TRICKY) == ['// A brace { in a comment, and a "quote', "/* } */"]
    assert len(code(TRICKY)) == len(TRICKY)


def test_every_function_that_a_script_declares_is_read() -> None:
    for room in ("stage", "replay", "quiz", "tour"):
        text = script_of(room)
        declared = re.findall(r"^(?:export )?(?:async )?function (\w+)", text, re.MULTILINE)
        methods = re.findall(r"^  (?:async |get |static )*(\w+)\(.*\) \{$", text, re.MULTILINE)
        assert "element" in declared
        assert Counter([*declared, *(name for name in methods if name not in ("if", "for", "while"))]) <= Counter(
            one.name for one in functions(text)
        )


@pytest.mark.parametrize(("lines", "long"), [(40, 0), (41, 1)])
def test_a_long_function_is_found_whichever_way_it_is_written(lines: int, long: int) -> None:
    inside = "\n" * (lines - 1)
    for text in (
        f"function f() {{{inside}}}",
        f"const f = () => {{{inside}}};",
        f"const f = (x) => [{inside}];",
        f"class A {{ f() {{{inside}}} }}",
    ):
        assert [one.last - one.first >= 40 for one in functions(text)] == [bool(long)]
