"""Lost modes: which did model 1 miss, which were lost since, and how much of either is luck?

Mode collapse and model collapse are different things. What one training misses, model 1 has lost already, with real rows
before its eyes: that is mode collapse. What model 1 still drew and a later model does not is model collapse. Luck does both, too:
n rows miss some modes of a model that holds them all. So each is said only of more than `sim.verdicts.mode_luck` allows.

Both are told from exact counts of all rows drawn, all replicates together; a mode is alive as the metric `modes_alive` counts. How
many are missing in the typical replicate is the median: the middle number or, of an even number of replicates, the two middle
ones, so that of two replicates each has its say (`typical_counts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arrays import Flags, Floats
from sim.experiment import Experiment
from sim.metrics.variety import alive_modes
from sim.records import Run
from sim.regimes.replace import Replace
from sim.theory.scope import Fields, in_scope
from sim.verdicts.mode_luck import (
    chances_given_training,
    chances_of_losing,
    chances_of_missing,
    critical_count,
    critical_net,
)
from sim.verdicts.significance import LEVEL

KNOWN: Final[Fields] = ("source", "family", "regime.replace", "real_share", "real_supply", "temperature")
"""What `extinction_is_absorbing` has taken into account; it is said of no experiment with another field off its default."""


@dataclass(frozen=True, slots=True)
class MissedByFirst:
    """What model 1 missed of the modes that the real rows had, all replicates together.

    Attributes:
        had: how many the real rows had.
        missed: how many of these model 1 missed.
        luck: how many of these a faithful model would miss, on average over its luck and given the real rows.
        beyond_luck: whether more are missed than luck allows, which is mode collapse.
    """

    had: int
    missed: int
    luck: float
    beyond_luck: bool


@dataclass(frozen=True, slots=True)
class LostSinceFirst:
    """What became of modes between model 1 and a later generation, all replicates together.

    Attributes:
        lost: how many model 1 drew that are missing now.
        back: how many it missed that are there now.
        beyond_luck: whether the loss, net of what came back, is more than two batches of one model differ by luck.
    """

    lost: int
    back: int
    beyond_luck: bool

    @property
    def net(self) -> int:
        """How many more are missing now; negative where fewer are."""
        return self.lost - self.back


def missed_by_first(seen: Flags) -> Flags:
    """Which modes the real rows had and model 1 did not, (..., k), of those alive in each generation, (..., last + 1, k).

    Real rows had both modes, model 1 the first alone, and model 2 neither:

    >>> missed_by_first(np.array([[True, True], [True, False], [False, False]])).tolist()
    [False, True]
    """
    return seen[..., 0, :] & ~seen[..., min(1, seen.shape[-2] - 1), :]


def extinction_is_absorbing(experiment: Experiment) -> bool:
    """Whether extinction is an absorbing state: what one generation does not draw, word or mode, can never be drawn again.

    So it is with models that only repeat their training rows, of one generation's rows alone. Said only where it is certain:
    contexts, smoothing, blur, older rows and real ones all can bring it back, and so may whatever nobody has thought of here.
    """
    alone = isinstance(experiment.regime, Replace) and experiment.n_real == 0
    return alone and experiment.family.only_repeats and in_scope(experiment, KNOWN)


def missing_counts(run: Run) -> Floats | None:
    """How many modes are missing in each replicate, (replicates, last + 1), by the metric; None where it was not measured."""
    modes = run.experiment.source.reference().modes
    if modes is None or "modes_alive" not in run.metrics:
        return None
    return len(modes.weights) - run.metrics["modes_alive"][:, : run.last + 1]


def modes_lost(run: Run) -> Flags:
    """In which generations more modes are missing than luck allows, (last + 1,): all replicates together, and never at generation 0.

    Law: as many as a faithful model would miss with a chance of at most `LEVEL` in all generations together (Bonferroni). Faithful is
    a model that learned from n real rows, as model 1 did; see `luck_of_each_mode`.
    """
    missing, beyond = missing_counts(run), np.zeros(run.last + 1, dtype=np.bool_)
    if missing is None or run.last < 1:
        return beyond
    chances, known = luck_of_each_mode(run.experiment), np.isfinite(missing).all(axis=1)
    beyond[1:] = missing[known, 1:].sum(axis=0) >= critical_count(chances, LEVEL / run.last, int(known.sum()))
    return beyond


def luck_of_each_mode(experiment: Experiment) -> Floats:
    """The chance that one generation of a faithful model leaves each mode dead, (k,), where all the rows it may learn from are real.

    A regime that learns from some of the rows it keeps may keep a row many times, as with a fixed real supply, and draws it anew.
    Rows drawn once more are worth half as many, because the variances of both draws add.
    """
    n, regime = experiment.n, experiment.regime
    drawn_again = regime.trained_rows(n, 3) < regime.kept_rows(n, 2)
    return chances_of_missing(experiment.source, n, max(1, n // 2) if drawn_again else n)


def expected_by_luck(run: Run) -> float:
    """How many modes one replicate of a faithful model misses on average."""
    return float(luck_of_each_mode(run.experiment).sum())


def missing_beyond_luck(run: Run) -> int:
    """For how many generations in a row a mode must be missing for it to be no luck; the more, the fewer rows it should hold.

    Law: the least L with sum_k q_k^L at most `LEVEL`, q_k the chance that a faithful model misses mode k in one generation.
    """
    chances = luck_of_each_mode(run.experiment)
    rows = np.arange(1, run.last + 2)
    enough = (np.minimum(chances[:, None], 1.0) ** rows).sum(axis=0) <= LEVEL
    return int(rows[enough][0]) if enough.any() else run.last + 2


def all_dead_are_empty(run: Run, t: int) -> bool:
    """Whether no row at all lies at any mode that is missing in generation t; False where a few may do and nobody counted."""
    modes = run.experiment.source.reference().modes
    if modes is None or run.counts is None:
        return False
    counts = run.counts[:, t]
    return not counts[~alive_modes(counts, run.experiment.n, modes)].any()


def typical_counts(values: Floats) -> tuple[int, int]:
    """The median of whole numbers: the middle one twice or, of an even number, the two middle ones; NaN are left out.

    >>> typical_counts(np.array([0.0, 8.0])), typical_counts(np.array([1.0, 5.0, 6.0, np.nan]))
    ((0, 8), (5, 5))
    """
    known = np.sort(values[np.isfinite(values)])
    return (int(known[(len(known) - 1) // 2]), int(known[len(known) // 2])) if known.size else (0, 0)


def missed_by_model_1(run: Run) -> MissedByFirst | None:
    """What model 1 missed, held against luck given the real rows that it saw; None where modes were not counted.

    Law: each mode with c of the n real rows is missed with the chance that Binomial(n, c/n) is too few to be alive.
    """
    modes, n = run.experiment.source.reference().modes, run.experiment.n
    if modes is None or run.counts is None or run.last < 1:
        return None
    seen = alive_modes(run.counts[:, :2], n, modes)
    had, missed = seen[:, 0], int(missed_by_first(seen).sum())
    chances = chances_given_training(run.counts[:, 0], n, modes)[had]
    beyond = had.any() and missed >= critical_count(chances, LEVEL)
    return MissedByFirst(int(had.sum()), missed, float(chances.sum()), bool(beyond))


def lost_since_model_1(run: Run, t: int, first: MissedByFirst) -> LostSinceFirst | None:
    """What was lost from model 1, which missed so much, to generation t, net of what came back; None where t is below 2.

    Law: two batches of one model share their rows by chance, mode by mode (`chances_of_losing`). Where model 1 missed more than
    luck, training itself has luck that rows do not show: modes come and go whole. There the loss must pass McNemar's exact
    test as well, P(Binomial(lost + back, 1/2) <= back) at most `LEVEL`.
    """
    from scipy.special import bdtr

    modes, n = run.experiment.source.reference().modes, run.experiment.n
    if modes is None or run.counts is None or t < 2:
        return None
    seen, now = (alive_modes(run.counts[:, when], n, modes) for when in (1, t))
    lost, back = int((seen & ~now).sum()), int((~seen & now).sum())
    chances = chances_of_losing(run.counts[:, 1], run.counts[:, t], n, modes)
    beyond = lost > back and lost - back >= critical_net(chances, LEVEL)
    comes_and_goes = first.beyond_luck and float(bdtr(back, lost + back, 0.5)) > LEVEL
    return LostSinceFirst(lost, back, beyond and not comes_and_goes)
