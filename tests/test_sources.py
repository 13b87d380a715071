"""Sources against their own laws: moments, tails and modes as z-scores, and draws that do not depend on each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from sim.sources import Source, sources
from sim.sources._reference import RADIUS_ROWS
from sim.streams import Streams

Floats = NDArray[np.float64]

Z = 4.5
SHAPE = 20, 2000
SETTINGS: tuple[dict[str, Any], ...] = (
    {"kind": "normal", "dim": 5},
    {"kind": "student_t", "df": 12},
    {"kind": "mixture", "components": 3},
    {"kind": "mixture", "components": 10},
    {"kind": "groups", "minority": 0.03},
    {"kind": "groups", "minority": 0.5},
    {"kind": "moons", "noise": 0.0},
    {"kind": "moons", "noise": 0.4},
    {"kind": "swiss_roll", "noise": 0.0},
    {"kind": "swiss_roll", "noise": 0.4},
    {"kind": "zipf", "vocabulary": 50, "exponent": 0.0},
    {"kind": "zipf", "vocabulary": 20_000, "exponent": 3.0},
)
ALL = [*(variant() for variant in sources), *(sources.resolve(setting) for setting in SETTINGS)]
COLUMNS = [source for source in ALL if source.space.kind == "columns"]
MODAL = [source for source in COLUMNS if source.reference().modes is not None]
NO_STANDARD_ERROR = {"student_t-3.0", "zipf-20000-3.0"}
"""Sources whose squares have no variance, or none that 40,000 rows could estimate; other tests hold them to their law."""
LINES = [source for source in COLUMNS if source.reference().central is not None]


def source_of(kind: str, **settings: Any) -> Source:
    return sources.resolve({"kind": kind, **settings})


@cache
def drawn(source: Source) -> Any:
    rows = source.sample(*SHAPE, Streams(1, 0))
    rows.flags.writeable = False
    return rows


def pooled(source: Source) -> Any:
    rows = drawn(source)
    return rows.reshape(-1, rows.shape[2])


def called(source: Source) -> str:
    return "-".join(str(value) for value in source.model_dump().values())


def every(cases: list[Source]) -> Any:
    return pytest.mark.parametrize("source", cases, ids=called)


def z_of_share(hits: Any, share: float, extra: float = 0.0) -> float:
    """How many standard errors the share of hits lies from the exact one; `extra` is a further standard error."""
    return float((np.mean(hits) - share) / math.hypot(math.sqrt(share * (1 - share) / np.size(hits)), extra))


# The truth of each source, written down a second time


@every(ALL)
def test_rows_have_the_mean_of_the_reference(source: Source) -> None:
    rows, mean = pooled(source), source.reference().mean
    error = rows.std(axis=0) / math.sqrt(len(rows))
    assert (np.abs(rows.mean(axis=0) - mean) <= Z * error + 1e-12).all()


@every([source for source in ALL if called(source) not in NO_STANDARD_ERROR])
def test_rows_have_the_variance_of_the_reference(source: Source) -> None:
    squares = ((pooled(source) - source.reference().mean) ** 2).sum(axis=1)
    error = squares.std() / math.sqrt(len(squares))
    assert abs(squares.mean() - source.reference().variance) <= Z * error


def turns(s: Floats) -> tuple[Floats, Floats]:
    return s * np.cos(2 * np.pi * s), s * np.sin(2 * np.pi * s)


def integrated_variance(curves: list[tuple[Floats, Floats]]) -> tuple[float, float, float]:
    """Mean and total variance of points spread evenly in the parameter, by the midpoint rule."""
    x, y = (np.concatenate(parts) for parts in zip(*curves, strict=True))
    return float(x.mean()), float(y.mean()), float(x.var() + y.var())


MIDPOINTS = (np.arange(200_000) + 0.5) / 200_000
ANGLES = np.pi * MIDPOINTS
MOONS = integrated_variance([(np.cos(ANGLES), np.sin(ANGLES)), (1 - np.cos(ANGLES), 0.5 - np.sin(ANGLES))])
ROLL = integrated_variance([turns(0.75 + 1.5 * MIDPOINTS)])


@pytest.mark.parametrize(
    ("source", "mean", "variance"),
    [
        (source_of("student_t"), [0], 3.0),
        (source_of("student_t", df=2.5), [0], 5.0),
        (source_of("student_t", df=12), [0], 1.2),
        (source_of("mixture", components=2), [0], 1 + 9),
        (source_of("mixture", components=3), [0], 1 + 6**2 * 2 / 3),
        (source_of("mixture", components=10), [0], 1 + 3 * 99),
        (source_of("ring"), [0, 0], 4 + 2 * 0.01),
        (source_of("grid"), [0, 0], 8 + 8 + 2 * 0.01),
        (source_of("groups"), [0.6, 0], 2 + 36 * 0.09),
        (source_of("groups", minority=0.5), [3, 0], 2 + 9),
        (source_of("moons", noise=0.2), MOONS[:2], MOONS[2] + 2 * 0.04),
        (source_of("swiss_roll", noise=0.2), ROLL[:2], ROLL[2] + 2 * 0.04),
        (source_of("zipf", vocabulary=50, exponent=0.0), [24.5], (50**2 - 1) / 12),
        (source_of("breast_cancer"), [0] * 30, 30.0),
    ],
    ids=lambda case: called(case) if isinstance(case, Source) else "",
)
def test_the_reference_holds_the_exact_moments(source: Source, mean: Any, variance: float) -> None:
    reference = source.reference()
    np.testing.assert_allclose(reference.mean, mean, atol=1e-9)
    assert reference.variance == pytest.approx(variance, rel=1e-8)


def law_of_mixture(components: int) -> Callable[[Floats], Floats]:
    centres = [6 * (k - (components - 1) / 2) for k in range(components)]
    return lambda x: np.mean([ndtr(x - centre) for centre in centres], axis=0)


LAWS: list[tuple[Source, Callable[[Floats], Floats]]] = [
    (source_of("normal"), ndtr),
    (source_of("mixture"), law_of_mixture(2)),
    (source_of("mixture", components=7), law_of_mixture(7)),
    *((source_of("student_t", df=df), lambda x, df=df: stdtr(df, x)) for df in (2.001, 3.0, 7.5, 100.0)),
]


@pytest.mark.parametrize(("source", "law"), LAWS, ids=lambda case: called(case) if isinstance(case, Source) else "")
def test_rows_on_a_line_follow_their_law(source: Source, law: Callable[[Floats], Floats]) -> None:
    shares = np.sort(law(pooled(source)[:, 0]))
    n = len(shares)
    distance = max((np.arange(1, n + 1) / n - shares).max(), (shares - np.arange(n) / n).max())
    assert 2 * math.exp(-2 * n * distance**2) > 1e-5, "Kolmogorov's test"
    reference = source.reference()
    np.testing.assert_allclose(law(reference.rows[:, 0]), (np.arange(1000) + 0.5) / 1000, atol=1e-9)
    np.testing.assert_allclose(law(np.array(reference.central)), [0.025, 0.975], atol=1e-9)


# Tails and modes


@every(COLUMNS)
def test_five_percent_of_rows_are_tail(source: Source) -> None:
    rows, reference = pooled(source), source.reference()
    if reference.central is None:
        assert reference.radius is not None
        outside = ((rows - reference.mean) ** 2).sum(axis=1) > reference.radius**2
        assert abs(z_of_share(outside, 0.05, math.sqrt(0.05 * 0.95 / RADIUS_ROWS))) < Z
    else:
        assert abs(z_of_share(rows[:, 0] < reference.central[0], 0.025)) < Z
        assert abs(z_of_share(rows[:, 0] > reference.central[1], 0.025)) < Z


def offsets_from_modes(source: Source) -> tuple[Any, Floats]:
    """The modes, and every row's distance from each centre in standard deviations, (rows, k)."""
    modes = source.reference().modes
    assert modes is not None
    return modes, np.linalg.norm(pooled(source)[:, None, :] - modes.centres, axis=2) / modes.spread


