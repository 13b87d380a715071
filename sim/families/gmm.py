"""Mixtures of Gaussians, fitted by expectation maximisation.

Three rows at 0 and one at 8 are two modes with the weights 3/4 and 1/4:

>>> rows = np.array([[[0.0], [0.0], [0.0], [8.0]]])
>>> model = Gmm(k=2).fit(rows, Space("columns", ("x1",)), Streams(0, 0))
>>> sorted(model.weights[0].round(6).tolist())
[0.25, 0.75]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, PreviousModel, Rows, check_rows, families
from sim.families._mixture import ROUNDING, START_ROWS, Mixture, expectation_maximisation, initial_centres, log_density
from sim.families.gaussian import symmetric_root
from sim.spaces import Space, SpaceKind
from sim.spec import SpecError, knob
from sim.streams import Streams
from sim.tokens import sample_tokens

NUMBERS_PER_MODEL: Final = 50_000
"""Numbers in the covariances of one model: components x columns x columns. A choice: 12 components with 64 columns, and all 32 up to 39."""

NUMBERS_AT_ONCE: Final = 1 << 17
"""Numbers worked on at once (a megabyte), so that they stay in the processor's cache."""

TYPICAL_STEPS: Final = 25
"""Steps that a fit mostly ends within, to judge how long it takes."""

OPERATIONS_A_STEP: Final = 12.0
"""Floating-point operations a row, component and entry of a covariance that one step takes, about."""

FAR: Final = 1e100
"""Farther than this from the training rows, in units of their reach, is as good as this far. Its square is still a number."""

RIDGE: Final = 1e-9
"""What is added to every component's variance in each column, as a share of that column's variance.

So no variance is zero; the standard deviation that it leaves is a share of 0.00003.
"""


@families.register
class Gmm(Family):
    """Several Gaussians side by side, each with its own weight, mean and full covariance.

    Law: every step of expectation maximisation reproduces the mean and total covariance of the training rows, so the
    total variance follows $(1 - 1/n)^t$ under replace; the weights drift like word counts, so modes die one by one, and
    within mode $i$ the variance falls by $1 - 1/(n w_i)$ a generation. Temperature multiplies the component covariances.

    Edges: never more components than rows; rows that are all equal put the components on top of each other; a component
    that nobody belongs to gets weight 0; one that holds a single row has almost no width. Every variance is widened by a
    billionth of the training rows' own, so that none is zero. Steps end when the mean log-likelihood gains less than
    0.001, or after 100.

    Names: Gaussian mixture model, EM.

    References:
        Dempster, Laird & Rubin 1977, JRSS B 39:1. Arthur & Vassilvitskii 2007, SODA (k-means++, here in its greedy form).
        Shumailov et al. 2024, Nature 631:755.
    """

    label: ClassVar[str] = "Mixture of Gaussians"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    kind: Literal["gmm"] = "gmm"
    k: int = knob(2, label="Components", help="How many Gaussians stand side by side.", ge=1, le=32)

    def check(self, space: Space) -> None:
        d = len(space.columns)
        most = max(1, NUMBERS_PER_MODEL // (d * d))
        if self.k > most:
            raise SpecError("family.k", f"at most {most} with {d} columns", str(self.k), "", most)

    def memory_numbers(self, space: Space) -> int:
        return self.k * len(space.columns) ** 2

    def operations(self, space: Space, rows: int, n: int) -> float:
        return OPERATIONS_A_STEP * TYPICAL_STEPS * rows * self.k * (len(space.columns) + 1) ** 2

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedGmm:
        check_rows(rows, 1, "A mixture of Gaussians")
        replicates, m, d = rows.shape
        k = min(self.k, m)
        uniforms = streams.uniform("start", (replicates, k, 2 + int(math.log(k))))
        block = max(1, NUMBERS_AT_ONCE // ((2 * k + 1) * (d + 1)))
        together = max(1, block // m)
        parts = [_fit_block(rows[i : i + together], uniforms[i : i + together], block) for i in range(0, replicates, together)]
        return FittedGmm(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _fit_block(rows: Floats, uniforms: Floats, block: int) -> tuple[Floats, ...]:
    """The fields of `FittedGmm`, in their order, for a block of replicates."""
    x = np.ones((len(rows), rows.shape[2] + 1, rows.shape[1]))
    columns = x[:, :-1]
    columns[:] = rows.transpose(0, 2, 1)
    centre = columns.mean(axis=2, keepdims=True)
    columns -= centre
    scale = np.maximum(columns.max(axis=2, keepdims=True), -columns.min(axis=2, keepdims=True))
    np.divide(columns, scale, out=columns, where=scale > 0)
    ridge = np.maximum(RIDGE / rows.shape[1] * np.einsum("rdm,rdm->rd", columns, columns), ROUNDING)
    few = x[:, :, :: math.ceil(rows.shape[1] / START_ROWS)].copy()
    # k-means goes by distances, so its columns keep their proportions; expectation maximisation minds no scale.
    shape = scale / np.maximum(scale.max(axis=1, keepdims=True), np.finfo(float).tiny)
    few[:, :-1] *= shape
    centres = initial_centres(few, uniforms) / np.where(shape > 0, shape, 1.0).transpose(0, 2, 1)
    found = expectation_maximisation(x, centres, ridge, block)
    return centre.transpose(0, 2, 1), scale.transpose(0, 2, 1), found.weights, found.means, found.covariances


@dataclass(frozen=True, slots=True, eq=False)
class FittedGmm:
    """A mixture per replicate, in units in which its training rows lie around 0 and reach to 1.

    Attributes:
        centre: the mean of the training rows, (replicates, 1, d).
        scale: how far they reach from it in each column, (replicates, 1, d).
        weights: (replicates, k).
        scaled_means: (replicates, k, d), in those units.
        scaled_covariances: (replicates, k, d, d), in those units.
    """

    centre: Floats
    scale: Floats
    weights: Floats
    scaled_means: Floats
    scaled_covariances: Floats

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """A component by its weight, then a row of it with its covariance times temperature."""
        cumulative = self.weights.cumsum(axis=1)
        components = sample_tokens(cumulative, streams.uniform("components", (len(cumulative), n)))[..., 0]
        noise = streams.normal("noise", (len(cumulative), n, self.scale.shape[2]))
        roots = math.sqrt(temperature) * symmetric_root(self.scaled_covariances)
        for r, j in np.ndindex(self.weights.shape):  # measured: faster than every component for every row
            own = np.flatnonzero(components[r] == j)
            noise[r, own] = noise[r].take(own, axis=0) @ roots[r, j] + self.scaled_means[r, j]
        noise *= self.scale
        noise += self.centre
        return noise

    def log_prob(self, rows: Rows) -> Floats:
        """Log-density; minus infinity where a column of the training rows was constant, for then there is none."""
        flat = (self.scale == 0).any(axis=2)
        scale = np.where(self.scale > 0, self.scale, 1.0)
        with np.errstate(over="ignore"):
            inner = np.clip((rows - self.centre) / scale, -FAR, FAR)
        x = np.concatenate([inner, np.ones_like(inner[..., :1])], axis=2).transpose(0, 2, 1)
        joint = log_density(Mixture(self.weights, self.scaled_means, self.scaled_covariances))(x)
        # The largest exponent is taken out, so that no sum is 0.
        top = joint.max(axis=1)
        density = np.log(np.exp(joint - top[:, None]).sum(axis=1)) + top - np.log(scale).sum(axis=2)
        return np.where(flat, -np.inf, density)
