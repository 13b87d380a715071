"""Scores: what fitted models say of rows, as arrays, so that metrics never see a model.

A family lists in `offers` what its fitted models can be asked; the loop asks once a generation. Families that offer
nothing cost nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from sim.arrays import Array, ReadOnly, frozen
from sim.metrics import SCORED_ROWS
from sim.sources import Source


def scores(offers: Collection[str], model: Any, first: Any, rows: Array, source: Source) -> Mapping[str, Array]:
    """The scores of one generation that the family offers; (replicates, ...) each.

    Args:
        offers: what the family's models can be asked.
        model: model t.
        first: model 1.
        rows: the rows drawn at t, (replicates, n, d); the first 400 are scored.
        source: the truth, whose first 400 reference rows are scored.
    """
    found: dict[str, Array] = {}
    drawn = rows[:, :SCORED_ROWS]
    if "log_prob" in offers:
        truth = source.reference().rows[:SCORED_ROWS]
        real = np.broadcast_to(truth, (len(rows), *truth.shape))
        found["truth_log_prob"] = frozen(model.log_prob(real))
        found["log_prob"] = frozen(first.log_prob(drawn))
    if "encode" in offers:
        found["codes"] = frozen(first.encode(drawn))
    return ReadOnly(found)
