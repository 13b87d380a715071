"""Quality and diversity by nearest neighbours: is what was drawn plausible, and is all of the truth still reached?

A ball around a row reaches to its fifth nearest neighbour of the same kind, the row itself not counted. The four
metrics ask who lies in whose ball, and a row on the edge of a ball lies in it: distances that are equal up to rounding count as equal,
so that lattices, pixels and copies score what their distances say. What they need of the real rows is computed once per truth,
what they need of the rows drawn once per generation.

References:
    Kynkäänniemi et al. 2019, arXiv 1904.06991 (precision, recall). Naeem et al. 2020, arXiv 2002.09797 (density, coverage).

Six real rows in a line, and two drawn: one in their middle, which all six balls hold, and one far away.

>>> line, space = np.arange(6.0)[:, None] * [1, 0], Space("columns", ("x1", "x2"))
>>> truth, drawn = Reference(line, line.mean(axis=0), 1.0), Batch(np.array([[[2.5, 0.0], [100.0, 0.0]]]), space)
>>> [metric(truth, space)(drawn).item() for metric in (precision, coverage)]
[0.5, 1.0]
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.metrics._pairs import REPLICATES, ROWS, irregular_sample, squared_distances, unmeasured, with_ties
from sim.sources import Reference
from sim.spaces import Space

K: Final = 5
"""The neighbour that a ball reaches to.

Five as in Naeem et al. 2020: a perfect model then covers 97 %, where the three of Kynkäänniemi et al. 2019 would make it 88 %.
"""


def _has_neighbours(truth: Reference) -> bool:
    return len(truth.rows) > K


@lru_cache(maxsize=8)
def _real_balls(reference: Reference) -> tuple[Floats, Floats]:
    """Real rows (1, m, d), and the squared radii of their balls (1, m)."""
    real = irregular_sample(reference, ROWS)[None]
    return real, _radii(real, real)


def _radii(rows: Floats, real: Floats) -> Floats:
    """The squared distance of every row to its k-th neighbour, (replicates, n); needs more than k rows.

    With room for ties with distances to the real rows, around whose centre those are computed.
    """
    squares = squared_distances(rows, rows)
    # No row is its own neighbour: below all others, it leaves place K to the K-th other one.
    np.einsum("rnn->rn", squares)[:] = -1.0
    return with_ties(np.partition(squares, K, axis=2)[:, :, K], rows, real.mean(axis=1)[0])


def _squared_distances(batch: Batch, reference: Reference) -> Floats:
    """Squared distances of drawn and real rows, (replicates, n, m)."""
    real, _ = _real_balls(reference)
    return batch.once(("squared distances", reference), lambda: squared_distances(batch.rows[:, :ROWS], real))


def _inside(batch: Batch, reference: Reference) -> NDArray[np.bool_]:
    """Whether a drawn row lies in the ball of a real row, (replicates, n, m)."""
    _, radii = _real_balls(reference)
    return batch.once(("inside", reference), lambda: _squared_distances(batch, reference) <= radii[:, None, :])


@metric(label="Precision", better="higher", ideal=1.0, needs=_has_neighbours, replicates=REPLICATES)
def precision(reference: Reference, space: Space) -> Measure:
    """How many of the rows drawn are plausible.

    Law: the share of rows drawn that lie within the distance of some real row to its fifth real neighbour. For the
    first 400 rows and 8 replicates, against at most 400 reference rows.

    Edges: a perfect model scores a little below 1 (about 0.97 for 300 rows in four dimensions); rows that have all
    become one plausible point score 1.

    Names: improved precision, quality, fidelity.

    References:
        Kynkäänniemi et al. 2019, arXiv 1904.06991.
    """
    return lambda batch: _inside(batch, reference).any(axis=2).mean(axis=1)


@metric(label="Recall", rank=60, better="higher", ideal=1.0, needs=_has_neighbours, replicates=REPLICATES)
def recall(reference: Reference, space: Space) -> Measure:
    """How much of the truth the rows drawn still reach.

    Law: the share of real rows that lie within the distance of some drawn row to its fifth drawn neighbour. For the
    first 400 rows and 8 replicates, against at most 400 reference rows.

    Edges: NaN below six rows, which have no fifth neighbour; rows that have all become one point reach nothing.

    Names: improved recall, diversity.

    References:
        Kynkäänniemi et al. 2019, arXiv 1904.06991.
    """

    def measure(batch: Batch) -> Floats:
        rows = batch.rows[:, :ROWS]
        if rows.shape[1] <= K:
            return unmeasured(batch)
        real, _ = _real_balls(reference)
        return (_squared_distances(batch, reference) <= _radii(rows, real)[:, :, None]).any(axis=1).mean(axis=1)

    return measure


@metric(label="Density", better="truth", ideal=1.0, needs=_has_neighbours, replicates=REPLICATES)
def density(reference: Reference, space: Space) -> Measure:
    """How densely the rows drawn sit where real rows are; above 1 they crowd there.

    Law: the number of real rows within whose fifth-neighbour distance a drawn row lies, over 5, averaged over the rows
    drawn; 1 on average for equal distributions. For the first 400 rows and 8 replicates, against at most 400 reference rows.

    Edges: rows that have all become one point score what that point scores, from 0 to far above 1.

    References:
        Naeem et al. 2020, arXiv 2002.09797.
    """
    return lambda batch: _inside(batch, reference).sum(axis=2).mean(axis=1) / K


@metric(label="Coverage", better="higher", ideal=1.0, needs=_has_neighbours, replicates=REPLICATES)
def coverage(reference: Reference, space: Space) -> Measure:
    """How many real rows have a drawn one nearby.

    Law: the share of real rows with at least one drawn row within their fifth-neighbour distance; for equal
    distributions $1 - prod_{i=1...5} (n - i)/(m + n - i)$ on average with $n$ real and $m$ drawn rows, about 0.97 for $m = n$. For
    the first 400 rows and 8 replicates, against at most 400 reference rows.

    Edges: with few rows drawn it is low for any model (see the noise floor).

    References:
        Naeem et al. 2020, arXiv 2002.09797.
    """
    return lambda batch: _inside(batch, reference).any(axis=1).mean(axis=1)
