"""UMAP itself: the shipped map is the fitted one, placement is close to `transform`, and two callers do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.maps.elsewhere import fit_elsewhere
from sim.maps.files import shipped
from sim.maps.fitting import MIN_DIST, SEED, NoMap
from sim.maps.landmarks import NEIGHBOURS
from sim.sources import sources

pytestmark = pytest.mark.xdist_group("umap")

DIGITS = sources["digits"]()


@cache
def fitted() -> Any:
    """UMAP's own model of the digits' landmarks, fitted as the shipped map was."""
    import umap

    rows = DIGITS.landmarks().rows.astype(np.float32)
    return umap.UMAP(n_neighbors=NEIGHBOURS, min_dist=MIN_DIST, random_state=SEED, n_jobs=1).fit(rows)


def neighbours(places: Any, k: int = NEIGHBOURS) -> list[set[int]]:
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
    return [set(row[1 : k + 1]) for row in gaps.argsort(axis=1)]


@pytest.mark.filterwarnings("ignore")
def test_the_shipped_map_is_what_umap_makes_again() -> None:
    """On the same kind of processor bit for bit; elsewhere rounding moves rows, and neighbours must largely agree."""
    flat = shipped(DIGITS)
    assert flat is not None
    again = fitted().embedding_
    again = again - again.mean(axis=0)
    kept = np.mean([len(a & b) / NEIGHBOURS for a, b in zip(neighbours(flat.places), neighbours(again), strict=True)])
    print(f"\nneighbours that the rebuilt map keeps: {kept:.3f}; largest move {np.abs(again - flat.places).max():.2g}")
    assert kept > 0.5


@pytest.mark.filterwarnings("ignore")
def test_placement_is_close_to_transform(capsys: pytest.CaptureFixture[str]) -> None:
    """The reach: on held-out digits the median distance is at most 2 % of the map's extent."""
    from scipy.stats import spearmanr
    from sklearn.manifold import trustworthiness

    flat = shipped(DIGITS)
    assert flat is not None
    held_out = np.asarray(DIGITS.reference().rows, dtype=np.float32)
    model = fitted()
    theirs = model.transform(held_out) - model.embedding_.mean(axis=0)
    ours = flat.place(held_out)
    extent = float(np.ptp(flat.places, axis=0).max())
    apart = np.linalg.norm(ours - theirs, axis=1) / extent
    pairs = np.triu_indices(len(ours), 1)
    gaps = [np.linalg.norm(p[:, None] - p[None], axis=2)[pairs] for p in (ours, theirs)]
    rank = float(spearmanr(*gaps).statistic)
    trust = trustworthiness(flat.rows, flat.places, n_neighbors=NEIGHBOURS)
    with capsys.disabled():
        print(
            f"\ndistance to transform: median {np.median(apart):.2%} of the extent (reach 2 %), 90 % within {np.quantile(apart, 0.9):.1%}"
        )
        print(f"rank correlation of pairwise distances {rank:.3f}; trustworthiness of the map {trust:.3f}")
    assert np.median(apart) <= 0.02
    assert rank > 0.9
    assert trust > 0.9


TWO_CALLERS = """
import threading, numpy as np
from sim.maps.fitting import fit_map
from sim.streams import Streams
rows = Streams(0, 0).normal("rows", (2, 120, 4))
made = {}
threads = [threading.Thread(target=lambda i=i: made.__setitem__(i, fit_map(rows[i]))) for i in (0, 1)]
[t.start() for t in threads]; [t.join() for t in threads]
assert sorted(made) == [0, 1] and all(np.isfinite(m).all() for m in made.values())
import numba
print(numba.threading_layer() if hasattr(numba, "threading_layer") else "")
"""


def test_two_callers_survive_the_layer_that_aborts() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TWO_CALLERS],
        env={**os.environ, "NUMBA_THREADING_LAYER": "workqueue"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_worker_that_is_ended_says_so_and_leaves_nothing() -> None:
    rows = sources["normal"](dim=3).landmarks().rows
    with pytest.raises(NoMap, match="not finished"):
        fit_elsewhere(rows, lambda _: None, lambda end: end())


def test_a_worker_fits_and_tells_how_far_it_is() -> None:
    told: list[float] = []
    rows = sources["normal"](dim=3).landmarks(most=150).rows
    places = fit_elsewhere(rows, told.append, lambda _: None)
    assert places.shape == (150, 2)
    assert np.isfinite(places).all()
    assert told[0] == 0
    assert told == sorted(told)
    assert told[-1] > 0.5
