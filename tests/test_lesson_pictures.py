"""The pictures on the cards of lessons: shipped as they are drawn, and every number in them is that of the arrays."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from telling import run_of
from test_palette import COLOUR

from dashboard.pictures.drawing import Frame, outline
from dashboard.pictures.of_lessons import DRAWN, WORDS, drawn
from dashboard.pictures.shipped import FOLDER, figure
from dashboard.theme import PALETTE
from sim import Run, simulate
from sim.lessons import lessons
from sim.verdicts.typical_replicate import typical_replicate

NUMBER = re.compile(r"-?\d+\.\d")
SVG = "{http://www.w3.org/2000/svg}"


def shipped(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text("utf-8")


def marks(name: str, role: str, **attributes: str) -> list[np.ndarray]:
    """Where the marks of a role stand in a shipped picture: the ends of their lines, the places of their dots, (points, 2)."""
    found: list[np.ndarray] = []
    for path in ElementTree.fromstring(shipped(name)).iter(f"{SVG}path"):
        if role in path.get("class", "").split() and all(path.get(key.replace("_", "-")) == value for key, value in attributes.items()):
            pairs = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
            found.append(np.array(pairs, dtype=float))
    return found


def alive_by_definition(run: Run, replicate: int, t: int, centres: np.ndarray, reach: float, least: float) -> np.ndarray:
    """Which islands have enough rows near their centre, counted row by row."""
    rows = run.samples[replicate, t].astype(float)
    assert len(rows) == run.experiment.n
    near = np.linalg.norm(rows[:, None] - centres, axis=2) <= reach
    return near.sum(axis=0) >= least


@pytest.mark.parametrize("name", DRAWN)
def test_the_shipped_pictures_are_what_the_command_draws(name: str) -> None:
    now, then = drawn(name).svg, shipped(name)
    assert NUMBER.sub("", now) == NUMBER.sub("", then), "draw the pictures anew: python -m dashboard.pictures"
    drawn_at, shipped_at = (np.array(NUMBER.findall(text), dtype=float) for text in (now, then))
    np.testing.assert_allclose(drawn_at, shipped_at, atol=0.11)


def test_what_is_drawn_is_shipped_and_is_of_a_lesson() -> None:
    """A lesson that nobody has drawn yet has a card of words."""
    assert {file.stem for file in FOLDER.glob("*.svg")} == DRAWN.keys()
    assert DRAWN.keys() <= lessons().keys()
    assert figure("a_lesson_without_a_picture") == ""


@pytest.mark.parametrize("name", DRAWN)
def test_a_card_holds_the_picture_its_words_and_no_link(name: str) -> None:
    root = ElementTree.fromstring(figure(name))
    image, caption = root
    assert image.get("src") == f"app/static/lessons/{name}.svg"
    drawing = ElementTree.fromstring(shipped(name))
    assert image.get("alt") == drawing.findtext(f"{SVG}desc")
    assert caption.text == drawing.findtext(f"{SVG}title")
    assert {element.tag for element in root.iter()} == {"figure", "img", "figcaption"}
    assert len(shipped(name)) < 20_000, "eight of them must not keep a phone waiting"


def test_pictures_know_both_schemes_and_no_other_colours() -> None:
    for name in DRAWN:
        light, dark = shipped(name).split("@media(prefers-color-scheme:dark)")
        for text, scheme in ((light, "light"), (dark, "dark")):
            assert set(COLOUR.findall(text)) <= set(PALETTE[scheme].values())


def test_an_outline_holds_all_rows_and_widens_them_by_its_width_alone() -> None:
    """Law: a mean of normal densities has the integral 1, the rows' mean, and the rows' variance (divisor n) plus its width squared."""
    rows = np.random.default_rng(5).gamma(2.0, size=40)
    at = np.linspace(-10, 30, 8001)
    density, step = outline(rows, at), at[1] - at[0]
    width = 1.06 * rows.std(ddof=1) * 40**-0.2
    assert density.sum() * step == pytest.approx(1, abs=1e-6)
    assert (at * density).sum() * step == pytest.approx(rows.mean(), abs=1e-6)
    assert ((at - rows.mean()) ** 2 * density).sum() * step == pytest.approx(rows.var() + width**2, abs=1e-6)


def test_a_frame_puts_its_corners_where_it_ends() -> None:
    frame = Frame(10, 20, 100, 50, (-1, 1), (0, 4))
    across, down = frame.place(np.array([-1.0, 1.0, 0.0]), np.array([0.0, 4.0, 1.0]))
    assert (across.tolist(), down.tolist()) == ([10, 110, 60], [70, 20, 57.5])


def test_the_outlines_of_collapse_lie_about_the_means_of_their_rows() -> None:
    run = run_of("shrinks")
    replicate = typical_replicate(run)
    half = 1 + np.abs(run.samples[replicate]).max()
    areas = [path for role in ("ghost", "synthetic") for path in marks("what_collapse_is", role) if len(path) == 123]
    assert len(areas) == 2
    for path, t in zip(areas, (0, 60), strict=True):
        rows = run.samples[replicate, t, :, 0].astype(float)
        x, height = (path[:121, 0] / 240 * 2 - 1) * half, 100 - path[:121, 1]
        assert (x * height).sum() / height.sum() == pytest.approx(rows.mean(), abs=0.02)
        spread = np.sqrt((x**2 * height).sum() / height.sum() - rows.mean() ** 2)
        assert spread == pytest.approx(np.sqrt(rows.var() + (1.06 * rows.std(ddof=1) * 50**-0.2) ** 2), rel=0.03)
        assert f"{rows.std(ddof=1):.2f}" in ElementTree.fromstring(shipped("what_collapse_is")).findtext(f"{SVG}desc", "")


def test_tails_and_variance_are_the_medians_of_the_repeats() -> None:
    run = run_of("tails_go_first")
    truth = 1 + 3 * (2**2 - 1)  # the variance of two humps, six apart
    for width, values in (
        ("3", np.median(run.metrics["tail_mass"], axis=0)),
        ("1.6", np.median(run.metrics["total_variance"], axis=0) / truth),
    ):
        (path,) = marks("tails_go_first", "synthetic", stroke_width=width)
        assert path[:, 1] == pytest.approx(8 + 84 * (1.1 - values) / 1.1, abs=0.06)
        assert path[:, 0] == pytest.approx(6 + 180 * np.arange(61) / 60, abs=0.06)


def test_the_same_number_of_real_rows_is_told_at_its_height() -> None:
    lesson = lessons()["count_not_share"]
    ends = [path[-1, 1] for path in marks("count_not_share", "synthetic")]
    for case, height in zip(("none", "pair", "small", "large"), ends, strict=True):
        run = simulate(lesson.experiment(case), ["total_variance"])
        left = float(np.median(run.metrics["total_variance"][:, -1]))  # of a variance of 1
        assert height == pytest.approx(6 + 86 * (1.08 - left) / 1.08, abs=0.06)
        assert f"{100 * left:.0f} % with {run.experiment.n_real} real rows of {run.experiment.n}" in shipped("count_not_share")


def test_both_sides_of_inevitable_begin_with_the_same_rows() -> None:
    replace, keep = run_of("shrinks"), run_of("accumulating_saves_it")
    replicate = typical_replicate(replace)
    assert np.array_equal(replace.samples[replicate, 0], keep.samples[replicate, 0])
    left, right = (path for path in marks("is_it_inevitable", "ghost") if len(path) == 123)
    assert right - left == pytest.approx(np.broadcast_to([124, 0], left.shape), abs=0.11)
    said = [f"{run.samples[replicate, 60].std(ddof=1):.3g}" for run in (replace, keep)]
    assert all(f"to {spread}" in shipped("is_it_inevitable") for spread in said)


def test_a_hollow_island_is_one_that_has_no_row_left() -> None:
    run = run_of("modes_die")
    replicate = typical_replicate(run)
    angle = np.arange(8) * np.pi / 4
    centres = 2 * np.column_stack([np.cos(angle), np.sin(angle)])
    first, last = (alive_by_definition(run, replicate, t, centres, 0.3, 1) for t in (0, 60))
    assert first.all()
    (rings,) = marks("modes_and_minorities", "lost")
    places = 132 + 50 + centres[~last, 0] * 100 / 5.2, 50 - centres[~last, 1] * 100 / 5.2
    assert rings == pytest.approx(np.column_stack([places[0] - 9, places[1]]), abs=0.06)
    assert f"model 60 there are {last.sum()}." in shipped("modes_and_minorities")


def test_the_grid_tells_what_each_training_missed() -> None:
    run = run_of("gan_grid")
    replicate = typical_replicate(run)
    centres = np.array([(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)], dtype=float)
    first, one, last = (alive_by_definition(run, replicate, t, centres, 0.3, 4) for t in (0, 1, 6))
    assert first.all()
    assert [len(path) for path in marks("mode_collapse_is_not_model_collapse", "lost") if len(path)] == [(~one).sum(), (~last).sum()]
    said = f"{first.sum()} of them in the real data, {one.sum()} after the first model and {last.sum()} after model 6"
    assert said in shipped("mode_collapse_is_not_model_collapse")


def test_a_filled_word_is_one_that_is_still_written() -> None:
    run = run_of("words_go_extinct")
    assert run.counts is not None
    replicate = typical_replicate(run)
    words = np.flatnonzero(run.counts[replicate, 0])[:WORDS]
    kept = int(sum(bool(run.counts[replicate, 40, word]) for word in words))
    (filled,), (hollow,) = marks("what_language_forgets", "synthetic"), marks("what_language_forgets", "lost")
    assert (len(filled), len(hollow)) == (kept, WORDS - kept)


def test_the_island_is_drawn_with_every_row_near_it() -> None:
    lesson = lessons()["quality_against_diversity"]
    runs = [simulate(lesson.experiment(case), lesson.curves) for case in ("honest", "cautious")]
    replicate = typical_replicate(runs[1])
    angle = np.arange(8) * np.pi / 4
    centres = 2 * np.column_stack([np.cos(angle), np.sin(angle)])
    near = np.linalg.norm(runs[1].samples[replicate, 12].astype(float)[:, None] - centres, axis=2) <= 0.3
    centre = centres[near.sum(axis=0).argmax()]
    expected = [int((np.abs(run.samples[replicate, t] - centre) < (1.4 * 0.34, 0.34)).all(axis=1).sum()) for run in runs for t in (0, 12)]
    ghosts, blues = marks("quality_against_diversity", "ghost"), marks("quality_against_diversity", "synthetic")
    assert [len(path) for pair in zip(ghosts, blues, strict=True) for path in pair] == expected
    for run in runs:
        precision, recall = (f"{run.metrics[metric][replicate, 12]:.3g}" for metric in ("precision", "recall"))
        assert re.search(rf"{precision} and (?:recall )?{recall}\b", shipped("quality_against_diversity"))
