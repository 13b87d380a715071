"""What language models say of passages: of held-out real ones, and of the ones that later models wrote.

All from scores: log-probabilities that the loop computes with the fitted models.

A passage of three tokens with the probability 1/8: as if two tokens were equally likely each time, which is one bit.

>>> space, truth = Space("sequences", ("1", "2", "3"), vocabulary=2), Reference(np.zeros((1, 3)), np.zeros(3), 0.0)
>>> batch = Batch(np.zeros((1, 1, 3)), space, {"truth_log_prob": np.log([[1 / 8]])})
>>> [round(metric(truth, space)(batch).item(), 6) for metric in (held_out_perplexity, held_out_bits)]
[2.0, 1.0]
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.metrics import Batch, Measure, metric
from sim.sources import Reference
from sim.spaces import Space

MOST_NATS: Final = 700.0
"""Where exp still is a number."""


def _cross_entropy(log_prob: Floats, length: int) -> Floats:
    """Nats per token, (replicates,); NaN where some passage is impossible."""
    mean = -log_prob.mean(axis=1) / length
    return np.where(np.isfinite(mean), mean, np.nan)


def _entropy_per_token(truth: Reference) -> float | None:
    return None if truth.entropy is None else truth.entropy / truth.rows.shape[1]


def _true_perplexity(truth: Reference) -> float | None:
    nats = _entropy_per_token(truth)
    return None if nats is None else float(np.exp(nats))


def _true_bits(truth: Reference) -> float | None:
    nats = _entropy_per_token(truth)
    return None if nats is None else nats / float(np.log(2))


@metric(
    label="Held-out perplexity",
    rank=1,
    spaces=("sequences",),
    better="lower",
    ideal=_true_perplexity,
    scores=["truth_log_prob"],
)
def held_out_perplexity(reference: Reference, space: Space) -> Measure:
    """Between how many equally likely tokens the model hesitates, on real passages that no model has seen.

    Law: $exp(-sum ln p(passage) / number of tokens)$, over up to 400 held-out passages. The truth itself scores $exp(entropy
    per token)$, where its entropy is known.

    Edges: NaN where a passage is impossible, as without smoothing; smoothing is part of the model, never of the metric. V
    for a model that knows nothing. No value at generation 0, which has no model.

    Names: test perplexity, PPL.

    References:
        Jelinek et al. 1977, doi 10.1121/1.2016299. Shumailov et al. 2024, Nature 631:755 (it rises generation by generation).
    """
    length = len(space.columns)
    return lambda batch: np.exp(np.minimum(_cross_entropy(batch.scores["truth_log_prob"], length), MOST_NATS))


@metric(label="Held-out bits", unit="bits per token", spaces=("sequences",), better="lower", ideal=_true_bits, scores=["truth_log_prob"])
def held_out_bits(reference: Reference, space: Space) -> Measure:
    """How many bits the model needs for a token of real passages that no model has seen.

    Law: the logarithm of held-out perplexity to base 2.

    Edges: NaN where a passage is impossible. $log_2 V$ for a model that knows nothing.

    Names: cross-entropy, bits per character (where tokens are characters).

    References:
        Shannon 1951, doi 10.1002/j.1538-7305.1951.tb01366.x.
    """
    length = len(space.columns)
    return lambda batch: _cross_entropy(batch.scores["truth_log_prob"], length) / np.log(2)


@metric(label="Perplexity under model 1", rank=50, spaces=("sequences",), better="truth", ideal=None, scores=["log_prob"])
def perplexity_under_first(reference: Reference, space: Space) -> Measure:
    """How odd this generation's passages look to model 1, which learned from real text only.

    Law: the median over up to 400 passages of $exp(-ln p_1(passage) / length)$. The passages' own values, for a histogram, are
    in `Run.surprise`.

    Edges: at generation 1 the model judges its own passages. Infinite perplexities count in the median; NaN where they are
    half of all. Low values are no quality: the likeliest passage of all has the lowest.

    Names: generated-text perplexity.

    References:
        Shumailov et al. 2024, Nature 631:755, figure 1 (the mass of probable passages grows, and a long tail of odd ones).
    """
    length = len(space.columns)

    def measure(batch: Batch) -> Floats:
        # An infinite surprise still counts in a median.
        nats = np.median(-batch.scores["log_prob"], axis=1) / length
        return np.where(np.isfinite(nats), np.exp(np.minimum(nats, MOST_NATS)), np.nan)

    return measure


@metric(
    label="Divergence from the grammar",
    unit="nats per token",
    rank=5,
    spaces=("sequences",),
    better="lower",
    ideal=0.0,
    needs=lambda truth: truth.log_prob is not None,
    scores=["truth_log_prob"],
)
def divergence(reference: Reference, space: Space) -> Measure:
    """How much more surprised the model is by real passages than the truth itself is.

    Law: the mean over up to 400 reference passages of $ln p(passage) - ln q(passage)$, per token, $p$ the exact truth and $q$ the
    model: unbiased for the Kullback-Leibler divergence, so it may fall below 0 by chance near it.

    Edges: NaN where the model holds a real passage impossible.

    Names: relative entropy, KL(truth || model).

    References:
        Kullback and Leibler 1951, doi 10.1214/aoms/1177729694.
    """
    length = len(space.columns)
    assert reference.log_prob is not None
    truth = reference.log_prob

    def measure(batch: Batch) -> Floats:
        log_prob = batch.scores["truth_log_prob"]
        return _cross_entropy(log_prob - truth[: log_prob.shape[1]], length)

    return measure
