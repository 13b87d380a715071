"""Gaussian mixtures of many replicates at once: their densities, and expectation maximisation.

Rows lie along the last, contiguous axis, with a line of ones below their columns: x is (replicates, d + 1, m). So one
matrix product centres and whitens rows, and another one sums up sizes, means and squares. Responsibilities are
(replicates, k, m).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats

TOLERANCE: Final = 1e-3
"""The gain in mean log-likelihood below which a replicate has converged; scikit-learn's default."""

MAX_STEPS: Final = 100
"""Steps of expectation maximisation at most; scikit-learn's default."""

LLOYD_STEPS: Final = 8
"""Steps of k-means before expectation maximisation takes over.

A choice: a start need not be good to the last row, for expectation maximisation goes on from it.
"""

START_ROWS: Final = 20_000
"""Rows that the start looks at; of more, evenly spaced ones. A choice: 625 for each of 32 components, the most there are."""

EMPTY: Final = 1e-100
"""A component that holds a smaller share of the rows is empty, and stays so."""

LOG_OF_NOTHING: Final = -1e300
"""What stands for the logarithm of 0, so that differences of it stay numbers."""

ROUNDING: Final = 1e-14
"""Variances below this are rounding error, for numbers between -1 and 1: 45 times the spacing of numbers at 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Weights (replicates, k), means (replicates, k, d) and covariances (replicates, k, d, d)."""

    weights: Floats
    means: Floats
    covariances: Floats

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Mixture:
        """The mixtures of some replicates, as copies."""
        return Mixture(self.weights[chosen], self.means[chosen], self.covariances[chosen])

    def put(self, chosen: NDArray[np.intp], other: Mixture) -> None:
        """Writes other mixtures in the place of some replicates'."""
        self.weights[chosen], self.means[chosen], self.covariances[chosen] = other.weights, other.means, other.covariances


EStep = Callable[[Floats], tuple[Floats, Floats]]
"""From rows to responsibilities, (replicates, k, m), and the rows' summed log-likelihood, (replicates,)."""


def expectation_maximisation(x: Floats, centres: Floats, ridge: Floats, block: int) -> Mixture:
    """The mixtures that rows converge to from k-means centres; a replicate that has converged takes no more steps.

    Args:
        x: rows with numbers from -1 to 1, (replicates, d + 1, m).
        centres: (replicates, k, d).
        ridge: added to the variance of each column in every component, (replicates, d); at least `ROUNDING`.
        block: rows looked at together.
    """
    mixture, _ = m_step(x, hard_assignment(centres), ridge, block)
    found, going = mixture.of(np.arange(len(x))), np.arange(len(x))
    # No likelihood is known yet, so no replicate converges at its first step.
    before = np.full(len(x), -np.inf)
    for _ in range(MAX_STEPS):
        mixture, likelihood = m_step(x, responsibilities(mixture), ridge, block)
        found.put(going, mixture)
        moving = np.abs(likelihood - before) >= TOLERANCE
        if not moving.any():
            break
        before = likelihood
        if not moving.all():
            going, x, ridge, before, mixture = going[moving], x[moving], ridge[moving], before[moving], mixture.of(moving)
    return found


def m_step(x: Floats, e_step: EStep, ridge: Floats, block: int) -> tuple[Mixture, Floats]:
    """The likeliest mixture, given the responsibilities, and the mean log-likelihood of the mixture that these come from."""
    replicates, width, m = x.shape
    parts = [_sufficient_statistics(x[:, :, i : i + block], e_step) for i in range(0, m, block)]
    sums, likelihood = reduce(lambda one, other: (one[0] + other[0], one[1] + other[1]), parts)
    # The last row of each matrix belongs to the line of ones: it holds the sum of the rows and, at its end, their number.
    sums = sums.reshape(replicates, -1, width, width)
    sizes = sums[..., -1, -1].copy()
    # An empty component gets mean 0 instead of 0/0; its weight of 0 keeps it out of every density.
    sums *= np.divide(1.0, sizes, out=np.zeros_like(sizes), where=sizes > m * EMPTY)[..., None, None]
    means = sums[..., -1, :-1]
    covariances = sums[..., :-1, :-1] - means[..., :, None] * means[..., None, :]
    covariances += ridge[:, None, :, None] * np.eye(width - 1)
    return Mixture(sizes / m, means, covariances), likelihood / m


def _sufficient_statistics(rows: Floats, e_step: EStep) -> tuple[Floats, Floats]:
    """Sizes, sums and sums of squares of every component, (replicates, k (d + 1), d + 1), and the summed log-likelihood."""
    responsibility, likelihood = e_step(rows)
    weighted = responsibility[:, :, None] * rows[:, None]
    weighted = weighted.reshape(len(rows), -1, rows.shape[2])
    return weighted @ rows.transpose(0, 2, 1), likelihood


