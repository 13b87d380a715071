"""Phases: has a run collapsed, and how far? A definition, not an impression.

All paths are medians over the replicates, held against the truth and against the noise floor, in which nearly nine in ten
batches of n fresh real rows fall (87 % on average; see `NoiseFloor`). Spread is the standard deviation (the root of the
total variance) or, for words, the diversity; the whole of it is the truth's, or what n real rows typically show where
that is less than nine tenths of the truth's (heavy tails, a handful of rows). At generation t a run is, the first that
holds:

    late      the spread is below half of the whole, and smaller than chance allows.
    early     the tails are thinner than chance allows, or modes are lost. The tails are the tail mass; for words the words
              alive and the mass of rare words, whichever goes first.
    blurred   the spread is wider than chance allows; or it is not below the low edge of its noise floor, no mode is lost,
              and the Wasserstein distance, less the mean shift, is above the high edge of its own: the shape is smeared.
    stable    none of these, in the second half of a run that ends so with its spread and its modes, and moves no more.
    not yet   none of these otherwise, and always at t = 0.

More or less than chance allows is what lies beyond (or, with few rows, on) the edge of its noise floor and has moved there
since generation 0, paired by replicate: on average, or because more replicates lie there. With few rows a good part of real
batches lie on the edge, so the median alone would mislead; where replicates go apart, the average alone would. Fewer than ten
replicates are counted beyond the edge, one or two beyond an edge farther out. `sim.verdicts.significance` says by which tests:
of a run in which nothing changes each is said once in a thousand at most. The shape and the modes are told by the same tests,
and modes only where fewer are alive than at the low edge of theirs.

`sim.verdicts.stationarity` defines moving no more: neither in level nor in scatter, and near where the run began. Fewer than ten
replicates, or fewer than eight generations, cannot tell that from luck: such a run is not yet anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Final, Literal, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from sim.arrays import Flags, Floats, frozen
from sim.experiment import Experiment
from sim.recording.floors import floor_draws
from sim.records import Run
from sim.spaces import SpaceKind
from sim.spec import SpecError
from sim.verdicts.significance import above, below, medians
from sim.verdicts.stationarity import stationary

T = TypeVar("T")
Phase = Literal["not yet", "early", "late", "blurred", "stable"]

PHASES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        "not yet": "Not yet: neither tails nor modes, nor half of the spread, nor the shape are lost by more than chance allows.",
        "early": "Early collapse: the tails are thinner, or fewer modes are left, than chance allows, but the spread is not yet halved.",
        "late": "Late collapse: less than half of the spread is left, and less than chance allows.",
        "blurred": "Blurred: nothing shrinks beyond chance, but the rows are spread wider, or smeared more, than chance allows.",
        "stable": "Stable: nothing is lost beyond chance, and over the second half the spread moves by a twentieth at most, or by chance.",
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

TAILS: Final = ("tail_mass", "tokens_alive", "rare_mass")
"""The metrics of which any that was measured tells whether the tails are thin."""

HALF: Final = 0.5
"""The share of the spread below which a collapse is late.

A choice, and the definition of late; half-lives are reckoned by the same half.
"""

NEARLY_WHOLE: Final = 0.9
"""Where n real rows typically show less than this share of the truth's spread, what they show is the whole of it.

