"""Territory: how much of the truth's support is still covered, and how many rows lie outside of it.

The support is divided into cells of equal real mass, within each class where the data have classes; a row drawn belongs to
the cell of its nearest reference row. Every measure here is taken in all columns, not in a drawing.

Sixteen real rows in a line are two cells of eight; rows that all come from one end inhabit one of them:

>>> line, space = np.arange(16.0)[:, None] * [1, 0, 0], Space("columns", ("x1", "x2", "x3"))
>>> truth = Reference(line, line.mean(axis=0), 1.0)
>>> map_inhabited(truth, space)(Batch(line[None, :8], space)).tolist()
[0.5]
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.metrics._occupancy import occupied
from sim.metrics._pairs import REPLICATES, TIE, squared_distances
from sim.sources import Reference
from sim.spaces import Space
from sim.tokens import counts_per_replicate

ROWS: Final = 500
"""Rows of each replicate that are measured. As many as are always kept of a recorded run."""

CELL: Final = 8
"""Reference rows in a cell, about. A choice: smaller cells make a finer map, and one that chance alone empties sooner."""

FAR: Final = 0.99
"""A row is off the map when it is farther from the known rows than this share of them are from each other.

So one in a hundred fresh rows of a distribution is off by chance.
"""

ROWS_AT_ONCE: Final = 1024
"""Rows measured at once; more would only need more memory."""


def _has_cells(truth: Reference) -> bool:
    return truth.rows.shape[1] > 2 and len(truth.rows) > CELL


def _has_classes(truth: Reference) -> bool:
    return _has_cells(truth) and truth.labels is not None


@lru_cache(maxsize=8)
def cells(reference: Reference) -> NDArray[np.int64]:
    """The cell of each reference row, (m,): classes halved along their longest direction until cells hold about eight rows."""
    rows = np.asarray(reference.rows, dtype=np.float64)
    labels = np.zeros(len(rows), dtype=np.int64) if reference.labels is None else reference.labels
    found = np.empty(len(rows), dtype=np.int64)
    count = 0
    for label in np.unique(labels):
        for part in _halved(rows, np.flatnonzero(labels == label)):
            found[part] = count
            count += 1
    return found


def _halved(rows: Floats, part: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    if len(part) < 2 * CELL:
        return [part]
    centred = rows[part] - rows[part].mean(axis=0)
    # The direction of largest spread.
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    order = part[np.argsort(centred @ direction, kind="stable")]
    middle = len(part) // 2
    return [*_halved(rows, order[:middle]), *_halved(rows, order[middle:])]


@lru_cache(maxsize=8)
def _known(reference: Reference) -> tuple[Floats, float]:
    """The different known rows, (m, d), and the squared distance to the nearest other one that 99 % of them stay within."""
    rows = np.unique(np.asarray(reference.rows if reference.all_rows is None else reference.all_rows, dtype=np.float64), axis=0)
    return rows, float(np.quantile(_nearest_other(rows), FAR)) * (1 + TIE) if len(rows) > 1 else 0.0


def out_of_support(reference: Reference, rows: NDArray[np.float64], seen: NDArray[np.float64] | None = None) -> NDArray[np.bool_]:
    """Which rows (..., d) are farther from every known real row than 99 % of those are from their nearest other one, (...,).

    Known are all rows of a real data set, trained on or held out; of a distribution the reference rows.

    Args:
        reference: the truth.
        rows: to be judged.
        seen: further real rows, (k, d).
    """
    known, reach = _known(reference)
    every = known if seen is None else np.concatenate([known, seen])
    return (_nearest(rows.reshape(-1, rows.shape[-1]), every) > reach).reshape(rows.shape[:-1])


def _nearest(rows: Floats, known: Floats) -> Floats:
    """The squared distance of each row to its nearest known one, (n,)."""
    blocks = [squared_distances(rows[None, i : i + ROWS_AT_ONCE], known[None])[0].min(axis=1) for i in range(0, len(rows), ROWS_AT_ONCE)]
    return np.concatenate([np.empty(0), *blocks])


def _nearest_other(rows: Floats) -> Floats:
    """The squared distance of each row to its nearest other one, (n,)."""
    squares = squared_distances(rows[None], rows[None])[0]
    # No row is its own neighbour.
    np.fill_diagonal(squares, np.inf)
    return squares.min(axis=1)


def occupied_cells(reference: Reference, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which cells hold at least a tenth of the rows they should, and never less than one, (replicates, cells)."""
    return cells_with_enough(reference, rows_in_cells(reference, rows))


