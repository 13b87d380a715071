"""The line under the headline: how many repeats went that way and what theory expected, in words that need no explanation."""

from __future__ import annotations

from typing import Final

import numpy as np

from dashboard.captions.theory import expected_half
from sim import Run
from sim.verdicts.spread import spread_metric, spreads, whole_spread

LINES: Final = {
    "one": "This is a single run: another seed may tell another story.",
    "repeats": "The same loop was run {count} times.",
    "kept": "In {kept} of {count} repeats at least half of the spread is left at the end.",
    "lost": "In {lost} of {count} repeats more than half of the spread is gone at the end.",
}
EXPECTED: Final = "Theory expects half at about generation {half}."


def plain_line(run: Run) -> str:
    """In how many repeats it went as in most, and when theory expects half of the spread to be gone; empty before the first model."""
    if run.last < 1:
        return ""
    half = expected_half(run)
    return " ".join(filter(None, (_repeats(run), "" if half is None else EXPECTED.format(half=f"{half:,.0f}"))))


def _repeats(run: Run) -> str:
    if run.experiment.replicates == 1:
        return LINES["one"]
    ends = spreads(run)[:, run.last]
    known = ends[np.isfinite(ends)]
    if spread_metric(run.experiment) == "diversity" or len(known) < 2:
        return LINES["repeats"].format(count=f"{run.experiment.replicates:,}")
    lost = int((known < whole_spread(run) / 2).sum())
    most = LINES["lost"] if 2 * lost > len(known) else LINES["kept"]
    return most.format(kept=f"{len(known) - lost:,}", lost=f"{lost:,}", count=f"{len(known):,}")
