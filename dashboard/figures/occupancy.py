"""Which words and modes the replicate shown has rows of, told from all of its rows or not at all.

Runs keep only some rows for drawing. What is missing among those may well be there, so absence is told from the run's
counts, or from the rows where they are all kept; elsewhere nothing is called gone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import View
from sim.metrics import Batch
from sim.metrics.variety import alive_modes, rows_at_modes
from sim.verdicts.lost_modes import extinction_is_absorbing


@dataclass(frozen=True, slots=True, eq=False)
class WordCounts:
    """How often each word was drawn in the replicate shown.

    Attributes:
        counts: by generation, (last + 1, words).
        total: how many words were counted in each generation.
        exact: whether these are all that were drawn.
        noun: what was counted, in the plural: rows, or the words or characters that passages are made of.
    """

    counts: NDArray[np.integer]
    total: int
    exact: bool
    noun: str


def word_counts(view: View) -> WordCounts:
    """The words of every generation, from all rows where they are known and else from those kept for drawing."""
    if view.run.counts is not None:
        counts = view.run.counts[view.replicate, : view.run.last + 1]
    else:
        # A prompt is real text, so what the model was given does not count as drawn.
        written = (view.rows(t)[:, view.experiment.family.prompt_length :] for t in range(view.run.last + 1))
        counts = np.array([np.bincount(rows.ravel(), minlength=view.space.vocabulary) for rows in written])
    noun = f"{view.space.unit}s" if view.space.kind == "sequences" else "rows"
    return WordCounts(counts, int(counts[0].sum()), view.run.counts is not None or _all_kept(view), noun)


def mode_counts(view: View) -> NDArray[np.integer] | None:
    """How many of all rows lie at each mode in every generation, (last + 1, modes); None where unknown."""
    if view.run.counts is not None:
        return view.run.counts[view.replicate, : view.run.last + 1]
    if not _all_kept(view):
        return None
    past = range(view.run.last + 1)
    return np.stack([rows_at_modes(Batch(view.rows(t)[None], view.space), view.truth)[:, 0] for t in past])


def modes_alive(view: View) -> NDArray[np.bool_] | None:
    """Which modes are alive in every generation, (last + 1, modes), as the metric `modes_alive` counts; None where unknown."""
    modes, counts = view.truth.modes, mode_counts(view)
    assert modes is not None
    return None if counts is None else alive_modes(counts, view.experiment.n, modes)


def modes_gone_since(view: View) -> list[int | None]:
    """The generation from which on each mode is gone for good: it has no row, and nothing can bring one back; None elsewhere."""
    modes, counts = view.truth.modes, mode_counts(view)
    assert modes is not None
    if counts is None or not extinction_is_absorbing(view.experiment):
        return [None] * len(modes.weights)
    return absent_since(counts > 0)


def mode_shares(view: View, t: int) -> NDArray[np.float64]:
    """The share of the shown rows at each mode, (modes,): of those kept for drawing, so good for a bar and not for absence.

    A row is at a mode when the mode is its nearest and lies within three of its standard deviations.
    """
    modes = view.truth.modes
    assert modes is not None
    distance = np.linalg.norm(view.rows(t)[:, None, :] - modes.centres, axis=2) / modes.spread
    return ((distance <= 3) & (distance == distance.min(axis=1, keepdims=True))).mean(axis=0)


def absent_since(present: NDArray[np.bool_]) -> list[int | None]:
    """The generation from which on each column is absent to the last one known; None if it is not, or never was present.

    What is absent in generation 0 is luck, not loss: see `never_present`. Nor does it follow that it stays absent beyond the last.

    Args:
        present: (generations, columns).
    """
    ends = [int(seen[-1]) + 1 if (seen := np.flatnonzero(column)).size else len(present) for column in present.T]
    return [end if end < len(present) else None for end in ends]


def never_present(present: NDArray[np.bool_]) -> list[bool]:
    """Which columns are present in no generation, not even among the real rows of generation 0; (generations, columns) in."""
    return [not column.any() for column in present.T]


def _all_kept(view: View) -> bool:
    return view.run.samples.shape[2] >= view.experiment.n
