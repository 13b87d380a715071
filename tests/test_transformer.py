"""The transformer: writing and scoring agree, worlds stay apart, and it learns what can be learned."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim import Experiment, advance, simulate, start
from sim.families import CannotFit, PreviousModel
from sim.families import transformer as module
from sim.families._attention import EMBEDDED, Architecture
from sim.families.transformer import FittedTransformer, Transformer, batches
from sim.sources.grammar import Grammar
from sim.spaces import Space
from sim.streams import Streams

torch: Any = pytest.importorskip("torch")

SMALL: dict[str, Any] = {"layers": 1, "width": 32, "context": 8}


def space(vocabulary: int = 3, length: int = 4) -> Space:
    return Space("sequences", tuple(f"token {i}" for i in range(length)), vocabulary, words=tuple(f"w{i}" for i in range(vocabulary)))


def passages(replicates: int = 2, n: int = 60, vocabulary: int = 3, length: int = 4, seed: int = 1) -> Any:
    rng = np.random.default_rng(seed)
    rows = (rng.choice(vocabulary, size=(replicates, n, length), p=[0.1, 0.7, 0.2]).cumsum(axis=2) % vocabulary).astype(np.int32)
    rows.flags.writeable = False
    return rows


def fitted(rows: Any, previous: PreviousModel | None = None, vocabulary: int = 3, **settings: Any) -> FittedTransformer:
    return Transformer(**{**SMALL, **settings}).fit(rows, space(vocabulary, rows.shape[2]), Streams(0, 1), previous)


@pytest.fixture(scope="module")
def model() -> FittedTransformer:
    return fitted(passages(), passes=20)


def test_probabilities_of_all_passages_sum_to_one(model: FittedTransformer) -> None:
    every = np.array(list(itertools.product(range(3), repeat=4)), dtype=np.int32)
    total = np.exp(model.log_prob(np.broadcast_to(every, (2, *every.shape)))).sum(axis=1)
    np.testing.assert_allclose(total, 1, rtol=1e-5)


def test_passages_are_drawn_with_the_probabilities_that_scores_say(model: FittedTransformer) -> None:
    """So writing with kept keys, one token at a time, is the same network as scoring whole passages."""
    n, every = 30_000, np.array(list(itertools.product(range(3), repeat=4)), dtype=np.int32)
    expected = n * np.exp(model.log_prob(np.broadcast_to(every, (2, *every.shape)))[0])
    seen = np.bincount(model.sample(n, Streams(3, 1), 1.0)[0] @ [27, 9, 3, 1], minlength=81)
    often = expected >= 5
    observed, hoped = np.append(seen[often], seen[~often].sum()), np.append(expected[often], expected[~often].sum())
    assert stats.chi2.sf(((observed - hoped) ** 2 / hoped).sum(), len(hoped) - 1) > 1e-5


@pytest.mark.parametrize("context", [4, 8, 256])
def test_the_next_token_depends_on_nothing_that_comes_later_or_lies_too_far_back(context: int) -> None:
    rows = passages(1, 20, length=24)
    model = fitted(rows, context=context, layers=1)
    network = model.network(torch)
    asked = torch.from_numpy(rows.astype(np.int64))
    with torch.no_grad():
        before = network.logits(asked)
        late, early = asked.clone(), asked.clone()
        late[:, :, 12:] = (late[:, :, 12:] + 1) % 3
        early[:, :, 0] = (early[:, :, 0] + 1) % 3
        assert torch.equal(network.logits(late)[:, :, :13], before[:, :, :13])
        moved = (network.logits(early) - before).abs().amax(dim=(0, 1, 3)) > 0
    reach = min(context, 24) + EMBEDDED - 1
    assert not moved[reach + 1 :].any()
    assert moved[1]


def test_keys_that_are_kept_give_what_whole_passages_give() -> None:
    rows = passages(2, 5, length=12)
    network = fitted(rows, layers=2, context=6).network(torch)
    asked = torch.from_numpy(rows.astype(np.int64))
    with torch.no_grad():
        whole, cache = network.logits(asked), []
        past = torch.full((2, 5, EMBEDDED), 3)
        for place in range(12):
            said = network.next_logits(past, cache)
            torch.testing.assert_close(said, whole[:, :, place], rtol=1e-4, atol=1e-5)
            past = torch.cat([past[:, :, 1:], asked[:, :, place, None]], dim=2)


def test_weights_of_a_world_are_the_same_however_many_there_are() -> None:
    many = fitted(passages(4), passes=2).weights
    few = fitted(passages(4)[:1], passes=2).weights
    for name, value in few.items():
        np.testing.assert_array_equal(value, many[name][:1], err_msg=name)


def test_gradients_are_cut_in_each_world_for_itself() -> None:
    weight = torch.zeros(2, 3, requires_grad=True)
    weight.grad = torch.tensor([[3.0, 0.0, 4.0], [0.3, 0.0, 0.4]])
    module._clip_gradients(torch, [weight])  # pyright: ignore[reportPrivateUsage]
    torch.testing.assert_close(weight.grad, torch.tensor([[0.6, 0.0, 0.8], [0.3, 0.0, 0.4]]))


def test_every_pass_reads_every_passage_once() -> None:
    found = batches((3, 37), 2, Streams(0, 1))
    for turn in (found[:3], found[3:]):
        assert (np.sort(np.concatenate(turn, axis=1), axis=1) == np.arange(37)).all()


def test_torch_is_left_as_it_was() -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    torch.set_num_threads(2)
    try:
        fitted(passages(n=5), passes=1).sample(3, Streams(0, 1), 1.0)
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.get_rng_state(), state)
    finally:
        torch.set_num_threads(threads)


def test_it_learns_a_grammar_until_little_is_missing() -> None:
    """Better than single words can be (their entropy), and never better than the truth."""
    source = Grammar(length=16, vocabulary=50)
    truth = source.reference()
    assert truth.log_prob is not None
    assert truth.probabilities is not None
    rows = source.sample(1, 800, Streams(0, 0))
    model = Transformer(layers=1, width=32, passes=6).fit(rows, source.space, Streams(0, 1))
    gap = (truth.log_prob - model.log_prob(truth.rows[None])[0]) / 16
    words = -float((truth.probabilities * np.log(truth.probabilities)).sum())
    entropy = -truth.log_prob.mean() / 16
    assert gap.mean() > -4.5 * gap.std() / math.sqrt(len(gap))
    assert entropy + gap.mean() < entropy + 0.5 * (words - entropy)


def test_a_warm_start_goes_on_where_its_predecessor_stopped() -> None:
    rows = passages(n=40)
    first = fitted(rows)
    past = PreviousModel(first, np.ones((2, 40), dtype=np.bool_))
    warm, scratch = fitted(rows, past, start="warm"), fitted(rows, past)
    assert warm.log_prob(rows).mean() > first.log_prob(rows).mean()
    np.testing.assert_array_equal(scratch.weights["out"], first.weights["out"])


def test_soft_labels_bring_the_student_to_its_teacher() -> None:
    """Both learn the same few passages; only the soft one sees what else the teacher would have said there."""
    teacher = fitted(passages(n=200), passes=10)
    drawn = teacher.sample(32, Streams(0, 2), 1.0)
    past = PreviousModel(teacher, np.ones((2, 32), dtype=np.bool_))
    every = np.array(list(itertools.product(range(3), repeat=4)), dtype=np.int32)
    every = np.broadcast_to(every, (2, *every.shape))
    said = teacher.log_prob(every)

    def divergence(labels: str) -> Any:
        return (np.exp(said) * (said - fitted(drawn, past, labels=labels, passes=20).log_prob(every))).sum(axis=1)

    assert (divergence("soft") < divergence("hard")).all()


def test_a_training_that_explodes_ends_the_run_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEARNING_RATE", 1e6)
    with pytest.raises(CannotFit, match=r"The transformer's (loss exploded at step \d+ of \d+|weights left the finite)\."):
        fitted(passages(), passes=20)
    told = {"source": {"kind": "grammar", "length": 8}, "family": {"kind": "transformer", **SMALL, "passes": 20}, "n": 60, "replicates": 1}
    run = simulate(Experiment.model_validate({**told, "generations": 2}), ["held_out_perplexity"])
    assert run.ending.kind == "impossible"
    assert "transformer" in run.ending.sentence


def test_numbers_count_every_weight() -> None:
    architecture = Architecture(7, 2, 32, 5)
    assert architecture.parameter_count() == sum(value[0].size for value in architecture.initial_weights(3, Streams(0, 1)).values())
    assert 100_000 < 2 * Transformer().memory_numbers(space(91, 64)) < 1_000_000


def test_prompted_passages_begin_with_the_real_openings() -> None:
    told = {"source": {"kind": "grammar", "length": 10}, "n": 12, "replicates": 2, "generations": 2}
    family = {"kind": "transformer", **SMALL, "passes": 1, "opening": "prompted", "prompt": 3}
    experiment = Experiment.model_validate({**told, "family": family})
    states = [start(experiment)]
    for _ in range(2):
        states.append(advance(experiment, states[-1]))
    keys = [np.sort(state.rows[:, :, :3] @ (200 ** np.arange(3)), axis=1) for state in states]
    np.testing.assert_array_equal(keys[1], keys[0])
    np.testing.assert_array_equal(keys[2], keys[0])
