"""Phases: has a run collapsed, and how far? A definition, not an impression.

All paths are medians over the replicates, held against the truth and against the noise floor, in which nearly nine in ten
batches of n fresh real rows fall (87 % on average; see `NoiseFloor`). Spread is the standard deviation (the root of the
total variance) or, for words, the diversity; the whole of it is the truth's, or what n real rows typically show where
that is less than nine tenths of the truth's (heavy tails, a handful of rows). At generation t a run is, the first that
holds:

    late      the spread is below half of the whole, and below the low edge of its noise floor; or the rows bear little
              resemblance to real ones (`sim.verdicts.shape.unlike`), and their spread has not grown.
    early     the tails are thinner than chance allows, or modes are lost, or the shape is lost and the spread has not grown.
              The tails are the tail mass, and the far rows where the truth's are known (`shape.far_tails_thin`); for words the
              words alive and the mass of rare words, whichever goes first. The shape is lost where fewer real rows are reached, or
              fewer rows lie among them, than chance allows (`shape.off_support`), or where the rows are smeared.
    blurred   the spread is wider than chance allows; or the shape is lost while the spread has grown.
    stable    none of these, in the second half of a run that ends so with its spread and its modes, and moves no more.
    not yet   none of these otherwise, and always at t = 0.

Rows are smeared where the shape distance is larger than chance allows (`shape.smeared`), while the spread is not below the low
edge of its noise floor and no mode is lost. The spread has grown where it is wider than chance
allows or where, paired by replicate, it has risen since generation 0 by more than three standard errors. A model that is too
simple for its data loses their shape in its first generation; the loop keeps what it lost away.

More or less than chance allows is what lies beyond (or, with few rows, on) the edge of its noise floor and has moved there
since generation 0, paired by replicate: by more than three standard errors on average, or because more replicates lie there by
McNemar's test, (came - left)/sqrt(came + left) above 3. With few rows a good part of real batches lie on the edge, so the
median alone would mislead; where replicates go apart, the average alone would. The median of fewer than ten replicates must lie
beyond the edge. Modes are lost where more are missing, all replicates together, than n rows of a model that holds all of them would miss
by luck (`sim.verdicts.lost_modes`).

`sim.verdicts.stationarity` defines moving no more: neither in level nor in scatter, and near where the run began. Fewer than ten
replicates, or fewer than eight generations, cannot tell that from luck: such a run is not yet anything. With a single replicate,
about one batch in sixteen of fresh real rows counts as early by chance alone.
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
from sim.records import Run
from sim.spaces import SpaceKind
from sim.spec import SpecError
from sim.verdicts.lost_modes import modes_lost
from sim.verdicts.shape import SHAPE, far_tails_thin, off_support, smeared, unlike
from sim.verdicts.significance import CRITICAL_Z, above, below, medians, standardized_change
from sim.verdicts.stationarity import stationary

T = TypeVar("T")
Phase = Literal["not yet", "early", "late", "blurred", "stable"]

PHASES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        "not yet": "Not yet: neither tails nor modes, nor half of the spread, nor the shape are lost by more than chance allows.",
        "early": (
            "Early collapse: the tails are thinner, fewer modes are left, or the shape is farther from the real one than chance allows, "
            "but the spread is not yet halved."
        ),
        "late": "Late collapse: less than half of the spread is left, or the rows bear little resemblance to the real ones.",
        "blurred": "Blurred: the rows are spread wider than chance allows, or smeared while their spread grows.",
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
        "columns": ("tail_mass", "wasserstein", "mean_shift", "modes_alive", "far_tail_mass", *SHAPE),
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


@cached_by_run
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


def half_gone_since(run: Run) -> int | None:
    """The generation from which on half of the spread is gone by more than chance; None where it never came to stay."""
    return come_to_stay(criteria(run).half_gone)


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
        grown: it is, or has risen since generation 0 by more than chance.
        thin: by metric, the tails are thinner than chance allows.
        smeared: the shape is farther from the truth's than chance allows.
        off_support: fewer real rows are reached, or fewer rows lie among them, than chance allows.
        unlike: the rows bear little resemblance to real ones.
        modes_lost: more modes are missing than luck allows, all replicates together.
    """

    low: Flags
    halved: Flags
    narrow: Flags
    wide: Flags
    grown: Flags
    thin: Mapping[str, Flags]
    smeared: Flags
    off_support: Flags
    unlike: Flags
    modes_lost: Flags

    @property
    def half_gone(self) -> Flags:
        """Half of the spread is gone, by more than chance."""
        return self.halved & self.low

    @property
    def late(self) -> Flags:
        """Half of the spread is gone, or little resemblance is left."""
        return self.half_gone | (self.unlike & ~self.grown)

    @property
    def shape_lost(self) -> Flags:
        """The rows no longer look like real ones."""
        return self.off_support | (self.smeared & ~self.low & ~self.modes_lost)

    @property
    def early(self) -> Flags:
        """Some tails are thinner, or fewer modes alive, than chance allows, or the shape is lost."""
        return np.any([self.modes_lost, *self.thin.values(), self.shape_lost & ~self.grown], axis=0)

    @property
    def blurred(self) -> Flags:
        """Wider, or smeared while the spread grows."""
        return self.wide | (self.shape_lost & self.grown)


