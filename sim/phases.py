"""Phases: has a run collapsed, and how far? A definition, not an impression.

All paths are medians over the worlds, held against the truth and against the noise floor, in which nine of ten batches
of n fresh real rows fall. Spread is the standard deviation (the root of the total variance) or, for words, the diversity.
At generation t a run is, the first that holds:

    late      the spread is below half of the truth's.
    early     the tails are at or below the low edge of their noise floor (below it, with fewer than ten worlds). The tails
              are the tail mass; for words the words alive and the mass of rare words, whichever goes first.
    blurred   the spread is above the high edge of its noise floor; or it is not below the low edge, no mode is lost, and
              the Wasserstein distance, less the mean shift, is above the high edge of its own: the shape is smeared.
    stable    none of these, in the second half of a run that ends so and moves no more.
    not yet   none of these otherwise, and always at t = 0.

A run moves no more if neither its typical world nor the distance between its worlds changes between the eighth of the
run before the middle and the eighth before the end:

    level     paired by world, the mean change of the logarithm of the spread is within 5 % of nothing, or within three of
              its standard errors;
    scatter   the variance over worlds of that logarithm, and the mean squared shift of the centre, have grown by less than
              √2 (their geometric mean). Under replace both double, long before anything is lost; where a run has settled
              they stand still.

Fewer than ten worlds, or fewer than eight generations, cannot tell standing still from luck: such a run is not yet
anything. With a single world, one batch in twenty of fresh real rows counts as early by chance alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, sqrt
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.records import Floats, Run
from sim.sources import SpaceKind
from sim.spec import SpecError

Phase = Literal["not yet", "early", "late", "blurred", "stable"]

PHASES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        "not yet": "Not yet: nothing is lost or added beyond what chance does to real rows.",
        "early": "Early collapse: the tails are thinner than chance allows, while more than half of the spread is left.",
        "late": "Late collapse: less than half of the truth's spread is left.",
        "blurred": "Blurred: nothing shrinks, but the rows are spread wider, or smeared more, than chance allows.",
        "stable": "Stable: nothing is lost beyond chance, and in the second half of the run nothing moves any more.",
    }
)
"""What each phase means, in one sentence for the screen."""

NEEDS: Final[Mapping[SpaceKind, tuple[str, ...]]] = MappingProxyType(
    {"columns": ("total_variance",), "tokens": ("diversity",), "sequences": ("diversity",)}
)
"""The metrics without which nothing can be told."""

USES: Final[Mapping[SpaceKind, tuple[str, ...]]] = MappingProxyType(
    {
        "columns": ("tail_mass", "wasserstein", "mean_shift", "modes_alive"),
        "tokens": ("tokens_alive", "rare_mass"),
        "sequences": ("tokens_alive", "rare_mass"),
    }
)
"""The metrics that are used where they were measured; without tails no run is early, without these no shape is smeared."""

HALF: Final = 0.5
STILL: Final = 0.05
FEWEST_WORLDS: Final = 10
FEWEST_GENERATIONS: Final = 8


def phases(run: Run) -> tuple[Phase, ...]:
    """The phase of every generation that was measured, from 0 to `run.last`.

    Raises:
        SpecError: when the run was not measured with what `NEEDS` names.
    """
    rules = zip(_late(run), _early(run), _blurred(run), strict=True)
    found: list[Phase] = ["late" if late else "early" if early else "blurred" if blurred else "not yet" for late, early, blurred in rules]
    found[0] = "not yet"
    if found[-1] == "not yet" and _settled(run):
        middle = run.last // 2
        found[middle:] = ["stable" if phase == "not yet" else phase for phase in found[middle:]]
    return tuple(found)


def phase_at(run: Run, t: int) -> Phase:
    """The phase of generation t; of the last one measured for a t beyond it."""
    return phases(run)[min(t, run.last)]


def onset(run: Run, phase: Phase) -> int | None:
    """The first generation in a phase from which on at least nine of ten generations are in it; None if there is none.

    Late counts as early too: what has lost its spread has lost its tails.
    """
    counts = ("early", "late") if phase == "early" else (phase,)
    inside = np.array([found in counts for found in phases(run)])
    share = inside[::-1].cumsum()[::-1] / np.arange(len(inside), 0, -1)
    since = np.flatnonzero(inside & (share >= 0.9))
    return int(since[0]) if since.size else None


def _late(run: Run) -> NDArray[np.bool_]:
    truth = run.experiment.source.reference()
    whole = truth.variance if truth.probabilities is None else float(1 - (truth.probabilities**2).sum())
    part = HALF**2 if truth.probabilities is None else HALF
    return _median(run, _spread(run)) < part * whole


def _early(run: Run) -> NDArray[np.bool_]:
    tails = [name for name in ("tail_mass", "tokens_alive", "rare_mass") if name in run.metrics]
    return np.any([_nowhere(run), *(_gone(run, name) for name in tails)], axis=0)


def _gone(run: Run, name: str) -> NDArray[np.bool_]:
    """With few rows the low edge is reached by a good part of real batches, but not by half of many worlds."""
    tails, floor = _median(run, name), run.noise_floor[name]
    if run.experiment.replicates < FEWEST_WORLDS:
        return tails < floor.low
    return (tails <= floor.low) & (floor.low < float(floor))


def _blurred(run: Run) -> NDArray[np.bool_]:
    spread, floor = _median(run, _spread(run)), run.noise_floor[_spread(run)]
    return (spread > floor.high) | ((spread >= floor.low) & _smeared(run))


def _smeared(run: Run) -> NDArray[np.bool_]:
    """By the triangle inequality W1 − shift is a lower bound of W1 after the centres are brought together."""
    if not {"wasserstein", "mean_shift"} <= run.metrics.keys():
        return _nowhere(run)
    left = _medians(run.metrics["wasserstein"] - run.metrics["mean_shift"])[: run.last + 1]
    smeared = left > run.noise_floor["wasserstein"].high
    return smeared & (_median(run, "modes_alive") >= run.noise_floor["modes_alive"].low) if "modes_alive" in run.metrics else smeared


def _settled(run: Run) -> bool:
    """Whether the run moves no more; see the module's docstring."""
    if run.experiment.replicates < FEWEST_WORLDS or run.last < FEWEST_GENERATIONS:
        return False
    values = run.metrics[_spread(run)]
    worlds = values[(values[:, : run.last + 1] > 0).all(axis=1)]
    if len(worlds) < FEWEST_WORLDS:
        return False
    logs = np.log(worlds[:, : run.last + 1]) / (2 if run.experiment.source.space.kind == "columns" else 1)
    middle, end = _windows(run)
    return _level(logs[:, end].mean(axis=1) - logs[:, middle].mean(axis=1)) and _together(run, logs)


