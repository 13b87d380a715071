"""Maps on the page: the shipped one at once, others in the background, sentences where there is none."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from queueing import until
from streamlit.testing.v1 import AppTest
from test_app import address, stages, warned

from dashboard.figures import View
from dashboard.player.payload import payload
from dashboard.runs.computation import Status
from dashboard.runs.kept import KEPT_MAPS
from dashboard.runs.lanes import LANES
from dashboard.runs.map_fit import MapFit, Placement
from dashboard.runs.maps import ask_map
from dashboard.runs.queue import Jobs
from dashboard.runs.visits import MAP
from sim import Experiment, Run, simulate
from sim.maps import choices
from sim.maps.files import shipped
from sim.maps.fitting import NoMap, check_rows
from sim.maps.landmarks import LandmarkMap
from sim.maps.pooled import PooledMap
from sim.sources import sources

APP = str(Path(__file__).parent.parent / "dashboard" / "app.py")
ON_DIGITS = """
import sys
from dashboard.figures import View
from dashboard.player.payload import payload
from sim import Experiment, simulate
from sim.maps.files import shipped
small = {"n": 20, "generations": 2, "replicates": 2}
experiment = Experiment.model_validate({"source": {"kind": "digits"}, "family": {"kind": "gaussian"}, **small})
run = simulate(experiment, ["total_variance", "mean_shift", "tail_mass"])
panels = payload(View(run, 0, (), shipped(experiment.source)))["panels"]
assert any(panel["kind"] == "map" for panel in panels)
print([name for name in ("umap", "numba", "pynndescent", "torch") if name in sys.modules])
"""


def experiment(kind: str = "digits", **settings: Any) -> Experiment:
    source = {"kind": kind, **({"dim": 3} if kind == "normal" else {})}
    family = {"kind": "gaussian"}
    return Experiment.model_validate({"source": source, "family": family, "n": 30, "generations": 3, "replicates": 2, **settings})


def run_of(kind: str = "digits", **settings: Any) -> Run:
    return simulate(experiment(kind, **settings), ["total_variance", "mean_shift", "tail_mass"])


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in parameters.items():
        app.query_params[name] = text
    app.run()
    for _ in range(100):
        if stages(app):
            break
        app.run()
    assert not app.exception
    return app


def panels(app: AppTest) -> dict[str, Any]:
    (stage,) = stages(app)
    return {panel["name"]: panel for panel in stage["panels"]}


LINK = {"source": "digits", "family": "gaussian", "n": "30", "generations": "3", "replicates": "2"}


def test_digits_open_on_their_map_with_the_strip_of_survival() -> None:
    shown = panels(opened(**LINK))
    assert {"images", "umap", "survival"} <= shown.keys()
    assert "map" not in shown
    points = shown["umap"]["frames"][-1]["data"][0]
    assert len(points["x"]) == len(points["marker.symbol"]) == 30


def test_the_principal_map_is_one_choice_away() -> None:
    app = opened(**LINK, map="pca")
    assert "map" in panels(app)
    assert "umap" not in panels(app)
    assert address(app)["map"] == "pca"


def test_an_unknown_map_is_answered_with_a_sentence() -> None:
    app = opened(**LINK, map="umpa")
    assert warned(app) == ["map must be one of umap, pca, pooled, so umap is used instead of 'umpa'."]
    assert "umap" in panels(app)


def test_the_way_to_the_map_imports_neither_umap_nor_numba() -> None:
    done = subprocess.run([sys.executable, "-c", ON_DIGITS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_sources_of_two_columns_or_words_have_no_choice_of_maps() -> None:
    assert choices(sources["ring"]()) == choices(sources["zipf"]()) == {}
    assert list(choices(sources["normal"](dim=3))) == ["umap", "pca", "pooled"]


def fake_fit(task: Any, should_continue: Any) -> Iterator[Any]:
    yield 0.5
    yield np.asarray(task.rows[:, :2], dtype=np.float32)


@pytest.fixture
def fitted_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Lets maps be fitted by something else than a worker process."""
    return lambda runner: monkeypatch.setitem(LANES, "map", replace(LANES["map"], runner=runner))


def waited(jobs: Jobs, kind: str, run: Run, visitor: str = "a") -> Any:
    found = ask_map(jobs, kind, run, 0, visitor)
    return found.future.result(20) if isinstance(found, MapFit) else found


def test_a_map_that_is_not_shipped_is_fitted_once_for_all(fitted_by: Any) -> None:
    calls: list[int] = []
    fitted_by(lambda *a: calls.append(1) or fake_fit(*a))
    jobs, run = Jobs(), run_of("normal")
    flat = waited(jobs, "umap", run)
    assert isinstance(flat, LandmarkMap)
    assert waited(jobs, "umap", run_of("normal", n=20), "b") is flat
    assert calls == [1]
    pooled = waited(jobs, "pooled", run)
    assert isinstance(pooled, PooledMap)
    assert pooled.drawn.shape == (4, 30, 2)
    for found in (flat, pooled):
        json.dumps(payload(View(run, 0, (), found)), allow_nan=False)


