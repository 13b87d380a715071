"""The metrics of words: closed forms as z-scores, numpy as an oracle, counts made by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from measuring import AGREES, Floats, score, words, z_of
from numpy.typing import NDArray

from sim.metrics import Batch, metrics
from sim.sources import Reference
from sim.spaces import Space


def zipf(vocabulary: int, exponent: float) -> Floats:
    p = np.arange(1, vocabulary + 1, dtype=np.float64) ** -exponent
    return p / p.sum()


def batch(*counts: list[int]) -> NDArray[np.int32]:
    """Rows with these counts of each word, one list per world, in no order."""
    rng = np.random.default_rng(0)
    return np.stack([rng.permutation(np.repeat(np.arange(len(world), dtype=np.int32), world)) for world in counts])[..., None]


def drawn(p: Floats, n: int, worlds: int = 4000) -> NDArray[np.int64]:
    return np.random.default_rng(n).choice(len(p), size=(worlds, n, 1), p=p)


def ideal(name: str, reference: Reference) -> float | None:
    return metrics()[name].ideal(reference)


def test_counts_are_those_of_each_world() -> None:
    rows = drawn(zipf(30, 1), 50, worlds=6)
    batch = Batch(rows, Space("tokens", ("token",), vocabulary=30))
    np.testing.assert_array_equal(batch.counts, [np.bincount(world[:, 0], minlength=30) for world in rows])
    assert batch.counts is batch.counts


@pytest.mark.parametrize("n", [1, 2, 25])
def test_real_rows_have_the_expected_diversity_words_and_rare_mass(n: int) -> None:
    p = zipf(40, 1)
    reference, rows = words(p), drawn(p, n)
    if n > 1:
        assert abs(z_of(score("diversity", reference, rows), (1 - (p**2).sum()) * (1 - 1 / n))) < AGREES
        assert abs(z_of(score("tokens_alive", reference, rows), float((1 - (1 - p) ** n).sum()))) < AGREES
    rare = ideal("rare_mass", reference)
    assert rare is not None
    assert abs(z_of(score("rare_mass", reference, rows), rare)) < AGREES


def test_expected_total_variation_is_the_mean_deviation_of_binomials() -> None:
    """E TV = sum E|X/n - p|/2 and E|X - np| = 2 (k+1) C(n, k+1) p^(k+1) (1-p)^(n-k), k = floor(np) (de Moivre)."""
    p, n = zipf(12, 1), 20
    k = np.floor(n * p).astype(int)
    ways = np.array([math.comb(n, j + 1) for j in k])
    expected = float((2 * (k + 1) * ways * p ** (k + 1) * (1 - p) ** (n - k)).sum() / n / 2)
    assert abs(z_of(score("total_variation", words(p), drawn(p, n)), expected)) < AGREES


def test_by_hand() -> None:
    reference, rows = words([0.5, 0.3, 0.12, 0.08]), batch([5, 3, 1, 1], [2, 2, 2, 4], [10, 0, 0, 0])
    np.testing.assert_allclose(score("diversity", reference, rows), [1 - 0.36, 1 - 0.28, 0])
    np.testing.assert_allclose(score("tokens_alive", reference, rows), [4, 4, 1])
    np.testing.assert_allclose(score("rare_mass", reference, rows), [0.1, 0.4, 0])
    np.testing.assert_allclose(score("total_variation", reference, rows), [0.02, 0.4, 0.5], atol=1e-15)
    entropies = [-sum(q * math.log(q) for q in shares) for shares in ((0.5, 0.3, 0.1, 0.1), (0.2, 0.2, 0.2, 0.4), (1,))]
    np.testing.assert_allclose(score("entropy", reference, rows), entropies)
    assert not np.signbit(score("entropy", reference, rows)).any()


def test_entropy_of_equally_common_words_is_the_logarithm_of_their_number() -> None:
    np.testing.assert_allclose(score("entropy", words(np.ones(8)), batch([3] * 8, [6] * 4 + [0] * 4)), [math.log(8), math.log(4)])


def test_the_truth_in_exact_proportion_scores_its_own_ideals() -> None:
    counts = [400, 200, 150, 100, 80, 50, 20]
    reference, rows = words(counts), batch(counts)
    for name in ("diversity", "tokens_alive", "entropy", "rare_mass", "total_variation", "zipf_exponent"):
        assert score(name, reference, rows)[0] == pytest.approx(ideal(name, reference), abs=1e-12), name


@pytest.mark.parametrize(
    ("probabilities", "rare"),
    [
        ([0.5, 0.3, 0.1, 0.1], 0.1),
        ([0.6, 0.3, 0.06, 0.04], 0.1),
        ([0.5, 0.5], 0.5),
        ([1.0], 1.0),
        (np.ones(50), 0.1),
        ([0.9, 0.07, 0.02, 0.01], 0.1),
    ],
)
def test_rare_words_hold_a_tenth_of_the_mass_or_are_one_word(probabilities: Any, rare: float) -> None:
    assert ideal("rare_mass", words(probabilities)) == pytest.approx(rare)


def test_rare_words_are_the_least_probable_wherever_they_stand() -> None:
    reference = words([0.04, 0.5, 0.05, 0.41])
    np.testing.assert_allclose(score("rare_mass", reference, batch([3, 10, 2, 5], [0, 10, 5, 5])), [0.25, 0.25])


@pytest.mark.parametrize("exponent", [0, 1, 2])
def test_the_zipf_exponent_of_exact_counts_is_the_exponent(exponent: int) -> None:
    """Counts (60/r)^s are whole for ranks 1 to 6, here scattered over a vocabulary of 40."""
    counts = np.zeros(40, dtype=int)
    counts[np.random.default_rng(1).permutation(40)[:6]] = (60 // np.arange(1, 7)) ** exponent
    assert score("zipf_exponent", words(zipf(40, 1)), batch(counts.tolist()))[0] == pytest.approx(exponent, abs=1e-12)
    assert ideal("zipf_exponent", words(zipf(2000, exponent))) == pytest.approx(exponent, abs=1e-12)


@pytest.mark.parametrize("n", [20, 3000])
def test_the_zipf_exponent_is_a_straight_line_through_at_most_a_hundred_ranks(n: int) -> None:
    p = zipf(400, 1.2)
    rows = drawn(p, n, worlds=5)
    for world, found in zip(rows, score("zipf_exponent", words(p), rows), strict=True):
        counts = np.sort(np.bincount(world[:, 0]))[::-1][:100]
        alive = counts[counts > 0]
        line = np.polynomial.Polynomial.fit(np.log(np.arange(1, len(alive) + 1)), np.log(alive), 1).convert()
        assert found == pytest.approx(-line.coef[1], rel=1e-9)


def test_two_words_have_no_zipf_exponent() -> None:
    found = score("zipf_exponent", words([1, 1, 1, 1]), batch([5, 3, 0, 0], [8, 0, 0, 0], [3, 3, 2, 0]))
    assert np.isnan(found).tolist() == [True, True, False]
    assert ideal("zipf_exponent", words([0.7, 0.3])) is None
