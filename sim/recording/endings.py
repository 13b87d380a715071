"""Endings of runs that nothing broke off: reached, stopped, or collapsed to a point on the way."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.spaces import SpaceKind
from sim.state import Ending

COMPLETED: Final = "The run reached generation {t}."
STOPPED: Final = "Stopped after generation {t} of {all}."
ALIKE: Final = "The run reached generation {t}. Its real rows are all alike: there was nothing to lose."

COLLAPSED: Final[Mapping[SpaceKind, str]] = MappingProxyType(
    {
        "columns": "From generation {t} on every repeat is a single point.",
        "tokens": "From generation {t} on every repeat draws a single word.",
        "sequences": "From generation {t} on every repeat draws a single passage.",
    }
)


def completed(t: int) -> Ending:
    """The ending of a run that reached its last generation."""
    return Ending("completed", t, COMPLETED.format(t=t))


def stopped(t: int, generations: int) -> Ending:
    """The ending of a run that was left after a generation."""
    return Ending("cancelled", t, STOPPED.format(t=t, all=generations))


def with_collapse(reached: Ending, points: NDArray[np.bool_], kind: SpaceKind) -> Ending:
    """How a run ended that reached its last generation, told from all of it: collapsed, if every world stayed a point.

    Args:
        reached: the ending as the last generation knows it.
        points: which worlds have rows that are all the same, (replicates, generations + 1).
        kind: what the rows are.

    >>> with_collapse(completed(3), np.array([[False, False, True, True], [False, True, True, True]]), "columns").sentence
    'From generation 2 on every repeat is a single point.'
    """
    spread = np.flatnonzero(~points.all(axis=0))
    since = int(spread[-1]) + 1 if spread.size else 0
    if since > reached.generation:
        return reached
    if since == 0:
        return Ending("completed", reached.generation, ALIKE.format(t=reached.generation))
    return Ending("collapsed", since, COLLAPSED[kind].format(t=since))
