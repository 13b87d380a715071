"""Lost modes: which of them did model 1 miss already, and which were lost since?

Mode collapse and model collapse are different things. What one training misses, model 1 has lost already, with real rows
before its eyes: that is mode collapse. What model 1 still drew and a later model does not is model collapse. Both are told
from exact counts of all rows drawn, replicate by replicate; a mode is alive as the metric `modes_alive` counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.arrays import Flags
from sim.experiment import Experiment
from sim.families.categorical import Categorical
from sim.metrics.variety import alive_modes
from sim.records import Run
from sim.regimes.replace import Replace
from sim.theory.scope import Fields, in_scope

KNOWN: Final[Fields] = (
    *("source", "family.categorical.smoothing", "regime.replace"),
    *("real_share", "real_supply", "temperature"),
)
"""What `extinction_is_absorbing` has taken into account; it is said of no experiment with another field off its default."""


@dataclass(frozen=True, slots=True)
class LostModes:
    """How many modes are missing in one generation, all replicates together, and how many are back.

    Attributes:
        unseen: neither the real rows of generation 0 nor model 1 had them.
        at_once: the real rows had them and model 1 did not: lost within one training.
        since: model 1 had them: lost across generations.
        back: model 1 missed them, and they are there again.
    """

    unseen: int
    at_once: int
    since: int
    back: int


def alive(run: Run) -> Flags | None:
    """Which modes are alive in which replicate, (replicates, last + 1, modes); None where there are none or nobody counted."""
    modes = run.experiment.source.reference().modes
    if modes is None or run.counts is None:
        return None
    return alive_modes(run.counts[:, : run.last + 1], run.experiment.n, modes)


def missed_by_first(seen: Flags) -> Flags:
    """Which modes the real rows had and model 1 did not, (..., k), of those alive in each generation, (..., last + 1, k).

    Real rows had both modes, model 1 the first alone, and model 2 neither:

    >>> import numpy as np
    >>> missed_by_first(np.array([[True, True], [True, False], [False, False]])).tolist()
    [False, True]
    """
    return seen[..., 0, :] & ~seen[..., min(1, seen.shape[-2] - 1), :]


def extinction_is_absorbing(experiment: Experiment) -> bool:
    """Whether extinction is an absorbing state: a word that one generation does not draw can never be drawn again.

    So it is with counts without smoothing, of one generation's rows alone. Said only where it is certain: contexts, smoothing,
    older rows and real ones all can bring a word back, and so may whatever nobody has thought of here.
    """
    if not in_scope(experiment, KNOWN):
        return False
    counts = isinstance(experiment.family, Categorical) and experiment.family.smoothing == 0
    return counts and isinstance(experiment.regime, Replace) and experiment.n_real == 0


def lost_modes(run: Run, t: int) -> LostModes | None:
    """What is missing in generation t; None where modes were not counted."""
    seen = alive(run)
    if seen is None:
        return None
    missed, now = missed_by_first(seen), seen[:, t]
    since = seen[:, min(1, run.last)] & ~now
    unseen = ~now & ~missed & ~since
    return LostModes(*(int(kind.sum()) for kind in (unseen, missed & ~now, since, missed & now)))