@cached_by_run
def criteria(run: Run) -> Criteria:
    """Which criteria each generation meets, before it is given a name.

    Raises:
        SpecError: when the run was not measured with what `NEEDS` names.
    """
    name = spread_metric(run.experiment)
    if name not in run.metrics:
        raise SpecError("metrics", f"{name} among others, to tell phases", ", ".join(run.metrics) or "none")
    wide = _significantly_above(run, name)
    return Criteria(
        low=_median(run, name) < run.noise_floor[name].low,
        halved=spread_left(run) < HALF,
        narrow=_significantly_below(run, name),
        wide=wide,
        grown=wide | (standardized_change(spreads(run)) > CRITICAL_Z),
        thin=_thin(run),
        smeared=smeared(run),
        off_support=off_support(run),
        unlike=unlike(run),
        modes_lost=modes_lost(run),
    )


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


@cached_by_run
def whole_spread(run: Run) -> float:
    """The spread of which a run keeps or loses a share: the truth's, or what n real rows typically show where that is less."""
    truth = true_spread(run)
    typical = float(_as_spread(run, np.array(float(run.noise_floor[spread_metric(run.experiment)]))))
    return typical if typical < NEARLY_WHOLE * truth else truth


@cached_by_run
def true_spread(run: Run) -> float:
    """The truth's standard deviation or, for words, its diversity."""
    truth = run.experiment.source.reference()
    return float(truth.variance**0.5) if truth.probabilities is None else float(1 - (truth.probabilities**2).sum())


@cached_by_run
def spreads(run: Run) -> Floats:
    """The spread of every replicate, (replicates, last + 1)."""
    return frozen(_as_spread(run, run.metrics[spread_metric(run.experiment)][:, : run.last + 1]))


@cached_by_run
def spread_left(run: Run) -> Floats:
    """The typical replicate's spread as a share of the whole, (last + 1,); NaN where no replicate has one."""
    whole = whole_spread(run)
    return frozen(_as_spread(run, _median(run, spread_metric(run.experiment))) / whole if whole else np.ones(run.last + 1))


def _as_spread(run: Run, values: Floats) -> Floats:
    return np.sqrt(values) if spread_metric(run.experiment) == "total_variance" else values


def _significantly_below(run: Run, name: str) -> Flags:
    return below(_measured(run, name), run.noise_floor[name].low, spreads(run) if name == spread_metric(run.experiment) else None)


def _significantly_above(run: Run, name: str) -> Flags:
    return above(_measured(run, name), run.noise_floor[name].high, spreads(run) if name == spread_metric(run.experiment) else None)


def _measured(run: Run, name: str) -> Floats:
    return run.metrics[name][:, : run.last + 1]


def _thin(run: Run) -> Mapping[str, Flags]:
    near = {tails: _significantly_below(run, tails) for tails in TAILS if tails in run.metrics}
    return {**near, "far_tail_mass": far_tails_thin(run)} if "far_tail_mass" in run.metrics else near


def _median(run: Run, name: str) -> Floats:
    return medians(run.metrics[name])[: run.last + 1]
