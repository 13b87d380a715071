"""What is said beside a verdict: worlds, exceptions, shape, causes, theory, how a run ended, and captions of generations."""

from __future__ import annotations

import math

import numpy as np
from reading import Objections, Shown, reads, says
from readings_verdicts import last_one, of_several, share, since, within
from scipy.optimize import brentq
from scipy.special import digamma, polygamma
from scipy.stats import norm
from scipy.stats import t as student
from seen import Seen

from sim.theory import laws_for

DIFFERS = 3.29
"""Standard errors from which on one says that something differs: a correct program is so far off once in a thousand, on either side."""

SKEW = (0.35, 0.1)
"""How far skew may move a score, of a mean and of a mean logarithm, as a share of it and one more."""


@says("<count:count> worlds, seed <seed:t>.")
def _(seen: Seen, _: int, count: Shown, seed: int) -> Objections:
    if count.value != seen.worlds or count.value < 2 or seed != seen.run.experiment.seed:
        yield f"there are {seen.worlds} of seed {seen.run.experiment.seed}"


@says("One world only, seed <seed:t>: another seed may tell another story.")
def _(seen: Seen, _: int, seed: int) -> Objections:
    if seen.worlds != 1 or seed != seen.run.experiment.seed:
        yield f"there are {seen.worlds} of seed {seen.run.experiment.seed}"


@says(
    "Shares of the spread are of what <n:count> real row typically show, <part:share> of the truth's.",
    "Shares of the spread are of what <n:count> real row typically shows, <part:share> of the truth's.",
    "Shares of the spread are of what <n:count> real rows typically show, <part:share> of the truth's.",
)
def _(seen: Seen, _: int, n: Shown, part: Shown) -> Objections:
    if n.value != seen.n or not reads(part, seen.whole / seen.true_spread) or part.value >= 1:
        yield f"{seen.n} show {seen.whole / seen.true_spread:.2%}"


@says(
    "At the end worlds with more than half of the spread left: <many:count> of <count:count>; wider than the truth: <wider:count>.",
    "So far worlds with more than half of the spread left: <many:count> of <count:count>; wider than the truth: <wider:count>.",
)
def _(seen: Seen, _: int, many: Shown, count: Shown, wider: Shown) -> Objections:
    yield from counted(seen, Shown(str(len(seen.spreads) - int((seen.spreads[:, -1] < seen.whole / 2).sum()))), many, count, wider)


@says(
    "At the end worlds with less than half of the spread left: <few:count> of <count:count>; wider than the truth: <wider:count>.",
    "So far worlds with less than half of the spread left: <few:count> of <count:count>; wider than the truth: <wider:count>.",
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
    "Shape is tested in <count:count> worlds: a loss shows where coverage is below <coverage:share> or precision below <precision:share>; "
    "fresh real rows have <fresh:share> and <also:share>.",
    "Shape is tested in <count:count> world: a loss shows where coverage is below <coverage:share> or precision below <precision:share>; "
    "fresh real rows have <fresh:share> and <also:share>.",
)
def _(seen: Seen, _: int, count: Shown, coverage: Shown, precision: Shown, fresh: Shown, also: Shown) -> Objections:
    if count.value != int(np.isfinite(seen.values("coverage")[:, -1]).sum()):
        yield f"it is in {len(seen.values('coverage'))}"
    for name, low, middle in (("coverage", coverage, fresh), ("precision", precision, also)):
        edge, typical, _ = seen.floor(name)
        if not reads(low, max(0, edge)) or not reads(middle, typical):
            yield f"{name} of fresh real rows is {typical:.3%}, at least {edge:.3%}"


@says(
    "Shape is tested in <count:count> worlds: a loss shows where the shape distance is above <high:number>; for fresh real rows it is "
    "<fresh:number>.",
    "Shape is tested in <count:count> world: a loss shows where the shape distance is above <high:number>; for fresh real rows it is "
    "<fresh:number>.",
)
def _(seen: Seen, _: int, count: Shown, high: Shown, fresh: Shown) -> Objections:
    _, typical, edge = seen.floor("shape_distance")
    told = int(np.isfinite(seen.values("shape_distance")[:, -1]).sum())
    if count.value != told or not reads(high, edge) or not reads(fresh, typical):
        yield f"it is {typical:.4g}, at most {edge:.4g}, in {told}"


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
    ddof = seen.run.experiment.model_dump()["family"]["ddof"]
    goal = (seen.whole / 2) ** 2
    expected = float(brentq(lambda t: path(seen, ddof, t) - goal, -10, 10 * seen.n + 10))
    if not reads(half, expected):
        yield f"the typical path is half at {expected:.4g}"


