"""The figures of the page Method: each main idea beside a run that ships with a preset."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from dashboard.pictures.drawing import Frame, Picture, joined, words
from dashboard.theme import number
from sim.arrays import Floats
from sim.metrics.variety import least_rows_alive
from sim.store.shipped import run_of
from sim.theory import laws_for
from sim.theory.law import Law
from sim.verdicts.medians import medians

WIDTH, HEIGHT = 360, 216
"""Units of a figure. A choice: on a phone one is a pixel, and its words are as large as a caption."""

DASH: Final = "4 4"
"""How closed forms are drawn."""
REMEDIES: Final = (
    ("shrinks", "last kept", "Where only the last batch is kept, {m} at generation {t}, {law} by the law.", 0.0),
    ("real_data_saves_it", "{real} of {n} real", "With {real} real rows of {n}, {m} at generation {t}, {law} by the law.", -6.0),
    ("accumulating_saves_it", "all kept", "Where every batch is kept, {m} at generation {t}, {law} by the law.", 6.0),
)
"""Presets, the names of their lines, what is said of each, and how far its name is lifted off the other one."""


@cache
def shrinking() -> Picture:
    """Mean and typical path of the variance, measured and by the closed forms."""
    run = run_of("shrinks")
    found = {law.kind: law for law in laws_for(run.experiment, "total_variance")}
    values, t = run.metrics["total_variance"], np.arange(run.last + 1.0)
    frame = _frame(run.last, 1.15)
    marks, said = [_axes(frame, run.last, (0, 0.5, 1))], dict[str, object]()
    for kind, name, width in (("mean", "mean", 1.4), ("typical path", "typical", 2.6)):
        law = found[kind]
        measured = law.measured(values)
        marks += [frame.line(t, measured, "synthetic", width), frame.line(t, law.values, "ink", 1.6, dash=DASH)]
        marks += [frame.beside(float(law.values[-1]), "mean" if name == "mean" else "typical path", "ink", size=12)]
        at, off = _last_compared(law, values)
        said |= {f"{name}_t": at, f"{name}_z": f"{abs(off):.1f}", f"{name}_m": number(measured[at]), f"{name}_law": number(law.values[at])}
    caption = (
        "The total variance in {repeats} repeats of {n} rows. Blue: measured. Dashed: the closed forms. "
        "Mean at generation {mean_t}: {mean_m} measured, {mean_law} by the law, {mean_z} standard errors apart. Typical path at "
        "generation {typical_t}: {typical_m} and {typical_law}, {typical_z} apart."
    )
    said |= {"repeats": run.experiment.replicates, "n": run.experiment.n, "last": run.last}
    alt = "Four falling curves over {last} generations: mean and typical path of the total variance, each measured and by its closed form."
    return Picture(joined(marks), WIDTH, HEIGHT, caption.format(**said), alt.format(**said))


@cache
def tails() -> Picture:
    """Tail mass and variance as shares of the truth's, before what real rows show by chance."""
    run = run_of("tails_go_first")
    t, floor = np.arange(run.last + 1.0), run.noise_floor["tail_mass"]
    variance = run.metrics["total_variance"] / run.experiment.source.reference().variance
    middle = {"variance": medians(variance), "tails": medians(run.metrics["tail_mass"])}
    frame = _frame(run.last, 1.8)
    chance = frame.between(t[[0, -1]], np.full(2, floor.low), np.full(2, floor.high), "ghost", 0.22)
    marks = [_axes(frame, run.last, (0, 0.5, 1, 1.5)), chance, frame.line(t[[0, -1]], np.ones(2), "ghost", 1.5)]
    marks += [frame.line(t, middle["variance"], "synthetic", 1.4), frame.line(t, middle["tails"], "synthetic", 2.6)]
    marks += [frame.beside(float(line[-1]), name, "synthetic", size=12) for name, line in middle.items()]
    marks += [
        frame.beside(1.0, "the truth", size=12, lift=6),
        words(frame.left + 5, frame.place(0, floor.high)[1].item() + 14, "chance", size=11),
    ]
    half = run.last // 2
    said = {"n": run.experiment.n, "t": half, "repeats": run.experiment.replicates, "low": number(floor.low), "high": number(floor.high)}
    said |= {name: number(float(line[half])) for name, line in middle.items()}
    caption = (
        "Medians over {repeats} repeats of {n} rows. At generation {t} the tails are at {tails} of the truth's, the variance at "
        "{variance}. Grey: {low} to {high}, where the tails of nearly nine in ten batches of {n} fresh real rows lie."
    )
    alt = "Two curves that begin at the truth. The tails fall below what chance allows while the variance stays close to the truth."
    assert middle["tails"][half] < floor.low < middle["variance"][half]
    return Picture(joined(marks), WIDTH, HEIGHT, caption.format(**said), alt)


