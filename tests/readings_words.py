"""What sentences about words, characters and passages say."""

from __future__ import annotations

from reading import Objections, Shown, reads, says
from readings_captions import is_beside
from readings_verdicts import last_one, of_several, outside_are, within
from seen import Seen


def middles(seen: Seen, name: str, t: int, shown: Shown) -> Objections:
    """A count is the middle world's; of two worlds both are told."""
    low, high = seen.middles(name, t)
    true = [int(low), int(high)] if seen.worlds == 2 and low != high else [int(low)]
    if shown.numbers != true:
        yield f"{name} is {true} in generation {t}"


def thing(seen: Seen, named: Shown) -> Objections:
    """Words are called words, and characters characters."""
    if named.removesuffix("s") != seen.things:
        yield f"they are {seen.things}s"


def fewer(seen: Seen, t: int, alive: Shown, first: Shown) -> Objections:
    """Fewer words are drawn than fresh real rows have, from generation t on; so many are left of so many."""
    yield from of_several(seen)
    yield from within(seen, t)
    yield from middles(seen, "tokens_alive", seen.last, alive)
    yield from middles(seen, "tokens_alive", 0, first)
    if max(alive.numbers) >= min(first.numbers):
        yield "that is no fewer"
    low = seen.at_low("tokens_alive")
    if not (low[-1] and low[t]):
        yield "fresh real rows have as few"


@says(
    "<Words:word> go extinct: from generation <t:t> on fewer are drawn than chance allows; <alive:counts> of <first:counts> are left at "
    "the end.",
    "<Words:word> go extinct: from generation <t:t> on fewer are drawn than chance allows; <alive:counts> of <first:counts> is left at "
    "the end.",
)
def _(seen: Seen, _: int, Words: Shown, t: int, alive: Shown, first: Shown) -> Objections:  # noqa: N803
    yield from thing(seen, Shown(Words.lower()))
    yield from fewer(seen, t, alive, first)
    settings = seen.run.experiment.model_dump()
    if settings["family"].get("smoothing") or seen.run.experiment.n_real or settings["regime"]["kind"] != "replace":
        yield "they can come back"


@says(
    "Fewer <words:word> are drawn than chance allows from generation <t:t> on: <alive:counts> at the end, <first:counts> in generation 0."
)
def _(seen: Seen, _: int, words: Shown, t: int, alive: Shown, first: Shown) -> Objections:
    yield from thing(seen, words)
    yield from fewer(seen, t, alive, first)


@says(
    "Fewer <words:word> are drawn than chance allows from generation <t:t> on: at the end in <some:count> of <count:count> repeats fewer "
    "than in generation 0."
)
def _(seen: Seen, _: int, words: Shown, t: int, some: Shown, count: Shown) -> Objections:
    yield from thing(seen, words)
    yield from within(seen, t)
    alive = seen.values("tokens_alive")
    if some.value != (alive[:, -1] < alive[:, 0]).sum() or count.value != seen.worlds or not some.value:
        yield f"in {(alive[:, -1] < alive[:, 0]).sum()} of {seen.worlds}"
    if not seen.at_low("tokens_alive")[-1]:
        yield "fresh real rows have as few"


@says("Fewer <words:word> are drawn than chance allows from generation <t:t> on, and by chance no more in generation 0.")
def _(seen: Seen, _: int, words: Shown, t: int) -> Objections:
    yield from thing(seen, words)
    yield from within(seen, t)
    alive = seen.values("tokens_alive")
    if not seen.at_low("tokens_alive")[-1] or (alive[:, -1] < alive[:, 0]).any():
        yield "there were more"


@says(
    "Rare <words:word> are drawn less often than chance allows from generation <t:t> on; at the end they keep <part:share> of their share."
)
def _(seen: Seen, _: int, words: Shown, t: int, part: Shown) -> Objections:
    yield from of_several(seen)
    yield from thing(seen, words)
    yield from within(seen, t)
    share = seen.median("rare_mass") / seen.floor("rare_mass")[1]
    if not reads(part, share[-1]) or part.value >= 1:
        yield f"they keep {share[-1]:.3%}"
    low = seen.at_low("rare_mass")
    if not (low[t] and low[-1]):
        yield "fresh real rows have as few"


