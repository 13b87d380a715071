"""Tails: since when they are thin, and since when they are nearly always empty.

A bootstrap of sixty rows has lost them for good within thirty generations; fresh real rows never do:

>>> from sim import Experiment, simulate
>>> loop = {"source": {"kind": "normal"}, "family": {"kind": "kde", "h": 0}, "n": 60, "generations": 30, "replicates": 20}
>>> runs = [simulate(Experiment.model_validate({**loop, "real_share": share}), ["total_variance", "tail_mass"]) for share in (0.0, 1.0)]
>>> [tails_empty_since(run) is not None for run in runs]
[True, False]
"""

from __future__ import annotations

from typing import Final

from sim.records import Run
from sim.verdicts.criteria import criteria
from sim.verdicts.medians import medians
from sim.verdicts.phases import come_to_stay

LASTING: Final = 0.1
"""The least share of a run, and never less than five generations, for which tails must be empty to be called so.

A choice: tails that were empty for a moment were empty by luck.
"""


def thin_since(run: Run) -> int | None:
    """The generation from which on the first kind of tails that is thin at the end has been so."""
    return next((come_to_stay(flags) for flags in criteria(run).thin.values() if flags[-1]), None)


def tails_empty_since(run: Run) -> int | None:
    """The generation from which on no row lies in the tails, in the median; None where none has come to stay or chance does as much.

    Of few real rows most have none in the tails either: where that is so in generation 0, nothing was lost that there was.
    """
    if "tail_mass" not in run.metrics:
        return None
    since, thin = come_to_stay(medians(run.metrics["tail_mass"])[: run.last + 1] == 0), thin_since(run)
    if not since or thin is None:
        return None
    return since if run.last - since >= max(4, LASTING * run.last) else None
