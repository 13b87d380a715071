"""What figures say to those who do not see them."""

from __future__ import annotations

from typing import Final

import numpy as np
from reading import Objections, Shown, reads, says
from readings_text import words_drawn
from readings_verdicts import last_one, of_several
from readings_words import thing
from seen import Seen

from sim.metrics import metrics

PANELS: Final = ("histogram", "worlds", "map", "modes", "ranks", "words", "survival", "images", "passages", "surprise", "umap")
"""The panels besides curves whose words are read here; of a figure that somebody adds only the form of its words is known."""


def shown_world(seen: Seen, world: int) -> Objections:
    """A figure of one world names the one that is drawn."""
    if world != seen.replicate + 1:
        yield f"world {seen.replicate + 1} is drawn"


def went(seen: Seen, label: Shown, first: Shown, start: int, last: Shown, end: int) -> Objections:
    """A metric's median over the worlds at the first and the last generation in which it was measured."""
    wanted = label.lower().replace(f"{seen.things}s", "words").replace(seen.things, "word")
    name = next(name for name, metric in metrics().items() if metric.label.lower() == wanted)
    path = seen.median(name)
    known = np.flatnonzero(np.isfinite(path))
    if (known[0], known[-1]) != (start, end):
        yield f"it was measured from {known[0]} to {known[-1]}"
    for shown, t in ((first, start), (last, end)):
        low, high = seen.middles(name, t)
        told = [Shown(part) for part in shown.split(" and ")]
        whole = metrics()[name].whole
        true = ([low, high] if len(told) == 2 else [low]) if whole else [path[t]]
        if len(told) != len(true) or not all(map(reads, told, true)) or (whole and seen.worlds == 2 and low != high and len(told) == 1):
            yield f"it is {true} in generation {t}"


@says("<label:words>, typical repeat: <first:pair> in generation <start:t>, <last:pair> in generation <end:t>.")
def _(seen: Seen, _: int, label: Shown, first: Shown, start: int, last: Shown, end: int) -> Objections:
    yield from of_several(seen)
    yield from went(seen, label, first, start, last, end)


@says("<label:words>: <first:number> in generation <start:t>, <last:number> in generation <end:t>.")
def _(seen: Seen, _: int, label: Shown, first: Shown, start: int, last: Shown, end: int) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds} worlds"
    yield from went(seen, label, first, start, last, end)


@says("<label:words>: not measured.")
def _(seen: Seen, _: int, label: Shown) -> Objections:
    wanted = label.lower().replace(f"{seen.things}s", "words").replace(seen.things, "word")
    name = next(name for name, metric in metrics().items() if metric.label.lower() == wanted)
    if np.isfinite(seen.median(name)).any():
        yield "it was"


@says(
    "Histogram of repeat <world:t>. The standard deviation of its rows goes from <first:number> in generation 0 to <last:number> in "
    "generation <end:t>; the truth has <truth:number>."
)
def _(seen: Seen, _: int, world: int, first: Shown, last: Shown, end: int, truth: Shown) -> Objections:
    yield from shown_world(seen, world)
    yield from last_one(seen, end)
    path = np.sqrt(seen.run.metrics["total_variance"][seen.replicate])
    if not np.isfinite(path[end]):
        path = np.asarray(seen.run.samples[seen.replicate], dtype=np.float64).std(axis=(1, 2), ddof=1)
    if not (reads(first, path[0]) and reads(last, path[end]) and reads(truth, seen.true_spread)):
        yield f"{path[0]:.4g}, {path[end]:.4g}, {seen.true_spread:.4g}"


@says("Histogram of repeat <world:t>. It has one row, which has no spread; the truth has <truth:number>.")
def _(seen: Seen, _: int, world: int, truth: Shown) -> Objections:
    yield from shown_world(seen, world)
    if seen.n != 1 or not reads(truth, seen.true_spread):
        yield f"{seen.n} rows, {seen.true_spread:.4g}"


@says(
    "Each of <count:count> repeats as a point. In generation <t:t> the spreads go from <low:number> to <high:number>; <narrower:count> of "
    "<also:count> are narrower than the truth, <truth:number>.",
    "Each of <count:count> repeats as a point. In generation <t:t> the spreads go from <low:number> to <high:number>; <narrower:count> of "
    "<also:count> is narrower than the truth, <truth:number>.",
)
def _(seen: Seen, _: int, count: Shown, t: int, low: Shown, high: Shown, narrower: Shown, also: Shown, truth: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, t)
    ends = seen.spreads[:, -1]
    if not (reads(low, ends.min()) and reads(high, ends.max()) and reads(truth, seen.true_spread)):
        yield f"{ends.min():.4g} to {ends.max():.4g}, the truth {seen.true_spread:.4g}"
    if narrower.value != (ends < seen.true_spread).sum() or count.value != len(ends) or also.value != len(ends):
        yield f"{(ends < seen.true_spread).sum()} of {len(ends)}"


@says("One run as a point. In generation <t:t> its spread is <spread:number>; that of the truth is <truth:number>.")
def _(seen: Seen, _: int, t: int, spread: Shown, truth: Shown) -> Objections:
    yield from last_one(seen, t)
    if seen.worlds != 1 or not (reads(spread, seen.spreads[0, -1]) and reads(truth, seen.true_spread)):
        yield f"{seen.spreads[0, -1]:.4g}, the truth {seen.true_spread:.4g}, {seen.worlds} worlds"


@says(
    "Rows of repeat <world:t> in the plane. Their spread goes from <first:number> in generation 0 to <last:number> in generation <end:t>."
)
def _(seen: Seen, _: int, world: int, first: Shown, last: Shown, end: int) -> Objections:
    yield from shown_world(seen, world)
    yield from last_one(seen, end)
    rows = np.asarray(seen.run.samples[seen.replicate], dtype=np.float64)
    if rows.shape[2] == 2:
        path = [float(np.sqrt(rows[t].var(axis=0).sum())) for t in (0, end)]
        if not all(abs(shown.value - true) <= 0.05 * true + 1e-6 for shown, true in zip((first, last), path, strict=True)):
            yield f"{path}"


@says("All <count:count> classes still have rows in repeat <world:t> at the end.")
def _(seen: Seen, _: int, count: Shown, world: int) -> Objections:
    yield from shown_world(seen, world)
    labels = seen.run.experiment.source.reference().labels
    if labels is None or count.value != len(np.unique(labels)):
        yield "there are others"


@says(
    "Classes without rows in repeat <world:t>: <names:anything>.",
    "Classes without rows among the first <n:count> rows in repeat <world:t>: <names:anything>.",
)
def _(seen: Seen, _: int, world: int, names: Shown, n: Shown | None = None) -> Objections:
    yield from shown_world(seen, world)


@says(
    "<shown:count> of <every:count> <words:word> from common to rare in repeat <world:t>. Drawn before and <absent:words> in generation "
    "<last:t>: <dead:count>; never drawn: <unseen:count>."
)
def _(
    seen: Seen, _: int, shown: Shown, every: Shown, words: Shown, world: int, absent: Shown, last: int, dead: Shown, unseen: Shown
) -> Objections:
    yield from shown_world(seen, world)
    yield from last_one(seen, last)
    yield from thing(seen, words)
    drawn = words_drawn(seen)
    lost, never = int((drawn.any(axis=0) & ~drawn[-1]).sum()), int((~drawn.any(axis=0)).sum())
    if every.value != drawn.shape[1] or dead.value > lost or unseen.value > never:
        yield f"of {drawn.shape[1]} {lost} are, and {never} never were"
    if shown.value == drawn.shape[1] and (dead.value, unseen.value) != (lost, never):
        yield f"{lost} are, and {never} never were"


@says(
    "<shown:count> of <every:count> <words:word> from common to rare in the first <n:count> <things:word> of repeat <world:t>, which do "
    "not tell whether a <one:word> is gone."
)
def _(seen: Seen, _: int, shown: Shown, every: Shown, words: Shown, n: Shown, things: Shown, world: int, one: Shown) -> Objections:
    yield from shown_world(seen, world)
    yield from thing(seen, words)


@says(
    "Share of <things:word> by rank in repeat <world:t>. <Words:word> drawn: <first:count> in generation 0, <last:count> (<kept:share>) in "
    "generation <end:t>.",
    "Share of <things:word> by rank in repeat <world:t>. <Words:word> drawn among the first <n:count> <also:word>: <first:count> in "
    "generation 0, <last:count> (<kept:share>) in generation <end:t>.",
)
def _(
    seen: Seen,
    _: int,
    things: Shown,
    world: int,
    Words: Shown,  # noqa: N803
    first: Shown,
    last: Shown,
    kept: Shown,
    end: int,
    n: Shown | None = None,
    also: Shown | None = None,
) -> Objections:
    yield from shown_world(seen, world)
    yield from last_one(seen, end)
    yield from thing(seen, Shown(Words.lower()))
    drawn = words_drawn(seen).sum(axis=1)
    if (first.value, last.value) != (drawn[0], drawn[-1]) or not reads(kept, drawn[-1] / drawn[0]):
        yield f"{drawn[0]} and {drawn[-1]}"


@says(
    "Histogram of the perplexity of passages under model 1 in repeat <world:t>. Their median is <first:number> in generation <start:t> and "
    "<last:number> in generation <end:t><real:anything>."
)
def _(seen: Seen, _: int, world: int, first: Shown, start: int, last: Shown, end: int, real: Shown) -> Objections:
    yield from shown_world(seen, world)
    yield from last_one(seen, end)
    assert seen.run.surprise is not None
    for shown, t in ((first, start), (last, end)):
        nats = np.asarray(seen.run.surprise[seen.replicate, t], dtype=np.float64) / seen.columns
        if not reads(shown, float(np.exp(np.median(nats[~np.isnan(nats)])))):
            yield f"it is {np.exp(np.median(nats[~np.isnan(nats)])):.4g} in generation {t}"


@says(
    "<count:count> of the pictures that repeat <world:t> drew, the same cells in every generation; generation 0 shows real rows.",
    "<count:count> of the pictures that repeat <world:t> drew, each cell from the same latent draw in every generation; generation 0 is "
    "real.",
)
def _(seen: Seen, _: int, count: Shown, world: int) -> Objections:
    yield from shown_world(seen, world)
    if count.value > seen.n:
        yield f"it drew {seen.n}"


@says(
    "Shares of rows at each of <modes:count> modes in repeat <world:t>. Alive before and missing in generation <last:t>: <lost:count>; "
    "never alive: <unseen:count>; model 1 missed <missed:count> that the real rows had."
)
def _(seen: Seen, _: int, modes: Shown, world: int, last: int, lost: Shown, unseen: Shown, missed: Shown) -> Objections:
    yield from shown_world(seen, world)
    yield from last_one(seen, last)
    alive = seen.alive[seen.replicate]
    ever, first = alive.any(axis=0), alive[min(1, seen.last)]
    true = (int((ever & ~alive[-1]).sum()), int((~ever).sum()), int((alive[0] & ~first).sum()))
    if modes.value != seen.modes or (lost.value, unseen.value, missed.value) != true:
        yield f"{true} of {seen.modes}"


@says(
    "In generation 0 the first passage reads “<first:text>”, in generation <end:t> it reads “<last:text>”.",
    "In generation 0 the first passage reads “<first:text>”, in generation <end:t> the model continues its prompt “<given:text>” "
    "with “<last:text>”.",
)
def _(seen: Seen, _: int, first: Shown, end: int, last: Shown, given: Shown | None = None) -> Objections:
    yield from last_one(seen, end)