@says(
    "Rare <words:word> are drawn less often than chance allows from generation <t:t> on: at the end in <some:count> of <count:count> "
    "repeats less often than in generation 0."
)
def _(seen: Seen, _: int, words: Shown, t: int, some: Shown, count: Shown) -> Objections:
    yield from thing(seen, words)
    yield from within(seen, t)
    rare = seen.values("rare_mass")
    if some.value != (rare[:, -1] < rare[:, 0]).sum() or count.value != seen.worlds or not some.value:
        yield f"in {(rare[:, -1] < rare[:, 0]).sum()} of {seen.worlds}"


@says(
    "<Words:word> are drawn more evenly than chance allows: in a typical repeat two of generation <last:t> differ with probability "
    "<now:number>, two of as many real ones with <real:number>."
)
def _(seen: Seen, _: int, Words: Shown, last: int, now: Shown, real: Shown) -> Objections:  # noqa: N803
    yield from of_several(seen)
    yield from thing(seen, Shown(Words.lower()))
    yield from last_one(seen, last)
    if now.value <= real.value:
        yield "that is no more"
    if abs(now.value / seen.median("diversity")[-1] - 1) > 0.006 or abs(real.value / seen.floor("diversity")[1] - 1) > 0.006:
        yield f"{seen.median('diversity')[-1]:.6g} and {seen.floor('diversity')[1]:.6g}"
    if not seen.at_high("diversity")[-1]:
        yield "fresh real ones are as even"


@says("The diversity is lower than chance allows: in generation <last:t> a typical repeat keeps <part:share> of it.")
def _(seen: Seen, _: int, last: int, part: Shown) -> Objections:
    yield from of_several(seen)
    yield from last_one(seen, last)
    if not reads(part, seen.left[-1]) or part.value >= 1:
        yield f"they keep {seen.left[-1]:.4%}"
    if not seen.at_low("diversity")[-1]:
        yield "as many real ones show as little"


def different(seen: Seen, last: int, alive: Shown, words: Shown, first: Shown) -> Objections:
    """So many different words at the end, and so many in generation 0."""
    yield from last_one(seen, last)
    yield from thing(seen, words)
    yield from middles(seen, "tokens_alive", seen.last, alive)
    yield from middles(seen, "tokens_alive", 0, first)
    if (alive == "1") != (words == seen.things):
        yield "one is singular"


@says("It holds up to generation <last:t>: <alive:counts> different <words:word> at the end, <first:counts> in generation 0.")
def _(seen: Seen, _: int, last: int, alive: Shown, words: Shown, first: Shown) -> Objections:
    yield from of_several(seen)
    yield from different(seen, last, alive, words, first)
    if not 0.85 <= seen.left[-1] <= 1.15:
        yield f"{seen.left[-1]:.2%} of the diversity is left"
    yield from (
        f"{name} is beyond what real ones show" for name in ("tokens_alive", "rare_mass") if seen.median(name)[-1] < seen.floor(name)[0]
    )


@says(
    "In generation <last:t> a typical repeat is within what real <them:word> show: <alive:counts> different <words:word> at the end, "
    "<first:counts> in generation 0."
)
def _(seen: Seen, _: int, last: int, them: Shown, alive: Shown, words: Shown, first: Shown) -> Objections:
    yield from of_several(seen)
    yield from thing(seen, them)
    yield from different(seen, last, alive, words, first)
    yield from (f"{name} is not" for name in seen.outside(last))


@says(
    "In generation <last:t> no more <them:word> are lost than real <those:word> may lack by chance, but a typical repeat is not like "
    "them (<outside:words>): <alive:counts> different <words:word> at the end, <first:counts> in generation 0."
)
def _(seen: Seen, _: int, last: int, them: Shown, those: Shown, outside: Shown, alive: Shown, words: Shown, first: Shown) -> Objections:
    yield from of_several(seen)
    yield from thing(seen, them)
    yield from thing(seen, those)
    yield from different(seen, last, alive, words, first)
    yield from outside_are(seen, outside)


@says(
    "Too few <them:word> to tell: as many real ones may show less than half of the diversity. <alive:counts> different <words:word> at "
    "the end, <first:counts> in generation 0."
)
def _(seen: Seen, _: int, them: Shown, alive: Shown, words: Shown, first: Shown) -> Objections:
    yield from of_several(seen)
    yield from thing(seen, them)
    yield from different(seen, seen.last, alive, words, first)
    if not seen.floor("diversity")[0] < seen.whole / 2:
        yield "they do not"


