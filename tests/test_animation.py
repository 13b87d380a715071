"""The animation draws what the panels of the stage hold: its pixels are held against the panels' own numbers."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dashboard.captions.run import caption
from dashboard.figures import View, panels
from dashboard.takeaway.animation.canvas import OVERSAMPLING, palette_of, width_of
from dashboard.takeaway.animation.gif import BOX, CAPTION_LINES, HEIGHT, MOST_FRAMES, NOTHING, TEXT, WIDTH, frames_of, gif, lines, panel_of
from dashboard.takeaway.animation.plots import PlotRaster, runs_of, traces_at
from dashboard.takeaway.animation.words import SIZES, WordRaster
from sim import Experiment, simulate
from sim.maps.landmarks import LandmarkMap
from sim.presets import presets
from sim.store.shipped import run_of
from sim.verdicts.typical_replicate import typical_replicate

LINK = "https://lab.example/?v=1&source=normal&family=gaussian"
KINDS: dict[str, dict[str, Any]] = {
    "histogram": {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "generations": 70},
    "points": {"source": {"kind": "moons"}, "family": {"kind": "kde"}, "generations": 3},
    "modes": {"source": {"kind": "ring"}, "family": {"kind": "gaussian"}, "generations": 3},
    "classes": {"source": {"kind": "breast_cancer"}, "family": {"kind": "gaussian"}, "generations": 2},
    "pictures": {"source": {"kind": "digits"}, "family": {"kind": "kde"}, "n": 30, "generations": 2},
    "words": {"source": {"kind": "zipf"}, "family": {"kind": "categorical"}, "generations": 4},
    "text": {"source": {"kind": "text"}, "family": {"kind": "ngram"}, "generations": 2},
    "one row": {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 1, "generations": 1},
}
BLUE = 60
"""How much more blue than red a pixel of a synthetic row has at least; outlines of earlier generations have less."""


@lru_cache
def view(kind: str) -> View:
    experiment = Experiment.model_validate({"replicates": 2, "n": 60, **KINDS[kind]})
    metric = "total_variance" if experiment.source.space.kind == "columns" else "diversity"
    return View(simulate(experiment), 1, (metric,))


@lru_cache
def mapped() -> View:
    """Rows with classes on a map that stands for one that a fit would have to be waited for."""
    looked = view("classes")
    landmarks = looked.experiment.source.landmarks()
    rows = np.asarray(landmarks.rows, dtype=np.float32)
    return View(looked.run, 1, (), LandmarkMap(rows, rows[:, :2], landmarks.labels))


def spec_of(looked: View) -> Mapping[str, Any]:
    return panel_of(panels(looked))


@lru_cache
def last_frame(looked: View) -> np.ndarray:
    """The last frame of the file, (height, width, 3)."""
    picture = Image.open(BytesIO(gif(looked, LINK)))
    picture.seek(getattr(picture, "n_frames", 1) - 1)
    return np.asarray(picture.convert("RGB")).astype(int)


def blueness(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., 2] - pixels[..., 0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_animation_has_a_frame_a_generation_and_stays_small(kind: str) -> None:
    file = gif(view(kind), LINK)
    picture = Image.open(BytesIO(file))
    assert picture.size == (WIDTH, HEIGHT)
    assert getattr(picture, "n_frames", 1) == min(MOST_FRAMES, view(kind).run.last + 1)
    assert len(file) < 2_000_000


@pytest.mark.parametrize("name", presets())
def test_every_caption_of_a_preset_is_whole_in_its_animation(name: str) -> None:
    run = run_of(name)
    looked = View(run, typical_replicate(run), ())
    left, _, right, _ = BOX
    for t in (looked.generations[i] for i in frames_of(looked)):
        said = lines(caption(looked, t), TEXT, right - left)
        assert len(said) <= CAPTION_LINES, (t, said)


def places(spec: Mapping[str, Any], x: Any, y: Any) -> np.ndarray:
    """Where values lie within the frame, worked out from the panel's layout alone, (k, 2)."""
    left, top, right, bottom = BOX
    ends = np.array([spec["layout"][axis]["range"] for axis in ("xaxis", "yaxis")], dtype=float)
    values = np.array([x, y], dtype=float)
    for k, axis in enumerate(("xaxis", "yaxis")):
        if spec["layout"][axis].get("type") == "log":
            values[k] = np.log10(values[k])
    span = ends[:, 1] - ends[:, 0]
    size = np.array([right - left, bottom - top], dtype=float)
    if spec["layout"]["yaxis"].get("scaleanchor"):
        size = span * (size / span).min()
    shares = (values.T - ends[:, 0]) / span - 0.5
    return np.array([left + right, top + bottom]) / 2 + shares * size * (1, -1)


