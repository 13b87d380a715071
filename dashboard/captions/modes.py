"""Sentences about modes: how many are missing beyond luck, what model 1 missed (mode collapse) and what later models lost.

How many are missing in the typical world is the median. Of an even number of worlds that is the two middle numbers, and both are
told where they differ: of two worlds each is told. Where the median hides a loss, all worlds are counted together.
"""

from __future__ import annotations

from typing import NamedTuple

from dashboard.theme import counted, number
from sim import Run
from sim.metrics.variety import least_rows_alive
from sim.verdicts.criteria import criteria
from sim.verdicts.lost_modes import (
    LostSinceFirst,
    MissedByFirst,
    all_dead_are_empty,
    expected_by_luck,
    extinction_is_absorbing,
    lost_since_model_1,
    missed_by_model_1,
    missing_counts,
    typical_counts,
)
from sim.verdicts.spread import cached_by_run

MODES_NOW = "Modes alive in a typical repeat: {alive} of {modes}."
MODES_OF_TWO = "Modes alive in the two repeats: {alive} of {modes}."
MODES_OF_ONE = "Modes alive: {alive} of {modes}."

MISSING = ("{told} of {modes} modes is", "{told} of {modes} modes are")
APART, BETWEEN = "{low} and {high}", "{low} to {high}"
HERE, BOTH, MEDIAN = "in this run", "in the two repeats", "in a typical repeat"
ALL_WORLDS, TOGETHER = "counted over all {count:,} repeats", "(all {count:,} repeats together)"
NONE, A_WORLD = "next to none", "{luck} a repeat"
LEAST_LUCK = 0.005
"""Fewer modes than this on average are none: the second decimal would be 0."""

FIRST = {
    "collapse": "Model 1 missed {missed} of {had}, {where}; luck alone would miss {luck} (mode collapse).",
    "one peak": (
        "Model 1 has one peak and cannot hold separate modes: it missed {missed} of {had}, {where}; luck alone would miss {luck}."
    ),
    "blur": "Model 1 missed {missed} of {had}, {where}, because it spread wider; luck alone would miss {luck}.",
    "luck": "Model 1 missed {missed} of {had}, {where}, no more than luck allows: on average {luck}.",
    "none": "Model 1 missed none of {had}, {where}.",
}
HAD = ("the one mode that the real rows had", "the {n} modes that the real rows had")
SINCE = {
    "lost": "Generation {t} misses {net} more than generation 1, net of {back} that came back (model collapse).",
    "none back": "Generation {t} misses {net} more than generation 1, and none came back (model collapse).",
    "unclear": "Generation {t} misses {net} more than generation 1: too few to tell from luck.",
    "same": "Generation {t} misses as many as generation 1.",
    "fewer": "Generation {t} misses {fewer} fewer than generation 1.",
}


class MissingModes(NamedTuple):
    """What the templates of verdicts about modes ask for.

    Attributes:
        modes_are: how many modes of how many, with their verb.
        where: in which worlds these were counted.
        luck: how many luck alone would miss there.
    """

    modes_are: str = ""
    where: str = ""
    luck: str = ""


def modes_verdict_kind(run: Run) -> str:
    """Which verdict modes that are missing at the end have earned: gone for good only where nothing can bring them back."""
    modes = run.experiment.source.reference().modes
    empty = all_dead_are_empty(run, run.last)
    if empty and extinction_is_absorbing(run.experiment):
        return "modes gone"
    one_row_is_enough = modes is not None and bool((least_rows_alive(run.experiment.n, modes) <= 1).all())
    return "modes not drawn" if empty or one_row_is_enough else "modes missing"


def missing_modes(run: Run) -> MissingModes:
    """How many modes are missing at the end: typically, and where that is none or no more than luck in all worlds together."""
    missing = missing_counts(run)
    if missing is None:
        return MissingModes()
    count, luck = len(missing), expected_by_luck(run)
    every = run.experiment.source.reference().modes
    modes = 0 if every is None else len(every.weights)
    low, high = typical_counts(missing[:, -1])
    if count > 2 and low <= luck:
        total = float(missing[:, -1].sum())
        return MissingModes(_modes_are(number(total), count * modes), TOGETHER.format(count=count), _luck(count * luck))
    words = MissingModes(_modes_are(_both(low, high, count), modes), _where(count, MEDIAN), _luck(luck))
    return words if count == 1 or words.luck == NONE else words._replace(luck=A_WORLD.format(luck=words.luck))


def modes_now(run: Run, t: int) -> str:
    """How many modes are alive in generation t, in the median; of two worlds, in each."""
    missing, modes = missing_counts(run), run.experiment.source.reference().modes
    if missing is None or modes is None:
        return ""
    low, high = typical_counts(len(modes.weights) - missing[:, t])
    sentence = {1: MODES_OF_ONE, 2: MODES_OF_TWO}.get(len(missing), MODES_NOW)
    return sentence.format(alive=_both(low, high, len(missing)), modes=len(modes.weights))


def modes_fewer(run: Run, t: int) -> bool:
    """Whether fewer modes are alive in generation t than luck allows, and not only because wider rows lie between them."""
    seen = criteria(run)
    return bool(seen.modes_lost[t] and not seen.grown[t])


def lost_modes_sentence(run: Run, t: int) -> str:
    """What model 1 missed and what later models lost, each held against luck; said where more are missing than luck allows.

    Where the spread has grown rows lie between the modes: a blur, of which this says nothing.

    All replicates are counted together, and modes that came back are set off against those that were lost.
    """
    first = _missed_at_first(run) if t > 0 and modes_fewer(run, t) else None
    if first is None:
        return ""
    since = lost_since_model_1(run, t, first)
    where = _where(len(run.metrics["modes_alive"]), ALL_WORLDS.format(count=run.experiment.replicates))
    facts = {"missed": number(first.missed), "had": counted(HAD, first.had), "luck": _luck(first.luck), "where": where}
    told = FIRST[_first_kind(run, first)].format(**facts)
    if since is None:
        return told
    facts = {"t": t, "net": number(since.net), "fewer": number(-since.net), "back": number(since.back)}
    return f"{told} {SINCE[_since_kind(since)].format(**facts)}"


_missed_at_first = cached_by_run(missed_by_model_1)


def _first_kind(run: Run, first: MissedByFirst) -> str:
    if not first.missed:
        return "none"
    if not first.beyond_luck:
        return "luck"
    return "one peak" if run.experiment.family.unimodal else "blur" if criteria(run).grown[1] else "collapse"


def _since_kind(since: LostSinceFirst) -> str:
    if since.net <= 0:
        return "fewer" if since.net else "same"
    return "unclear" if not since.beyond_luck else "lost" if since.back else "none back"


def _modes_are(told: str, modes: int) -> str:
    return MISSING[told != "1"].format(told=told, modes=number(modes))


def _both(low: int, high: int, count: int) -> str:
    if count == 2:
        return APART.format(low=low, high=high)
    return number(low) if low == high else BETWEEN.format(low=low, high=high)


def _where(count: int, many: str) -> str:
    return {1: HERE, 2: BOTH}.get(count, many)


def _luck(expected: float) -> str:
    return number(float(f"{expected:.2g}") if expected < 100 else expected) if expected >= LEAST_LUCK else NONE
