"""Sentences computed from the run: nothing is said that the numbers did not earn.

Every sentence is one template filled with numbers, so that another language can be one more file of templates.
"In the median" is over the replicates (repeats, on screen), for each number by itself: the one shown on stage may differ. "Spread" is the
standard deviation (for words: the diversity), shares of it are what `sim.verdicts.phases` calls shares of the whole. "From
generation 7 on" is where something has come to stay: it holds in nine of ten generations from there on.
"""

from __future__ import annotations

import numpy as np

from dashboard.captions.causes import cause_sentence
from dashboard.captions.modes import lost_modes_sentence, missing_modes, modes_fewer, modes_now, modes_verdict_kind
from dashboard.captions.shape import shape_facts, shape_tested_sentence, shape_verdict_kind, unlike_kind
from dashboard.captions.text import text_caption, text_verdict
from dashboard.captions.theory import half_life_sentence, theory_sentence
from dashboard.captions.verdict_templates import VERDICTS, WORD_VERDICTS
from dashboard.captions.words import kind_of_fewer, kind_of_rarer, word_facts, words_alive
from dashboard.figures import View
from dashboard.theme import counted, percent, percent_beside
from sim import Run
from sim.arrays import Floats
from sim.metrics import metrics
from sim.verdicts.criteria import criteria, outside_floor
from sim.verdicts.medians import median_at, middle
from sim.verdicts.phases import come_to_stay, half_gone_since, phase_at
from sim.verdicts.spread import cached_by_run, chance_hides_half, spread_left, spread_metric, spreads, true_spread, whole_spread
from sim.verdicts.tails import tails_empty_since, thin_since

CAPTIONS = {
    "start": "Generation 0: {rows} in every repeat. No model has learned anything yet.",
    "start of one": "Generation 0: {rows}. No model has learned anything yet.",
    "many": "Generation {t}: a typical repeat has {spread} of the spread and {tails} of the tails.",
    "one": "Generation {t}: this run has {spread} of the spread and {tails} of the tails.",
    "unmeasured": "Generation {t}: no repeat has a spread that could be measured.",
    "words unmeasured": "Generation {t}: no repeat has a diversity that could be measured.",
    "no spread": "Generation {t}: one row in every repeat, and no spread to measure.",
    "no spread of one": "Generation {t}: one row, and no spread to measure.",
    "no diversity": "Generation {t}: one word in every repeat, and no diversity to measure.",
    "no diversity of one": "Generation {t}: one word, and no diversity to measure.",
    "words": "Generation {t}: {different} in a typical repeat ({first} in generation 0), with {spread} of {whose} diversity.",
    "words of two": "Generation {t}: {different} in the two repeats ({first} in generation 0), with {spread} of {whose} diversity.",
    "words of one": "Generation {t}: {different} ({first} in generation 0), with {spread} of {whose} diversity.",
}
WIDER_NOW = "In {wider:,} of {count:,} repeats the rows are wider than the real data."
MANY_REPEATS = "{count:,} repeats of the loop, each with its own random numbers, seed {seed}; what is typical of them is the median."
ONE_REPEAT = "One run of the loop only, seed {seed}."
OF_TYPICAL_ROWS = "Shares of the spread are of what {rows}, {share} of the truth's."
REAL_ROWS = ("{n} real row", "{n} real rows")
TYPICALLY_SHOW = ("{n} real row typically shows", "{n} real rows typically show")
THE_TRUTHS, WHAT_ROWS_SHOW = "the real data's", "real rows'"
FEW_KEPT = "{when} repeats with more than half of the spread left: {kept:,} of {count:,}; wider than the truth: {wider:,}."
FEW_LOST = "{when} repeats with less than half of the spread left: {lost:,} of {count:,}; wider than the truth: {wider:,}."
AT_THE_END, SO_FAR = "At the end", "So far"
BEYOND_CHANCE_SINCE = "That so many repeats have empty tails is beyond chance from generation {early} on."


def verdict(run: Run) -> str:
    """What became of the truth in this run, in one sentence."""
    if run.ending.early or run.ending.kind in ("impossible", "diverged") or run.last < 1:
        return run.ending.sentence
    if spread_metric(run.experiment) == "diversity":
        return text_verdict(run) or _words_verdict(run)
    return VERDICTS[_verdict_kind(run)].format(**_facts(run), **missing_modes(run)._asdict(), **shape_facts(run))


