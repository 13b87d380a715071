"""What sentences about modes say: how many are missing, what model 1 missed, and what was lost since."""

from __future__ import annotations

import numpy as np
from reading import Objections, Shown, says
from readings_verdicts import last_one, of_several
from seen import Seen


def missing(seen: Seen, t: int) -> list[int]:
    """How many modes each world misses in generation t, the fewest first."""
    return sorted((~seen.alive[:, t]).sum(axis=1).tolist())


def typical(seen: Seen, t: int, shown: Shown) -> Objections:
    """So many modes are missing in the middle world; of two worlds each is told, of an even number both middles."""
    counts = missing(seen, t)
    low, high = counts[(len(counts) - 1) // 2], counts[len(counts) // 2]
    true = [low, high] if len(counts) == 2 else sorted({low, high})
    if shown.numbers != true:
        yield f"{true} are missing"


def not_drawn(seen: Seen, told: Shown, modes: Shown, where: str) -> Objections:
    """So many of all modes are missing at the end, in the worlds that are named."""
    total = sum(missing(seen, seen.last))
    if where == "all":
        if told.value != total or modes.value != seen.worlds * seen.modes:
            yield f"{total} of {seen.worlds * seen.modes} are"
        return
    if modes.value != seen.modes:
        yield f"there are {seen.modes}"
    yield from typical(seen, seen.last, told)
    if (seen.worlds == 1) != (where == "one") or (seen.worlds == 2) != (where == "two"):
        yield f"there are {seen.worlds} worlds"
    if not total:
        yield "none is"


PLACES = {
    "one": "in this run",
    "two": "in the two repeats",
    "median": "in a typical repeat",
    "all": "(all <worlds:count> repeats together)",
}
GONE = "By generation <last:t>, <told:counts> of <modes:count> modes <verb:word> gone for good {}; luck alone would miss {}."
NOT_DRAWN = "In generation <last:t>, <told:counts> of <modes:count> modes <verb:word> not drawn {}; luck alone would miss {}."
MISSING = (
    "In generation <last:t>, <told:counts> of <modes:count> modes <verb:word> missing {}, with less than a tenth of the usual rows; luck "
    "alone would miss {}."
)
LUCK = ("next to none", "<luck:number>", "<luck:number> a repeat")


def every_place(sentence: str, place: str) -> list[str]:
    """The sentence with each way to say what luck would miss."""
    return [sentence.format(PLACES[place], luck) for luck in LUCK]


def judge(kind: str, place: str) -> None:
    """Register one kind of sentence about modes that are missing at the end."""

    @says(*every_place({"gone": GONE, "not drawn": NOT_DRAWN, "missing": MISSING}[kind], place))
    def _(
        seen: Seen, _: int, last: int, told: Shown, modes: Shown, verb: Shown, worlds: Shown | None = None, luck: Shown | None = None
    ) -> Objections:
        yield from last_one(seen, last)
        yield from not_drawn(seen, told, modes, place)
        if (told == "1") != (verb == "is"):
            yield "one is, others are"
        if worlds is not None and worlds.value != seen.worlds:
            yield f"there are {seen.worlds} worlds"
        most = max(told.numbers) if place != "all" else told.numbers[0]
        if luck is not None and luck.value >= most:
            yield "luck alone would miss as many"
        rows = seen.run.counts[:, seen.last] if seen.run.counts is not None else np.empty((0, 0))
        if kind != "missing" and rows[~seen.alive[:, seen.last]].any():
            yield "some of them have a row"
        if kind == "gone" and not replaced_copies(seen):
            yield "they can come back"


def replaced_copies(seen: Seen) -> bool:
    """Whether models only repeat rows of the generation before, so that what is gone is gone for good."""
    settings = seen.run.experiment.model_dump()
    copies = settings["family"]["kind"] == "kde" and settings["family"]["h"] == 0
    return copies and settings["regime"]["kind"] == "replace" and not seen.run.experiment.n_real


for kind in ("gone", "not drawn", "missing"):
    for place in PLACES:
        judge(kind, place)


@says(
    "Modes alive in a typical repeat: <alive:counts> of <modes:count>.", "Modes alive in the two repeats: <alive:counts> of <modes:count>."
)
def _(seen: Seen, t: int, alive: Shown, modes: Shown) -> Objections:
    yield from of_several(seen)
    yield from are_alive(seen, t, alive, modes)


@says("Modes alive: <alive:counts> of <modes:count>.")
def _(seen: Seen, t: int, alive: Shown, modes: Shown) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds} worlds"
    yield from are_alive(seen, t, alive, modes)


