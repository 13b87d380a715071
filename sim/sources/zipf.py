"""Words by rank: a few are common, most are rare.

Three words with the weights 1, 1/2 and 1/3, which add up to 11/6:

>>> (11 * Zipf(vocabulary=3, exponent=1.0).reference().probabilities).round(6).tolist()
[6.0, 3.0, 2.0]
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.sources._reference import sampled_rows
from sim.spaces import Space
from sim.spec import Real, knob
from sim.streams import Streams
from sim.tokens import Tokens, sample_tokens


@sources.register
class Zipf(Source):
    """Words whose frequency falls with their rank, as in any long text.

    Law: token $i$ (from 0) has probability proportional to $(i + 1)^(-s)$, $s$ = `exponent`; the token of rank $r$ is $r - 1$.
    Mean and variance are those of the token's number, which only says how far down the list the words stand; the
    truth to measure against is `probabilities`.

    Edges: exponent 0 makes all words equally common; a vocabulary of one word has nothing to lose.

    Names: Zipf's law, power-law unigrams, categorical truth.

    References:
        Zipf 1949, Human Behavior and the Principle of Least Effort. Dohmatob et al. 2024, arXiv 2402.07043 (model collapse
        as a change of this law). Suresh et al. 2024, arXiv 2412.17646 (unigrams of a corpus under recursion).
    """

    label: ClassVar[str] = "Zipf's words"
    kind: Literal["zipf"] = "zipf"
    vocabulary: int = knob(2000, label="Vocabulary", help="How many different words there are.", unit="words", ge=1, le=20_000, scale="log")
    exponent: Real = knob(
        1.0,
        label="Zipf exponent",
        help="How fast frequency falls with rank: 0 is not at all, 1 is about what English text shows.",
        ge=0,
        le=3,
        step=0.1,
    )

    @property
    def space(self) -> Space:
        return Space("tokens", ("token",), vocabulary=self.vocabulary)

    def sample(self, replicates: int, rows: int, streams: Streams) -> Tokens:
        return sample_tokens(_cumulative(self.vocabulary, self.exponent), streams.uniform("rows", (replicates, rows)))

    def reference(self) -> Reference:
        return _reference(self.vocabulary, self.exponent)


def _probabilities(vocabulary: int, exponent: float) -> Floats:
    # Powers of floats: whole numbers have no negative powers.
    weights = np.arange(1, vocabulary + 1, dtype=np.float64) ** -exponent
    return weights / weights.sum()


@lru_cache(maxsize=32)
def _cumulative(vocabulary: int, exponent: float) -> Floats:
    return frozen(_probabilities(vocabulary, exponent).cumsum()[None])


@lru_cache(maxsize=32)
def _reference(vocabulary: int, exponent: float) -> Reference:
    probabilities, numbers = _probabilities(vocabulary, exponent), np.arange(vocabulary)
    mean = float(probabilities @ numbers)
    variance = float(probabilities @ (numbers - mean) ** 2)
    rows = sampled_rows(Zipf(vocabulary=vocabulary, exponent=exponent))
    return Reference(rows, frozen(np.array([mean])), variance, probabilities=frozen(probabilities))