@pytest.mark.parametrize("kind", ["histogram", "text"])
def test_bars_are_as_high_as_the_panel_says(kind: str) -> None:
    spec, frame = spec_of(view(kind)), last_frame(view(kind))
    assert spec["name"] == {"histogram": "histogram", "text": "surprise"}[kind]
    last = spec["frames"][-1]
    shown = last["traces"].index(next(k for k, trace in enumerate(spec["data"]) if str(trace.get("name")).startswith("repeat")))
    edges, shares = np.array(spec["data"][0]["x"]), np.array(last["data"][shown]["y"][:-1])
    middles = np.sqrt(edges[1:] * edges[:-1]) if kind == "text" else (edges[1:] + edges[:-1]) / 2
    for x, y in places(spec, middles, shares):
        column = blueness(frame[BOX[1] : BOX[3], round(x)]) >= BLUE
        height = np.argmin(column[::-1]) if not column.all() else len(column)
        assert height == pytest.approx(BOX[3] - y, abs=2.5), (x, y)
    assert shares.max() > 0.05


@pytest.mark.parametrize("kind", ["points", "modes"])
def test_every_row_of_the_panel_is_a_dot_and_nothing_else_is(kind: str) -> None:
    spec, frame = spec_of(view(kind)), last_frame(view(kind))
    rows = spec["frames"][-1]["data"][0]
    where = places(spec, rows["x"], rows["y"])
    low, high = np.array([spec["layout"][axis]["range"] for axis in ("xaxis", "yaxis")]).T
    inside = ((low <= np.array([rows["x"], rows["y"]]).T) & (high >= np.array([rows["x"], rows["y"]]).T)).all(axis=1)
    assert inside.mean() > 0.9
    blue = blueness(frame) >= BLUE
    at = where[inside].round().astype(int)
    hit = blue[at[:, 1], at[:, 0]]
    assert hit.all() if kind == "points" else hit.mean() > 0.8, "marks of modes may lie over dots"
    up, across = np.nonzero(blue[BOX[1] : BOX[3]])
    nearest = np.hypot(across[:, None] - where[:, 0], up[:, None] + BOX[1] - where[:, 1]).min(axis=1)
    assert nearest.max() < 5


def test_a_map_shows_each_row_in_the_colour_of_its_class() -> None:
    spec, frame = spec_of(mapped()), last_frame(mapped())
    assert spec["kind"] == "map"
    rows = spec["frames"][-1]["data"][0]
    at = places(spec, rows["x"], rows["y"]).round().astype(int)
    colourful = np.ptp(frame[at[:, 1], at[:, 0]], axis=1) > 40
    crosses = np.array([symbol != "circle" for symbol in rows["marker.symbol"]])
    assert colourful[~crosses].mean() > 0.8, "names of classes may lie over dots"
    assert len(palette_of(spec)) <= 3 * 256
    land = np.abs(frame[BOX[1] : BOX[3], BOX[0] : BOX[2]] - frame[0, 0]).sum(axis=-1) > 10
    assert land.mean() > 0.1, "the real rows are a shaded land"


