"""The UMAP map says what is so: crosses are unlike any known real row, and a pooled map shows the rows it laid out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from dashboard.figures import MOST_FRAMES, View
from dashboard.figures.survival import survival
from dashboard.figures.umap import umap
from dashboard.player.payload import payload
from sim import Experiment, Run, simulate
from sim.maps.files import shipped
from sim.maps.pooled import PooledMap, pooled_map, pooled_rows
from sim.metrics.territory import out_of_support
from sim.sources import sources
from sim.streams import Streams
from sim.verdicts.typical_replicate import typical_replicate

DIGITS = sources["digits"]()


@cache
def copies() -> Run:
    """Every row ever drawn is a copy of a real one."""
    settings = {"source": {"kind": "digits"}, "family": {"kind": "kde", "h": 0.0}, "n": 90, "generations": 60, "replicates": 3}
    return simulate(Experiment.model_validate(settings), ["total_variance", "mean_shift", "tail_mass"])


def pooled(run: Run, world: int) -> PooledMap:
    """A map whose places are the first two pixels with ink, so that a place tells whose it is."""
    rows = pooled_rows(run, world)
    return pooled_map(run, world, np.asarray(rows[:, 2:4], dtype=np.float32))


def crosses(view: View) -> list[int]:
    return [frame["data"][0]["marker.symbol"].count("x-thin") for frame in umap(view)[0].frames]


def test_copies_of_real_rows_are_never_said_to_be_unlike_any() -> None:
    run = copies()
    for world in range(3):
        assert sum(crosses(View(run, world, (), shipped(DIGITS)))) == 0
        assert sum(crosses(View(run, world, (), pooled(run, world)))) == 0


def test_the_share_of_crosses_is_the_curve_off_the_map() -> None:
    """Of a real data set, whose rows are all known, and of which every row drawn has its place."""
    settings = {"source": {"kind": "digits"}, "family": {"kind": "gaussian"}, "n": 60, "generations": 8, "replicates": 2}
    run = simulate(Experiment.model_validate(settings), ["total_variance", "off_map"])
    for world in range(2):
        shares = np.array(crosses(View(run, world, (), shipped(DIGITS)))) / 60
        assert np.allclose(shares, run.metrics["off_map"][world])
        assert shares[0] == 0 < shares[1:].min()


def test_rows_beyond_the_gaps_between_real_rows_are_unlike_all_of_them() -> None:
    source = sources.resolve({"kind": "normal", "dim": 4})
    truth = source.reference()
    real = np.asarray(truth.rows)
    gaps = np.sort([np.sort(np.linalg.norm(real - row, axis=1))[1] for row in real])
    reach = np.quantile(gaps, 0.99)
    fresh = source.sample(1, 400, Streams(9, 0))[0]
    nearest = np.array([np.linalg.norm(real - row, axis=1).min() for row in fresh])
    assert np.array_equal(out_of_support(truth, fresh), nearest > reach)
    assert 0 < (nearest > reach).sum() < 40
    assert out_of_support(truth, fresh + 20, fresh).all()
    assert not out_of_support(truth, fresh, fresh).any()


def test_a_pooled_map_shows_the_rows_of_the_generation_that_it_names() -> None:
    """Longer runs than a pooled map lays out: places, hover and crosses must be of one generation."""
    run = copies()
    view = View(run, 1, (), pooled(run, 1))
    shown: dict[str, Any] = payload(view, "pooled")
    assert len(shown["generations"]) == len(shown["captions"]) < run.last + 1 <= MOST_FRAMES
    assert (shown["generations"][0], shown["generations"][-1]) == (0, 60)
    panel = next(panel for panel in shown["panels"] if panel["name"] == "umap")
    for t, caption, frame in zip(shown["generations"], shown["captions"], panel["frames"], strict=True):
        x = np.asarray(frame["data"][0]["x"])
        assert np.allclose(x, run.samples[1, t, : len(x), 2], atol=1e-2), t
        assert f"Generation {t}:" in caption
    assert "Shown are the 40 of 61 generations" in panel["note"]


def test_a_short_run_is_shown_whole_on_a_pooled_map() -> None:
    run = simulate(copies().experiment.but(generations=6), ["total_variance"])
    view = View(run, typical_replicate(run), (), pooled(run, typical_replicate(run)))
    assert view.generations == tuple(range(7))
    assert "Shown are" not in umap(view)[0].content["note"]


def test_a_class_with_a_single_row_is_not_called_gone() -> None:
    """By hand: class 4 keeps one row of 500, too few to inhabit a cell; class 7 loses all; class 9 never had any."""
    truth = DIGITS.reference()
    assert truth.labels is not None
    settings = {"source": {"kind": "digits"}, "family": {"kind": "kde"}, "n": 500, "generations": 2, "replicates": 1}
    run = simulate(Experiment.model_validate(settings), ["total_variance"])
    rows = np.repeat(truth.rows[None, truth.labels < 4][:, :100], 5, axis=1).repeat(3, axis=0)
    for kind in (4, 5, 6, 7, 8):
        rows[:, 20 * kind : 20 * kind + 20] = truth.rows[truth.labels == kind][:1]
    rows[1:, 81:100], rows[2, 140:160] = rows[1:, :1], rows[2, :1]
    (panel,) = survival(View(replace(run, samples=rows[None].astype(np.float32)), 0, ()))
    strip, words = panel.data
    told = {name: strip["text"][row] for row, name in enumerate(strip["y"])}
    assert told["4"][1:] == ["0 of its 4 cells inhabited"] * 2
    assert told["7"][2] == "no rows"
    assert all(0 < z < 0.01 for z in strip["z"][4][1:]), "it has no share, and not the shade of an empty class"
    assert sorted(zip(words["y"], words["x"], words["text"], strict=True)) == [("7", 2, " gone"), ("9", 0, " never drawn")]
    assert panel.content["cursor"]["texts"] == ["9 of 10 left", "9 of 10 left", "8 of 10 left"]
    assert panel.alt == "Classes without rows in repeat 1: 7 since generation 2, 9 always."
