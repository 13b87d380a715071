"""Maps that are there at once: placement by landmarks, map files, and how much of the country is inhabited."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tampering import tamper

from sim import Experiment, simulate
from sim.maps.files import SHIPPED, load, save, shipped
from sim.maps.fitting import MOST_ROWS, NoMap, check_rows, choose_threads
from sim.maps.landmarks import LandmarkMap, fuzzy_weights
from sim.maps.pooled import pooled_generations, pooled_map, pooled_rows
from sim.metrics import Batch, measurable
from sim.metrics.territory import CELL, FAR, cells, class_of_cells, emptiest_class, map_inhabited, occupied_cells, off_map, out_of_support
from sim.sources import Reference, sources
from sim.spaces import Space
from sim.streams import Streams

DIGITS, TABLE = sources["digits"](), sources["breast_cancer"]()
TABLES = pytest.mark.parametrize("source", [DIGITS, TABLE], ids=["digits", "breast_cancer"])


def some_map(rows: int = 60, columns: int = 5) -> LandmarkMap:
    x = Streams(1, 0).normal("x", (rows, columns)).astype(np.float32)
    return LandmarkMap(x, Streams(1, 0).normal("places", (rows, 2)).astype(np.float32))


@TABLES
def test_every_table_ships_a_map_of_all_its_training_rows(source: Any) -> None:
    flat = shipped(source)
    assert flat is not None
    landmarks = source.landmarks()
    assert np.array_equal(flat.rows, landmarks.rows.astype(np.float32))
    assert flat.labels is not None
    assert np.array_equal(flat.labels, landmarks.labels)
    assert (SHIPPED / f"{source.kind_name()}.npz").stat().st_size < 100_000


@TABLES
def test_a_real_row_lies_on_its_own_landmark(source: Any) -> None:
    flat = shipped(source)
    assert flat is not None
    drawn = source.sample(1, 50, Streams(3, 0))[0]
    found = flat.nearest(drawn)
    assert np.allclose(flat.rows[found], drawn, atol=1e-6)
    assert np.allclose(flat.place(flat.rows), flat.places)


def test_the_place_of_a_row_depends_on_the_row_alone() -> None:
    flat, rows = some_map(), Streams(2, 0).normal("rows", (3, 40, 5))
    whole = flat.place(rows)
    assert whole.shape == (3, 40, 2)
    alone = np.array([[flat.place(row[None])[0] for row in world] for world in rows])
    assert np.allclose(whole, alone, atol=1e-5)
    order = Streams(2, 0).uniform("order", (40,)).argsort()
    assert np.allclose(flat.place(rows[:, order]), whole[:, order], atol=1e-5)


def test_weights_are_those_of_umaps_own_transform() -> None:
    """rho = 0, and the weights of all but the nearest neighbour sum to log2(k)."""
    distances = np.sort(Streams(4, 0).uniform("d", (200, 15)) + 0.01, axis=1)
    weights = fuzzy_weights(distances)
    assert np.allclose(weights[:, 1:].sum(axis=1), math.log2(15), atol=1e-4)
    logs = -np.log(weights)
    assert np.allclose(logs / distances, (logs / distances)[:, :1])


def test_places_lie_between_landmarks_and_bad_rows_have_none() -> None:
    flat = some_map()
    places = flat.place(np.vstack([np.full((1, 5), 1e6), np.zeros((1, 5)), np.full((1, 5), np.nan)]))
    assert (places[:2] >= flat.places.min(axis=0)).all()
    assert (places[:2] <= flat.places.max(axis=0)).all()
    assert np.isnan(places[2]).all()
    assert some_map(rows=1).place(np.zeros((2, 5))).shape == (2, 2)
    assert flat.place(np.empty((3, 0, 5))).shape == (3, 0, 2)


def test_a_map_file_comes_back_as_it_was(tmp_path: Path) -> None:
    flat = shipped(DIGITS)
    assert flat is not None
    save(flat, DIGITS, tmp_path / "digits.npz")
    again = load(tmp_path / "digits.npz", DIGITS)
    assert np.array_equal(again.places, flat.places)
    made = json.loads(str(np.load(SHIPPED / "digits.npz", allow_pickle=False)["made"]))
    assert made["source"] == {"kind": "digits"}
    assert {"umap-learn", "numba", "numpy", "scikit-learn"} == made["versions"].keys()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "cannot be read"),
        (lambda path: path.write_bytes(b"not a zip"), "cannot be read"),
        (lambda path: tamper(path, "places", lambda x: x + 0.5), "checksum"),
        (lambda path: tamper(path, "labels", lambda x: x[::-1]), "checksum"),
        (lambda path: tamper(path, "made", lambda x: str(x).replace("digits", "ring")), "checksum"),
        (lambda path: tamper(path, "rows", lambda x: x.astype(object)), "cannot be read"),
        (lambda path: shutil.copy(SHIPPED / "breast_cancer.npz", path), "another source"),
    ],
)
def test_a_corrupt_or_foreign_file_is_refused_with_a_sentence(tmp_path: Path, harm: Any, words: str) -> None:
    path = tmp_path / "digits.npz"
    shutil.copy(SHIPPED / "digits.npz", path)
    harm(path)
    with pytest.raises(NoMap, match=words):
        load(path, DIGITS)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.zeros((100, 2)), "their own map"),
        (np.zeros((100, 1)), "their own map"),
        (np.zeros((100, 4)), "these are 1"),
        (np.tile(np.eye(4), (30, 1)), "these are 4"),
        (np.eye(15), "these are 15"),
        (np.full((100, 3), np.nan), "finite"),
        (np.eye(30) * 1e300, "up to 10.18"),
        (np.arange(3.0 * (MOST_ROWS + 1)).reshape(-1, 3), "at most 4000"),
    ],
)
def test_rows_without_a_map_are_refused_with_a_sentence(rows: Any, words: str) -> None:
    with pytest.raises(NoMap, match=words):
        check_rows(rows)


def test_a_choice_of_threads_already_made_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_THREADING_LAYER", "workqueue")
    choose_threads()
    import os

    assert os.environ["NUMBA_THREADING_LAYER"] == "workqueue"
    monkeypatch.delenv("NUMBA_THREADING_LAYER")
    choose_threads()
    assert os.environ["NUMBA_THREADING_LAYER"] in ("threadsafe", "workqueue")


def test_cells_hold_equal_real_mass_within_each_class() -> None:
    truth = DIGITS.reference()
    homes = cells(truth)
    sizes = np.bincount(homes)
    assert sizes.min() >= CELL
    assert sizes.max() < 2 * CELL
    owners = class_of_cells(truth)
    assert truth.labels is not None
    assert np.array_equal(owners[homes], truth.labels)
    for kind in np.unique(owners):
        inside = sizes[owners == kind]
        assert inside.max() - inside.min() <= 1


def measured(metric: Any, rows: Any) -> Any:
    against = metric(DIGITS.reference(), DIGITS.space)
    return against(Batch(rows, DIGITS.space))


def test_the_reference_itself_inhabits_its_whole_map() -> None:
    rows = np.asarray(DIGITS.reference().rows)[None]
    assert measured(map_inhabited, rows) == [1.0]
    assert measured(emptiest_class, rows) == [1.0]
    assert measured(off_map, rows) == [0.0]


def test_one_repeated_row_inhabits_one_cell() -> None:
    truth = DIGITS.reference()
    rows = np.repeat(np.asarray(truth.rows)[None, :1], 100, axis=1)
    assert measured(map_inhabited, rows) == pytest.approx(1 / (cells(truth).max() + 1))
    assert measured(emptiest_class, rows) == [0.0]
    assert occupied_cells(truth, rows).sum() == 1


def test_dropping_one_class_empties_that_class_and_no_other() -> None:
    truth = DIGITS.reference()
    assert truth.labels is not None
    rows = np.asarray(truth.rows)[None, truth.labels != 4]
    living = occupied_cells(truth, rows)[0]
    owners = class_of_cells(truth)
    assert not living[owners == 4].any()
    assert living[owners != 4].all()


def test_far_rows_are_off_the_map_and_real_rows_on_it() -> None:
    source = sources["normal"](dim=4)
    truth = source.reference()
    assert out_of_support(truth, source.sample(1, 500, Streams(9, 0)) + 20).all()
    assert not out_of_support(truth, np.asarray(truth.rows)[None]).any()


@pytest.mark.parametrize("dim", [3, 6])
def test_about_one_fresh_real_row_in_a_hundred_is_off_the_map(dim: int) -> None:
    """The 99 % quantile of m distances leaves (m + 1 - rank)/(m + 1) of fresh ones beyond it, on average over references."""
    m, many = 400, 80
    drawn = sources["normal"](dim=dim).sample(many, m + 400, Streams(9, 0))
    shares = [out_of_support(Reference(rows[:m], np.zeros(dim), float(dim)), rows[None, m:]).mean() for rows in drawn]
    expected = (m + 1 - (1 + FAR * (m - 1))) / (m + 1)
    error = np.std(shares, ddof=1) / math.sqrt(many)
    assert error < 0.15 * expected
    assert abs(np.mean(shares) - expected) < 3 * error


def test_the_metrics_do_not_depend_on_the_order_of_rows_or_on_other_worlds() -> None:
    rows = DIGITS.sample(3, 60, Streams(5, 0))
    order = Streams(5, 0).uniform("order", (60,)).argsort()
    for metric in (map_inhabited, emptiest_class, off_map):
        assert np.array_equal(measured(metric, rows), measured(metric, rows[:, order]))
        assert np.array_equal(measured(metric, rows)[:1], measured(metric, rows[:1]))


def test_a_source_of_two_columns_has_no_territory() -> None:
    names = set(measurable(sources["ring"](), frozenset()))
    assert not names & {"map_inhabited", "emptiest_class", "off_map"}


def test_a_pooled_map_lays_out_real_rows_and_every_generation() -> None:
    settings = {"source": {"kind": "digits"}, "family": {"kind": "kde", "h": 0.0}, "n": 90, "generations": 60, "replicates": 2}
    run = simulate(Experiment.model_validate(settings), ["total_variance"])
    rows = pooled_rows(run, 1)
    assert len(rows) <= MOST_ROWS
    generations = pooled_generations(run)
    assert generations[0] == 0
    assert generations[-1] == 60
    places = np.arange(2.0 * len(rows)).reshape(-1, 2).astype(np.float32)
    flat = pooled_map(run, 1, places)
    assert np.array_equal(flat.real, places[: len(flat.real)])
    k = flat.drawn.shape[1]
    assert np.array_equal(rows[len(flat.real) + k : len(flat.real) + 2 * k], run.samples[1, generations[1], :k])


def test_space_without_labels_has_one_class_of_cells() -> None:
    truth = sources["normal"](dim=3).reference()
    assert truth.labels is None
    assert np.bincount(cells(truth)).min() >= CELL
    wide = Reference(np.zeros((30, 3)), np.zeros(3), 0.0)
    assert Space("columns", ("a", "b", "c")).kind == "columns"
    assert cells(wide).max() >= 1