@says("One run, up to generation <last:t>: <alive:counts> different <words:word> at the end, <first:counts> in generation 0.")
def _(seen: Seen, _: int, last: int, alive: Shown, words: Shown, first: Shown) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"
    yield from different(seen, last, alive, words, first)


@says("With one <word:word> a generation there is no diversity to measure.")
def _(seen: Seen, _: int, word: Shown) -> Objections:
    yield from thing(seen, word)
    if seen.n != 1:
        yield f"there are {seen.n}"


@says("Generation <t:t>: one <word:word> in every repeat, and no diversity to measure.")
def _(seen: Seen, beside: int, t: int, word: Shown) -> Objections:
    yield from is_beside(beside, t)
    yield from thing(seen, word)
    if seen.n != 1 or seen.worlds == 1:
        yield f"{seen.n} rows, {seen.worlds} worlds"


@says("Generation <t:t>: one <word:word>, and no diversity to measure.")
def _(seen: Seen, beside: int, t: int, word: Shown) -> Objections:
    yield from is_beside(beside, t)
    yield from thing(seen, word)
    if seen.n != 1 or seen.worlds != 1:
        yield f"{seen.n} rows, {seen.worlds} worlds"


def words_of(seen: Seen, beside: int, t: int, alive: Shown, words: Shown, first: Shown, spread: Shown, *, truth: bool) -> Objections:
    """How many words are left in a generation, and how much of the diversity."""
    yield from is_beside(beside, t)
    yield from middles(seen, "tokens_alive", t, alive)
    yield from middles(seen, "tokens_alive", 0, first)
    yield from thing(seen, words)
    if not reads(spread, seen.left[t]) or truth != (seen.whole == seen.true_spread):
        yield f"{seen.left[t]:.3%} of {seen.whole:.4g} is left"


@says(
    "Generation <t:t>: <alive:counts> different <words:word> in a typical repeat (<first:counts> in generation 0), with <spread:share> of "
    "the real data's diversity.",
    "Generation <t:t>: <alive:counts> different <words:word> in the two repeats (<first:counts> in generation 0), with <spread:share> of "
    "the real data's diversity.",
)
def _(seen: Seen, beside: int, t: int, alive: Shown, words: Shown, first: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from words_of(seen, beside, t, alive, words, first, spread, truth=True)


@says(
    "Generation <t:t>: <alive:counts> different <words:word> in a typical repeat (<first:counts> in generation 0), with <spread:share> of "
    "real rows' diversity.",
    "Generation <t:t>: <alive:counts> different <words:word> in the two repeats (<first:counts> in generation 0), with <spread:share> of "
    "real rows' diversity.",
)
def _(seen: Seen, beside: int, t: int, alive: Shown, words: Shown, first: Shown, spread: Shown) -> Objections:
    yield from of_several(seen)
    yield from words_of(seen, beside, t, alive, words, first, spread, truth=False)


@says(
    "Generation <t:t>: <alive:counts> different <words:word> (<first:counts> in generation 0), with <spread:share> of the real data's "
    "diversity."
)
def _(seen: Seen, beside: int, t: int, alive: Shown, words: Shown, first: Shown, spread: Shown) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"
    yield from words_of(seen, beside, t, alive, words, first, spread, truth=True)


@says(
    "Generation <t:t>: <alive:counts> different <words:word> (<first:counts> in generation 0), with <spread:share> of real rows' diversity."
)
def _(seen: Seen, beside: int, t: int, alive: Shown, words: Shown, first: Shown, spread: Shown) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"
    yield from words_of(seen, beside, t, alive, words, first, spread, truth=False)


@says(
    "Half of the different <words:word> of generation 0 are left: <alive:counts> of <first:counts>.",
    "Half of the different <words:word> of generation 0 are left, in a typical repeat: <alive:counts> of <first:counts>.",
    "Half of the different <words:word> of generation 0 are left, counted in both repeats: <alive:counts> of <first:counts>.",
)
def _(seen: Seen, t: int, words: Shown, alive: Shown, first: Shown) -> Objections:
    yield from thing(seen, words)
    yield from middles(seen, "tokens_alive", t, alive)
    yield from middles(seen, "tokens_alive", 0, first)
    now, then = seen.middles("tokens_alive", t), seen.middles("tokens_alive", 0)
    sides = range(2) if seen.worlds == 2 else range(1)
    if not all(now[side] <= then[side] / 2 for side in sides):
        yield f"{now} of {then}"
