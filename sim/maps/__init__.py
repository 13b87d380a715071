"""Maps: where a row lies in the plane, as a function of the row alone.

A map is fitted to real rows once and never again, so the same place means the same thing in every generation. The
principal map is always there, at once; a UMAP map is a set of landmarks, real rows with their places, beside which any
other row is placed. Maps of the built-in tables are shipped as plain arrays, so that nothing on the way to a picture
imports umap or numba; other maps are fitted by a worker process (`sim.workers.maps`).
May import `records`, `sources` and `store`.
"""

from __future__ import annotations

from typing import Final

from sim.sources import Source

CHOICES: Final = {"umap": "UMAP", "pca": "PCA", "pooled": "UMAP, pooled"}
"""The kinds of maps of sources with more than two columns and what they are called on screen, the usual one first."""


def choices(source: Source) -> dict[str, str]:
    """The maps of a source to choose between, by kind; none where two columns or fewer are their own map.

    >>> from sim.sources import sources
    >>> choices(sources["ring"]()), list(choices(sources["digits"]()))
    ({}, ['umap', 'pca', 'pooled'])
    """
    space = source.space
    return CHOICES if space.kind == "columns" and len(space.columns) > 2 else {}