def hard_assignment(centres: Floats) -> EStep:
    """Each row belongs to its nearest centre; equally near ones share it."""
    lines = np.concatenate([centres, -0.5 * np.square(centres).sum(axis=2, keepdims=True)], axis=2)

    def e_step(rows: Floats) -> tuple[Floats, Floats]:
        closeness = lines @ rows
        own = (closeness == closeness.max(axis=1, keepdims=True)).astype(np.float64)
        own /= own.sum(axis=1, keepdims=True)
        return own, np.zeros(len(rows))

    return e_step


def responsibilities(mixture: Mixture) -> EStep:
    """Each component's part of the mixture's density at a row."""
    density = log_density(mixture)

    def e_step(rows: Floats) -> tuple[Floats, Floats]:
        joint = density(rows)
        top = joint.max(axis=1, keepdims=True)
        joint -= top
        np.exp(joint, out=joint)
        total = joint.sum(axis=1, keepdims=True)
        joint /= total
        return joint, (np.log(total) + top).sum(axis=(1, 2))

    return e_step


def log_density(mixture: Mixture) -> Callable[[Floats], Floats]:
    """From rows (replicates, d + 1, m) to log(weight x density) of every component, (replicates, k, m)."""
    replicates, k, d = mixture.means.shape
    inverse, log_root = _whitening(mixture.covariances)
    shift = inverse @ -mixture.means[..., None]
    # With the root of 1/2 inside, the squared length is half the Mahalanobis distance, as the exponent needs it.
    whiten = math.sqrt(0.5) * np.concatenate([inverse, shift], axis=3).reshape(replicates, k * d, d + 1)
    weights = np.log(mixture.weights, out=np.full((replicates, k), LOG_OF_NOTHING), where=mixture.weights > EMPTY)
    peaks = weights - log_root - 0.5 * d * math.log(2 * math.pi)

    def density(rows: Floats) -> Floats:
        z = whiten @ rows
        np.square(z, out=z)
        squares = z if d == 1 else z.reshape(replicates, k, d, -1).sum(axis=2)
        return np.subtract(peaks[..., None], squares, out=squares)

    return density


def _whitening(covariances: Floats) -> tuple[Floats, Floats]:
    """The inverse of each Cholesky factor (..., d, d), column by column in all of them, and the log of its determinant."""
    lower, inverse = np.zeros_like(covariances), np.zeros_like(covariances)
    pivots = np.empty(covariances.shape[:-1])
    for j in range(covariances.shape[-1]):
        known = lower[..., j:, :j] @ lower[..., j, :j, None]
        column = covariances[..., j:, j] - known[..., 0]
        # Rounding may take a pivot below 0, where it has no root.
        pivots[..., j] = np.sqrt(np.maximum(column[..., 0], ROUNDING))
        lower[..., j:, j] = column / pivots[..., j, None]
        inverse[..., j, :j] = -(lower[..., j, None, :j] @ inverse[..., :j, :j])[..., 0, :] / pivots[..., j, None]
        inverse[..., j, j] = 1 / pivots[..., j]
    return inverse, np.log(pivots).sum(axis=-1)


def initial_centres(x: Floats, uniforms: Floats) -> Floats:
    """Centres by greedy k-means++ and a few steps of k-means, (replicates, k, d).

    Args:
        x: rows, (replicates, d + 1, m).
        uniforms: in [0, 1), (replicates, k, candidates): of the candidates for a centre the best one is taken.
    """
    points, replicate = x[:, :-1], np.arange(len(x))[:, None]
    norms = np.square(points).sum(axis=1, keepdims=True)
    # Every row is as likely as any other to be the first centre; later ones by their squared distance to the nearest centre.
    closest = np.ones((len(x), x.shape[2]))
    chosen: list[Floats] = []
    for drawn in uniforms.transpose(1, 2, 0):
        ends = closest.cumsum(axis=1)
        # How many running sums lie below a number is the row that it picks.
        picks = np.stack([(ends <= u[:, None] * ends[:, -1:]).sum(axis=1) for u in drawn], axis=1)
        candidates = points[replicate, :, np.minimum(picks, x.shape[2] - 1)]
        squares = norms - 2 * candidates @ points + np.square(candidates).sum(axis=2, keepdims=True)
        np.clip(squares, 0.0, closest[:, None] if chosen else None, out=squares)
        best = squares.sum(axis=2).argmin(axis=1)[:, None]
        chosen.append(candidates[replicate, best])
        closest = squares[replicate, best][:, 0]
    return _lloyd(x, np.concatenate(chosen, axis=1))


def _lloyd(x: Floats, centres: Floats) -> Floats:
    """Centres after a few steps of k-means; one without rows stays where it is."""
    for _ in range(LLOYD_STEPS):
        own, _ = hard_assignment(centres)(x)
        sums = own @ x.transpose(0, 2, 1)
        sizes = sums[..., -1:]
        moved = np.divide(sums[..., :-1], sizes, out=centres.copy(), where=sizes > 0)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres
