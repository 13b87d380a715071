"""What captions of generations, moments and endings say."""

from __future__ import annotations

import numpy as np
from reading import Objections, Shown, reads, says
from readings_verdicts import last_one, of_several, share, since
from seen import Seen


@says("The run reached generation <t:t>.")
def _(seen: Seen, _: int, t: int) -> Objections:
    yield from last_one(seen, t)


@says("The run reached generation <t:t>. Its real rows are all alike: there was nothing to lose.")
def _(seen: Seen, _: int, t: int) -> Objections:
    yield from last_one(seen, t)
    if not seen.run.points[:, 0].all():
        yield "they differ"


@says("Stopped after generation <t:t> of <every:t>.")
def _(seen: Seen, _: int, t: int, every: int) -> Objections:
    yield from last_one(seen, t)
    if every != seen.run.experiment.generations or t >= every:
        yield f"{seen.run.experiment.generations} were asked for"


@says(
    "From generation <t:t> on every repeat is a single point.",
    "From generation <t:t> on every repeat draws a single word.",
    "From generation <t:t> on every repeat draws a single passage.",
)
def _(seen: Seen, _: int, t: int) -> Objections:
    every = seen.run.points.all(axis=0)
    if not every[t : seen.last + 1].all() or every[t - 1]:
        yield f"it is so in {np.flatnonzero(every).tolist()}"


@says("No model could be fitted for generation <t:t>: <reason:anything>.")
def _(seen: Seen, _: int, t: int, reason: Shown) -> Objections:
    if t != seen.last + 1:
        yield f"generation {seen.last} is the last"


@says("In generation <t:t> the numbers grew beyond all bounds.")
def _(seen: Seen, _: int, t: int) -> Objections:
    if t != seen.last + 1:
        yield f"generation {seen.last} is the last"


@says(
    "Generation 0: <n:count> real row in every repeat. No model has learned anything yet.",
    "Generation 0: <n:count> real rows in every repeat. No model has learned anything yet.",
)
def _(seen: Seen, t: int, n: Shown) -> Objections:
    if t or n.value != seen.n or seen.worlds == 1:
        yield f"this is generation {t}, {seen.n} rows, {seen.worlds} worlds"


@says(
    "Generation 0: <n:count> real row. No model has learned anything yet.",
    "Generation 0: <n:count> real rows. No model has learned anything yet.",
)
def _(seen: Seen, t: int, n: Shown) -> Objections:
    if t or n.value != seen.n or seen.worlds != 1:
        yield f"this is generation {t}, {seen.n} rows, {seen.worlds} worlds"


@says("Generation <t:t>: a typical repeat has <spread:share> of the spread and <tails:share> of the tails.")
def _(seen: Seen, beside: int, t: int, spread: Shown, tails: Shown) -> Objections:
    yield from of_several(seen)
    yield from row_of(seen, beside, t, spread, tails)


@says("Generation <t:t>: this run has <spread:share> of the spread and <tails:share> of the tails.")
def _(seen: Seen, beside: int, t: int, spread: Shown, tails: Shown) -> Objections:
    if seen.worlds > 1:
        yield f"there are {seen.worlds}"
    yield from row_of(seen, beside, t, spread, tails)


def row_of(seen: Seen, beside: int, t: int, spread: Shown, tails: Shown) -> Objections:
    """The spread and the tails of one generation."""
    yield from is_beside(beside, t)
    yield from share(seen, t, spread)
    if not reads(tails, seen.median("tail_mass")[t]):
        yield f"it has {seen.median('tail_mass')[t]:.3%} of the tails"


def is_beside(beside: int, t: int) -> Objections:
    """A caption names its own generation."""
    if beside != t:
        yield f"this is generation {beside}"


@says(
    "Generation <t:t>: no repeat has a spread that could be measured.",
    "Generation <t:t>: no repeat has a diversity that could be measured.",
)
def _(seen: Seen, beside: int, t: int) -> Objections:
    yield from is_beside(beside, t)
    if np.isfinite(seen.left[t]):
        yield "there is one"


@says("Generation <t:t>: one row in every repeat, and no spread to measure.")
def _(seen: Seen, beside: int, t: int) -> Objections:
    yield from is_beside(beside, t)
    if seen.n != 1 or seen.worlds == 1:
        yield f"{seen.n} rows, {seen.worlds} worlds"


@says("Generation <t:t>: one row, and no spread to measure.")
def _(seen: Seen, beside: int, t: int) -> Objections:
    yield from is_beside(beside, t)
    if seen.n != 1 or seen.worlds != 1:
        yield f"{seen.n} rows, {seen.worlds} worlds"


@says("In <wider:count> of <count:count> repeats the rows are wider than the real data.")
def _(seen: Seen, t: int, wider: Shown, count: Shown) -> Objections:
    true = int((seen.spreads[:, t] > seen.true_spread).sum())
    if wider.value != true or count.value != len(seen.spreads):
        yield f"{true} of {len(seen.spreads)} are"


@says("This is the real data. No model has learned anything yet.")
def _(seen: Seen, t: int) -> Objections:
    yield from is_beside(t, 0)


@says("From here on the tails are nearly always empty.", "From here on the tails are nearly always empty, in a typical repeat.")
def _(seen: Seen, t: int) -> Objections:
    yield from since(seen.median("tail_mass") == 0, t, "the tails are empty")


@says("Half of the spread is gone.", "Half of the diversity is gone.")
def _(seen: Seen, t: int) -> Objections:
    if seen.worlds > 1 or not seen.left[t] < 0.5:
        yield f"{seen.left[t]:.2%} is left"


@says("Half of the spread is gone, in a typical repeat.", "Half of the diversity is gone, in a typical repeat.")
def _(seen: Seen, t: int) -> Objections:
    yield from of_several(seen)
    if not seen.left[t] < 0.5:
        yield f"{seen.left[t]:.2%} is left"


@says("The last generation of this run.")
def _(seen: Seen, t: int) -> Objections:
    yield from last_one(seen, t)
