"""Word counts against their source, the frequencies they counted, and what temperature makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.families.categorical import Categorical, tempered
from sim.sources import sources
from sim.spaces import Space
from sim.streams import Streams

STREAMS = Streams(11, 4)
WORDS = Space("tokens", ("word",), vocabulary=30)


def counted_rows() -> Any:
    return np.random.default_rng(1).integers(20, size=(3, 50, 1), dtype=np.int32)


def fit(rows: Any, smoothing: float) -> Any:
    return Categorical(smoothing=smoothing).fit(rows, WORDS, STREAMS.within("fit"))


def test_word_counts_find_their_source() -> None:
    source = sources["zipf"](vocabulary=50)
    model = Categorical().fit(source.sample(4, 100_000, STREAMS), source.space, STREAMS)
    p = source.reference().probabilities
    assert (np.abs(model.probabilities - p) < 4.5 * np.sqrt(p * (1 - p) / 100_000)).all()


@pytest.mark.parametrize("smoothing", [0.0, 0.5, 10.0])
def test_probabilities_are_smoothed_frequencies(smoothing: float) -> None:
    rows = counted_rows()
    counts = np.stack([np.bincount(world, minlength=30) for world in rows[..., 0]])
    model = fit(rows, smoothing)
    np.testing.assert_allclose(model.probabilities, (counts + smoothing) / (50 + 30 * smoothing), rtol=1e-14)
    np.testing.assert_allclose(np.exp(model.log_prob(np.tile(np.arange(30)[:, None], (3, 1, 1)))).sum(axis=1), 1.0)


@pytest.mark.parametrize("temperature", [1.0, 0.3, 2.0])
def test_words_are_drawn_as_often_as_they_should_be(temperature: float) -> None:
    model = fit(counted_rows(), 0.5)
    p, n = tempered(model.probabilities, temperature), 100_000
    found = np.stack([np.bincount(world, minlength=30) for world in model.sample(n, STREAMS.within("sample"), temperature)[..., 0]]) / n
    assert (np.abs(found - p) < 4.5 * np.sqrt(p * (1 - p) / n)).all()


def test_temperature_of_words_is_a_power() -> None:
    zipf = sources["zipf"](vocabulary=40, exponent=1.0).reference().probabilities
    steeper = sources["zipf"](vocabulary=40, exponent=2.0).reference().probabilities
    np.testing.assert_allclose(tempered(zipf, 0.5), steeper, rtol=1e-12)
    assert tempered(zipf, 1.0) is zipf
    p = np.array([[0.0, 0.5, 0.3, 0.2], [1e-300, 0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(tempered(p, 1e-320), [[0, 1, 0, 0], [0, 0, 0, 1]])
    np.testing.assert_allclose(tempered(p, 2.0)[1], [1e-150, 0, 0, 1])
    assert (tempered(p, 2.0)[p == 0] == 0).all()