@says(
    "By theory <part:share> of this shrinking comes of dividing by n, the rest is chance: with n − 1 the typical spread at generation "
    "<t:t> would be <unbiased:share> of the truth's, not <left:share>."
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
    "At generation <t:t> the measured <metric:anything> <way:word> with theory (<kind:anything>, <off:number> standard errors off).",
    "At generation <t:t> the measured <metric:anything> <way:word> from theory (<kind:anything>, <off:number> standard errors off).",
    "At generation <t:t>, the last that can be tested, the measured <metric:anything> <way:word> with theory (<kind:anything>, "
    "<off:number> standard errors off).",
    "At generation <t:t>, the last that can be tested, the measured <metric:anything> <way:word> from theory (<kind:anything>, "
    "<off:number> standard errors off).",
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
    off_by = abs(float(told.mean()) - theory)
    z = off_by / error if error > 1e-12 else 0.0
    # Of few worlds that scatter by themselves, standard errors as rare as these: Student's law has heavier tails than the normal one.
    rare = z if known else float(norm.isf(student.sf(z, len(told) - 1)))
    if (off.value < DIFFERS) != (way == "agrees"):
        yield "the words contradict the number"
    # Skew makes either side rarer than the normal law has it, but does not tell another story.
    if abs(off.value - rare) > 0.06 + SKEW[kind == "typical path"] * (1 + rare):
        yield f"it is {z:.2f} standard errors off, as rare as {rare:.2f}"


@says("Later too few worlds carry the mean for a test.")
def _(seen: Seen, _: int) -> Objections:
    yield from of_several(seen)


@says("The mean that theory gives for the <metric:anything> is drawn, not tested: too few worlds carry it.")
def _(seen: Seen, _: int, metric: Shown) -> Objections:
    if not any(law.kind == "mean" for law in laws_for(seen.run.experiment, seen.spread_metric)):
        yield "theory gives none"
    if metric.replace(" ", "_") != seen.spread_metric:
        yield f"the spread is {seen.spread_metric}"


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
    "From generation <t:t> on every world is a single point.",
    "From generation <t:t> on every world draws a single word.",
    "From generation <t:t> on every world draws a single passage.",
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
    "Generation 0: <n:count> real row in every world. No model has learned anything yet.",
    "Generation 0: <n:count> real rows in every world. No model has learned anything yet.",
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


@says("Generation <t:t>: in the median, worlds have <spread:share> of the spread and <tails:share> of the tails.")
def _(seen: Seen, beside: int, t: int, spread: Shown, tails: Shown) -> Objections:
    yield from of_several(seen)
    yield from row_of(seen, beside, t, spread, tails)


@says("Generation <t:t>: the world has <spread:share> of the spread and <tails:share> of the tails.")
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


@says("Generation <t:t>: no world has a spread that could be measured.", "Generation <t:t>: no world has a diversity that could be measured.")
def _(seen: Seen, beside: int, t: int) -> Objections:
    yield from is_beside(beside, t)
    if np.isfinite(seen.left[t]):
        yield "there is one"


@says("Generation <t:t>: one row in every world, and no spread to measure.")
def _(seen: Seen, beside: int, t: int) -> Objections:
    yield from is_beside(beside, t)
    if seen.n != 1 or seen.worlds == 1:
        yield f"{seen.n} rows, {seen.worlds} worlds"


@says("Generation <t:t>: one row, and no spread to measure.")
def _(seen: Seen, beside: int, t: int) -> Objections:
    yield from is_beside(beside, t)
    if seen.n != 1 or seen.worlds != 1:
        yield f"{seen.n} rows, {seen.worlds} worlds"


@says("In <wider:count> of <count:count> worlds the rows are wider than the truth.")
def _(seen: Seen, t: int, wider: Shown, count: Shown) -> Objections:
    true = int((seen.spreads[:, t] > seen.true_spread).sum())
    if wider.value != true or count.value != len(seen.spreads):
        yield f"{true} of {len(seen.spreads)} are"


@says("This is the real data. No model has learned anything yet.")
def _(seen: Seen, t: int) -> Objections:
    yield from is_beside(t, 0)


@says("From here on the tails are nearly always empty.", "From here on the tails are nearly always empty, in the median over the worlds.")
def _(seen: Seen, t: int) -> Objections:
    yield from since(seen.median("tail_mass") == 0, t, "the tails are empty")


@says("Half of the spread is gone.", "Half of the diversity is gone.")
def _(seen: Seen, t: int) -> Objections:
    if seen.worlds > 1 or not seen.left[t] < 0.5:
        yield f"{seen.left[t]:.2%} is left"


@says("Half of the spread is gone, in the median over the worlds.", "Half of the diversity is gone, in the median over the worlds.")
def _(seen: Seen, t: int) -> Objections:
    yield from of_several(seen)
    if not seen.left[t] < 0.5:
        yield f"{seen.left[t]:.2%} is left"


@says("The last generation of this run.")
def _(seen: Seen, t: int) -> Objections:
    yield from last_one(seen, t)


@says("The stage steps through <shown:count> of the <every:count> generations; the files under Numbers on the Explore page have them all.")
def _(seen: Seen, _: int, shown: Shown, every: Shown) -> Objections:
    if every.value != seen.last + 1 or not 1 < shown.value < every.value:
        yield f"there are {seen.last + 1}"
