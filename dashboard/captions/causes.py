"""The sentence about causes: how much of the shrinking is the divisor's, and how much is chance."""

from __future__ import annotations

from typing import Final

from dashboard.theme import percent
from sim import Run
from sim.theory.typical import typical_variance
from sim.verdicts.causes import causes_by_law, with_unbiased_divisor
from sim.verdicts.criteria import criteria

CAUSES: Final = (
    "By theory {share} of this shrinking (on a log scale) comes of dividing by n, the rest is chance: "
    "with n − 1 the typical spread at generation {t} would be {unbiased} of the truth's, not {left}."
)


def cause_sentence(run: Run) -> str:
    """Which part of the lost spread is the divisor's, by the closed form; empty where none is known, or where nothing has shrunk.

    Nothing is simulated for it: the page says it while it waits for nobody. `sim.verdicts.causes` measures the same on paired runs.
    """
    causes = causes_by_law(run.experiment, run.last) if run.last >= 1 else None
    if causes is None or not _has_shrunk(run):
        return ""
    truth = run.experiment.source.reference()
    paths = (typical_variance(one, truth) for one in (run.experiment, with_unbiased_divisor(run.experiment)))
    left, unbiased = (0.0 if path is None else float(path[run.last] / truth.variance) ** 0.5 for path in paths)
    told, other = percent(left), percent(unbiased)
    return "" if told == other else CAUSES.format(share=percent(causes.share), t=run.last, unbiased=other, left=told)


def _has_shrunk(run: Run) -> bool:
    """Whether the spread ends below what chance allows; of one world nobody knows."""
    met = criteria(run)
    return run.experiment.replicates > 1 and bool(met.narrow[-1] or met.half_gone[-1])
