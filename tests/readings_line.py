"""What the plain line under a headline says: in how many repeats it went as in most, and when theory expects half to be gone."""

from __future__ import annotations

from reading import Objections, Shown, says
from readings_details import half_by_theory
from readings_verdicts import of_several
from readings_words import thing
from seen import Seen


@says(
    "In <kept:count> of <count:count> repeats at least half of the spread is left at the end.",
    "In <kept:count> of <count:count> repeats at least half of the spread is left so far.",
)
def _(seen: Seen, _: int, kept: Shown, count: Shown) -> Objections:
    yield from of_several(seen)
    lost = int((seen.spreads[:, -1] < seen.whole / 2).sum())
    if (kept.value, count.value) != (len(seen.spreads) - lost, len(seen.spreads)) or 2 * lost > len(seen.spreads):
        yield f"{lost} of {len(seen.spreads)} have less"


@says(
    "In <lost:count> of <count:count> repeats more than half of the spread is gone at the end.",
    "In <lost:count> of <count:count> repeats more than half of the spread is gone so far.",
)
def _(seen: Seen, _: int, lost: Shown, count: Shown) -> Objections:
    yield from of_several(seen)
    true = int((seen.spreads[:, -1] < seen.whole / 2).sum())
    if (lost.value, count.value) != (true, len(seen.spreads)) or 2 * true <= len(seen.spreads):
        yield f"{true} of {len(seen.spreads)} have"


@says(
    "In <wider:count> of <count:count> repeats the rows are wider than the real data at the end.",
    "In <wider:count> of <count:count> repeats the rows are wider than the real data so far.",
)
def _(seen: Seen, _: int, wider: Shown, count: Shown) -> Objections:
    yield from of_several(seen)
    true = int((seen.spreads[:, -1] > seen.true_spread).sum())
    if (wider.value, count.value) != (true, len(seen.spreads)) or 2 * true <= len(seen.spreads):
        yield f"{true} of {len(seen.spreads)} are"


@says(
    "In <fewer:count> of <count:count> repeats fewer different <words:word> are drawn at the end than in generation 0.",
    "In <fewer:count> of <count:count> repeats fewer different <words:word> are drawn so far than in generation 0.",
)
def _(seen: Seen, _: int, fewer: Shown, count: Shown, words: Shown) -> Objections:
    yield from of_several(seen)
    yield from thing(seen, words)
    alive = seen.values("tokens_alive")
    true = int((alive[:, seen.last] < alive[:, 0]).sum())
    if (fewer.value, count.value) != (true, seen.worlds):
        yield f"{true} of {seen.worlds} have fewer"


@says("This is a single run: another seed may tell another story.")
def _(seen: Seen, _: int) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"


@says("The same loop was run <count:count> times.")
def _(seen: Seen, _: int, count: Shown) -> Objections:
    if count.value != seen.worlds or seen.worlds < 2:
        yield f"there are {seen.worlds}"


@says("Theory expects half at about generation <half:count>.")
def _(seen: Seen, _: int, half: Shown) -> Objections:
    if abs(half_by_theory(seen) - half.value) > 0.5:
        yield f"the typical path is half at {half_by_theory(seen):.4g}"
