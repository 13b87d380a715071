"""The unigram model: one probability per word, counted.

Word 0 three times and word 2 once, of four words; smoothing 1 is one more of each, (count + 1)/(4 + 4):

>>> rows, space = np.array([[[0], [0], [0], [2]]]), Space("tokens", ("token",), vocabulary=4)
>>> Categorical().fit(rows, space, Streams(0, 0)).probabilities.tolist()
[[0.75, 0.0, 0.25, 0.0]]
>>> Categorical(smoothing=1.0).fit(rows, space, Streams(0, 0)).probabilities.tolist()
[[0.5, 0.125, 0.25, 0.125]]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, PreviousModel, Rows, check_rows, families
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams
from sim.tokens import counts_per_replicate, sample_tokens


@families.register
class Categorical(Family):
    """Counts every word and draws words with the frequencies it counted.

    Law: $p_i = (count_i + smoothing) / (m + V smoothing)$. Without smoothing a word that is not drawn once is gone for
    ever, and $E[diversity]$ falls by the factor $1 - 1/n$ a generation. Temperature draws from $p^(1/temperature)$, renormalised.

    Edges: one word left is drawn for ever; smoothing gives dead words a way back, as mutation does.

    Names: unigram model, Wright-Fisher drift, multinomial model.

    References:
        Suresh et al. 2024, arXiv 2412.17646. Seddik et al. 2024, arXiv 2404.05090.
    """

    label: ClassVar[str] = "Word counts"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"tokens"})
    kind: Literal["categorical"] = "categorical"
    smoothing: Real = knob(
        0.0, label="Smoothing", help="A number added to the count of every word, so that none is ever impossible.", ge=0, le=10, step=0.1
    )

    @property
    def only_repeats(self) -> bool:
        """Counts without smoothing do."""
        return self.smoothing == 0

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedCategorical:
        check_rows(rows, 1, "A model of word counts")
        m, width = rows.shape[1], space.vocabulary
        counts = counts_per_replicate(rows[..., 0], width)
        return FittedCategorical((counts + self.smoothing) / (m + width * self.smoothing))


@dataclass(frozen=True, slots=True, eq=False)
class FittedCategorical:
    """Probabilities of every token, (replicates, vocabulary)."""

    probabilities: Floats

    def sample(self, n: int, streams: Streams, temperature: float) -> Rows:
        """Tokens drawn from p^(1/temperature), (replicates, n, 1)."""
        cumulative = tempered(self.probabilities, temperature).cumsum(axis=1)
        return sample_tokens(cumulative, streams.uniform("rows", (len(cumulative), n)))

    def log_prob(self, rows: Rows) -> Floats:
        """Log-probability of tokens; -inf for words never seen."""
        with np.errstate(divide="ignore"):
            return np.log(np.take_along_axis(self.probabilities, rows[..., 0].astype(np.int64), axis=1))


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """p^(1/temperature), renormalised along the last axis; zero stays zero, temperature 1 changes nothing.

    >>> tempered(np.array([[2 / 3, 1 / 3]]), 0.5).round(6).tolist()
    [[0.8, 0.2]]
    """
    if temperature == 1:
        return probabilities
    # Divided by the largest first, or a low temperature would make all of them 0.
    scaled = (probabilities / probabilities.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return scaled / scaled.sum(axis=-1, keepdims=True)