def test_a_fit_that_nobody_waits_for_is_ended(fitted_by: Any) -> None:
    ended: list[int] = []

    def endless(task: Any, should_continue: Any) -> Iterator[Any]:
        while should_continue():
            time.sleep(0.01)
        ended.append(1)
        yield from ()

    fitted_by(endless)
    jobs = Jobs()
    first = ask_map(jobs, "umap", run_of("normal"), 0, "a")
    second = ask_map(jobs, "umap", run_of("normal"), 0, "b")
    assert first is second
    assert isinstance(first, MapFit)
    until(lambda: first.status is Status.RUNNING)
    jobs.unsubscribe("a", MAP)
    assert first.status is Status.RUNNING
    jobs.unsubscribe("b", MAP)
    with pytest.raises(NoMap):
        first.future.result(20)
    assert ended
    assert first.status is Status.STOPPED


def test_who_looks_at_another_map_waits_for_the_first_no_more(fitted_by: Any) -> None:
    """One map at a time: the second waits until the first has ended, which nobody waits for."""
    begun: list[int] = []

    def slow(task: Any, should_continue: Any) -> Iterator[Any]:
        begun.append(len(task.rows))
        while should_continue() and len(begun) == 1:
            time.sleep(0.01)
        yield from fake_fit(task, should_continue)

    fitted_by(slow)
    jobs, run = Jobs(), run_of("normal")
    first = ask_map(jobs, "umap", run, 0, "a")
    assert isinstance(first, MapFit)
    until(lambda: begun)
    waiting = ask_map(jobs, "pooled", run, 0, "b")
    assert isinstance(waiting, MapFit)
    assert waiting.status is Status.WAITING
    assert jobs.going() == 0
    second = ask_map(jobs, "pooled", run, 0, "a")
    assert second is waiting
    assert isinstance(second.future.result(20), PooledMap)
    assert first.status in (Status.STOPPED, Status.DONE)


def test_the_maps_asked_for_last_are_kept(fitted_by: Any) -> None:
    fitted_by(fake_fit)
    jobs = Jobs()
    runs = [run_of("normal", seed=seed) for seed in range(KEPT_MAPS + 1)]
    found = [waited(jobs, "pooled", run) for run in runs]
    assert waited(jobs, "pooled", runs[1]) is found[1]
    assert waited(jobs, "pooled", runs[0]) is not found[0]
    assert waited(jobs, "pooled", runs[-1]) is found[-1]


ON_A_LINE_OF_FITS = """
from dashboard.player.map_picker import chosen_map
from test_app_maps import run_of
chosen_map(run_of("normal"), 0, "umap")
"""


@pytest.mark.parametrize("trouble", [OSError("no processes left"), NoMap("No map came of it."), CancelledError()], ids=repr)
def test_a_map_that_failed_is_told_and_fitted_anew_when_asked_again(
    trouble: BaseException, fitted_by: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    shared = Jobs()

    def failing_once(task: Any, should_continue: Any) -> Iterator[Any]:
        calls.append(1)
        if len(calls) == 1:
            raise trouble
        return fake_fit(task, should_continue)

    fitted_by(failing_once)
    monkeypatch.setattr("dashboard.player.map_picker.jobs", lambda: shared)
    with suppress(OSError, NoMap, CancelledError):
        waited(shared, "umap", run_of("normal"), "somebody else")
    app = AppTest.from_string(ON_A_LINE_OF_FITS, default_timeout=60).run()
    assert not app.exception
    (told,) = app.caption
    assert told.value.endswith("The principal map is shown.")
    assert "no processes" not in told.value
    assert isinstance(waited(shared, "umap", run_of("normal"), "a third"), LandmarkMap)
    assert calls == [1, 1]


def test_a_pooled_map_is_kept_by_experiment_and_not_with_its_run(fitted_by: Any) -> None:
    fitted_by(fake_fit)
    jobs, run = Jobs(), run_of("normal")
    flat = waited(jobs, "pooled", run)
    assert waited(jobs, "pooled", run_of("normal")) is flat
    let_go = weakref.ref(run.samples)
    del run
    gc.collect()
    assert let_go() is None


def test_too_few_rows_for_a_map_are_told_so_and_leave_nothing_in_the_queue(fitted_by: Any) -> None:
    fitted_by(fake_fit)
    jobs, few = Jobs(), run_of("digits").experiment.source.landmarks().rows[:10]

    def placement() -> Placement:
        check_rows(few)
        return Placement(few, lambda places: LandmarkMap(few, places))

    for _ in range(2):
        with pytest.raises(NoMap, match="different rows"):
            jobs.ask_map("few", placement, "a")


def test_far_rows_are_crossed_out() -> None:
    run = run_of("digits", temperature=2.0)
    flat = shipped(run.experiment.source)
    shown = {panel["name"]: panel for panel in payload(View(run, 0, (), flat))["panels"]}
    frames = [frame["data"][0]["marker.symbol"] for frame in shown["umap"]["frames"]]
    assert frames[0].count("x-thin") <= 3
    assert frames[-1].count("x-thin") > 10
