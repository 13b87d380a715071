"""Map files: landmarks and their places as plain arrays, with what made them and a checksum over both.

A file is used only for the source it was made for and only while its checksum holds; anything else is refused with a
sentence, and the map is fitted anew.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from sim.arrays import frozen
from sim.maps.fitting import MIN_DIST, SEED, NoMap, fit_map
from sim.maps.landmarks import NEIGHBOURS, LandmarkMap
from sim.sources import Source, sources
from sim.store.files import ChecksumError, read_arrays, write_arrays

SHIPPED: Final = Path(__file__).parent / "shipped"
ARRAYS: Final = frozenset({"rows", "places", "labels"})


def shipped(source: Source) -> LandmarkMap | None:
    """The map that comes with the project for this very source; None if there is none or its file is not to be trusted.

    >>> shipped(sources["digits"]()).places.shape, shipped(sources["normal"]())
    ((1440, 2), None)
    """
    return _shipped(cast(Any, source))


@lru_cache(maxsize=8)
def _shipped(source: Source) -> LandmarkMap | None:
    path = SHIPPED / f"{source.kind_name()}.npz"
    try:
        return load(path, source) if path.exists() else None
    except NoMap:
        return None


def fitted(source: Source) -> LandmarkMap:
    """The map of a source, fitted here and now; takes seconds. Raises `NoMap`."""
    landmarks = source.landmarks()
    places = fit_map(landmarks.rows)
    return LandmarkMap(frozen(np.asarray(landmarks.rows, dtype=np.float32)), frozen(places), landmarks.labels)


def rebuild() -> Iterator[Path]:
    """Fit and write the map of every real table anew; gives the path of each when it is done."""
    for source in (variant() for variant in sources):
        if source.landmarks().labels is not None and len(source.space.columns) > 2:
            path = SHIPPED / f"{source.kind_name()}.npz"
            save(fitted(source), source, path)
            yield path


def save(fit: LandmarkMap, source: Source, path: Path) -> None:
    """Write a map with what made it."""
    versions = {name: importlib.metadata.version(name) for name in ("umap-learn", "numba", "numpy", "scikit-learn")}
    made = {"source": source.model_dump(), "seed": SEED, "neighbours": NEIGHBOURS, "min_dist": MIN_DIST, "versions": versions}
    labels = np.empty(0, dtype=np.int64) if fit.labels is None else fit.labels
    write_arrays(path, made, {"rows": fit.rows, "places": fit.places, "labels": labels})


def load(path: Path, source: Source) -> LandmarkMap:
    """Read a map file of a source; raises `NoMap` with a sentence when it is corrupt or made for something else."""
    try:
        made, arrays = read_arrays(path)
    except ChecksumError as problem:
        raise NoMap(str(problem)) from None
    if made.get("source") != source.model_dump() or arrays.keys() != ARRAYS:
        raise NoMap(f"The map file {path.name} was made for another source.")
    labels = arrays["labels"]
    return LandmarkMap(frozen(arrays["rows"]), frozen(arrays["places"]), frozen(labels) if labels.size else None)
