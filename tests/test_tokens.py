"""Drawing tokens: the inverse of the cumulative distribution, exactly, and never a token of probability 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim import tokens
from sim.sources import sources
from sim.streams import Streams
from sim.tokens import sample_tokens

Floats = NDArray[np.float64]

TOP = math.nextafter(1, 0)
"""The highest number that a stream of uniform numbers can give."""


def by_search(cumulative: Floats, uniforms: Floats) -> NDArray[np.int64]:
    """The definition, one world at a time."""
    own = np.broadcast_to(cumulative, (len(uniforms), cumulative.shape[1]))
    last = np.argmax(own >= own[:, -1:], axis=1)
    found = [np.searchsorted(ends, numbers, side="right") for ends, numbers in zip(own, uniforms, strict=True)]
    return np.minimum(np.stack(found), last[:, None])


def shares(rng: np.random.Generator, replicates: int, vocabulary: int, rough: float) -> Floats:
    """Probabilities of very unequal size, about half of them 0."""
    p = rng.random((replicates, vocabulary)) ** rough * (rng.random((replicates, vocabulary)) < 0.5)
    p[np.arange(replicates), rng.integers(vocabulary, size=replicates)] += 1e-3
    return p / p.sum(axis=1, keepdims=True)


@given(
    seed=st.integers(0, 2**32),
    replicates=st.integers(1, 5),
    vocabulary=st.integers(1, 80),
    n=st.integers(0, 60),
    rough=st.sampled_from([0.0, 1.0, 8.0, 40.0]),
    shared=st.booleans(),
)
def test_the_draw_is_the_inverse_of_the_cumulative(seed: int, replicates: int, vocabulary: int, n: int, rough: float, shared: bool) -> None:
    rng = np.random.default_rng(seed)
    p = shares(rng, 1 if shared else replicates, vocabulary, rough)
    cumulative = p.cumsum(axis=1)
    ends = np.minimum(rng.choice(cumulative.ravel(), size=(replicates, n)), TOP)
    uniforms = np.where(rng.random((replicates, n)) < 0.5, ends, rng.random((replicates, n)))
    uniforms[:, :1], uniforms[:, 1:2] = 0.0, TOP
    drawn = sample_tokens(cumulative, uniforms)
    assert drawn.shape == (replicates, n, 1)
    assert drawn.dtype == np.int32
    np.testing.assert_array_equal(drawn[..., 0], by_search(cumulative, uniforms))
    assert (np.take_along_axis(np.broadcast_to(p, (replicates, vocabulary)), drawn[..., 0].astype(np.intp), axis=1) > 0).all()


@pytest.mark.parametrize("total", [1 - 3e-16, 1.0, 1 + 4e-16])
def test_rounding_at_the_top_never_gives_an_impossible_token(total: float) -> None:
    cumulative = np.array([[0.0, 0.25, 0.25, total, total, total]])
    drawn = sample_tokens(cumulative, np.array([[0.0, 0.25, math.nextafter(0.25, 0), TOP]]))
    assert drawn[0, :, 0].tolist() == [1, 3, 1, 3]


def test_worlds_keep_their_tokens_whatever_runs_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    cumulative, uniforms = shares(rng, 40, 300, 3.0).cumsum(axis=1), rng.random((40, 500))
    whole = sample_tokens(cumulative, uniforms)
    np.testing.assert_array_equal(sample_tokens(cumulative[:7], uniforms[:7]), whole[:7])
    monkeypatch.setattr(tokens, "BLOCK", 1)
    np.testing.assert_array_equal(sample_tokens(cumulative, uniforms), whole)


def test_nothing_is_written_into_the_arguments() -> None:
    cumulative, uniforms = np.array([[0.5, 1.0]]), np.array([[0.1, 0.7], [0.5, 0.2]])
    cumulative.flags.writeable = uniforms.flags.writeable = False
    assert sample_tokens(cumulative, uniforms)[..., 0].tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "setting", [{}, {"vocabulary": 50, "exponent": 0.0}, {"vocabulary": 20_000, "exponent": 3.0}, {"vocabulary": 2}], ids=str
)
def test_words_have_their_exact_frequencies(setting: dict[str, Any]) -> None:
    source: Any = sources.resolve({"kind": "zipf", **setting})
    p = source.reference().probabilities
    np.testing.assert_allclose(p * np.arange(1, len(p) + 1) ** source.exponent, p[0], rtol=1e-12)
    rows = source.sample(20, 5000, Streams(2, 0))
    observed, expected = grouped(np.bincount(rows.ravel(), minlength=len(p)), p * rows.size)
    chi_square, freedom = ((observed - expected) ** 2 / expected).sum(), len(expected) - 1
    normal = ((chi_square / freedom) ** (1 / 3) - 1 + 2 / (9 * freedom)) / math.sqrt(2 / (9 * freedom))
    assert abs(normal) < 4.5, "chi-square, by the cube root of Wilson and Hilferty"


def grouped(counts: Any, expected: Any) -> tuple[Any, Any]:
    """Neighbouring words together until ten are expected of each group."""
    group = np.unique(np.minimum(expected.cumsum(), expected.sum() - 10) // 10, return_inverse=True)[1]
    return np.bincount(group, counts), np.bincount(group, expected)
