"""The n-gram model: probabilities by brute force, draws by chi-square, one law in closed form, and what it hands on."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim import Experiment, SpecError, advance, simulate, start
from sim.families import CannotFit, PreviousModel
from sim.families.categorical import Categorical
from sim.families.ngram import FittedNgram, Ngram
from sim.spaces import Space
from sim.streams import Streams

AGREES = 4.5
LENGTH = 6


def space(vocabulary: int = 4, length: int = LENGTH) -> Space:
    letters = tuple(f"w{i}" for i in range(vocabulary))
    return Space("sequences", tuple(f"token {i}" for i in range(length)), vocabulary, words=letters)


def passages(replicates: int = 2, n: int = 30, vocabulary: int = 4, length: int = LENGTH, seed: int = 1) -> Any:
    """Passages in which a token tends to be followed by the next one of the alphabet."""
    rng = np.random.default_rng(seed)
    steps = rng.choice(vocabulary, size=(replicates, n, length), p=np.r_[0.1, 0.7, [0.2 / (vocabulary - 2)] * (vocabulary - 2)])
    rows = (steps.cumsum(axis=2) % vocabulary).astype(np.int32)
    rows.flags.writeable = False
    return rows


def fitted(rows: Any, vocabulary: int = 4, previous: PreviousModel | None = None, **settings: Any) -> FittedNgram:
    return Ngram(**settings).fit(rows, space(vocabulary, rows.shape[2]), Streams(0, 1), previous)


def by_hand(world: Any, history: tuple[int, ...], order: int, smoothing: float, vocabulary: int = 4) -> np.ndarray:
    """p(. | history) from the definition, counting the passages of one world one by one; -1 stands before a passage."""
    if order == 0:
        return np.full(vocabulary, 1 / vocabulary)
    context = history[len(history) - order + 1 :]
    counts = np.zeros(vocabulary)
    for passage in world.tolist():
        padded = [-1] * (order - 1) + passage
        for place in range(len(passage)):
            if tuple(padded[place : place + order - 1]) == context:
                counts[passage[place]] += 1
    shorter = by_hand(world, history, order - 1, smoothing, vocabulary)
    types = np.count_nonzero(counts)
    return shorter if not types else (counts + smoothing * types * shorter) / (counts.sum() + smoothing * types)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("smoothing", [0.0, 1.0, 2.5])
def test_log_probabilities_are_the_definition(order: int, smoothing: float) -> None:
    rows = passages(n=9)
    found = fitted(rows, order=order, smoothing=smoothing).log_prob(other := passages(n=3, seed=2))
    for world, passage in itertools.product(range(2), range(3)):
        padded = (-1,) * (order - 1) + tuple(other[world, passage].tolist())
        steps = [by_hand(rows[world], padded[: place + order - 1], order, smoothing)[padded[place + order - 1]] for place in range(LENGTH)]
        expected = math.log(math.prod(steps)) if all(steps) else -math.inf
        assert found[world, passage] == pytest.approx(expected)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_of_all_passages_sum_to_one(order: int) -> None:
    rows = passages(vocabulary=3, length=5)
    every = np.array(list(itertools.product(range(3), repeat=5)), dtype=np.int32)
    model = fitted(rows, vocabulary=3, order=order)
    total = np.exp(model.log_prob(np.broadcast_to(every, (2, *every.shape)))).sum(axis=1)
    np.testing.assert_allclose(total, 1, rtol=1e-12)


def test_what_lies_in_the_open_is_what_scores_say() -> None:
    rows, model = passages(), fitted(passages(), order=3)
    history = np.array([[1, 0], [3, 3], [4, 4], [2, 4]])
    p = model.conditional(np.zeros(4, dtype=np.int64), history)
    for said, (last, before) in zip(p, history.tolist(), strict=True):
        past = tuple(-1 if token == 4 else token for token in (before, last))
        np.testing.assert_allclose(said, by_hand(rows[0], past, 3, 1.0), rtol=1e-12)


@pytest.mark.parametrize("settings", [{"order": 1}, {"order": 3}, {"order": 4, "smoothing": 0.3}, {"order": 2, "smoothing": 0.0}])
@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_passages_are_drawn_with_their_probabilities(settings: dict[str, Any], temperature: float) -> None:
    """Chi-square over all 81 passages of four tokens of three kinds, whichever way they are drawn."""
    rows = passages(replicates=1, vocabulary=3, length=4)
    model = fitted(rows, vocabulary=3, **settings)
    n = 60_000
    drawn = model.sample(n, Streams(3, 1), temperature)[0]
    every = np.array(list(itertools.product(range(3), repeat=4)), dtype=np.int32)
    expected = np.array([_chance(model, passage, temperature) for passage in every.tolist()])
    assert expected.sum() == pytest.approx(1)
    seen = np.bincount(drawn @ [27, 9, 3, 1], minlength=81)
    assert not seen[expected == 0].any()
    often = expected * n >= 5
    observed, hoped = np.append(seen[often], seen[~often].sum()), np.append(expected[often], expected[~often].sum()) * n
    observed, hoped = observed[hoped > 0], hoped[hoped > 0]
    assert stats.chi2.sf(((observed - hoped) ** 2 / hoped).sum(), len(hoped) - 1) > 1e-5


def _chance(model: FittedNgram, passage: list[int], temperature: float) -> float:
    """The probability of a passage, one token at a time, each bent by the temperature."""
    depth = len(model.levels) - 1
    past, chance = [3] * depth, 1.0
    for token in passage:
        p = model.conditional(np.zeros(1, dtype=np.int64), np.array([past], dtype=np.int64).reshape(1, depth))[0] ** (1 / temperature)
        chance *= float(p[token] / p.sum())
        past = [token, *past][:depth]
    return chance


def test_order_one_without_smoothing_on_single_tokens_is_word_counts() -> None:
    rows = passages(replicates=3, n=40, length=1)
    words = Categorical().fit(rows, Space("tokens", ("token",), 4), Streams(0, 1))
    model = fitted(rows, order=1, smoothing=0.0)
    np.testing.assert_allclose(model.log_prob(passages(3, 9, length=1, seed=5)), words.log_prob(passages(3, 9, length=1, seed=5)))


def test_single_tokens_without_smoothing_lose_diversity_as_the_law_says() -> None:
    """E[H_t] = H_0 (1 - 1/n)^(t + 1) for rows drawn, H_0 of the truth (Wright-Fisher)."""
    n, worlds, generations = 12, 4000, 8
    truth = np.array([0.4, 0.3, 0.2, 0.1])
    rows = np.random.default_rng(0).choice(4, size=(worlds, n, 1), p=truth).astype(np.int32)
    for t in range(generations + 1):
        counts = np.stack([(rows[..., 0] == token).sum(axis=1) for token in range(4)], axis=1)
        found = 1 - ((counts / n) ** 2).sum(axis=1)
        expected = (1 - (truth**2).sum()) * (1 - 1 / n) ** (t + 1)
        assert abs(found.mean() - expected) < AGREES * found.std() / math.sqrt(worlds)
        rows = fitted(rows, order=1, smoothing=0.0).sample(n, Streams(1, t), 1.0)


def test_top_p_draws_the_likeliest_tokens_only() -> None:
    rows = np.repeat(np.arange(4, dtype=np.int32), [60, 25, 10, 5])[None, :, None]
    model = fitted(rows, order=1, smoothing=0.0, top_p=0.7)
    drawn = model.sample(20_000, Streams(0, 1), 1.0)[0, :, 0]
    assert set(drawn.tolist()) == {0, 1}
    share = (drawn == 0).mean()
    assert abs(share - 60 / 85) < AGREES * math.sqrt(60 / 85 * 25 / 85 / 20_000)


def test_a_prompted_model_hands_real_openings_on() -> None:
    experiment = Experiment.model_validate(
        {
            "source": {"kind": "grammar", "length": 12},
            "family": {"kind": "ngram", "opening": "prompted", "prompt": 5},
            "n": 30,
            "replicates": 2,
        }
    )
    states = [start(experiment)]
    for _ in range(3):
        states.append(advance(experiment, states[-1]))
    real = np.sort(states[0].rows[:, :, :5].reshape(2, 30, 5) @ (experiment.source.space.vocabulary ** np.arange(5)), axis=1)
    for state in states[1:]:
        found = np.sort(state.rows[:, :, :5] @ (experiment.source.space.vocabulary ** np.arange(5)), axis=1)
        np.testing.assert_array_equal(found, real)
        assert not np.array_equal(state.rows[:, :, 5:], states[0].rows[:, :, 5:])


def test_soft_labels_are_the_teachers_probabilities() -> None:
    """At a context that only taught rows show, the student without smoothing is its teacher; told rows count as ever."""
    teacher = fitted(passages(n=50), order=2)
    drawn = teacher.sample(40, Streams(0, 2), 1.0)
    all_taught = PreviousModel(teacher, np.ones((2, 40), dtype=np.bool_))
    student = fitted(drawn, previous=all_taught, order=2, smoothing=0.0, labels="soft")
    seen = np.array([[token] for token in range(5)])
    world = np.zeros(5, dtype=np.int64)
    np.testing.assert_allclose(student.conditional(world, seen), teacher.conditional(world, seen), rtol=1e-9)
    none_taught = PreviousModel(teacher, np.zeros((2, 40), dtype=np.bool_))
    plain = fitted(drawn, previous=none_taught, order=2, labels="soft")
    np.testing.assert_allclose(plain.log_prob(drawn), fitted(drawn, order=2).log_prob(drawn), rtol=1e-12)


def test_soft_labels_forget_nothing_where_hard_text_forgets() -> None:
    told = {"source": {"kind": "grammar", "length": 12}, "n": 60, "generations": 6, "replicates": 6}
    hard, soft = (
        simulate(Experiment.model_validate({**told, "family": {"kind": "ngram", "order": 2, "labels": labels}}), ["divergence"]).metrics[
            "divergence"
        ]
        for labels in ("hard", "soft")
    )
    np.testing.assert_allclose(hard[:, 1], soft[:, 1])
    assert (hard[:, 6] > soft[:, 6]).all()


def test_refusals_are_sentences() -> None:
    told = {"source": {"kind": "text", "unit": "words"}, "family": {"kind": "ngram", "labels": "soft"}}
    with pytest.raises(SpecError, match=r"family.labels must be hard .* got soft with"):
        Experiment.model_validate(told)
    with pytest.raises(SpecError, match=r"family.prompt must be at most 7"):
        Experiment.model_validate(
            {"source": {"kind": "text", "length": 8}, "family": {"kind": "ngram", "opening": "prompted", "prompt": 8}}
        )
    rows = np.random.default_rng(0).integers(0, 200, size=(8, 200, 50)).astype(np.int32)
    with pytest.raises(CannotFit, match=r"Soft labels need .* these rows need [0-9,]+\."):
        fitted(rows, vocabulary=200, previous=PreviousModel(None, np.ones((8, 200), dtype=np.bool_)), order=5, labels="soft")


def test_a_prompt_is_not_counted_as_what_the_model_wrote() -> None:
    """All text is measured from the prompt's end, the real rows and the noise floor too; of it a passage of 16 has 6 tokens."""
    settings = {"source": {"kind": "text", "length": 16}, "n": 40, "generations": 2, "replicates": 2}
    family = {"kind": "ngram", "order": 1, "opening": "prompted", "prompt": 10}
    run = simulate(Experiment.model_validate({**settings, "family": family}))
    assert run.counts is not None
    written = run.samples[..., 10:]
    for world, t in np.ndindex(2, 3):
        assert np.array_equal(run.counts[world, t], np.bincount(written[world, t].ravel(), minlength=run.counts.shape[2]))
        assert run.metrics["tokens_alive"][world, t] == len(np.unique(written[world, t]))
    longest = run.metrics["longest_copy"]
    assert (longest[:, 0] == 6).all()
    assert run.noise_floor["longest_copy"] == 6
    text = "".join(map(chr, run.experiment.source.reference().training.tolist()))
    for t in (1, 2):
        passages = ["".join(map(chr, row)) for row in written[0, t].tolist()]
        by_hand = [max(j - i for i in range(7) for j in range(i, 7) if passage[i:j] in text) for passage in passages]
        assert longest[0, t] == pytest.approx(np.mean(by_hand))
    assert all(np.isfinite(values[:4, 1:]).all() for name, values in run.metrics.items() if name != "held_out_perplexity")
    free = simulate(Experiment.model_validate({**settings, "family": {**family, "opening": "free"}}), ["longest_copy"])
    assert free.noise_floor["longest_copy"] == 16
