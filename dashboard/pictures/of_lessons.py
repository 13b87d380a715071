"""The picture of every lesson: what it is about, at a glance, drawn from the lesson's own runs.

They are drawn by `python -m dashboard.pictures` and shipped as SVG, because two lessons have runs of their own that take
seconds. A test holds the files to what the command draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from dashboard.pictures.drawing import Frame, Picture, arrow, joined, outline, words
from dashboard.theme import number, percent
from sim.arrays import Floats
from sim.lessons import lessons
from sim.lessons.checking import Runs
from sim.metrics.variety import alive_modes
from sim.records import Run
from sim.verdicts.medians import medians
from sim.verdicts.typical_replicate import typical_replicate

WIDTH, HEIGHT = 240, 100
"""Units of a card's picture."""

SKIN: Final = (0.2, 0.32, 0.5)
"""How opaque the outlines of three earlier generations are, the oldest first."""

WORDS: Final = 300
"""The commonest words that get a dot: more could not be told apart on a card."""


def what_collapse_is(runs: Runs) -> Picture:
    """The outlines of one repeat: real rows, three generations between, and the last."""
    run = runs.run("chain")
    replicate, last = typical_replicate(run), run.last
    between = [last * k // 4 for k in (1, 2, 3)]
    frame, at = _line(run, top=0.0)
    marks = [_hill(frame, at, _rows(run, replicate, 0), "ghost", 0.35)]
    marks += [
        frame.line(at, outline(_rows(run, replicate, t), at), "synthetic", 1.6, opacity=dim) for t, dim in zip(between, SKIN, strict=True)
    ]
    marks += [_hill(frame, at, _rows(run, replicate, last), "synthetic", 0.5)]
    spreads = {f"s{k}": number(float(_rows(run, replicate, t).std(ddof=1))) for k, t in enumerate([0, *between, last])}
    times = {f"t{k}": t for k, t in enumerate([0, *between, last])}
    caption = "Grey: the real rows. Blue: the rows of model {t4}, and fainter those of models before it."
    alt = (
        "Outlines of the rows of one repeat. The spread of the real rows is {s0}; after {t1}, {t2}, {t3} and {t4} models it is "
        "{s1}, {s2}, {s3} and {s4}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption.format(**times), alt.format(**times, **spreads))


def tails_go_first(runs: Runs) -> Picture:
    """What is left of the tails and of the variance, repeat by repeat in the middle."""
    run = runs.run("humps")
    truth = run.experiment.source.reference()
    t = np.arange(run.last + 1.0)
    variance, tails = medians(run.metrics["total_variance"]) / truth.variance, medians(run.metrics["tail_mass"])
    frame = Frame(6, 8, 180, 84, (0, run.last), (0, 1.1))
    marks = [
        frame.line(t[[0, -1]], np.ones(2), "ghost", 1.5),
        frame.between(t, tails, variance, "synthetic", 0.12),
        frame.line(t, variance, "synthetic", 1.6),
        frame.line(t, tails, "synthetic", 3),
        frame.beside(1.0, "the truth", "soft"),
        frame.beside(float(variance[-1]), "variance", "synthetic"),
        frame.beside(float(tails[-1]), "tails", "synthetic"),
    ]
    middle = run.last // 2
    said = {"t": middle, "tails": percent(float(tails[middle])), "variance": percent(float(variance[middle]))}
    said |= {"last": run.last, "left": percent(float(tails[-1])), "kept": percent(float(variance[-1]))}
    caption = "What is left of the tails and of the variance, over {last} generations."
    alt = (
        "Two curves from real data to model {last}, in the typical repeat. After {t} models {tails} of the tails are left and {variance} "
        "of the variance; at the end it is {left} and {kept}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption.format(**said), alt.format(**said))


def count_not_share(runs: Runs) -> Picture:
    """The variance in the typical repeat, for four numbers of real rows in a batch."""
    frame = Frame(6, 6, 172, 86, (0, runs.run("large").last), (0, 1.08))
    marks, said = [frame.line(np.array([0, frame.x[1]]), np.ones(2), "ghost", 1.5)], list[str]()
    for name, width, lift in (("none", 1.2, 0), ("pair", 1.6, 0), ("small", 2.2, -6), ("large", 2.2, 5.5)):
        run = runs.run(name)
        share = medians(run.metrics["total_variance"]) / run.experiment.source.reference().variance
        real, n = run.experiment.n_real, run.experiment.n
        marks += [frame.line(np.arange(run.last + 1.0), share, "synthetic", width, opacity=0.9 if real else 0.6)]
        label = f"{real} of {n} real" if real else "none real"
        marks += [frame.beside(float(share[-1]), label, "synthetic", lift=lift, size=9)]
        said += [f"{percent(float(share[-1]))} with {real} real rows of {n}"]
    said_last = frame.x[1]
    caption = f"What is left of the variance over {said_last:g} generations, by how many rows of every batch are real."
    alt = f"Four curves of the variance in the typical repeat. After {said_last:g} models there is left: {'; '.join(said)}."
    return Picture(joined(marks), WIDTH, HEIGHT, caption, alt)


def is_it_inevitable(runs: Runs) -> Picture:
    """The same repeat twice: where only the last batch is kept, and where all are."""
    both = [(runs.run("replace"), "last batch kept"), (runs.run("keep"), "all batches kept")]
    replicate, last = typical_replicate(both[0][0]), both[0][0].last
    marks, said = list[str](), list[str]()
    for k, (run, label) in enumerate(both):
        frame, at = _line(both[0][0], replicate=replicate, left=124.0 * k, width=116, top=14.0)
        marks += [
            _hill(frame, at, _rows(run, replicate, 0), "ghost", 0.35),
            _hill(frame, at, _rows(run, replicate, last), "synthetic", 0.5),
        ]
        marks += [words(124.0 * k + 58, 10, label, anchor="middle")]
        said += [number(float(_rows(run, replicate, t).std(ddof=1))) for t in (0, last)]
    caption = f"Grey: the real rows, the same on both sides. Blue: the rows of model {last}."
    alt = (
        f"Outlines of the rows of one repeat. Where only the last batch is kept, the spread goes from {said[0]} to {said[1]} in {last} "
        f"models; where all batches are kept, from {said[2]} to {said[3]}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption, alt)


def modes_and_minorities(runs: Runs) -> Picture:
    """The ring of islands among real rows and at the end, what is lost hollow."""
    run = runs.run("ring")
    replicate, last = typical_replicate(run), run.last
    modes = run.experiment.source.reference().modes
    assert modes is not None
    alive = _alive(run, replicate)
    lost = modes.centres[alive[0] & ~alive[last]]
    frames = [Frame(left, 0, 100, 100, (-2.6, 2.6), (-2.6, 2.6)) for left in (8, 132)]
    sides = [
        frame.dots(run.samples[replicate, t].astype(np.float64), role, radius, opacity=opacity)
        for frame, t, role, radius, opacity in zip(frames, (0, last), ("ghost", "synthetic"), (2.4, 4), (0.6, 1), strict=True)
    ]
    marks = [*sides, frames[1].dots(lost, "lost", 9, hollow=True), arrow(111, 50, 16)]
    caption = f"Left: the real rows. Right: the rows of model {last}; hollow: islands that are lost."
    alt = (
        f"The rows of one repeat on a ring of {len(modes.weights)} islands. Among the real rows {alive[0].sum()} islands are alive, in the "
        f"rows of model {last} there are {alive[last].sum()}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption, alt)


def quality_against_diversity(runs: Runs) -> Picture:
    """One island drawn as learned and drawn cautiously, before the real rows."""
    cautious = runs.run("cautious")
    replicate, last = typical_replicate(cautious), cautious.last
    modes = cautious.experiment.source.reference().modes
    assert modes is not None
    island = int(_counts(cautious)[replicate, last].argmax())
    centre, reach = modes.centres[island], 3.4 * float(modes.spread[island])
    marks, said = list[str](), list[str]()
    for k, (name, label) in enumerate((("honest", "drawn as learned"), ("cautious", "drawn cautiously"))):
        run = runs.run(name)
        across, up = 1.4 * reach, reach
        frame = Frame(124 * k, 14, 116, 83, (centre[0] - across, centre[0] + across), (centre[1] - up, centre[1] + up))
        for t, role, opacity in ((0, "ghost", 0.55), (last, "synthetic", 0.85)):
            rows = run.samples[replicate, t].astype(np.float64)
            near = rows[(np.abs(rows - centre) < (across, up)).all(axis=1)]
            marks += [frame.dots(near, role, 2.4, opacity=opacity)]
        marks += [words(124 * k + 58, 10, label, anchor="middle")]
        said += [number(float(run.metrics[metric][replicate, last])) for metric in ("precision", "recall")]
    caption = f"One island. Grey: the real rows. Blue: the rows of model {last}."
    alt = (
        f"The rows of one repeat at one island. After {last} models drawn as learned precision is {said[0]} and recall {said[1]}; drawn "
        f"cautiously, {said[2]} and {said[3]}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption, alt)


def what_language_forgets(runs: Runs) -> Picture:
    """A dot for each of the commonest words that real rows have: filled where it is still written at the end."""
    run = runs.run("words")
    replicate, last = typical_replicate(run), run.last
    counts = _counts(run)[replicate]
    written = np.flatnonzero(counts[0])
    shown = written[:WORDS]
    kept = counts[last, shown] > 0
    place = np.arange(len(shown), dtype=np.float64)
    points = np.column_stack([place % 30, place // 30])
    frame = Frame(4, 5, 232, 90, (0, 29), (9, 0))
    marks = [frame.dots(points[kept], "synthetic", 3), frame.dots(points[~kept], "lost", 2.6, hollow=True, opacity=0.8)]
    said = {"last": last, "shown": len(shown), "kept": int(kept.sum()), "all": len(written), "left": int((counts[last, written] > 0).sum())}
    caption = "A dot is a word, the commonest first. Hollow: not written any more after {last} models."
    alt = (
        "The {shown} commonest words of the real rows of one repeat, a dot each; {kept} of them are still written by model {last}, and of "
        "all {all} words {left}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption.format(**said), alt.format(**said))


def mode_collapse_is_not_model_collapse(runs: Runs) -> Picture:
    """The grid of islands among real rows, after the first model, and after the last."""
    run = runs.run("gan")
    replicate, last = typical_replicate(run), run.last
    modes = run.experiment.source.reference().modes
    assert modes is not None
    alive = _alive(run, replicate)
    marks, said = list[str](), list[int]()
    for k, (t, label) in enumerate(((0, "real rows"), (1, "model 1"), (last, f"model {last}"))):
        frame = Frame(4 + 86 * k, 16, 60, 80, (-4.6, 4.6), (-4.6, 4.6))
        there = modes.centres[alive[t]]
        lost = modes.centres[alive[0] & ~alive[t]]
        marks += [frame.dots(there, "synthetic" if t else "ghost", 4), frame.dots(lost, "lost", 3.6, hollow=True)]
        marks += [words(34 + 86 * k, 10, label, anchor="middle")] + ([arrow(86 * k - 17, 56, 13)] if k else [])
        said += [int(alive[t].sum())]
    caption = f"Islands with rows. Hollow: missing, after one training and after {last} in a row."
    alt = (
        f"The {len(modes.weights)} islands of one repeat. With rows are {said[0]} of them in the real data, {said[1]} after the first "
        f"model and {said[2]} after model {last}."
    )
    return Picture(joined(marks), WIDTH, HEIGHT, caption, alt)


DRAWN: Final[dict[str, Callable[[Runs], Picture]]] = {
    draw.__name__: draw
    for draw in (
        what_collapse_is,
        tails_go_first,
        count_not_share,
        is_it_inevitable,
        modes_and_minorities,
        quality_against_diversity,
        what_language_forgets,
        mode_collapse_is_not_model_collapse,
    )
}
"""What draws the picture of a lesson, by the lesson's name."""


def drawn(name: str) -> Picture:
    """The picture of a lesson, drawn anew from its runs."""
    lesson = lessons()[name]
    wanted = {case: {*lesson.drawn(case), "modes_alive"} for case in lesson.experiments}
    return DRAWN[name](Runs(lesson, wanted))


def _line(run: Run, *, replicate: int | None = None, left: float = 0.0, width: float = WIDTH, top: float) -> tuple[Frame, Floats]:
    """A frame for outlines of rows in one column, as high as the highest of them, and the values where they are told."""
    shown = typical_replicate(run) if replicate is None else replicate
    half = 1 + float(np.abs(run.samples[shown]).max())
    at = np.linspace(-half, half, 121)
    highest = max(float(outline(_rows(run, shown, t), at).max()) for t in (0, run.last))
    return Frame(left, top, width, HEIGHT - top, (-half, half), (0, 1.04 * highest)), at


def _hill(frame: Frame, at: Floats, rows: Floats, role: str, opacity: float) -> str:
    y = outline(rows, at)
    return frame.hill(at, y, role, opacity) + frame.line(at, y, role, 1.6)


def _rows(run: Run, replicate: int, t: int) -> Floats:
    return run.samples[replicate, t, :, 0].astype(np.float64)


def _counts(run: Run) -> np.ndarray[tuple[int, ...], np.dtype[np.integer]]:
    assert run.counts is not None
    return run.counts


def _alive(run: Run, replicate: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which modes are alive in a replicate, by generation, (last + 1, modes)."""
    modes = run.experiment.source.reference().modes
    assert modes is not None
    return alive_modes(_counts(run)[replicate, : run.last + 1], run.experiment.n, modes)
