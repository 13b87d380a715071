"""What sentences about language models say: perplexity, rare words, copies, and words that are not drawn again."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray
from reading import Objections, Shown, reads, says
from readings_captions import is_beside
from readings_verdicts import last_one, of_several
from readings_words import middles, thing
from seen import Seen, Values


def perplexities(seen: Seen, t: int) -> Values:
    """What new real text costs in each world; infinite where the metric has no number, because some of it is impossible."""
    found = seen.run.metrics["held_out_perplexity"][:, t]
    return np.where(np.isnan(found), np.inf, found)


def from_to(seen: Seen, t: int, first: Shown, last: Shown, at: int = 1) -> Objections:
    """Two medians of perplexity."""
    yield from last_one(seen, t)
    for shown, when in ((first, at), (last, t)):
        true = float(np.median(perplexities(seen, when)))
        if not reads(shown, true):
            yield f"it is {true:.6g} in generation {when}"


@says(
    "Perplexity on new real text <way:word> in every repeat, typically from <first:number> at generation 1 to <last:number> at <t:t>.",
)
def _(seen: Seen, _: int, way: Shown, first: Shown, last: Shown, t: int) -> Objections:
    yield from of_several(seen)
    yield from from_to(seen, t, first, last)
    before, after = perplexities(seen, 1), perplexities(seen, t)
    up = {"rises": True, "falls": False}[way]
    if not ((after > before) if up else (after < before)).all():
        yield "it does not in every world"
    if last.value == first.value or (last.value > first.value) != up:
        yield "the numbers contradict the verb"


@says("Perplexity on new real text is typically <last:number> at generation <t:t>; at generation 1 it was <first:number>.")
def _(seen: Seen, _: int, last: Shown, t: int, first: Shown) -> Objections:
    yield from of_several(seen)
    yield from from_to(seen, t, first, last)


@says("One run: perplexity on new real text is <last:number> at generation <t:t>; at generation 1 it was <first:number>.")
def _(seen: Seen, _: int, last: Shown, t: int, first: Shown) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"
    yield from from_to(seen, t, first, last)


@says(
    "Perplexity on new real text is infinite at generation <t:t> in <lost:count> of <every:count> repeats: some of it is impossible to "
    "their models.",
    "Perplexity on new real text is infinite at generation <t:t> in <lost:count> of <every:count> repeats: some of it is impossible to "
    "the model there.",
)
def _(seen: Seen, _: int, t: int, lost: Shown, every: Shown) -> Objections:
    yield from last_one(seen, t)
    true = int(np.isinf(perplexities(seen, t)).sum())
    if lost.value != true or every.value != seen.worlds or 2 * true < seen.worlds or seen.worlds == 1:
        yield f"to those of {true} of {seen.worlds}"


@says("One run: perplexity on new real text is infinite at generation <t:t>: some of it is impossible to the model.")
def _(seen: Seen, _: int, t: int) -> Objections:
    yield from last_one(seen, t)
    if seen.worlds != 1 or not np.isinf(perplexities(seen, t)).all():
        yield f"it is {perplexities(seen, t)}"


PARTS: Final = {
    "perplexity": r"perplexity (?P<now>\S+) on new real text",
    "since": r"perplexity (?P<now>\S+) on new real text \((?P<first>\S+) at generation 1\)",
    "infinite": r"infinite perplexity on new real text, some of which is impossible to (?:the models|the model)",
    "alive": r"(?P<now>[\d,]+(?: and [\d,]+)?) different (?P<things>\w+) \((?P<first>[\d,]+(?: and [\d,]+)?) in generation 0\)",
    "one": r"one and the same (?P<things>\w+) \((?P<first>[\d,]+(?: and [\d,]+)?) in generation 0\)",
    "rare": r"rare (?P<things>\w+) at (?P<now>.+ %) of their share",
    "copy": r"longest copies of the training text (?P<now>\S+) (?P<things>\w+) long on average",
    "some": r"longest copies of the training text (?P<now>\S+) (?P<things>\w+) long on average "
    r"\(measured in (?P<some>[\d,]+) of (?P<every>[\d,]+) repeats\)",
}
"""What a caption may tell of a language model, one after another."""


@says("Generation <t:t>: <parts:anything>.")
def _(seen: Seen, beside: int, t: int, parts: Shown) -> Objections:
    yield from is_beside(beside, t)
    for part in re.split(r", (?!some of which)", parts):
        kind, found = next(((kind, found) for kind, words in PARTS.items() if (found := re.fullmatch(words, part))), ("", None))
        if found is None:
            yield f"no reading is known of “{part}”"
        else:
            yield from part_of(seen, t, kind, {name: Shown(said) for name, said in found.groupdict().items()})


def part_of(seen: Seen, t: int, kind: str, told: dict[str, Shown]) -> Objections:
    """One of the things that a caption tells of a language model."""
    if "things" in told:
        yield from thing(seen, told["things"])
    if kind in ("perplexity", "since", "infinite"):
        true = np.median(perplexities(seen, t))
        if not reads(told.get("now", Shown("infinite")), float(true)):
            yield f"perplexity is {true:.6g}"
        if "first" in told and not reads(told["first"], float(np.median(perplexities(seen, 1)))):
            yield f"it was {np.median(perplexities(seen, 1)):.6g}"
    if kind in ("alive", "one"):
        yield from middles(seen, "tokens_alive", t, told.get("now", Shown("1")))
        yield from middles(seen, "tokens_alive", 0, told["first"])
    if kind == "rare" and not reads(told["now"], seen.median("rare_mass")[t] / seen.floor("rare_mass")[1]):
        yield f"they have {seen.median('rare_mass')[t] / seen.floor('rare_mass')[1]:.3%}"
    if kind in ("copy", "some"):
        yield from copies(seen, t, told)


def copies(seen: Seen, t: int, told: dict[str, Shown]) -> Objections:
    """How long the longest copies in the passages of a world are on average, in the middle world, and where that was measured."""
    known = seen.values("longest_copy")[:, t]
    known = known[~np.isnan(known)]
    if not reads(told["now"], float(np.median(known))):
        yield f"they are {np.median(known):.4g} long"
    if "some" in told and (told["some"].value != len(known) or told["every"].value != seen.worlds):
        yield f"it was measured in {len(known)} of {seen.worlds}"
    if "some" not in told and len(known) != seen.worlds:
        yield f"it was measured in {len(known)} of {seen.worlds}"


@says("Each number is that of a typical repeat.")
def _(seen: Seen, _: int) -> Objections:
    yield from of_several(seen)


@says("Midway between the two repeats; of what is counted both.")
def _(seen: Seen, _: int) -> Objections:
    if seen.worlds != 2:
        yield f"there are {seen.worlds}"


@says(
    "Not drawn again in repeat <world:t> up to generation <last:t>: <count:count> of <every:count> <words:word>, lastly <names:names>.",
)
def _(seen: Seen, t: int, world: int, last: int, count: Shown, every: Shown, words: Shown, names: Shown) -> Objections:
    if world != seen.replicate + 1:
        yield f"shown is world {seen.replicate + 1}"
    yield from gone(seen, t, last, count, every, words, names)


@says("Not drawn again in this run up to generation <last:t>: <count:count> of <every:count> <words:word>, lastly <names:names>.")
def _(seen: Seen, t: int, last: int, count: Shown, every: Shown, words: Shown, names: Shown) -> Objections:
    if seen.worlds != 1:
        yield f"there are {seen.worlds}"
    yield from gone(seen, t, last, count, every, words, names)


def gone(seen: Seen, t: int, last: int, count: Shown, every: Shown, words: Shown, names: Shown) -> Objections:
    """Words of the real text that were drawn before and in no generation from t to the last."""
    yield from last_one(seen, last)
    yield from thing(seen, words)
    drawn = words_drawn(seen)
    truth = seen.run.experiment.source.reference().probabilities
    assert truth is not None
    missing = drawn.any(axis=0) & ~drawn[t:].any(axis=0) & (truth > 0)
    if count.value != missing.sum() or every.value != (truth > 0).sum():
        yield f"{missing.sum()} of {(truth > 0).sum()} are"
    spoken = {name.replace("␣", " ") for name in re.findall(r"“(.+?)”(?=,| …|$)", names, re.DOTALL)}
    missed = {word for word, lost in zip(seen.run.experiment.source.space.words, missing, strict=True) if lost}
    if not spoken <= missed:
        yield f"{spoken - missed} are drawn again"


def words_drawn(seen: Seen) -> NDArray[np.bool_]:
    """Which words the world shown draws in which generation, prompts aside, (generations, words)."""
    if seen.run.counts is not None:
        return seen.run.counts[seen.replicate, : seen.last + 1] > 0
    given = seen.run.experiment.family.prompt_length
    rows = [seen.run.samples[seen.replicate, t, :, given:].ravel() for t in range(seen.last + 1)]
    return np.array([np.bincount(one[one >= 0], minlength=seen.run.experiment.source.space.vocabulary) > 0 for one in rows])