def detail(run: Run) -> str:
    """How sure that is: worlds and seed, what theory says, and how many worlds did otherwise."""
    count, seed = run.experiment.replicates, run.experiment.seed
    worlds = (MANY_REPEATS if count > 1 else ONE_REPEAT).format(count=count, seed=seed)
    return " ".join(
        part
        for part in (
            _words_beside_perplexity(run),
            worlds,
            _modes_beside_spread(run),
            lost_modes_sentence(run, run.last),
            _share_of_what(run),
            _beyond_chance_since(run),
            _exceptions(run),
            shape_tested_sentence(run),
            half_life_sentence(run),
            cause_sentence(run),
            theory_sentence(run),
        )
        if part
    )


def _words_verdict(run: Run) -> str:
    with_unit = run.experiment.source.space.with_unit
    return with_unit(WORD_VERDICTS[_word_verdict_kind(run)]).format(**_facts(run), **word_facts(run))


def _words_beside_perplexity(run: Run) -> str:
    """What became of the words, where the verdict is about perplexity."""
    both = spread_metric(run.experiment) == "diversity" and verdict(run) == text_verdict(run) != ""
    return _words_verdict(run) if both else ""


def _modes_beside_spread(run: Run) -> str:
    """How many modes are missing beyond luck, where the verdict is about the spread that went with them."""
    if run.last < 1 or spread_metric(run.experiment) == "diversity" or not modes_fewer(run, run.last):
        return ""
    told = VERDICTS[modes_verdict_kind(run)].format(last=run.last, **missing_modes(run)._asdict())
    return "" if told == verdict(run) else told


def caption(view: View, t: int) -> str:
    """What generation t of a run shows."""
    run, one = view.run, view.experiment.replicates == 1
    if t == 0:
        return CAPTIONS["start of one" if one else "start"].format(rows=counted(REAL_ROWS, view.experiment.n))
    spread = percent(float(spread_left(run)[t]))
    if view.space.kind == "sequences":
        return text_caption(view, t)
    if spread_metric(run.experiment) == "diversity":
        many = "words of two" if len(middle(run.metrics, "tokens_alive", t)) > 1 else "words"
        known = "words unmeasured" if not np.isfinite(spread_left(run)[t]) else "words of one" if one else many
        kind = ("no diversity of one" if one else "no diversity") if view.experiment.n == 1 else known
        whose = THE_TRUTHS if whole_spread(run) == true_spread(run) else WHAT_ROWS_SHOW
        return CAPTIONS[kind].format(t=t, spread=spread, whose=whose, **words_alive(run, t))
    if view.experiment.n == 1:
        return CAPTIONS["no spread of one" if one else "no spread"].format(t=t)
    if not np.isfinite(spread_left(run)[t]):
        return CAPTIONS["unmeasured"].format(t=t)
    sentence = CAPTIONS["one" if one else "many"].format(t=t, spread=spread, tails=percent(median_at(run.metrics, "tail_mass", t)))
    return " ".join(part for part in (sentence, modes_now(run, t), lost_modes_sentence(run, t), _wider_now(run, t)) if part)


@cached_by_run
def _verdict_kind(run: Run) -> str:
    """Which verdict a run of numbers has earned."""
    if not np.isfinite(spread_left(run)[-1]):
        return "one row" if run.experiment.n == 1 else "unmeasured"
    seen, phase = criteria(run), phase_at(run, run.last)
    if run.experiment.replicates == 1:
        return modes_verdict_kind(run) if modes_fewer(run, run.last) else "one world"
    if phase == "late" and seen.half_gone[-1]:
        return _late_kind(run)
    if modes_fewer(run, run.last):
        return modes_verdict_kind(run)
    return unlike_kind(run) if phase == "late" else _verdict_of_phase(run, phase) or _kind_of_early(run)


def _kind_of_early(run: Run) -> str:
    kind = shape_verdict_kind(run)
    return ("thin" if tails_empty_since(run) is None else "gone") if kind == "tails" else kind


