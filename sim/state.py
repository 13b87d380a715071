"""The state of the loop between two generations, and how a loop ends.

A `State` is all that `advance` needs: it may hold models, and it travels between processes. What is kept of a run for looking
at it is in `sim.records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, FrozenDataclass, ReadOnly
from sim.pool import Pool

LARGEST: Final = 1e30
"""Numbers beyond this count as diverged. What is left fits into a record's 32 bits and has finite fourth powers."""

EndingKind = Literal["completed", "collapsed", "diverged", "impossible", "cancelled", "interrupted"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: data, never an exception.

    Attributes:
        kind: completed, collapsed (every replicate is a single point, and stays one), diverged (numbers left the finite), impossible
            (no model can be fitted), cancelled, or interrupted (there was no memory for the next generation, or it failed).
        generation: the generation at which that happened.
        sentence: the same for a reader.

    >>> Ending("cancelled", 12, "Stopped after generation 12 of 40.").early
    True
    """

    kind: EndingKind
    generation: int
    sentence: str

    @property
    def early(self) -> bool:
        """Whether the run could go on from here."""
        return self.kind in ("cancelled", "interrupted")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class State(FrozenDataclass):
    """Everything the loop needs to go on: picklable, read-only.

    Attributes:
        t: the generation whose rows these are; 0 is real data.
        rows: n rows of model t (of the source at t = 0), (replicates, n, d).
        pool: what model t + 1 will learn from.
        fixed_real_rows: the real rows that a fixed supply repeats, (replicates, n_real, d).
        births: the generations the training rows of model t were born in, (replicates, m); None at t = 0.
        scores: what model t and model 1 say of rows, as arrays; see `sim.recording.scores`.
        first: model 1, kept by families that score.
        model: model t, kept by families that remember.
        ending: set when the run cannot go on.
        portraits: rows of model t that come of the same latent draws in every generation, (replicates, k, d); for pictures only.
    """

    t: int
    rows: Array
    pool: Pool
    fixed_real_rows: Array
    births: NDArray[np.int32] | None = None
    scores: Mapping[str, Array] = field(default_factory=lambda: ReadOnly[Array]({}))
    first: Any = None
    model: Any = None
    ending: Ending | None = None
    portraits: Array | None = None
