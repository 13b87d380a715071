"""Truth, of words: closed forms of drift, extinction and temperature against many worlds, as z-scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
from oracles import time_to_fixation
from test_truth import AGREES, WORDS, WRONG, Floats, experiment, fails, measured, worst, z_of

from sim import Run, run, simulate
from sim.theory import laws_for
from sim.theory.tokens import survival


def test_words_drift() -> None:
    one, t = experiment(WORDS, n=30, replicates=6000), np.arange(9)
    found = simulate(one, ("diversity", "tokens_alive", "rare_mass"))
    p = one.source.reference().probabilities
    assert p is not None
    diversity = 1 - float((p**2).sum())
    assert worst(z_of(found.metrics["diversity"], diversity * (1 - 1 / 30) ** (t + 1))) < AGREES
    assert fails(z_of(found.metrics["diversity"], diversity * (1 - 1 / 30) ** t))
    _check_words_alive(found, p)
    (rare,) = laws_for(one, "rare_mass")
    assert rare.deviation is not None
    assert worst(rare.compare(found.metrics["rare_mass"])[:8]) < AGREES
    assert worst(z_of((found.metrics["rare_mass"] - rare.values) ** 2, rare.deviation**2)) < AGREES


def _check_words_alive(found: Run, p: Floats) -> None:
    alive = found.metrics["tokens_alive"]
    (law,) = laws_for(found.experiment, "tokens_alive")
    assert np.all(z_of(alive, law.values) > -AGREES)
    assert worst(z_of(alive[:, 0], float((1 - (1 - p) ** 30).sum()))) < AGREES
    too_early = [-np.expm1(-30 * p * g).sum() for g in (math.inf, *survival(7))]
    assert np.all(z_of(alive, np.array(too_early)) < -WRONG)


def test_large_vocabularies_hold_the_bound_tightly() -> None:
    one = experiment(WORDS, source={"kind": "zipf", "vocabulary": 1000}, n=2000, generations=20, replicates=400)
    (alive,) = measured(one, "tokens_alive")
    (law,) = laws_for(one, "tokens_alive")
    assert np.all(law.compare(alive) > -AGREES)
    np.testing.assert_allclose(alive.mean(axis=0), law.values, rtol=0.01)


def test_a_word_wins_with_its_own_probability_and_after_the_time_of_drift() -> None:
    one = experiment(WORDS, source={"kind": "zipf", "vocabulary": 4}, n=20, generations=400, replicates=2000)
    rows = np.stack([generation.rows[:, :, 0] for generation in run(one, [])])
    over = (rows == rows[:, :, :1]).all(axis=2)
    assert over[-1].all()
    p = one.source.reference().probabilities
    assert p is not None
    for word, share in enumerate(p):
        assert worst(z_of((rows[-1, :, 0] == word).astype(float), share)) < AGREES
    expected = time_to_fixation(one)
    assert expected is not None
    assert (over.argmax(axis=0) + 1).mean() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("temperature", [0.8, 1.25])
def test_temperature_bends_zipfs_law(temperature: float) -> None:
    one = experiment(WORDS, source={"kind": "zipf", "vocabulary": 120}, n=100_000, generations=3, replicates=4, temperature=temperature)
    (slope,) = measured(one, "zipf_exponent")
    (law,) = laws_for(one, "zipf_exponent")
    np.testing.assert_allclose(law.values, temperature ** -np.arange(4.0))
    np.testing.assert_allclose(slope.mean(axis=0), law.values, rtol=0.06)
    assert np.isnan(law.compare(slope)).all()
