"""What the tests of metrics share: truths made by hand, and one number per world."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.metrics import Batch, metrics
from sim.sources import Reference
from sim.spaces import Space

Floats = NDArray[np.float64]
AGREES = 4.5
REPLICATES = 8
"""The replicates that dear metrics are measured on."""


def truth(rows: Floats, **more: Any) -> Reference:
    """A truth that is its reference rows."""
    return Reference(rows, rows.mean(axis=0), float(rows.var(axis=0).sum()), **more)


def words(probabilities: Any) -> Reference:
    """A truth of words with these weights."""
    p = np.asarray(probabilities, dtype=np.float64)
    return Reference(np.zeros((9, 1), dtype=np.int32), np.zeros(1), 1.0, probabilities=p / p.sum())


def line() -> Reference:
    """N(0, 1) as sources give it: quantile points."""
    normal = NormalDist()
    rows = np.array([normal.inv_cdf((i + 0.5) / 1000) for i in range(1000)])[:, None]
    return Reference(rows, np.zeros(1), 1.0, central=(normal.inv_cdf(0.025), normal.inv_cdf(0.975)))


def score(name: str, reference: Reference, rows: NDArray[Any]) -> Floats:
    """The metric of read-only rows, one number per world whatever its limit on worlds."""
    if reference.probabilities is None:
        space = Space("columns", tuple("abcdefghij"[: rows.shape[2]]))
    else:
        space = Space("tokens", ("token",), vocabulary=len(reference.probabilities))
    frozen = rows.copy()
    frozen.flags.writeable = False
    return metrics()[name].against(reference, space)(Batch(frozen, space))


def z_of(sample: Any, expected: float) -> float:
    """How many standard errors the mean lies from what is expected."""
    values = np.asarray(sample)
    return float((values.mean() - expected) / (values.std(ddof=1) / math.sqrt(len(values))))
