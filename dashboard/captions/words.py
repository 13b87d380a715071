"""What a run of words says in numbers: how many are left, how rare the rare ones are, and whether a number bears out its verb.

A sentence may say "fewer" of a number only where that number is lower at the digits shown. Where the middle of the worlds did not move,
although more of them fell than chance allows, the worlds that fell are counted instead.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dashboard.theme import both, counted, number, numbers_apart, percent_beside
from sim import Run
from sim.verdicts.lost_modes import extinction_is_absorbing
from sim.verdicts.medians import median_at, middle, real_median

DIFFERENT: Final = ("{n} different word", "{n} different words")


def kind_of_fewer(run: Run) -> str:
    """How it is told that fewer words are drawn: by their numbers where these fall, and as extinct where none can come back."""
    if max(middle(run.metrics, "tokens_alive", run.last)) < min(middle(run.metrics, "tokens_alive", 0)):
        return "extinct" if extinction_is_absorbing(run.experiment) else "fewer"
    return "fewer in some" if worlds_below_their_start(run, "tokens_alive") else "fewer from the start"


def kind_of_rarer(run: Run) -> str:
    """How it is told that rare words are drawn less often: by their share where it is less than that of real rows."""
    real = run.noise_floor.get("rare_mass", float("nan"))
    return "thin" if median_at(run.metrics, "rare_mass", run.last) < real else "thin in some"


def words_alive(run: Run, t: int) -> dict[str, str]:
    """How many words there are in generation t, and were in the first, for a template."""
    alive, first = (middle(run.metrics, "tokens_alive", when) for when in (t, 0))
    different = run.experiment.source.space.with_unit(counted(DIFFERENT, *alive))
    return {"alive": both(alive), "different": different, "first": both(first)}


def word_facts(run: Run) -> dict[str, str]:
    """What the templates of verdicts about words are filled with."""
    shown = run.noise_floor.get("rare_mass", float("nan"))
    rare = percent_beside(median_at(run.metrics, "rare_mass", run.last) / shown) if shown else "–"
    diversity, real = numbers_apart(median_at(run.metrics, "diversity", run.last), real_median(run.noise_floor, "diversity"))
    return words_alive(run, run.last) | {
        "rare": rare,
        "diversity": diversity,
        "real": real,
        "some": number(worlds_below_their_start(run, "tokens_alive")),
        "rarer": number(worlds_below_their_start(run, "rare_mass")),
        "count": number(run.experiment.replicates),
    }


def worlds_below_their_start(run: Run, name: str) -> int:
    """In how many worlds a metric ends lower than it began."""
    values = run.metrics.get(name, np.empty((0, run.last + 1)))
    return int((values[:, run.last] < values[:, 0]).sum())