def disc_of_two_sd(d: int) -> tuple[float, float]:
    """The share of a Gaussian within two standard deviations, and the mean square there per column."""
    if d == 1:
        share = math.erf(math.sqrt(2))
        return share, 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / share
    share = 1 - math.exp(-2)
    return share, 1 - 2 * math.exp(-2) / share


@every(MODAL)
def test_modes_are_where_the_rows_are(source: Source) -> None:
    modes, distances = offsets_from_modes(source)
    apart = np.linalg.norm(modes.centres[:, None] - modes.centres, axis=2)[~np.eye(len(modes.weights), dtype=bool)]
    assert apart.min() >= 6 * modes.spread.max() - 1e-9, "three standard deviations around each mode stay apart"
    d = modes.centres.shape[1]
    inside, square = disc_of_two_sd(d)
    for k, weight in enumerate(modes.weights):
        near = distances[:, k] < 2
        assert abs(z_of_share(near, weight * inside)) < Z
        offsets = (pooled(source)[near] - modes.centres[k]) / modes.spread[k]
        assert (np.abs(offsets.mean(axis=0)) < Z * math.sqrt(square / len(offsets))).all()
        squares = (offsets**2).mean(axis=1)
        assert abs(squares.mean() - square) < Z * squares.std() / math.sqrt(len(squares))


