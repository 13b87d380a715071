"""What verdicts about rows of numbers say, and how the arrays bear it out."""

from __future__ import annotations

import numpy as np
from reading import Objections, Shown, reads, says
from seen import Flags, Seen, lasting

from sim.metrics import metrics

HELD = 0.15
"""The most that a spread may have changed where it is said to hold, as the page's method says."""

LOST_BELOW = ("tail_mass", "coverage", "precision")
"""What a run that holds has not less of."""


def share(seen: Seen, t: int, shown: Shown) -> Objections:
    """A share of the spread that is said of generation t is the typical world's."""
    if not reads(shown, float(seen.left[t])):
        yield f"the typical spread is {seen.left[t]:.2%} of the whole"


def since(flags: Flags, t: int, what: str) -> Objections:
    """From generation t on, and not before, nine in ten generations show something, and the last one does."""
    if lasting(flags) != t or not flags[-1]:
        yield f"{what}: it does from {lasting(flags)} on, and the end {'does' if flags[-1] else 'does not'}"


def within(seen: Seen, *generations: int) -> Objections:
    """Generations that are named are there."""
    for t in generations:
        if not 0 <= t <= seen.last:
            yield f"there is no generation {t}"


def of_several(seen: Seen) -> Objections:
    """A median and a typical world are of two worlds at least."""
    if seen.worlds < 2:
        yield "one world has no median"


def last_one(seen: Seen, last: int) -> Objections:
    """What is said of the last generation names it."""
    if last != seen.last:
        yield f"the last generation is {seen.last}"


@says("Half of the spread is gone by generation <t:t>.", "Half of the diversity is gone by generation <t:t>.")
def _(seen: Seen, _: int, t: int) -> Objections:
    yield from of_several(seen)
    yield from since(seen.left < 0.5, t, "less than half is left")
    if not seen.at_low(seen.spread_metric)[t]:
        yield "as many real rows show as little"


@says(
    "Half of the spread is gone by generation <t:t>, beyond chance by generation <sure:t>.",
    "Half of the diversity is gone by generation <t:t>, beyond chance by generation <sure:t>.",
)
def _(seen: Seen, _: int, t: int, sure: int) -> Objections:
    yield from of_several(seen)
    yield from within(seen, t, sure)
    yield from since(seen.left < 0.5, t, "less than half is left")
    beyond = (seen.left < 0.5) & seen.at_low(seen.spread_metric)
    if not (t < sure and beyond[sure] and beyond[-1]):
        yield "chance shows as little then"


@says(
    "The tails are thinner than chance allows from generation <t:t> on; the end has <tails:share> of them and <spread:share> of the spread."
)
def _(seen: Seen, _: int, t: int, tails: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from within(seen, t)
    yield from share(seen, seen.last, spread)
    thin = seen.at_low("tail_mass")
    if not (thin[t] and thin[-1] and thin[t:].mean() >= 0.9):
        yield "as many real rows have as thin tails"
    if not reads(tails, seen.median("tail_mass")[-1]) or tails.value >= 1:
        yield f"the typical end has {seen.median('tail_mass')[-1]:.3%}"


@says(
    "In a typical repeat the tails are nearly always empty from generation <t:t> on; <spread:share> of the spread is left.",
)
def _(seen: Seen, _: int, t: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from within(seen, t)
    yield from share(seen, seen.last, spread)
    empty = seen.median("tail_mass") == 0
    if not (empty[t] and empty[-1] and empty[t:].mean() >= 0.9):
        yield "the tails are not empty"
    if not seen.at_low("tail_mass")[-1]:
        yield "as many real rows have none either"


@says("That so many repeats have empty tails is beyond chance from generation <t:t> on.")
def _(seen: Seen, _: int, t: int) -> Objections:
    yield from within(seen, t)
    if not (seen.at_low("tail_mass")[t] and seen.at_low("tail_mass")[-1]):
        yield "as many real rows have as thin tails"


@says("It widens: a typical repeat ends with <spread:share> of the spread.")
def _(seen: Seen, _: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if spread.value <= 1:
        yield "that is no more than there was"
    if not seen.at_high("total_variance")[-1]:
        yield "as many real rows are as wide"


@says("The rows lie between the modes, not at them, and spread wider: a typical repeat has <spread:share> of the spread.")
def _(seen: Seen, _: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if seen.alive[:, -1].all():
        yield "every mode is alive"
    if not np.median(seen.spreads[:, -1]) > np.median(seen.spreads[:, 0]):
        yield "they are no wider than they were"


@says("The spread is smaller than chance allows: in generation <last:t> a typical repeat keeps <spread:share> of it.")
def _(seen: Seen, _: int, last: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, last)
    yield from share(seen, last, spread)
    if spread.value >= 1:
        yield "that is not smaller"
    if not seen.at_low("total_variance")[-1]:
        yield "as many real rows show as little"


@says("It holds up to generation <last:t>: a typical repeat keeps <spread:share> of the spread.")
def _(seen: Seen, _: int, last: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, last)
    yield from share(seen, last, spread)
    if abs(spread.value - 1) > HELD:
        yield f"that is not within {HELD:.0%} of the whole"
    yield from (f"{name} is beyond what real rows show" for name in LOST_BELOW if name in seen.outside(last) and seen.at_low(name)[last])


@says(
    "In generation <last:t> a typical repeat is within what <n:count> real rows may show: <spread:share> of the spread is kept.",
)
def _(seen: Seen, _: int, last: int, n: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, last)
    yield from share(seen, last, spread)
    if n.value != seen.n:
        yield f"there are {seen.n}"
    yield from (f"{name} is not" for name in seen.outside(last))


@says(
    "In generation <last:t> no more is lost than <n:count> real rows may lack by chance, but a typical repeat is not like them "
    "(<outside:words>): it has <spread:share> of the spread."
)
def _(seen: Seen, _: int, last: int, n: Shown, outside: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, last)
    yield from share(seen, last, spread)
    yield from outside_are(seen, outside)
    if n.value != seen.n:
        yield f"there are {seen.n}"


def outside_are(seen: Seen, named: Shown) -> Objections:
    """The metrics that are named are those whose typical world ends outside of what real rows show."""
    true = {metrics()[name].label for name in seen.outside(seen.last)}
    if {label.replace(seen.things, "word").replace(seen.things.capitalize(), "Word") for label in named.split(", ")} != true:
        yield f"it is {sorted(true)}"


@says(
    "Too few rows to tell: <n:count> real rows alone may show less than half of the spread. In generation <last:t> a typical repeat keeps "
    "<spread:share> of it.",
)
def _(seen: Seen, _: int, n: Shown, last: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, last)
    yield from share(seen, last, spread)
    if not float(seen.as_spread(seen.floor("total_variance")[0])) < seen.whole / 2 or n.value != seen.n:
        yield f"{seen.n} real rows show more"


@says("One run, up to generation <last:t>: it ends with <spread:share> of the spread.")
def _(seen: Seen, _: int, last: int, spread: Shown) -> Objections:
    yield from last_one(seen, last)
    yield from share(seen, last, spread)
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"


@says("With one row a generation there is no spread to measure.")
def _(seen: Seen, _: int) -> Objections:
    if seen.n != 1:
        yield f"there are {seen.n}"


@says(
    "In generation <last:t> no repeat has a spread that could be measured.",
    "In generation <last:t> no repeat has a diversity that could be measured.",
)
def _(seen: Seen, _: int, last: int) -> Objections:
    yield from last_one(seen, last)
    if np.isfinite(seen.left[-1]):
        yield "there is one"