A choice: four normal rows typically show 0.89 of it, five 0.92.
"""


def cached_by_run(function: Callable[[Run], T]) -> Callable[[Run], T]:
    """What a function of a run gave, for as long as the run is kept: every sentence of every generation asks anew."""
    known: WeakKeyDictionary[Run, T] = WeakKeyDictionary()

    @wraps(function)
    def cached(run: Run) -> T:
        if run not in known:
            known[run] = function(run)
        return known[run]

    return cached


def phases(run: Run) -> tuple[Phase, ...]:
    """The phase of every generation that was measured, from 0 to `run.last`.

    Raises:
        SpecError: when the run was not measured with what `NEEDS` names.
    """
    met = criteria(run)
    rules = zip(met.late, met.early, met.blurred, strict=True)
    found: list[Phase] = ["late" if late else "early" if early else "blurred" if blurred else "not yet" for late, early, blurred in rules]
    found[0] = "not yet"
    if found[-1] == "not yet" and not (met.narrow[-1] or met.modes_lost[-1]) and stationary(run, spreads(run)):
        middle = run.last // 2
        found[middle:] = ["stable" if phase == "not yet" else phase for phase in found[middle:]]
    return tuple(found)


def phase_at(run: Run, t: int) -> Phase:
    """The phase of generation t; of the last one measured for a t beyond it."""
    return phases(run)[min(t, run.last)]


def onset(run: Run, phase: Phase) -> int | None:
    """The first generation in a phase that has come to stay; None if there is none.

    Late counts as early too: what has lost its spread has lost its tails.
    """
    counts = ("early", "late") if phase == "early" else (phase,)
    return come_to_stay(np.array([found in counts for found in phases(run)]))


def come_to_stay(flags: Flags) -> int | None:
    """The first generation with a flag from which on at least nine of ten generations have it; None if there is none.

    >>> come_to_stay(np.array([False, True, False, True, True]))
    3
    """
    share = flags[::-1].cumsum()[::-1] / np.arange(len(flags), 0, -1)
    since = np.flatnonzero(flags & (share >= 0.9))
    return int(since[0]) if since.size else None


@dataclass(frozen=True, slots=True, eq=False)
class Criteria:
    """Which criteria the typical replicate meets in each generation measured, each (last + 1,); see the module's docstring.

    Attributes:
        low: the spread is below the low edge of its noise floor.
        halved: it is below half of the whole.
        narrow: it is smaller than chance allows.
        wide: it is larger than chance allows.
        thin: by metric, the tails are thinner than chance allows.
        smeared: the shape is farther from the truth's than chance allows, its centre aside.
        modes_lost: fewer modes are alive than chance allows.
    """

    low: Flags
    halved: Flags
    narrow: Flags
    wide: Flags
    thin: Mapping[str, Flags]
    smeared: Flags
    modes_lost: Flags

    @property
    def late(self) -> Flags:
        """Half of the spread is gone."""
        return self.halved & self.low & self.narrow

    @property
    def early(self) -> Flags:
        """Some tails are thinner, or fewer modes alive, than chance allows."""
        return np.any([self.modes_lost, *self.thin.values()], axis=0)

    @property
    def blurred(self) -> Flags:
        """Wider, or smeared while nothing shrinks."""
        return self.wide | (self.smeared & ~self.low & ~self.modes_lost)


@cached_by_run
def criteria(run: Run) -> Criteria:
    """Which criteria each generation meets, before it is given a name.

    Raises:
        SpecError: when the run was not measured with what `NEEDS` names.
    """
    name = spread_metric(run.experiment)
    if name not in run.metrics:
        raise SpecError("metrics", f"{name} among others, to tell phases", ", ".join(run.metrics) or "none")
    low, halved = _median(run, name) < run.noise_floor[name].low, spread_left(run) < HALF
    thin = {tails: _significantly_below(run, tails) for tails in TAILS if tails in run.metrics}
    return Criteria(low, halved, _significantly_below(run, name), _significantly_above(run, name), thin, _smeared(run), _modes_lost(run))


def outside_floor(run: Run) -> tuple[str, ...]:
    """The metrics that phases are told from whose typical replicate ends outside its noise floor, on either side.

    The centre alone is not asked: under replace it wanders off by itself, and the distance from the truth tells of it.
    """
    kind = run.experiment.source.space.kind
    asked = [name for name in (*NEEDS[kind], *USES[kind]) if name in run.metrics and name != "mean_shift"]
    ends = {name: float(_median(run, name)[-1]) for name in asked}
    floors = run.noise_floor
    return tuple(name for name, end in ends.items() if end < floors[name].low or end > floors[name].high)


def chance_hides_half(run: Run) -> bool:
    """Whether so few rows are drawn that fresh real ones may show less than half of the spread: then a loss of half may be luck."""
    low = _as_spread(run, np.array(max(0.0, run.noise_floor[spread_metric(run.experiment)].low)))
    return bool(low < HALF * whole_spread(run))


def spread_metric(experiment: Experiment) -> str:
    """The metric that says how much spread there is: total variance for columns, diversity for words."""
    return NEEDS[experiment.source.space.kind][0]


def whole_spread(run: Run) -> float:
    """The spread of which a run keeps or loses a share: the truth's, or what n real rows typically show where that is less."""
    truth = true_spread(run)
    typical = float(_as_spread(run, np.array(float(run.noise_floor[spread_metric(run.experiment)]))))
    return typical if typical < NEARLY_WHOLE * truth else truth


def true_spread(run: Run) -> float:
    """The truth's standard deviation or, for words, its diversity."""
    truth = run.experiment.source.reference()
    return float(truth.variance**0.5) if truth.probabilities is None else float(1 - (truth.probabilities**2).sum())


def spreads(run: Run) -> Floats:
    """The spread of every replicate, (replicates, last + 1)."""
    return _as_spread(run, run.metrics[spread_metric(run.experiment)][:, : run.last + 1])


@cached_by_run
def spread_left(run: Run) -> Floats:
    """The typical replicate's spread as a share of the whole, (last + 1,); NaN where no replicate has one."""
    whole = whole_spread(run)
    return frozen(_as_spread(run, _median(run, spread_metric(run.experiment))) / whole if whole else np.ones(run.last + 1))


def _as_spread(run: Run, values: Floats) -> Floats:
    return np.sqrt(values) if spread_metric(run.experiment) == "total_variance" else values


def _significantly_below(run: Run, name: str) -> Flags:
    floor, spread = run.noise_floor[name], name == spread_metric(run.experiment)
    scaled = spreads(run) if spread else None
    logs, draws = name == "total_variance", floor_draws(run.experiment, name)
    return below(_measured(run, name), floor.low, scaled, typical=float(floor), logs=logs, draws=draws)


def _significantly_above(run: Run, name: str, values: Floats | None = None) -> Flags:
    floor, spread = run.noise_floor[name], name == spread_metric(run.experiment)
    found, scaled = _measured(run, name) if values is None else values, spreads(run) if spread else None
    return above(found, floor.high, scaled, typical=float(floor), draws=floor_draws(run.experiment, name))


def _measured(run: Run, name: str) -> Floats:
    return run.metrics[name][:, : run.last + 1]


def _smeared(run: Run) -> Flags:
    """By the triangle inequality W1 − shift is a lower bound of W1 after the centres are brought together."""
    if not {"wasserstein", "mean_shift"} <= run.metrics.keys():
        return _nowhere(run)
    left = _measured(run, "wasserstein") - _measured(run, "mean_shift")
    return (medians(left) > run.noise_floor["wasserstein"].high) & _significantly_above(run, "wasserstein", left)


def _modes_lost(run: Run) -> Flags:
    if "modes_alive" not in run.metrics:
        return _nowhere(run)
    return (_median(run, "modes_alive") < run.noise_floor["modes_alive"].low) & _significantly_below(run, "modes_alive")


def _nowhere(run: Run) -> Flags:
    return np.zeros(run.last + 1, dtype=np.bool_)


def _median(run: Run, name: str) -> Floats:
    return medians(run.metrics[name])[: run.last + 1]
