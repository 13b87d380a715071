"""What verdicts about shape say, and about the far tails."""

from __future__ import annotations

import numpy as np
from reading import Objections, Shown, reads, says
from readings_verdicts import of_several, share
from scipy.stats import poisson
from seen import Flags, Seen

FAR = 0.001
"""The share of real rows beyond the truth's central 99.9 %."""


def drawn_by_faithful_models(rows: float, expected: float) -> float:
    """The chance that models which learned from real rows, a Poisson number of them far, draw so few far ones."""
    learned = np.arange(int(expected + 12 * expected**0.5) + 12)
    return float(poisson.pmf(learned, expected) @ poisson.cdf(rows, learned))


@says("The rows smear: they are farther from real ones than chance allows, and wider: a typical repeat has <spread:share> of the spread.")
def _(seen: Seen, _: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if spread.value <= 1:
        yield "that is no wider"
    if not shape_differs(seen)[-1]:
        yield "as many real rows are as far"


def shape_differs(seen: Seen) -> Flags:
    """Where the rows are not like real ones by any metric that tells."""
    near = seen.at_low("coverage") | seen.at_low("precision")
    far = seen.at_high("shape_distance") if "shape_distance" in seen.run.metrics else seen.at_high("wasserstein")
    return near | far | seen.at_high("tail_mass")


@says(
    "From generation <t:t> on the rows bear little resemblance to real ones: at the end they reach <reached:share> of them, "
    "<n:count> real rows reach <fresh:share>. A typical repeat has <spread:share> of the spread.",
)
def _(seen: Seen, _: int, t: int, reached: Shown, n: Shown, fresh: Shown, spread: Shown) -> Objections:
    yield from coverage_is(seen, reached, n, fresh, spread)
    little = seen.median("coverage") < seen.floor("coverage")[1] / 2
    if not (little[t] and little[-1] and little[t:].mean() >= 0.9):
        yield "they reach more than half of what fresh real rows do"


@says(
    "The shape is lost from generation <lost:t> on, and from <t:t> on the rows bear little resemblance to real ones: at the end "
    "they reach <reached:share> of them, <n:count> real rows reach <fresh:share>. A typical repeat has <spread:share> of the spread."
)
def _(seen: Seen, _: int, lost: int, t: int, reached: Shown, n: Shown, fresh: Shown, spread: Shown) -> Objections:
    yield from coverage_is(seen, reached, n, fresh, spread)
    little = seen.median("coverage") < seen.floor("coverage")[1] / 2
    if not (lost < t and little[t] and little[-1] and little[t:].mean() >= 0.9):
        yield "they reach more than half of what fresh real rows do"
    if not shape_differs(seen)[lost]:
        yield f"as many real rows look so in generation {lost}"


def coverage_is(seen: Seen, reached: Shown, n: Shown, fresh: Shown, spread: Shown) -> Objections:
    """How many of the real rows are reached, by these rows and by fresh ones."""
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if not reads(reached, seen.median("coverage")[-1]) or not reads(fresh, seen.floor("coverage")[1]) or n.value != seen.n:
        yield f"{seen.median('coverage')[-1]:.3%} are reached, {seen.n} fresh ones reach {seen.floor('coverage')[1]:.3%}"
    if reached.value >= fresh.value:
        yield "that is not fewer"


@says(
    "From generation <t:t> on fewer of the real rows are reached than chance allows: <reached:share> at the end, where <n:count> real "
    "rows reach <fresh:share>. A typical repeat has <spread:share> of the spread."
)
def _(seen: Seen, _: int, t: int, reached: Shown, n: Shown, fresh: Shown, spread: Shown) -> Objections:
    yield from coverage_is(seen, reached, n, fresh, spread)
    if not (seen.at_low("coverage")[-1] and shape_differs(seen)[t]):
        yield "fresh real rows reach as few"


@says(
    "From generation <t:t> on fewer rows lie among real ones than chance allows: <among:share> at the end, where <fresh:share> of fresh "
    "real rows do. A typical repeat has <spread:share> of the spread."
)
def _(seen: Seen, _: int, t: int, among: Shown, fresh: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if not reads(among, seen.median("precision")[-1]) or not reads(fresh, seen.floor("precision")[1]) or among.value >= fresh.value:
        yield f"{seen.median('precision')[-1]:.3%} lie among them, of fresh ones {seen.floor('precision')[1]:.3%}"
    if not (seen.at_low("precision")[-1] and shape_differs(seen)[t]):
        yield "as few fresh real rows do"


@says(
    "From generation <t:t> on the shape is farther from the real one than chance allows; a typical repeat has <spread:share> of the spread."
)
def _(seen: Seen, _: int, t: int, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if not (shape_differs(seen)[t] and shape_differs(seen)[-1]):
        yield "as many real rows are as far"


@says(
    "From generation <t:t> on more rows lie in the tails than chance allows: at the end <tails:share> of what real ones have there. "
    "A typical repeat has <spread:share> of the spread."
)
def _(seen: Seen, _: int, t: int, tails: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    if not reads(tails, seen.median("tail_mass")[-1]) or tails.value <= 1:
        yield f"{seen.median('tail_mass')[-1]:.3%} do"
    if not (seen.at_high("tail_mass")[-1] and shape_differs(seen)[t]):
        yield "as many real rows do"


@says(
    "From generation <t:t> on the far tails are thinner than chance allows: of all <drawn:count> rows of the end <rows:count> lie beyond "
    "the truth's central 99.9 %, of real ones <expected:number> would. A typical repeat has <spread:share> of the spread.",
    "From generation <t:t> on the far tails are thinner than chance allows: of all <drawn:count> rows of the end <rows:count> lies beyond "
    "the truth's central 99.9 %, of real ones <expected:number> would. A typical repeat has <spread:share> of the spread.",
)
def _(seen: Seen, _: int, t: int, drawn: Shown, rows: Shown, expected: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from share(seen, seen.last, spread)
    values = seen.values("far_tail_mass")
    far = np.rint(np.nansum(values * FAR * seen.n, axis=0))
    every = seen.n * len(values)
    if rows.value != far[-1] or drawn.value != every or not reads(expected, FAR * every):
        yield f"{far[-1]:.0f} of {every} are, of {FAR * every:g}"
    for when in (t, seen.last):
        if not (2 * far[when] <= FAR * every and drawn_by_faithful_models(far[when], FAR * every) <= 0.001):
            yield f"chance shows {far[when]:.0f} in generation {when}"
