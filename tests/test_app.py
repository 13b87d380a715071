"""The pages through Streamlit's own test runner: every preset, every bad link, no exception anywhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runs.visitors import jobs
from sim import Experiment
from sim.links import to_link
from sim.metrics import measurable
from sim.presets import presets

APP = str(Path(__file__).parent.parent / "dashboard" / "app.py")


def opened(*, whole: bool = True, **parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in parameters.items():
        app.query_params[name] = text
    app.run()
    payload(app, whole=whole)
    return app


def payload(app: AppTest, *, whole: bool = True) -> dict[str, object]:
    """What is on stage: once the run has ended, or as soon as there is anything."""
    for _ in range(200):
        assert not app.exception
        for shown in stages(app):
            if not whole or (not shown["growing"] and not stop_buttons(app)):
                return shown
        app.run()
    raise AssertionError("the run did not end")


def stages(app: AppTest) -> list[dict[str, Any]]:
    """The payloads on the page, each as its visitor sees it."""
    return [{**json.loads(payload), **context} for payload, context in sent_to(app, "collapse_stage")]


def sent_to(app: AppTest, component: str) -> list[Any]:
    """What the page hands to the components of a name."""
    mounted = (item.proto for item in app.get("bidi_component"))
    return [json.loads(proto.json) for proto in mounted if proto.component_name.endswith(component)]


def stop_buttons(app: AppTest) -> list[Any]:
    return [button for button in app.button if button.label == "Stop"]


def experiment_of(app: AppTest) -> Experiment:
    return app.session_state["view_state"].experiment


def warned(app: AppTest) -> list[str]:
    """The warnings of a page as they are read: what is escaped in them is shown as it was typed."""
    return [
        re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", warning).replace("\u2060", "") for one in app.warning for warning in one.value.split("\n\n")
    ]


def address(app: AppTest) -> dict[str, str]:
    """The parameters in the address bar; the stage completes those of a link."""
    told = [shown["address"]["query"] for shown in stages(app) if "address" in shown]
    names = {name: texts[0] if isinstance(texts, list) else texts for name, texts in app.query_params.items()}
    return dict(parse_qsl(told[0], keep_blank_values=True)) if told else names


@pytest.mark.parametrize("name", presets())
def test_a_preset_opens_from_its_card_and_from_its_link(name: str) -> None:
    app = opened()
    pressed = app.button(key=f"preset-{name}").click().run()
    by_card = payload(pressed)
    assert experiment_of(pressed) == presets()[name].experiment
    assert address(pressed).items() >= to_link(presets()[name].experiment).items()
    by_link = payload(opened(**address(pressed)))
    assert by_card["panels"] == by_link["panels"]
    assert by_card["verdict"] == by_link["verdict"]
    assert len(by_card["captions"]) == len(by_card["generations"])


def test_the_first_visit_plays_a_preset_and_the_address_names_it() -> None:
    app = opened()
    shown = payload(app)
    assert shown["start"] is None
    assert address(app) == to_link(next(iter(presets().values())).experiment)


FIRST_PAGE = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({APP!r}, default_timeout=60).run()
assert not app.exception
print([name for name in ("pandas", "pyarrow", "sklearn", "scipy", "torch", "umap", "numba") if name in sys.modules])
"""


def test_the_first_page_of_a_server_waits_for_no_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_PAGE], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "[]"


def test_a_link_with_a_generation_opens_there_paused() -> None:
    experiment = next(iter(presets().values())).experiment
    app = opened(**to_link(experiment), t="7", world="3")
    shown = payload(app)
    assert (shown["start"], shown["world"]) == (7, "2")
    assert address(app) == {**to_link(experiment), "t": "7", "world": "3"}


def test_a_link_brings_the_way_curves_are_drawn() -> None:
    experiment = next(iter(presets().values())).experiment
    usual = payload(opened(**to_link(experiment)))
    app = opened(**to_link(experiment), scale="log", paths="every")
    shown = payload(app)
    assert [usual["options"][name]["value"] for name in ("scale", "paths")] == ["linear", "median"]
    assert [shown["options"][name]["value"] for name in ("scale", "paths")] == ["log", "every"]
    assert address(app) == {**to_link(experiment), "scale": "log", "paths": "every"}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"source": "norml", "family": "gaussian"}, "There is no source called 'norml', so normal is used."),
        ({"source": "normal", "family": "gaussian", "n": "lots"}, "whole number"),
        ({"source": "normal", "family": "gaussian", "real_share": "7"}, "at most 1"),
        ({"source": "normal", "family": "gaussian", "real_share": "nan"}, "must be"),
        ({"source": "zipf", "family": "gaussian"}, "tokens"),
        ({"source": "normal", "family": "gaussian", "t": "999"}, "from 0 to"),
        ({"source": "normal", "family": "gaussian", "world": "-3"}, "from 1 to"),
        ({"source": "normal", "family": "gaussian", "curves": "loss"}, "no curves called 'loss', so the curves shown are the usual ones."),
        ({"source": "normal", "family": "gaussian", "scale": "lgo"}, "so log is used instead of 'lgo'"),
        ({"sorce": "ring", "family": "gaussian"}, "sorce is read as source."),
        ({"source": "normal", "family": "gaussian", "n": "100000", "generations": "5000", "replicates": "20000"}, "mended in 2 places: "),
        ({"source": "normal", "family": "gaussian", "v": "99"}, "must be"),
    ],
)
def test_a_bad_link_shows_a_sentence_and_the_nearest_page(parameters: dict[str, str], words: str) -> None:
    app = opened(whole=False, **parameters)
    assert payload(app, whole=False)["panels"]
    sentences = warned(app)
    for button in stop_buttons(app):
        button.click().run()
    assert len(sentences) == 1, "one sentence for one thing"
    assert words in sentences[0]


