"""Latents: what the first model's encoder reads in later rows.

Two rows with the codes -3 and 3, whose standard deviation is 3:

>>> space, truth = Space("columns", ("x1",)), Reference(np.zeros((1, 1)), np.zeros(1), 1.0)
>>> batch = Batch(np.zeros((1, 2, 1)), space, {"codes": np.array([[[-3.0], [3.0]]])})
>>> latent_spread(truth, space)(batch).tolist()
[3.0]
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.sources import Reference
from sim.spaces import Space


@metric(label="Latent spread", rank=16, better="truth", ideal=None, scores=["codes"])
def latent_spread(reference: Reference, space: Space) -> Measure:
    """How widely rows are spread in the eyes of the first model, which knew only real rows.

    Law: the root mean variance (divisor n) of the latent codes of the first 400 rows drawn, under the encoder of model 1:
    $sqrt(mean_k var_i code_ik)$. A model with a standard normal prior that used all of it would have 1 at first.

    Edges: latent numbers that model 1 does not use stay at 0 and lower the value, the same in every generation; one row
    has spread 0. Only models with an encoder have it, from generation 1 on.

    References:
        Shumailov et al. 2024, Nature 631:755 (released code: the latents of each generation under the first encoder).
    """
    return _spread


def _spread(batch: Batch) -> Floats:
    codes = batch.scores["codes"]
    # Squares of numbers between -1 and 1 neither overflow nor vanish.
    reach = np.maximum(np.abs(codes).max(axis=(1, 2)), np.finfo(float).tiny)
    shape = codes / reach[:, None, None]
    spread: Floats = reach * np.sqrt(shape.var(axis=1).mean(axis=1))
    return spread
