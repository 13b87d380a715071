"""The metrics of passages: counts made by hand, brute force as an oracle, and models whose perplexity is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from measuring import AGREES, z_of

from sim import Experiment, simulate
from sim.metrics import Batch, measurable, metrics
from sim.sources import Reference, sources
from sim.sources.grammar import Grammar, _automaton  # pyright: ignore[reportPrivateUsage]
from sim.spaces import Space
from sim.streams import Streams

LETTERS = "abcdefgh "


def rows(*worlds: list[str]) -> Any:
    """Passages of letters as tokens, one list per world."""
    return np.array([[[LETTERS.index(c) for c in passage] for passage in world] for world in worlds], dtype=np.int32)


def truth(length: int, training: str = "", **more: Any) -> Reference:
    text = np.array([LETTERS.index(c) for c in training], dtype=np.int32) if training else None
    blank = np.zeros((60, length), dtype=np.int32)
    return Reference(blank, np.zeros(length), 1.0, probabilities=np.full(len(LETTERS), 1 / len(LETTERS)), training=text, **more)


def score(name: str, drawn: Any, reference: Reference | None = None, **scores: Any) -> Any:
    length = drawn.shape[2]
    space = Space("sequences", tuple(f"token {i}" for i in range(length)), len(LETTERS), words=tuple(LETTERS))
    return metrics()[name].against(reference or truth(length), space)(Batch(drawn, space, scores))


def test_distinct_runs_are_counted_over_all_passages() -> None:
    drawn = rows(["abab", "abcd"], ["aaaa", "aaaa"])
    np.testing.assert_allclose(score("distinct_2", drawn), [4 / 6, 1 / 6])
    np.testing.assert_allclose(score("distinct_3", drawn), [4 / 4, 1 / 4])


def test_repetition_is_within_a_passage() -> None:
    drawn = rows(["abcdabcd", "abcdefgh"], ["aaaaaaaa", "aaaaaaaa"])
    np.testing.assert_allclose(score("repetition", drawn), [(1 / 5 + 0) / 2, 4 / 5])
    assert np.isnan(score("repetition", rows(["abc"]))).all()


def test_the_type_token_ratio_is_what_drawing_without_replacement_gives() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.choice(9, p=[0.5, 0.3, 0.15, *[0.05 / 6] * 6], size=(1, 400, 4)).astype(np.int32)
    flat = drawn.ravel()
    samples = [len(np.unique(rng.permutation(flat)[:1000])) / 1000 for _ in range(1500)]
    assert abs(z_of(samples, float(score("type_token_ratio", drawn)[0]))) < AGREES
    np.testing.assert_allclose(score("type_token_ratio", rows(["abca"])), 3 / 4)


def test_self_bleu_by_hand() -> None:
    """Two passages share "ab" and "bc" and "abc": 3 of 4, (2 + 1) of (3 + 1), (1 + 1) of (2 + 1), (0 + 1) of (1 + 1)."""
    expected = (3 / 4 * 3 / 4 * 2 / 3 * 1 / 2) ** (1 / 4)
    np.testing.assert_allclose(score("self_bleu", rows(["abcd", "abce"])), expected)
    np.testing.assert_allclose(score("self_bleu", rows(["abcd", "abcd", "abcd"])), 1)
    assert np.isnan(score("self_bleu", rows(["abcd"]))).all()


def test_self_bleu_clips_at_the_passage_that_has_a_run_most() -> None:
    """Of "aaaa" against "aabc": 2 of 4 single tokens; (1 + 1) of (3 + 1) pairs; (0 + 1)/(2 + 1); (0 + 1)/(1 + 1)."""
    first = (2 / 4 * 2 / 4 * 1 / 3 * 1 / 2) ** (1 / 4)
    second = (2 / 4 * 2 / 4 * 1 / 3 * 1 / 2) ** (1 / 4)
    np.testing.assert_allclose(score("self_bleu", rows(["aaaa", "aabc"])), (first + second) / 2)


def test_the_longest_copy_is_what_looking_everywhere_finds() -> None:
    rng = np.random.default_rng(1)
    training = "".join(rng.choice(list("abcd"), size=300))
    drawn = rng.integers(0, 4, size=(2, 5, 12)).astype(np.int32)
    drawn[0, 0] = [LETTERS.index(c) for c in training[40:52]]
    drawn[1, 0] = [LETTERS.index(c) for c in training[-6:] + "eabeab"]

    def longest(passage: Any) -> int:
        text = "".join(LETTERS[token] for token in passage)
        return max(b - a for a in range(12) for b in range(a, 13) if text[a:b] in training)

    expected = [np.mean([longest(passage) for passage in world]) for world in drawn]
    np.testing.assert_allclose(score("longest_copy", drawn, truth(12, training)), expected)
    assert longest(drawn[0, 0]) == 12


def test_real_passages_are_copies_and_foreign_ones_are_not() -> None:
    drawn = rows(["abcabc", "bcabca"], ["efghef", "ghefgh"])
    np.testing.assert_array_equal(score("longest_copy", drawn, truth(6, "abc" * 40)), [6, 0])


def test_a_model_that_knows_nothing_is_as_perplexed_as_there_are_tokens() -> None:
    drawn = rows(["abcd"] * 3)
    said = np.full((1, 50), 4 * math.log(1 / 9))
    assert score("held_out_perplexity", drawn, truth_log_prob=said)[0] == pytest.approx(9)
    assert score("held_out_bits", drawn, truth_log_prob=said)[0] == pytest.approx(math.log2(9))
    said[0, 7] = -np.inf
    assert np.isnan(score("held_out_perplexity", drawn, truth_log_prob=said)).all()


def test_perplexity_under_model_1_is_the_middle_passages() -> None:
    said = -4 * np.log([[2.0, 3.0, 50.0]])
    assert score("perplexity_under_first", rows(["abcd"] * 3), log_prob=said)[0] == pytest.approx(3)
    assert np.isnan(score("perplexity_under_first", rows(["abcd"] * 3), log_prob=np.full((1, 3), -np.inf))).all()


def test_the_grammars_own_model_is_as_perplexed_as_its_entropy_says() -> None:
    source = Grammar()
    reference, space = source.reference(), source.space
    assert reference.entropy is not None
    fresh = source.sample(1, 6000, Streams(9, 0))
    said = _automaton(source.vocabulary, source.exponent).log_prob(fresh)
    assert abs(z_of(-said[0], reference.entropy)) < AGREES
    found = metrics()["held_out_bits"].against(reference, space)(Batch(fresh, space, {"truth_log_prob": said}))
    ideal = metrics()["held_out_bits"].ideal(reference)
    assert found[0] == pytest.approx(ideal, rel=0.02)
    assert metrics()["held_out_perplexity"].ideal(reference) == pytest.approx(2**ideal)
    exact = {"truth_log_prob": reference.log_prob[None, :400]}
    assert metrics()["divergence"].against(reference, space)(Batch(fresh, space, exact))[0] == 0


def test_divergence_from_the_grammar_is_positive_and_falls_with_more_to_read() -> None:
    told = {"source": {"kind": "grammar"}, "family": {"kind": "ngram", "order": 2}, "generations": 1, "replicates": 6}
    few, many = (simulate(Experiment.model_validate({**told, "n": n}), ["divergence"]).metrics["divergence"][:, 1] for n in (50, 2000))
    assert (many > 0).all()
    assert (few > 2 * many).all()


def test_words_of_passages_are_counted_at_every_place() -> None:
    drawn = rows(["abcd", "aaaa"])
    np.testing.assert_array_equal(score("tokens_alive", drawn), [4])
    np.testing.assert_allclose(score("diversity", drawn), 1 - (25 + 1 + 1 + 1) / 64)


def test_each_passages_surprise_is_kept_for_histograms() -> None:
    told = {"source": {"kind": "grammar"}, "family": {"kind": "ngram"}, "n": 30, "generations": 3, "replicates": 2}
    run = simulate(Experiment.model_validate(told), ["perplexity_under_first"])
    assert run.surprise is not None
    assert run.surprise.shape == (2, 4, 30)
    assert np.isnan(run.surprise[:, 0]).all()
    found = np.median(np.exp(run.surprise[:, 1:] / 24), axis=2)
    np.testing.assert_allclose(found, run.metrics["perplexity_under_first"][:, 1:], rtol=2e-2)
    other = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 3, "generations": 1, "replicates": 2}
    assert simulate(Experiment.model_validate(other), []).surprise is None


def test_passages_have_the_metrics_of_words_and_of_text_and_no_others() -> None:
    able = set(measurable(sources["text"](), frozenset({"log_prob"})))
    assert {"tokens_alive", "rare_mass", "zipf_exponent", "held_out_perplexity", "self_bleu", "longest_copy"} <= able
    assert not able & {"total_variance", "wasserstein", "divergence", "modes_alive"}
    assert "longest_copy" not in measurable(sources["grammar"](), frozenset())