def test_another_world_changes_the_pictures_and_not_the_curves() -> None:
    app = opened()
    experiment = experiment_of(app)
    first, second = (payload(opened(**to_link(experiment), world=world)) for world in ("1", "2"))

    def panels(shown: dict[str, object], slot: str) -> list[object]:
        found = [panel for panel in shown["panels"] if panel["slot"] == slot]
        return [panel["frames"] or panel["cursor"] for panel in found]

    assert panels(first, "first") != panels(second, "first")
    assert panels(first, "curve") == panels(second, "curve")


@pytest.mark.parametrize("tab", ["About this run", "Numbers", "Closed forms", "Reproduce"])
def test_each_tab_opens(tab: str) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["details"] = tab
    app.run()
    payload(app)
    open_tabs = [block for block in app.tabs if block.label == tab]
    assert open_tabs
    assert len(open_tabs[0].children) > 0


def test_the_page_says_that_a_run_was_recorded_and_runs_it_again_here() -> None:
    jobs.clear()  # another test may have computed this run, with a metric more, and its run would serve
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["details"] = "Reproduce"
    app.query_params["curves"] = "total_variance"  # which the recording holds, whatever metrics are added
    app.run()
    before = payload(app)
    assert any("Recorded with version" in text.value for text in app.markdown)
    (again,) = [button for button in app.button if button.label == "Run it again here"]
    again.click().run()
    after = payload(app)
    assert after["verdict"] == before["verdict"]
    assert not any("Recorded with version" in text.value for text in app.markdown)
    assert not [button for button in app.button if button.label == "Run it again here"]
    app.button(key="preset-shrinks").click().run()
    payload(app)
    assert not app.session_state["view_state"].recompute


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"temperature": "0.01"}, ""),
        ({"curves": "total_variance,mean_shift,tail_mass,wasserstein,recall"}, "At most 4 curves are shown"),
        ({"source": "student_t", "source.df": "2.1"}, ""),
        ({"source": "student_t", "source.df": "2.0000001"}, ""),
    ],
)
def test_a_valid_link_at_the_edge_of_its_knobs_opens(parameters: dict[str, str], words: str) -> None:
    app = opened(**{"source": "normal", "family": "gaussian", "generations": "5", "replicates": "3"} | parameters)
    assert payload(app)["panels"]
    assert all(words and words in sentence for sentence in warned(app))
    assert len(app.multiselect(key="curves").value) <= app.multiselect(key="curves").proto.max_selections


def test_a_setting_that_a_link_has_twice_is_told() -> None:
    app = opened(source="normal", family="gaussian", generations="5", n=["10", "20"])
    assert any("n stands in this link twice, as '10' and '20', and the last one counts." in words for words in warned(app))
    assert payload(app)["panels"]


def test_the_numbers_are_of_the_same_experiment_and_shared_with_the_queue() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["details"] = "Numbers"
    app.query_params.update({"source": "normal", "family": "kde", "n": "5", "replicates": "3", "generations": "30"})
    app.run()
    payload(app)
    for _ in range(100):
        if app.dataframe:
            break
        app.run()
    assert len(app.dataframe[0].value) > 4
    every = tuple(measurable(experiment_of(app).source, experiment_of(app).family.offers))
    full = jobs().ask(experiment_of(app), every, "somebody else")
    assert full.run is not None
    assert full.run.experiment == experiment_of(app)


def test_stop_and_continue() -> None:
    app = opened(whole=False, source="grid", family="gmm", n="300", generations="1500", **{"family.k": "8"})
    stop_buttons(app)[0].click().run()
    stopped = payload(app)
    assert str(stopped["verdict"]).startswith("Stopped after generation")
    assert not app.exception
    (go_on,) = [button for button in app.button if button.label == "Continue"]
    go_on.click().run()
    assert payload(app, whole=False)["growing"]
    assert len(payload(app, whole=False)["generations"]) >= len(stopped["generations"])
    stop_buttons(app)[0].click().run()
    payload(app)