def test_there_are_as_many_modes_as_the_name_says() -> None:
    counts = {called(source): len(modes.weights) for source in ALL if (modes := source.reference().modes)}
    named = {"mixture-2": 2, "mixture-3": 3, "mixture-10": 10, "ring": 8, "grid": 25}
    assert named.items() <= counts.items()
    for source in MODAL:
        modes = source.reference().modes
        assert modes is not None
        if called(source) in named:
            assert modes.minority is None
        if source.kind_name() == "groups":
            assert modes.minority is not None
            assert modes.weights[modes.minority] == pytest.approx(source.model_dump()["minority"])


@every([source for source in MODAL if source not in LINES])
def test_the_radius_of_islands_is_exact(source: Source) -> None:
    reference = source.reference()
    modes, radius = reference.modes, reference.radius
    assert modes is not None
    assert radius is not None
    along = (np.linspace(-10, 10, 400_001)[1:] + np.linspace(-10, 10, 400_001)[:-1]) / 2
    density = np.exp(-(along**2) / 2) / math.sqrt(2 * math.pi) * 20 / 400_000
    inside = 0.0
    for centre, sd, weight in zip(modes.centres, modes.spread, modes.weights, strict=True):
        places = np.linalg.norm(centre - reference.mean) + sd * along
        across = np.sqrt(np.maximum(radius**2 - places**2, 0)) / sd
        inside += weight * float(density @ (2 * ndtr(across) - 1))
    assert inside == pytest.approx(0.95, abs=1e-6)


# Draws


@every(ALL)
def test_worlds_and_generations_have_their_own_luck(source: Source) -> None:
    seven = source.sample(7, 50, Streams(3, 2))
    np.testing.assert_array_equal(source.sample(3, 50, Streams(3, 2)), seven[:3])
    np.testing.assert_array_equal(source.sample(7, 50, Streams(3, 2)), seven)
    for other in (Streams(3, 3), Streams(4, 2), Streams(3, 2, "elsewhere")):
        assert not np.array_equal(source.sample(7, 50, other), seven)
    assert len(np.unique(seven.reshape(7, -1), axis=0)) == 7


@every(ALL)
def test_no_rows_and_one_row_work(source: Source) -> None:
    for n in (0, 1):
        rows = source.sample(4, n, Streams(0, 0))
        assert rows.shape == (4, n, len(source.space.columns))


@every(ALL)
def test_neither_order_nor_world_tells_a_row_apart(source: Source) -> None:
    values = drawn(source).astype(np.float64)
    sd = values.reshape(-1, values.shape[2]).std(axis=0) + 1e-300
    half = math.sqrt(2 / (values.shape[0] * values.shape[1] / 2))
    early, late = values[:, :1000].mean(axis=(0, 1)), values[:, 1000:].mean(axis=(0, 1))
    assert (np.abs(early - late) / sd / half < Z).all()
    signs = np.sign(values - np.median(values.reshape(-1, values.shape[2]), axis=0))
    lagged = (signs[:, 1:] * signs[:, :-1]).mean(axis=(0, 1)) - signs.mean(axis=(0, 1)) ** 2
    assert (np.abs(lagged) * math.sqrt(values.shape[0] * (values.shape[1] - 1)) < Z).all()


@every(MODAL)
def test_modes_come_in_no_order(source: Source) -> None:
    modes, distances = offsets_from_modes(source)
    nearest = distances.argmin(axis=1).reshape(SHAPE)
    for k in range(len(modes.weights)):
        here = (nearest == k).astype(np.float64)
        centred, variance = here - here.mean(), here.var()
        assert abs(here[:, :1000].mean() - here[:, 1000:].mean()) < Z * math.sqrt(4 * variance / here.size)
        assert abs((centred[:, 1:] * centred[:, :-1]).mean()) < Z * variance / math.sqrt(here.size)


@every(ALL)
def test_the_reference_is_none_of_the_rows_that_train(source: Source) -> None:
    reference = source.reference()
    assert source.reference() is reference
    if source.space.kind == "columns" and source not in LINES:
        rows = {row.tobytes() for row in pooled(source)}
        assert not any(row.tobytes() in rows for row in reference.rows)
    with pytest.raises(ValueError, match="read-only"):
        reference.rows[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        reference.mean[0] = 1