def test_pictures_are_those_of_the_panel() -> None:
    spec, frame = spec_of(view("pictures")), last_frame(view("pictures"))
    count, high, wide = spec["count"], spec["height"], spec["width"]
    pixels = np.frombuffer(base64.b64decode(spec["pixels"]), dtype=np.uint8).reshape(-1, count, high, wide)[-1]
    width, height = BOX[2] - BOX[0], BOX[3] - BOX[1]
    columns = round((count * width / height * (high + 1) / (wide + 1)) ** 0.5)
    rows = -(-count // columns)
    grid = np.array([columns * (wide + 1) - 1, rows * (high + 1) - 1])
    scale = (np.array([width, height]) * OVERSAMPLING // grid).min() / OVERSAMPLING
    left = (BOX[0] + BOX[2] - grid[0] * scale) / 2
    paper, ink = frame[0, 0], np.array([0x2F, 0x5B, 0xD7])
    for k in range(count):
        across = left + (k % columns * (wide + 1) + np.arange(wide) + 0.5) * scale
        down = BOX[1] + (k // columns * (high + 1) + np.arange(high) + 0.5) * scale
        drawn = frame[np.floor(down).astype(int)[:, None], np.floor(across).astype(int)]
        wanted = paper + (ink - paper) * (pixels[k] / 255)[..., None]
        assert np.abs(drawn - wanted).max() <= 24, k  # a GIF has few shades


def test_ranks_stand_at_the_shares_of_the_panel_and_the_line_breaks_off() -> None:
    spec, frame = spec_of(view("words")), last_frame(view("words"))
    assert spec["name"] == "ranks"
    x, y = np.array(spec["data"][1]["x"], dtype=float), np.array(spec["frames"][-1]["data"][0]["y"], dtype=float)
    there = np.isfinite(y)
    assert 0 < there.sum() < len(there)
    at = places(spec, x[there], y[there]).round().astype(int)
    assert (blueness(frame[at[:, 1], at[:, 0]]) >= BLUE).all()
    pieces = list(runs_of(x, y))
    assert sum(map(len, pieces)) == there.sum()
    assert len(pieces) == np.count_nonzero(np.diff(np.concatenate([[0], there])) == 1)


def test_words_are_struck_through_from_the_generation_they_are_gone() -> None:
    looked = view("words")
    spec = next(spec for spec in panels(looked) if spec["kind"] == "words")
    raster = WordRaster(spec, (0, 0, 1200, 600), looked.generations)
    assert len(raster.places) == len(spec["words"])
    for i, t in enumerate(looked.generations):
        frame = Image.new("RGB", (1200, 600), "white")
        raster.draw(frame, i)
        pixels = np.asarray(frame).astype(int)
        for (x, y), gone in zip(raster.places, spec["gone"], strict=True):
            word = pixels[round(y) : round(y) + 30, round(x) : round(x) + 20]
            red = bool(((word[..., 0] - word[..., 2]) > 100).any())
            assert red == (gone is not None and gone <= t)


def test_words_that_run_from_right_to_left_begin_on_the_right() -> None:
    """So few words are set at the largest size of type; the sign before the first letter has no direction."""
    box, words = (40, 0, 600, 600), [".", *("ספר", "ים", "חלון", "גשם") * 4]
    places = WordRaster({"words": words}, box, (0,)).places
    ends = [x + width_of(word, SIZES[0]) for word, (x, _) in zip(words, places, strict=True)]
    lines_of = [[k for k, (_, y) in enumerate(places) if y == line] for line in sorted({y for _, y in places})]
    assert len(lines_of) > 1
    for line in lines_of:
        assert ends[line[0]] == pytest.approx(600)
        assert all(places[k][0] > ends[k + 1] for k in line[:-1]), "each word stands to the left of the one before it"
    assert WordRaster({"words": ["the", *words]}, box, (0,)).places[0][0] == 40


def test_earlier_generations_stay_as_outlines() -> None:
    spec = spec_of(view("histogram"))
    now = traces_at(spec, 20)
    assert spec["onion_skin"]
    for outline in spec["onion_skin"]:
        assert now[outline["trace"]]["y"] == spec["frames"][max(0, 20 - outline["lag"])]["data"][0]["y"]
        assert now[outline["of"]]["y"] == spec["frames"][20]["data"][0]["y"]


def test_a_panel_that_cannot_be_drawn_leaves_its_place_to_the_next() -> None:
    able = spec_of(view("histogram"))
    unheard = {**able, "kind": "unheard"}
    table = {**able, "data": [{"type": "table"}]}
    words = {"kind": "words"}
    assert panel_of([unheard, table, words, able]) is able
    assert panel_of([unheard, words]) is words
    assert panel_of([unheard, table]) is NOTHING


def test_a_new_figure_may_leave_out_what_plotly_adds_by_itself() -> None:
    spec = {"layout": {"xaxis": {"range": [0, 1]}, "yaxis": {"range": [0, 1]}}, "frames": []}
    spec["data"] = [
        {"x": [0.5], "y": [0.5]},
        {"x": [0.5, None], "y": [0.2, 1], "mode": "markers+text", "text": "here", "marker": {"symbol": "star"}},
    ]
    frame = Image.new("RGB", (100, 100), "white")
    raster = PlotRaster(spec, (0, 0, 100, 100))
    raster.background(frame)
    assert max(frame.getpixel((50, 50))) < 200  # pyright: ignore
    assert max(frame.getpixel((50, 80))) < 200  # pyright: ignore
