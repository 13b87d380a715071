"""Real data sets: what is drawn from, what is held out, and how the two were prepared."""

from __future__ import annotations

import math
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits

from sim.sources import Source, sources
from sim.sources._finite import scikit_learn_data
from sim.streams import Streams

Z = 4.5
DIGITS, TABLE = sources["digits"](), sources["breast_cancer"]()
BOTH = pytest.mark.parametrize("source", [DIGITS, TABLE], ids=["digits", "breast_cancer"])


@cache
def original(source: Source) -> Any:
    return load_digits() if source is DIGITS else load_breast_cancer()


@cache
def seen(source: Source) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The different rows among 40,000 drawn, and how often each came; a training row is missed with probability 1e-12."""
    rows = source.sample(20, 2000, Streams(1, 0))
    return np.unique(rows.reshape(-1, rows.shape[2]), axis=0, return_counts=True)


@BOTH
def test_training_and_held_out_rows_share_no_row(source: Source) -> None:
    training, held_out = seen(source)[0], source.reference().rows
    together = np.unique(np.concatenate([training, held_out]), axis=0)
    assert len(training) + len(held_out) == len(together) == len(original(source).data)
    assert len(training) / len(together) == pytest.approx(0.8, abs=0.02)


@BOTH
def test_every_training_row_is_equally_likely(source: Source) -> None:
    counts = seen(source)[1]
    chi_square, freedom = ((counts - counts.mean()) ** 2 / counts.mean()).sum(), len(counts) - 1
    assert abs(chi_square - freedom) < Z * math.sqrt(2 * freedom)


@BOTH
def test_the_truth_is_the_training_part(source: Source) -> None:
    training, reference = seen(source)[0], source.reference()
    np.testing.assert_allclose(reference.mean, training.mean(axis=0), atol=1e-9)
    assert reference.variance == pytest.approx(training.var(axis=0).sum())
    assert reference.radius is not None
    beyond = ((training - reference.mean) ** 2).sum(axis=1) > reference.radius**2
    assert np.count_nonzero(beyond) * 20 == len(training), "exactly 5 % lie beyond the radius"


def test_pictures_keep_their_labels() -> None:
    reference, everything = DIGITS.reference(), original(DIGITS)
    classes = {row.tobytes(): label for row, label in zip(everything.data / 16, everything.target, strict=True)}
    assert reference.labels is not None
    assert [classes[row.tobytes()] for row in reference.rows] == list(reference.labels)
    assert set(reference.labels) == set(range(10))
    assert reference.rows.min() == 0
    assert reference.rows.max() == 1


def test_the_table_is_standardised_by_its_training_part() -> None:
    training, held_out, raw = seen(TABLE)[0], TABLE.reference().rows, original(TABLE).data
    np.testing.assert_allclose(training.std(axis=0), 1, rtol=1e-9)
    standardised = np.sort(np.concatenate([training, held_out]), axis=0)
    sd = np.ptp(raw, axis=0) / np.ptp(standardised, axis=0)
    np.testing.assert_allclose((np.sort(raw, axis=0) - raw.min(axis=0)) / sd, standardised - standardised[0], atol=1e-9)
    assert np.abs(held_out.mean(axis=0)).max() > 0.01, "the held-out part has luck of its own"


def test_rows_of_the_table_keep_their_names_and_classes() -> None:
    reference, everything = TABLE.reference(), original(TABLE)
    assert TABLE.space.columns == tuple(everything.feature_names)
    assert reference.labels is not None
    sd = np.ptp(everything.data, axis=0) / np.ptp(np.concatenate([seen(TABLE)[0], reference.rows]), axis=0)
    middle = everything.data.min(axis=0) - sd * np.minimum(seen(TABLE)[0].min(axis=0), reference.rows.min(axis=0))
    for row, label in zip(reference.rows, reference.labels, strict=True):
        nearest = np.abs((everything.data - middle) / sd - row).max(axis=1).argmin()
        assert everything.target[nearest] == label


@pytest.mark.parametrize(
    ("file", "loader", "header"), [("digits.csv.gz", "load_digits", 0), ("breast_cancer.csv", "load_breast_cancer", 1)]
)
def test_the_file_as_it_lies_and_scikit_learn_give_the_same_bytes(file: str, loader: str, header: int) -> None:
    by_file, by_import = scikit_learn_data(file, loader, header=header), scikit_learn_data("elsewhere.csv", loader)
    for ours, theirs in zip(by_file, by_import, strict=True):
        assert (ours.dtype, ours.shape, ours.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes())


def test_whoever_draws_real_rows_does_not_import_scikit_learn() -> None:
    code = (
        "import sys; from sim.sources import sources; from sim.streams import Streams; "
        "[sources[name]().sample(1, 2, Streams(1, 0)) for name in ('digits', 'breast_cancer')]; "
        "print({'sklearn', 'scipy'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