@cache
def modes() -> Picture:
    """How many modes are alive, repeat by repeat and in the median."""
    run = run_of("modes_die")
    values, t = run.metrics["modes_alive"], np.arange(run.last + 1.0)
    truth = run.experiment.source.reference().modes
    assert truth is not None
    frame = _frame(run.last, 1.12 * len(truth.weights))
    marks = [_axes(frame, run.last, (0, 2, 4, 6, 8)), frame.line(t[[0, -1]], np.full(2, len(truth.weights)), "ghost", 1.5)]
    marks += [frame.line(*_steps(t, replicate), "synthetic", 1, opacity=0.25) for replicate in values]
    middle = medians(values)
    marks += [frame.line(*_steps(t, middle), "synthetic", 2.6)]
    marks += [frame.beside(float(middle[-1]), "median", "synthetic", size=12), frame.beside(len(truth.weights), "the truth", size=12)]
    least, end = int(least_rows_alive(run.experiment.n, truth)[0]), values[:, -1]
    said = {"n": run.experiment.n, "repeats": len(values), "last": run.last, "low": number(end.min()), "high": number(end.max())}
    said |= {"modes": len(truth.weights), "least": "one row" if least == 1 else f"{least} rows", "median": number(middle[-1])}
    caption = (
        "Modes alive in {repeats} repeats of {n} rows, thin, and their median. Here {least} is enough to be alive. Of {modes} modes {low} "
        "to {high} are left after {last} generations, {median} in the median."
    )
    alt = "Stairs that go down from {modes} modes over {last} generations, one for each of {repeats} repeats."
    return Picture(joined(marks), WIDTH, HEIGHT, caption.format(**said), alt.format(**said))


@cache
def remedies() -> Picture:
    """The mean variance of three loops that differ in what is kept and in fresh rows, with their closed forms."""
    first = run_of(REMEDIES[0][0])
    frame, said = _frame(first.last, 1.15), list[str]()
    marks = [_axes(frame, first.last, (0, 0.5, 1)), frame.line(np.array([0.0, first.last]), np.ones(2), "ghost", 1.5)]
    for preset, label, sentence, lift in REMEDIES:
        run = run_of(preset)
        law = next(law for law in laws_for(run.experiment, "total_variance") if law.kind == "mean")
        t, values = np.arange(run.last + 1.0), run.metrics["total_variance"]
        measured, (at, _) = law.measured(values), _last_compared(law, values)
        known = {"real": run.experiment.n_real, "n": run.experiment.n, "t": at, "m": number(measured[at]), "law": number(law.values[at])}
        marks += [frame.line(t, measured, "synthetic", 2), frame.line(t, law.values, "ink", 1.6, dash=DASH)]
        marks += [frame.beside(float(law.values[-1]), label.format(**known), "ink", size=12, lift=lift)]
        said += [sentence.format(**known)]
    repeats = first.experiment.replicates
    caption = f"Mean total variance in {repeats} repeats. Blue: measured. Dashed: the closed forms. {' '.join(said)}"
    alt = "Three pairs of curves, measured and closed form. The one where only the last batch is kept falls, the other two stay high."
    return Picture(joined(marks), WIDTH, HEIGHT, caption, alt)


def _frame(last: int, top: float) -> Frame:
    return Frame(30, 8, 238, 176, (0, last), (0, top))


def _axes(frame: Frame, last: int, ticks: Sequence[float]) -> str:
    """Quiet lines with numbers, the lowest of them the floor, and what runs along it."""
    ends = np.array([0.0, last])
    lines = [frame.line(ends, np.full(2, tick), "ghost", 1, opacity=0.9 if tick == 0 else 0.25) for tick in ticks]
    up = [words(frame.left - 6, frame.place(0, tick)[1].item() + 4, f"{tick:g}", anchor="end", size=11) for tick in ticks]
    floor = frame.top + frame.height + 15
    along = [words(frame.place(t, 0)[0].item(), floor, f"{t:g}", anchor="middle", size=11) for t in (0, last // 2, last)]
    return joined([*lines, *up, *along, words(frame.left + frame.width / 4, floor + 12, "generation", anchor="middle", size=11)])


def _steps(t: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The corners of stairs: where a value changes, once at the old height and once at the new one."""
    new = np.flatnonzero(np.diff(values, prepend=np.nan))
    x, y = np.repeat(t[new], 2)[1:], np.repeat(values[new], 2)[:-1]
    return np.append(x, t[-1]), np.append(y, values[-1])


def _last_compared(law: Law, values: Floats) -> tuple[int, float]:
    """The last generation at which the law may be held against the measurement, and the score there."""
    z = law.compare(values)
    at = int(np.flatnonzero(np.isfinite(z))[-1])
    return at, float(z[at])
