"""Criteria: what each generation of a run has lost by more than chance, before it is given a phase.

Fresh real rows alone keep spread, tails and shape:

>>> from sim import simulate
>>> from sim.experiment import Experiment
>>> loop = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 30, "generations": 30}
>>> runs = [simulate(Experiment.model_validate({**loop, "real_share": share}), ["total_variance", "tail_mass"]) for share in (0.0, 1.0)]
>>> [bool(criteria(run).early[-1]) for run in runs]
[True, False]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.arrays import Flags, Floats
from sim.records import Run
from sim.spaces import SpaceKind
from sim.spec import SpecError
from sim.verdicts.beyond_chance import above_chance, below_chance
from sim.verdicts.lost_modes import modes_lost
from sim.verdicts.medians import medians
from sim.verdicts.shape import RESEMBLANCE, SHAPE, far_tails_thin, nowhere, off_support, smeared, told_from, unlike
from sim.verdicts.significance import CRITICAL_Z, standardized_change
from sim.verdicts.spread import HALF, NEEDS, cached_by_run, spread_left, spread_metric, spreads

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
        heavy: more rows lie in the tails than chance allows.
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
    heavy: Flags
    off_support: Flags
    unlike: Flags
    modes_lost: Flags

    @property
    def half_gone(self) -> Flags:
        """Half of the spread is gone, by more than chance."""
        return self.halved & self.low & self.narrow

    @property
    def late(self) -> Flags:
        """Half of the spread is gone, or little resemblance is left."""
        return self.half_gone | (self.unlike & ~self.grown)

    @property
    def shape_lost(self) -> Flags:
        """The rows no longer look like real ones."""
        return self.off_support | ((self.smeared | self.heavy) & ~self.low & ~self.modes_lost)

    @property
    def early(self) -> Flags:
        """Some tails are thinner, or fewer modes alive, than chance allows, or the shape is lost."""
        return np.any([*self.thin.values(), (self.modes_lost | self.shape_lost) & ~self.grown], axis=0)

    @property
    def blurred(self) -> Flags:
        """Wider, or smeared or between the modes while the spread grows."""
        return self.wide | ((self.modes_lost | self.shape_lost) & self.grown)


@cached_by_run
def criteria(run: Run) -> Criteria:
    """Which criteria each generation meets, before it is given a name.

    Raises:
        SpecError: when the run was not measured with what `NEEDS` names.
    """
    name = spread_metric(run.experiment)
    if name not in run.metrics:
        raise SpecError("metrics", f"{name} among others, to tell phases", ", ".join(run.metrics) or "none")
    rising = standardized_change(spreads(run))
    wide = above_chance(run, name) & ~(rising <= CRITICAL_Z)  # where replicates go apart, more are wide though they shrink on average
    return Criteria(
        low=_median(run, name) < run.noise_floor[name].low,
        halved=spread_left(run) < HALF,
        narrow=below_chance(run, name),
        wide=wide,
        grown=wide | (rising > CRITICAL_Z),
        thin=_thin(run),
        smeared=smeared(run),
        heavy=above_chance(run, "tail_mass") if "tail_mass" in run.metrics else nowhere(run),
        off_support=off_support(run),
        unlike=unlike(run),
        modes_lost=modes_lost(run),
    )


def outside_floor(run: Run) -> tuple[str, ...]:
    """The metrics that phases are told from whose typical replicate ends outside its noise floor, on either side.

    The centre alone is not asked: under replace it wanders off by itself, and the distance from the truth tells of it. Nor are
    modes: what a copier was not shown it may miss, and `sim.verdicts.lost_modes` knows that luck. Nor are coverage and precision where
    shape is told from something else: there they are measured only for a curve.
    """
    kind = run.experiment.source.space.kind
    aside = {"mean_shift", "modes_alive", *RESEMBLANCE} - set(told_from(run))
    asked = [name for name in (*NEEDS[kind], *USES[kind]) if name in run.metrics and name not in aside]
    ends = {name: float(_median(run, name)[-1]) for name in asked}
    floors = run.noise_floor
    return tuple(name for name, end in ends.items() if end < floors[name].low or end > floors[name].high)


def _thin(run: Run) -> Mapping[str, Flags]:
    near = {tails: below_chance(run, tails) for tails in TAILS if tails in run.metrics}
    return {**near, "far_tail_mass": far_tails_thin(run)} if "far_tail_mass" in run.metrics else near


def _median(run: Run, name: str) -> Floats:
    return medians(run.metrics[name])[: run.last + 1]