def rows_in_cells(reference: Reference, rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many rows lie in each cell, (replicates, cells)."""
    cell_of_reference = cells(reference)
    count = int(cell_of_reference.max()) + 1
    cell_of_row = cell_of_reference[squared_distances(rows, _rows(reference)).argmin(axis=-1)]
    return counts_per_replicate(cell_of_row, count)


def cells_with_enough(reference: Reference, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which cells are occupied with so many rows in each, (replicates, cells)."""
    shares = np.bincount(cells(reference)) / len(reference.rows)
    return occupied(counts, counts.sum(axis=1, keepdims=True), shares)


def class_of_cells(reference: Reference) -> NDArray[np.int64]:
    """The class of each cell, (cells,)."""
    assert reference.labels is not None
    cell_of_reference = cells(reference)
    found = np.empty(int(cell_of_reference.max()) + 1, dtype=np.int64)
    found[cell_of_reference] = reference.labels
    return found


def _rows(reference: Reference) -> Floats:
    return np.asarray(reference.rows, dtype=np.float64)[None]


def _occupied(batch: Batch, reference: Reference) -> NDArray[np.bool_]:
    return batch.once(("occupied cells", reference), lambda: occupied_cells(reference, batch.rows[:, :ROWS]))


@metric(label="Map inhabited", rank=25, better="higher", ideal=1.0, needs=_has_cells, replicates=REPLICATES)
def map_inhabited(reference: Reference, space: Space) -> Measure:
    """How much of the real map still has rows on it.

    Law: the share of cells that hold at least a tenth of the rows they should (never less than one). The reference rows
    are divided into cells of equal real mass, about eight rows each, by halving along the direction of largest spread,
    within each class where there are classes; a row lives in the cell of its nearest reference row. Measured in all
    columns, for the first 500 rows and 8 replicates.

    Edges: with few rows drawn it is below 1 for any model (see the noise floor); one repeated row inhabits one cell.

    Names: coverage of the map, bin occupancy.
    """
    return lambda batch: _occupied(batch, reference).mean(axis=1)


@metric(label="Map inhabited, emptiest class", rank=46, better="higher", ideal=1.0, needs=_has_classes, replicates=REPLICATES)
def emptiest_class(reference: Reference, space: Space) -> Measure:
    """How much of the real map is still inhabited in the class that has lost most.

    Law: the smallest, over the classes of the data, share of the cells of that class that are inhabited; cells and
    inhabitants as in the metric `map_inhabited`.

    Edges: a class without a single row scores 0. The noise floor is low with few rows, for the same reason.
    """
    classes = class_of_cells(reference)
    members = [np.flatnonzero(classes == label) for label in np.unique(classes)]
    return lambda batch: np.min([_occupied(batch, reference)[:, m].mean(axis=1) for m in members], axis=0)


@metric(
    label="Off the map",
    rank=30,
    better="truth",
    ideal=lambda truth: 1 - FAR if truth.all_rows is None else 0.0,
    needs=_has_cells,
    replicates=REPLICATES,
)
def off_map(reference: Reference, space: Space) -> Measure:
    """How many of the rows drawn are unlike every known real row, so that a map of real data flatters them.

    Law: the share of rows drawn whose nearest known row is farther away than 99 % of known rows are from their nearest
    other one. Known are all rows of a real data set, trained on or held out; of a distribution the reference rows.
    Measured in all columns, for the first 500 rows and 8 replicates. The map crosses these rows out, but for those that
    are like a row which the world shown began with.

    Edges: about 1 % for fresh rows of a distribution; 0 for those of a real data set and for copies, however few are left.
    """
    return lambda batch: out_of_support(reference, batch.rows[:, :ROWS]).mean(axis=1)