def are_alive(seen: Seen, t: int, alive: Shown, modes: Shown) -> Objections:
    """So many modes are alive in the middle world."""
    if modes.value != seen.modes:
        yield f"there are {seen.modes}"
    counts = sorted((seen.modes - np.array(missing(seen, t))).tolist())
    low, high = counts[(len(counts) - 1) // 2], counts[len(counts) // 2]
    true = [low, high] if len(counts) == 2 else sorted({low, high})
    if alive.numbers != true:
        yield f"{true} are"


def missed(seen: Seen) -> tuple[int, int]:
    """How many modes the real rows had in all worlds together, and how many of these model 1 missed."""
    had = seen.alive[:, 0]
    return int(had.sum()), int((had & ~seen.alive[:, 1]).sum())


WHERE = ("in this run", "in the two repeats", "counted over all <worlds:count> repeats")
HAD = ("the one mode that the real rows had", "the <had:count> modes that the real rows had")


def with_all(sentence: str) -> list[str]:
    """A sentence about model 1 in each of its places."""
    return [
        sentence.format(had=had, where=where, luck=luck) for had in HAD for where in WHERE for luck in ("<luck:number>", "next to none")
    ]


def first_model(seen: Seen, count: Shown, had: Shown | None, worlds: Shown | None) -> Objections:
    """So many of the modes that the real rows had, in all worlds together, were missed by model 1."""
    there, gone = missed(seen)
    if count.value != gone or (1 if had is None else had.value) != there:
        yield f"it missed {gone} of {there}"
    if worlds is not None and worlds.value != seen.worlds:
        yield f"there are {seen.worlds} worlds"


@says(
    *with_all("Model 1 missed <count:count> of {had}, {where}; luck alone would miss {luck} (mode collapse)."),
    *with_all(
        "Model 1 has one peak and cannot hold separate modes: it missed <count:count> of {had}, {where}; luck alone would miss {luck}."
    ),
)
def _(seen: Seen, _: int, count: Shown, had: Shown | None = None, worlds: Shown | None = None, luck: Shown | None = None) -> Objections:
    yield from first_model(seen, count, had, worlds)
    if luck is not None and luck.value >= count.value:
        yield "luck alone would miss as many"
    settings = seen.run.experiment.model_dump()["family"]
    if settings["kind"] == "kde" and settings["h"] == 0 and settings["bandwidth"] == "fixed":
        yield "a model that repeats its rows misses nothing but by luck"


@says(*with_all("Model 1 missed <count:count> of {had}, {where}, because it spread wider; luck alone would miss {luck}."))
def _(seen: Seen, _: int, count: Shown, had: Shown | None = None, worlds: Shown | None = None, luck: Shown | None = None) -> Objections:
    yield from first_model(seen, count, had, worlds)
    if luck is not None and luck.value >= count.value:
        yield "luck alone would miss as many"
    if not np.median(seen.spreads[:, 1]) > np.median(seen.spreads[:, 0]):
        yield "it is no wider"


@says(*with_all("Model 1 missed <count:count> of {had}, {where}, no more than luck allows: on average {luck}."))
def _(seen: Seen, _: int, count: Shown, had: Shown | None = None, worlds: Shown | None = None, luck: Shown | None = None) -> Objections:
    yield from first_model(seen, count, had, worlds)


@says(*with_all("Model 1 missed none of {had}, {where}."))
def _(seen: Seen, _: int, had: Shown | None = None, worlds: Shown | None = None) -> Objections:
    yield from first_model(seen, Shown("0"), had, worlds)


def more(seen: Seen, t: int) -> tuple[int, int]:
    """How many more modes are missing in generation t than in generation 1, all worlds together, and how many came back."""
    first, now = seen.alive[:, 1], seen.alive[:, t]
    return int((~now).sum() - (~first).sum()), int((now & ~first).sum())


@says("Generation <t:t> misses <net:count> more than generation 1, net of <back:count> that came back (model collapse).")
def _(seen: Seen, _: int, t: int, net: Shown, back: Shown) -> Objections:
    if (net.value, back.value) != more(seen, t) or not net.value or not back.value:
        yield f"{more(seen, t)}"


@says("Generation <t:t> misses <net:count> more than generation 1, and none came back (model collapse).")
def _(seen: Seen, _: int, t: int, net: Shown) -> Objections:
    if (net.value, 0) != more(seen, t) or not net.value:
        yield f"{more(seen, t)}"


@says("Generation <t:t> misses <net:count> more than generation 1: too few to tell from luck.")
def _(seen: Seen, _: int, t: int, net: Shown) -> Objections:
    if net.value != more(seen, t)[0] or not net.value:
        yield f"it is {more(seen, t)[0]}"


@says("Generation <t:t> misses as many as generation 1.")
def _(seen: Seen, _: int, t: int) -> Objections:
    if more(seen, t)[0]:
        yield f"it is {more(seen, t)[0]} more"


@says("Generation <t:t> misses <few:count> fewer than generation 1.")
def _(seen: Seen, _: int, t: int, few: Shown) -> Objections:
    if -few.value != more(seen, t)[0] or not few.value:
        yield f"it is {more(seen, t)[0]} more"


@says(
    "The first mode of this repeat is gone for good.",
    "<count:count> modes of this repeat are gone for good at once.",
    "The first mode of this repeat is missing from here on, up to generation <last:t>.",
    "<count:count> modes of this repeat are missing from here on, up to generation <last:t>.",
)
def _(seen: Seen, t: int, count: Shown | None = None, last: int | None = None) -> Objections:
    alive = seen.alive[seen.replicate]
    dead = alive[t - 1] & ~alive[t:].any(axis=0)
    if int(dead.sum()) != (1 if count is None else count.value):
        yield f"{dead.sum()} die in generation {t}"
    if last is not None:
        yield from last_one(seen, last)
    elif not replaced_copies(seen):
        yield "they can come back"
