"""The line under the headline: how many repeats went that way and what theory expected, in words that need no explanation."""

from __future__ import annotations

from typing import Final

import numpy as np

from dashboard.captions.theory import expected_half
from dashboard.captions.words import worlds_below_their_start
from sim import Run
from sim.verdicts.spread import spread_metric, spreads, true_spread, whole_spread

LINES: Final = {
    "one": "This is a single run: another seed may tell another story.",
    "repeats": "The same loop was run {count:,} times.",
    "kept": "In {kept} of {count} repeats at least half of the spread is left {when}.",
    "lost": "In {lost} of {count} repeats more than half of the spread is gone {when}.",
    "wider": "In {wider} of {count} repeats the rows are wider than the real data {when}.",
    "fewer": "In {fewer} of {count:,} repeats fewer different words are drawn {when} than in generation 0.",
}
AT_THE_END, SO_FAR = "at the end", "so far"
EXPECTED: Final = "Theory expects half at about generation {half}."


def plain_line(run: Run) -> str:
    """In how many repeats it went as in most, and when theory expects half of the spread to be gone; empty before the first model."""
    if run.last < 1:
        return ""
    half = expected_half(run)
    return " ".join(filter(None, (_repeats(run), "" if half is None else EXPECTED.format(half=f"{half:,.0f}"))))


def _repeats(run: Run) -> str:
    count = run.experiment.replicates
    if count == 1:
        return LINES["one"]
    facts = {"count": count, "when": SO_FAR if run.ending.early else AT_THE_END}
    if spread_metric(run.experiment) == "diversity":
        fewer = worlds_below_their_start(run, "tokens_alive")
        told = run.experiment.source.space.with_unit(LINES["fewer"] if fewer else LINES["repeats"])
        return told.format(**facts, fewer=f"{fewer:,}")
    ends = spreads(run)[:, run.last]
    known = ends[np.isfinite(ends)]
    if len(known) < 2:
        return LINES["repeats"].format(**facts)
    lost, wider = int((known < whole_spread(run) / 2).sum()), int((known > true_spread(run)).sum())
    most = "lost" if 2 * lost > len(known) else "wider" if 2 * wider > len(known) else "kept"
    return LINES[most].format(
        kept=f"{len(known) - lost:,}", lost=f"{lost:,}", wider=f"{wider:,}", count=f"{len(known):,}", when=facts["when"]
    )
