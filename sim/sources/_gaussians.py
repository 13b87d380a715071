"""Sources that are mixtures of round Gaussians: exact moments, quantiles and radius."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final, cast

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Modes, Reference, Source
from sim.sources._reference import CENTRAL, CENTRAL_SHARE, FAR, quantile_rows, sampled_rows
from sim.streams import Streams
from sim.tokens import sample_tokens

BISECTIONS: Final = 64
"""Halvings after which the two ends are neighbours in double precision."""

FARTHEST: Final = 40.0
"""Standard deviations beyond every centre where nothing is left of a Gaussian in double precision."""


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Component k is N(centres[k], sd^2 I) and holds a share weights[k] of the rows.

    Attributes:
        weights: positive, summing to 1, (k,).
        centres: (k, d).
        sd: the standard deviation of every component along any direction.
    """

    weights: Floats
    centres: Floats
    sd: float

    @classmethod
    def equal(cls, centres: Floats, sd: float) -> GaussianMixture:
        """A mixture whose components weigh the same."""
        return cls(np.full(len(centres), 1 / len(centres)), centres, sd)

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        """Independent rows, (replicates, rows, d): the component from one uniform number, the place from normal ones."""
        # A stream of its own for the component, so that sources of other weights share their places.
        components = sample_tokens(self.weights.cumsum()[None], streams.uniform("component", (replicates, rows)))[..., 0]
        drawn = streams.normal("rows", (replicates, rows, self.centres.shape[1]))
        drawn *= self.sd
        drawn += self.centres[components]
        return drawn

    @property
    def mean(self) -> Floats:
        """sum_k w_k c_k, (d,)."""
        return frozen(self.weights @ self.centres)

    @property
    def variance(self) -> float:
        """The trace of the covariance: d sd^2 + sum_k w_k |c_k - mean|^2."""
        return self.centres.shape[1] * self.sd**2 + float(self.weights @ self._squares)

    @property
    def radius(self) -> float:
        """The distance from the mean that holds 95 %.

        Given its component, a row's squared distance from the mean is sd^2 times a noncentral chi-square number, so
        the share within a distance is a weighted sum of its distribution functions.
        """
        from scipy.special import chndtr

        d, shifts = self.centres.shape[1], self._squares / self.sd**2

        def within(distances: Floats) -> Floats:
            return np.asarray(chndtr((distances[:, None] / self.sd) ** 2, d, shifts)) @ self.weights

        farthest = float(np.sqrt(self._squares.max())) + FARTHEST * self.sd
        return float(_crossing(within, np.array([CENTRAL_SHARE]), 0.0, farthest)[0])

    def quantile(self, shares: Floats) -> Floats:
        """In one dimension: the values below which these shares of the mixture lie, (m,)."""
        from scipy.special import ndtr

        centres = self.centres[:, 0]

        def below(values: Floats) -> Floats:
            return np.asarray(ndtr((values[:, None] - centres) / self.sd)) @ self.weights

        reach = FARTHEST * self.sd
        return _crossing(below, shares, float(centres.min()) - reach, float(centres.max()) + reach)

    def as_reference(self, source: Source, minority: int | None = None) -> Reference:
        """The truth of a source that is this mixture."""
        spread = frozen(np.full(len(self.weights), self.sd))
        modes = Modes(frozen(self.centres.copy()), spread, frozen(self.weights.copy()), minority)
        if self.centres.shape[1] > 1:
            return Reference(sampled_rows(source), self.mean, self.variance, radius=self.radius, modes=modes)
        far_low, low, high, far_high = self.quantile(np.array([FAR[0], *CENTRAL, FAR[1]])).tolist()
        rows = quantile_rows(self.quantile)
        return Reference(rows, self.mean, self.variance, central=(low, high), far=(far_low, far_high), modes=modes)

    @property
    def _squares(self) -> Floats:
        return ((self.centres - self.mean) ** 2).sum(axis=1)


class GaussianMixtureSource(Source):
    """A source whose rows come from a mixture of round Gaussians.

    Attributes:
        minority_mode: the position of the component that stands for the minority, if one does.
    """

    minority_mode: ClassVar[int | None] = None

    @property
    def distribution(self) -> GaussianMixture:
        """The mixture."""
        raise NotImplementedError

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        return self.distribution.sample(replicates, rows, streams)

    def reference(self) -> Reference:
        return _reference(cast(Any, self))


@lru_cache(maxsize=64)
def _reference(source: GaussianMixtureSource) -> Reference:
    return source.distribution.as_reference(source, source.minority_mode)


def _crossing(rising: Callable[[Floats], Floats], levels: Floats, low: float, high: float) -> Floats:
    """Where a rising function reaches each level, by bisection to the last digit."""
    below, above = np.full(levels.shape, low), np.full(levels.shape, high)
    for _ in range(BISECTIONS):
        middle = (below + above) / 2
        short = rising(middle) < levels
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return (below + above) / 2