def _word_verdict_kind(run: Run) -> str:
    """Which verdict a run of words has earned; gone for good is said only of what cannot come back."""
    if run.experiment.n == 1 and run.experiment.source.space.kind == "tokens":
        return "one row"
    if not np.isfinite(spread_left(run)[-1]):
        return "unmeasured"
    if run.experiment.replicates == 1:
        return "one world"
    seen, phase = criteria(run), phase_at(run, run.last)
    if phase == "late":
        return _late_kind(run)
    return _verdict_of_phase(run, phase) or (kind_of_fewer(run) if seen.thin.get("tokens_alive", seen.low)[-1] else kind_of_rarer(run))


def _late_kind(run: Run) -> str:
    """Whether half of the spread was gone in the median before that was beyond chance."""
    return "late" if _halved_since(run) == half_gone_since(run) else "late for sure"


def _verdict_of_phase(run: Run, phase: str) -> str:
    """The verdict that a phase and the signs at the end alone decide; empty for early."""
    seen = criteria(run)
    if phase == "blurred":
        return "wide" if seen.wide[-1] else "smeared" if seen.shape_lost[-1] else "between"
    if phase == "not yet" and seen.narrow[-1]:
        return "narrow"
    if phase == "not yet" and outside_floor(run):
        return "outside"
    return "" if phase == "early" else "too few" if phase == "not yet" and chance_hides_half(run) else phase


def _facts(run: Run) -> dict[str, object]:
    return {
        "late": half_gone_since(run),
        "halved": _halved_since(run),
        "early": thin_since(run),
        "gone": tails_empty_since(run),
        "last": run.last,
        "outside": ", ".join(run.experiment.source.space.with_unit(metrics()[name].label) for name in outside_floor(run)),
        "n": f"{run.experiment.n:,}",
        "rows": counted(REAL_ROWS, run.experiment.n),
        "spread": percent(float(spread_left(run)[-1])),
        "apart": percent_beside(float(spread_left(run)[-1])),
        "tails": percent_beside(median_at(run.metrics, "tail_mass", run.last)),
    }


def _halved_since(run: Run) -> int | None:
    """The generation from which on half of the spread is gone in the median, whatever chance allows."""
    return come_to_stay(criteria(run).halved)


def _beyond_chance_since(run: Run) -> str:
    """From when on it is no chance that tails are empty, where the verdict names an earlier generation."""
    if run.ending.early or run.last < 1 or spread_metric(run.experiment) == "diversity" or _verdict_kind(run) != "gone":
        return ""
    gone, thin = tails_empty_since(run), thin_since(run)
    return BEYOND_CHANCE_SINCE.format(early=thin) if gone is not None and thin is not None and gone < thin else ""


def _known_spreads(run: Run, t: int) -> Floats:
    known = spreads(run)[:, t]
    return known[np.isfinite(known)]


def _wider_now(run: Run, t: int) -> str:
    """How many worlds are wider than the truth; said only where it is not the rule."""
    known = _known_spreads(run, t)
    wider = int((known > true_spread(run)).sum())
    return WIDER_NOW.format(wider=wider, count=len(known)) if len(known) > 1 and 0 < wider < len(known) else ""


def _share_of_what(run: Run) -> str:
    """That shares are not of the truth's spread, where they are not."""
    whole, truth = whole_spread(run), true_spread(run)
    return (
        ""
        if whole == truth or not whole
        else OF_TYPICAL_ROWS.format(rows=counted(TYPICALLY_SHOW, run.experiment.n), share=percent(whole / truth))
    )


def _exceptions(run: Run) -> str:
    """How many worlds lost nothing where most did, or lost where most did not; worlds that were measured count."""
    if run.last < 1 or spread_metric(run.experiment) == "diversity":
        return ""
    known = _known_spreads(run, run.last)
    wider, lost = int((known > true_spread(run)).sum()), int((known < whole_spread(run) / 2).sum())
    if len(known) < 2:
        return ""
    few = FEW_KEPT if 2 * lost > len(known) else FEW_LOST
    return few.format(when=SO_FAR if run.ending.early else AT_THE_END, kept=len(known) - lost, lost=lost, count=len(known), wider=wider)
