"""Payloads: what the browser gets of a run is complete, small, the same twice, and readable in light and dark."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.figures import MOST_FRAMES, View, panels
from dashboard.figures.histogram import histogram
from dashboard.player.payload import default_curves, metrics_for, payload
from dashboard.theme import PALETTE, number, percent
from sim import Experiment, Run, simulate
from sim.presets import presets
from sim.store.shipped import run_of
from sim.verdicts.typical_replicate import typical_replicate

ROOT = Path(__file__).parent.parent


def payload_of(run: Run) -> dict[str, Any]:
    return payload(View(run, typical_replicate(run), default_curves(run.experiment)))


@pytest.mark.parametrize("name", presets())
def test_a_payload_is_complete_small_and_the_same_twice(name: str) -> None:
    run = run_of(name)
    sent = json.dumps(payload_of(run), allow_nan=False)
    assert len(sent) < 1_000_000
    assert sent == json.dumps(payload_of(run), allow_nan=False)
    shown = json.loads(sent)
    assert [panel["slot"] for panel in shown["panels"][:2]] == ["first", "second"]
    for panel in shown["panels"]:
        assert panel["title"]
        assert any(letter.isdigit() for letter in panel["alt"]), panel["alt"]
        assert len(panel["frames"]) in (0, len(shown["generations"]))
        assert any("name" in trace for trace in panel["data"]) or not panel["layout"]  # for its table


def test_a_long_run_keeps_its_first_and_last_frame_and_stays_small() -> None:
    experiment = Experiment.model_validate(
        {"source": {"kind": "ring"}, "family": {"kind": "gaussian"}, "generations": 1000, "replicates": 2}
    )
    run = simulate(experiment, metrics_for(experiment, default_curves(experiment)))
    shown = payload_of(run)
    assert len(shown["generations"]) == MOST_FRAMES
    assert (shown["generations"][0], shown["generations"][-1]) == (0, 1000)
    named = payload(View(run, 0, ("total_variance",), linked=777))
    assert 777 in named["generations"]
    assert len(named["captions"]) == len(named["generations"]) == MOST_FRAMES + 1
    assert f"The stage steps through {MOST_FRAMES} of the 1,001 generations" in shown["detail"]
    assert "steps through" not in payload_of(run_of("shrinks"))["detail"]
    assert len(json.dumps(shown, allow_nan=False)) < 1_000_000


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 1},
        {"n": 2, "generations": 300},
        {"replicates": 1},
        {"generations": 1},
        {"family": {"kind": "gaussian", "ddof": 1}, "n": 1},
        {"temperature": 2.0, "generations": 400},
        {"source": {"kind": "student_t"}},
        {"source": {"kind": "breast_cancer"}, "n": 5},
        {"source": {"kind": "groups"}},
        {"source": {"kind": "zipf", "vocabulary": 1}, "family": {"kind": "categorical"}},
        {"source": {"kind": "digits"}, "n": 3, "replicates": 3},
    ],
)
def test_odd_runs_still_make_a_payload(changes: dict[str, Any]) -> None:
    base: dict[str, Any] = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 10, "replicates": 12}
    experiment = Experiment.model_validate(base | changes)
    run = simulate(experiment, metrics_for(experiment, default_curves(experiment)))
    shown = payload_of(run)
    assert shown["verdict"].endswith(".")
    assert "nan" not in json.dumps(shown, allow_nan=False).lower().replace("dominan", "")


@pytest.mark.parametrize("name", ["shrinks", "tails_go_first"])
def test_no_bar_reaches_beyond_the_marks_where_no_row_is_left_in_the_tails(name: str) -> None:
    run = run_of(name)
    central = run.experiment.source.reference().central
    assert central is not None
    empty = 0
    for world in range(12):
        (panel,) = histogram(View(run, world, ()))
        edges = np.array(panel.data[0]["x"])
        assert min(abs(edges - central[0])) < 1e-3 > min(abs(edges - central[1]))
        outside = (edges[1:] < central[0] + 1e-3) | (edges[:-1] > central[1] - 1e-3)
        for frame in panel.frames:
            if frame["data"][1]["text"] != [""]:
                empty += 1
                assert np.array(frame["data"][0]["y"])[:-1][outside].sum() == 0
    assert empty > 50


def test_the_shown_world_is_never_the_pool_of_worlds() -> None:
    run = run_of("shrinks")
    histogram = payload_of(run)["panels"][0]
    heights = np.array(histogram["frames"][-1]["data"][0]["y"][:-1])
    assert heights.sum() == pytest.approx(1, abs=0.02)
    one_world = run.samples[typical_replicate(run), -1].std()
    pooled = run.samples[:, -1].std()
    assert one_world < 0.6 * pooled


def test_a_world_is_typical_only_if_its_centre_is_too() -> None:
    experiment = Experiment.model_validate(
        {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 2, "replicates": 20}
    )
    run = simulate(experiment, metrics_for(experiment, ()))
    paths = {name: np.zeros_like(path) for name, path in run.metrics.items()}
    paths["total_variance"][:, -1] = paths["mean_shift"][:, -1] = np.arange(20)
    assert typical_replicate(replace(run, metrics=paths)) == 9
    paths["mean_shift"][9, -1] = 100
    assert typical_replicate(replace(run, metrics=paths)) == 10
    paths["mean_shift"][0, -1] = np.nan
    assert typical_replicate(replace(run, metrics=paths)) == 9, "what was not measured in every world decides nothing"


def test_a_world_that_strays_on_its_way_is_not_typical() -> None:
    experiment = Experiment.model_validate(
        {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 19, "replicates": 20}
    )
    run = simulate(experiment, metrics_for(experiment, ()))
    paths = {name: np.zeros_like(path) for name, path in run.metrics.items()}
    paths["total_variance"][:] = np.arange(20)[:, None]
    assert typical_replicate(replace(run, metrics=paths)) == 9
    paths["total_variance"][9, 5:8] = 100
    assert typical_replicate(replace(run, metrics=paths)) == 10


def test_page_theme_and_figure_palette_agree_and_can_be_read() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for mode, roles in PALETTE.items():
        assert theme[mode]["backgroundColor"] == roles["paper"]
        assert theme[mode]["primaryColor"] == roles["synthetic"]
        assert theme[mode]["textColor"] == roles["ink"]
        for text in ("ink", "soft", "lost", "synthetic"):
            assert contrast(roles[text], roles["paper"]) >= 4.5, (mode, text)
        assert contrast(roles["ghost"], roles["paper"]) >= 3, mode


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.6723, "0.672"),
        (34.71, "34.7"),
        (1250.0, "1,250"),
        (2.1e-7, "2.1e-7"),
        (float("nan"), "–"),
        (float("inf"), "infinite"),
    ],
)
def test_numbers_are_written_as_a_person_would(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.053, "5.3 %"),
        (0.5, "50 %"),
        (1.35, "135 %"),
        (23.456, "2,346 %"),
        (1e30, "more than 100,000 %"),
        (float("inf"), "–"),
    ],
)
def test_shares_are_written_in_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_payload_of_very_many_worlds_is_small_and_shows_the_world_asked_for() -> None:
    crowd = simulate(
        Experiment.model_validate(
            {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 5, "generations": 100, "replicates": 2000}
        ),
        ("mean_shift", "total_variance", "tail_mass"),
    )
    shown = payload(View(crowd, 1500, ("total_variance",)))
    points = next(panel for panel in shown["panels"] if panel["name"] == "worlds")
    assert len(points["data"][1]["x"]) == len(points["frames"][0]["data"][0]["x"]) == 200
    assert "repeat 1501" in points["data"][2]["text"][0]
    assert "200 of 2,000" in points["title"]
    assert len(json.dumps(shown)) < 1_000_000


def test_a_heap_of_a_part_of_the_rows_says_so() -> None:
    def title(**changes: Any) -> str:
        setup = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50, "generations": 2, "replicates": 2}
        run = simulate(Experiment.model_validate({**setup, **changes}), ("total_variance", "tail_mass"))
        return next(panel["title"] for panel in panels(View(run, 1, ())) if panel["name"] == "histogram")

    assert title() == "Repeat 2: rows drawn, real data in grey"
    assert title(n=5000, generations=400) == title(), "all were counted, though a part of them is kept"
    kept = re.fullmatch(r"Repeat 2: (\d+) of the 20 rows drawn, real data in grey", title(n=20, generations=100, replicates=2000))
    assert kept is not None, "so many worlds leave no room for counts"
    assert 0 < int(kept[1]) < 20
