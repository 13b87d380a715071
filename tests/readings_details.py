"""What is said beside a verdict: worlds, exceptions, shape, causes, theory, how a run ended, and captions of generations."""

from __future__ import annotations

import math

import numpy as np
from reading import Objections, Shown, reads, says
from readings_verdicts import last_one, of_several, within
from scipy.optimize import brentq
from scipy.special import digamma, polygamma
from scipy.stats import norm, ttest_1samp
from scipy.stats import t as student
from seen import Seen

from sim.theory import laws_for

ENOUGH = 10
"""Worlds from which on their own standard error tells how far off they are."""

DIFFERS = 3.29
"""Standard errors from which on one says that something differs: a correct program is so far off once in a thousand, on either side."""

SMALL = 0.5
"""A score below which skew may turn the side."""

SKEW = (0.35, 0.1)
"""How far skew may move a score, of a mean and of a mean logarithm, as a share of it and one more."""


@says("<count:count> repeats of the loop, each with its own random numbers, seed <seed:t>; what is typical of them is the median.")
def _(seen: Seen, _: int, count: Shown, seed: int) -> Objections:
    if count.value != seen.worlds or count.value < 2 or seed != seen.run.experiment.seed:
        yield f"there are {seen.worlds} of seed {seen.run.experiment.seed}"


@says("One run of the loop only, seed <seed:t>.")
def _(seen: Seen, _: int, seed: int) -> Objections:
    if seen.worlds != 1 or seed != seen.run.experiment.seed:
        yield f"there are {seen.worlds} of seed {seen.run.experiment.seed}"


@says(
    "Shares of the spread are of what <n:count> real row typically shows, <part:share> of the truth's.",
    "Shares of the spread are of what <n:count> real rows typically show, <part:share> of the truth's.",
)
def _(seen: Seen, _: int, n: Shown, part: Shown) -> Objections:
    if n.value != seen.n or not reads(part, seen.whole / seen.true_spread) or part.value >= 1:
        yield f"{seen.n} show {seen.whole / seen.true_spread:.2%}"


@says(
    "At the end repeats with more than half of the spread left: <many:count> of <count:count>; wider than the truth: <wider:count>.",
    "So far repeats with more than half of the spread left: <many:count> of <count:count>; wider than the truth: <wider:count>.",
)
def _(seen: Seen, _: int, many: Shown, count: Shown, wider: Shown) -> Objections:
    yield from counted(seen, Shown(str(len(seen.spreads) - int((seen.spreads[:, -1] < seen.whole / 2).sum()))), many, count, wider)


@says(
    "At the end repeats with less than half of the spread left: <few:count> of <count:count>; wider than the truth: <wider:count>.",
    "So far repeats with less than half of the spread left: <few:count> of <count:count>; wider than the truth: <wider:count>.",
)
def _(seen: Seen, _: int, few: Shown, count: Shown, wider: Shown) -> Objections:
    yield from counted(seen, Shown(str(int((seen.spreads[:, -1] < seen.whole / 2).sum()))), few, count, wider)


def counted(seen: Seen, true: Shown, told: Shown, count: Shown, wider: Shown) -> Objections:
    """Worlds on one side of half, of all that have a spread, and those above the truth."""
    ends = seen.spreads[:, -1]
    above = int((ends > seen.true_spread).sum())
    if told.value != true.value or count.value != len(ends) or wider.value != above:
        yield f"{true} of {len(ends)} are, and {above} wider"


@says(
    *(
        "Coverage is <now:share> and precision <here:share>; fresh real rows have <fresh:share> and <also:share>, and down to "
        f"<coverage:share> and <precision:share> no loss of shape can be told (<count:count> {worlds})."
        for worlds in ("repeat", "repeats")
    )
)
def _(
    seen: Seen, _: int, now: Shown, here: Shown, fresh: Shown, also: Shown, coverage: Shown, precision: Shown, count: Shown
) -> Objections:
    if count.value != int(np.isfinite(seen.values("coverage")[:, -1]).sum()):
        yield f"it is in {len(seen.values('coverage'))}"
    for name, low, middle, end in (("coverage", coverage, fresh, now), ("precision", precision, also, here)):
        edge, typical, _ = seen.floor(name)
        if not reads(low, max(0, edge)) or not reads(middle, typical) or not reads(end, seen.median(name)[-1]):
            yield f"{name} is {seen.median(name)[-1]:.3%}, of fresh real rows {typical:.3%}, at least {edge:.3%}"


@says(
    *(
        "The shape distance is <now:number>; fresh real rows have <fresh:number>, and up to <high:number> no loss of shape can be told "
        f"(<count:count> {worlds})."
        for worlds in ("repeat", "repeats")
    )
)
def _(seen: Seen, _: int, now: Shown, fresh: Shown, high: Shown, count: Shown) -> Objections:
    _, typical, edge = seen.floor("shape_distance")
    told = int(np.isfinite(seen.values("shape_distance")[:, -1]).sum())
    end = seen.median("shape_distance")[-1]
    if count.value != told or not reads(high, edge) or not reads(fresh, typical) or not reads(now, end):
        yield f"it is {end:.4g}, of fresh real rows {typical:.4g}, at most {edge:.4g}, in {told}"


def step(seen: Seen, ddof: int) -> float:
    """What the logarithm of a Gaussian's variance gains in a generation on average, with the divisor n - ddof."""
    n = seen.n
    return math.log(seen.run.experiment.temperature) + float(digamma((n - 1) / 2)) - math.log((n - ddof) / 2)


def path(seen: Seen, ddof: int, t: float) -> float:
    """The typical variance of the rows of generation t: exp of the mean logarithm."""
    start = math.log(seen.true_spread**2) + float(digamma((seen.n - 1) / 2)) - math.log((seen.n - 1) / 2)
    return math.exp(start + t * step(seen, ddof))


