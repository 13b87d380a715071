"""Phases: when a run is early, late or not yet collapsing. A definition, not an impression.

For columns the spread is the square root of the total variance and the tails are the tail mass; for tokens the spread is
the diversity and the tails are the rare mass. All are medians over the replicates, held against the truth and against
the noise floor (what n fresh real rows score). At generation t:

    late     spread below half of the truth's
    blurred  not late, spread above the noise floor
    early    not late, tails below the noise floor
    not yet  none of these
    stable   early or not yet at the end, and the spread moves no more: over the second half of the run the mean change of
             its logarithm, paired by replicate, is within three standard errors of zero, or below one part in twenty

With one replicate the second half is held against the noise floor alone: stable if the spread stays within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from sim.records import Floats, Run

Phase = Literal["not yet", "early", "late", "blurred", "stable"]

PHASES: Mapping[Phase, str] = MappingProxyType(
    {
        "not yet": "Spread and tails are what n fresh real rows would show.",
        "early": "Early collapse: the tails are thinner than chance allows, while the spread is still more than half of the truth's.",
        "late": "Late collapse: the spread is less than half of the truth's.",
        "blurred": "Blurred: the rows are spread wider than chance allows; nothing shrinks, detail is lost.",
        "stable": "Stable: over the second half of the run the spread no longer changes, and it is more than half of the truth's.",
    }
)
"""What each phase means, in one sentence."""


def phase_at(run: Run, t: int) -> Phase:
    """The phase of generation t; "stable" can be told at the last generation only."""
    spread, tails = _paths(run)
    phase = _phase(run, float(spread[t]), float(tails[t]))
    if t == run.last and phase in ("early", "not yet") and t >= 4 and _settled(run):
        return "stable" if phase == "early" else "not yet"
    return phase


def phases(run: Run) -> tuple[Phase, ...]:
    """The phase of every generation that was measured."""
    return tuple(phase_at(run, t) for t in range(run.last + 1))


def onset(run: Run, phase: Phase) -> int | None:
    """The first generation from which on the run stays in a phase, for at least a tenth of its length; None if it never does.

    Late counts as early too: what is late has lost its tails.
    """
    counts = ("early", "late") if phase == "early" else (phase,)
    found = [p in counts for p in phases(run)]
    away = [t for t, inside in enumerate(found) if not inside]
    since = away[-1] + 1 if away else 0
    return since if since < len(found) and len(found) - since >= max(1, len(found) // 10) else _crossing(run, phase)


def _crossing(run: Run, phase: Phase) -> int | None:
    """Where the median first enters a phase, for runs that end in it only just now."""
    return next((t for t in range(1, run.last + 1) if phase_at(run, t) == phase), None)


def _names(run: Run) -> tuple[str, str]:
    return ("total_variance", "tail_mass") if "total_variance" in run.metrics else ("diversity", "rare_mass")


def _paths(run: Run) -> tuple[Floats, Floats]:
    """Median spread as a share of the truth's, and median tails."""
    spread, tails = (_median(run.metrics[name]) for name in _names(run))
    truth = run.experiment.source.reference()
    if truth.probabilities is not None:
        return spread / float(1 - (truth.probabilities**2).sum()), tails
    return np.sqrt(np.maximum(spread, 0) / truth.variance), tails


def _median(values: Floats) -> Floats:
    measured = values[np.isfinite(values).any(axis=1)]
    return np.median(measured, axis=0) if len(measured) else np.full(values.shape[1], np.nan)


def _phase(run: Run, spread: float, tails: float) -> Phase:
    spread_name, tails_name = _names(run)
    ceiling = run.noise_floor[spread_name].high
    truth = run.experiment.source.reference()
    widest = np.sqrt(ceiling / truth.variance) if truth.probabilities is None else np.inf
    if spread < 0.5:
        return "late"
    if spread > widest:
        return "blurred"
    return "early" if tails < run.noise_floor[tails_name].low else "not yet"


def _settled(run: Run) -> bool:
    name = _names(run)[0]
    values = run.metrics[name]
    middle, end = values[:, run.last // 2], values[:, run.last]
    if len(values) < 2:
        floor = run.noise_floor[name]
        return bool(floor.low <= values[0, run.last] <= floor.high)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(end) - np.log(middle)
    change = change[np.isfinite(change)]
    if len(change) < 2:
        return False
    error = change.std(ddof=1) / np.sqrt(len(change))
    return bool(abs(change.mean()) < max(3 * error, 0.05))
