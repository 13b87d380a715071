"""Phases: has a run collapsed, and how far? A definition, not an impression.

All paths are medians over the replicates, held against the truth and against the noise floor, in which nearly nine in ten
batches of n fresh real rows fall (87 % on average; see `NoiseFloor`). Spread is the standard deviation (the root of the
total variance) or, for words, the diversity; the whole of it is the truth's, or what n real rows typically show where
that is less than nine tenths of the truth's (heavy tails, a handful of rows). At generation t a run is, the first that
holds:

    late      the spread is below half of the whole, and smaller than chance allows; or the rows bear little
              resemblance to real ones (`sim.verdicts.shape.unlike`), and their spread has not grown.
    early     the tails are thinner than chance allows, or modes or the shape are lost and the spread has not grown.
              The tails are the tail mass, and the far rows where the truth's are known (`shape.far_tails_thin`); for words the
              words alive and the mass of rare words, whichever goes first. The shape is lost where fewer real rows are reached, or
              fewer rows lie among them, than chance allows (`shape.off_support`).
    blurred   the spread is wider than chance allows; or the shape or modes are lost while the spread has grown: rows between them.
    stable    none of these, in the second half of a run that ends so with its spread and its modes, and moves no more.
    not yet   none of these otherwise, and always at t = 0.

The shape is lost, too, where the shape distance is larger (`shape.smeared`) or more rows lie in the tails than chance allows, while
the spread is not below the low edge of its noise floor and no mode is lost. The spread has grown where it is wider than chance
allows or where, paired by replicate, it has risen since generation 0 by more than three standard errors. A model that is too
simple for its data loses their shape in its first generation; the loop keeps what it lost away.

More or less than chance allows is what lies beyond (or, with few rows, on) the edge of its noise floor and has moved there
since generation 0, paired by replicate: on average, or because more replicates lie there. With few rows a good part of real
batches lie on the edge, so the median alone would mislead; where replicates go apart, the average alone would. Fewer than ten
replicates are counted beyond the edge, one or two beyond an edge farther out. `sim.verdicts.significance` says by which tests:
of a run in which nothing changes each is said once in a thousand at most. The shape is told by the same tests. Modes are
lost where more are missing, all replicates together, than n rows of a model that holds all of them would miss by luck
(`sim.verdicts.lost_modes`).

`sim.verdicts.stationarity` defines moving no more: neither in level nor in scatter, and near where the run began. Fewer than ten
replicates, or fewer than eight generations, cannot tell that from luck: such a run is not yet anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from sim.arrays import Flags
from sim.records import Run
from sim.verdicts.criteria import criteria
from sim.verdicts.spread import cached_by_run, spreads
from sim.verdicts.stationarity import stationary

Phase = Literal["not yet", "early", "late", "blurred", "stable"]

PHASES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        "not yet": "Not yet: no loss of tails, modes, shape or half of the spread is larger than a batch of real rows may show by chance.",
        "early": (
            "Early collapse: by more than chance allows the tails are thinner, fewer modes are left, or the shape is farther from the "
            "real one, but half of the spread is not yet gone."
        ),
        "late": "Late collapse: less than half of the spread is left, or the rows bear little resemblance to the real ones.",
        "blurred": "Blurred: the rows are spread wider than chance allows, or smeared while their spread grows.",
        "stable": (
            "Stable: no loss is larger than a batch of real rows may show by chance, and over the second half the spread moves by a "
            "twentieth at most, or by chance."
        ),
    }
)
"""What each phase means, in one sentence for the screen."""


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
    """The first generation with a flag from which on at least nine of ten generations have it, the last among them; None if none has.

    >>> come_to_stay(np.array([False, True, False, True, True])), come_to_stay(np.array([True] * 20 + [False]))
    (3, None)
    """
    if not flags[-1]:
        return None
    share = flags[::-1].cumsum()[::-1] / np.arange(len(flags), 0, -1)
    since = np.flatnonzero(flags & (share >= 0.9))
    return int(since[0]) if since.size else None