@says("Closed form of the typical path: half at <half:number>.")
def _(seen: Seen, _: int, half: Shown) -> Objections:
    expected = half_by_theory(seen)
    if not reads(half, expected):
        yield f"the typical path is half at {expected:.4g}"


def half_by_theory(seen: Seen) -> float:
    """The generation in which the typical path crosses half of the whole."""
    ddof = seen.run.experiment.model_dump()["family"]["ddof"]
    goal = (seen.whole / 2) ** 2
    return float(brentq(lambda t: path(seen, ddof, t) - goal, -10, 10 * seen.n + 10))


@says(
    "By theory <part:share> of this shrinking (on a log scale) comes of dividing by n, the rest is chance: with n − 1 "
    "the typical spread at generation <t:t> would be <unbiased:share> of the truth's, not <left:share>."
)
def _(seen: Seen, _: int, part: Shown, t: int, unbiased: Shown, left: Shown) -> Objections:
    yield from last_one(seen, t)
    biased, right = (math.sqrt(path(seen, ddof, t)) / seen.true_spread for ddof in (0, 1))
    whole, luck = step(seen, 0), step(seen, 1)
    if not (reads(part, (whole - luck) / whole) and reads(unbiased, right) and reads(left, biased)):
        yield f"{(whole - luck) / whole:.3%}, {right:.3%}, {biased:.3%}"
    if not seen.left[-1] < 1:
        yield "nothing has shrunk"


@says(
    "At generation <t:t> the measured <metric:anything> <way:word> with theory (<kind:anything>, z = <off:signed>).",
    "At generation <t:t> the measured <metric:anything> <way:word> from theory (<kind:anything>, z = <off:signed>).",
    "At generation <t:t>, the last that can be tested, the measured <metric:anything> <way:word> with theory (<kind:anything>, "
    "z = <off:signed>).",
    "At generation <t:t>, the last that can be tested, the measured <metric:anything> <way:word> from theory (<kind:anything>, "
    "z = <off:signed>).",
)
def _(seen: Seen, _: int, t: int, metric: Shown, way: Shown, kind: Shown, off: Shown) -> Objections:
    yield from of_several(seen)
    yield from within(seen, t)
    if metric.replace(" ", "_") != seen.spread_metric:
        yield f"the spread is {seen.spread_metric}"
    law = next(law for law in laws_for(seen.run.experiment, seen.spread_metric) if law.kind == kind)
    values = seen.values(seen.spread_metric)[:, t]
    told, theory = (np.log(values), math.log(law.values[t])) if kind == "typical path" else (values, float(law.values[t]))
    known = law.deviation is not None
    scatter = float(told.std(ddof=1))
    if kind == "typical path":
        scatter = math.sqrt((t + 1) * float(polygamma(1, (seen.n - 1) / 2)))
    elif law.deviation is not None:
        scatter = float(law.deviation[t])
    error = scatter / math.sqrt(len(told))
    off_by = float(told.mean()) - theory
    z = off_by / error if error > 1e-12 else 0.0
    # Of few worlds that scatter by themselves, standard errors as rare as these: Student's law has heavier tails than the normal one.
    rare = abs(z if known else float(norm.isf(student.sf(z, len(told) - 1))))
    if off.value * z < 0 and abs(off.value) > SMALL:
        yield f"it lies on the other side: {z:.2f}"
    if (abs(off.value) < DIFFERS) != (way == "agrees"):
        yield "the words contradict the number"
    # Skew makes either side rarer than the normal law has it, but does not tell another story.
    if abs(abs(off.value) - rare) > 0.06 + SKEW[kind == "typical path"] * (1 + rare):
        yield f"it is {z:.2f} standard errors off, as rare as {rare:.2f}"


@says(
    "At generation <t:t> the measured <metric:words> agrees with theory (<kind:words>), as far as <count:count> repeats can tell.",
    "At generation <t:t>, the last that can be tested, the measured <metric:words> agrees with theory (<kind:words>), as far as "
    "<count:count> repeats can tell.",
)
def _(seen: Seen, _: int, t: int, metric: Shown, kind: Shown, count: Shown) -> Objections:
    yield from of_several(seen)
    yield from within(seen, t)
    law = next(law for law in laws_for(seen.run.experiment, seen.spread_metric) if law.kind == kind)
    values = seen.values(seen.spread_metric)[:, t]
    if metric.replace(" ", "_") != seen.spread_metric or count.value != seen.worlds or seen.worlds >= ENOUGH:
        yield f"there are {seen.worlds} worlds of {seen.spread_metric}"
    chance = ttest_1samp(values, float(law.values[t])).pvalue if values.std() else 1
    if chance < 1e-5:
        yield f"worlds that agree are so far off with a probability of {chance:.1e}"


@says("Later too few repeats carry the mean for a test.")
def _(seen: Seen, _: int) -> Objections:
    yield from of_several(seen)


@says("The mean that theory gives for the <metric:anything> is drawn, not tested: too few repeats carry it.")
def _(seen: Seen, _: int, metric: Shown) -> Objections:
    if not any(law.kind == "mean" for law in laws_for(seen.run.experiment, seen.spread_metric)):
        yield "theory gives none"
    if metric.replace(" ", "_") != seen.spread_metric:
        yield f"the spread is {seen.spread_metric}"


@says("The stage steps through <shown:count> of the <every:count> generations; the files under Numbers on the Explore page have them all.")
def _(seen: Seen, _: int, shown: Shown, every: Shown) -> Objections:
    if every.value != seen.last + 1 or not 1 < shown.value < every.value:
        yield f"there are {seen.last + 1}"