def _windows(run: Run) -> tuple[slice, slice]:
    width, middle = max(1, run.last // 8), run.last // 2
    return slice(middle + 1 - width, middle + 1), slice(run.last + 1 - width, run.last + 1)


def _level(changes: Floats) -> bool:
    error = float(changes.std(ddof=1)) / sqrt(len(changes))
    return abs(float(changes.mean())) <= max(STILL, 3 * error)


def _together(run: Run, logs: Floats) -> bool:
    middle, end = _windows(run)
    paths = [logs.var(axis=0)]
    if "mean_shift" in run.metrics:
        paths.append((run.metrics["mean_shift"][:, : run.last + 1] ** 2).mean(axis=0))
    before, after = (np.array([path[window].mean() for path in paths]) for window in (middle, end))
    moving = before > 0
    return not moving.any() or float(np.log(after[moving] / before[moving]).mean()) < log(2) / 2


def _spread(run: Run) -> str:
    name = NEEDS[run.experiment.source.space.kind][0]
    if name not in run.metrics:
        raise SpecError("metrics", f"{name} among others, to tell phases", ", ".join(run.metrics) or "none")
    return name


def _nowhere(run: Run) -> NDArray[np.bool_]:
    return np.zeros(run.last + 1, dtype=np.bool_)


def _median(run: Run, name: str) -> Floats:
    return _medians(run.metrics[name])[: run.last + 1]


def _medians(values: Floats) -> Floats:
    """The median over the worlds that were measured, by generation; NaN where none was."""
    known = np.isfinite(values).any(axis=0)
    found = np.full(values.shape[1], np.nan)
    found[known] = np.nanmedian(values[:, known], axis=0)
    return found
