"""One Gaussian with full covariance: the family whose collapse can be computed on paper.

Two rows, 0 and 2, have the mean 1; their squared distances from it add up to 2, which is divided by 2 or by 1:

>>> rows, space = np.array([[[0.0], [2.0]]]), Space("columns", ("x1",))
>>> model, unbiased = (Gaussian(ddof=ddof).fit(rows, space, Streams(0, 0)) for ddof in (0, 1))
>>> model.mean.item(), round(model.root.item() ** 2, 6), round(unbiased.root.item() ** 2, 6)
(1.0, 1.0, 2.0)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, PreviousModel, Rows, check_rows, families
from sim.spaces import Space, SpaceKind
from sim.spec import knob
from sim.streams import Streams


@families.register
class Gaussian(Family):
    """A normal distribution with the mean and full covariance of its training rows.

    Law: under replace and maximum likelihood (ddof 0) $E[variance of model t] = (1 - 1/n)^t$; with ddof 1 the mean stays
    at 1 for ever while almost every world still shrinks to a point. On a line the mean logarithm of the variance falls by
    about $2/n$ a generation with ddof 0, half of it by the divisor, and by about $1/n$ with ddof 1. Temperature multiplies the
    covariance.

    Edges: rows that are all equal give a point mass, which draws that point for ever; fewer rows than columns give a
    singular covariance, which draws within the span of its rows; ddof 1 needs two rows.

    Names: Gaussian MLE (ddof 0), unbiased Gaussian (ddof 1), functional-expressivity-free case.

    References:
        Shumailov et al. 2024, Nature 631:755, Theorem 3.1 (ddof 1; the released code uses ddof 0).
        Alemohammad et al. 2023, arXiv 2307.01850.
        Kazdan et al. 2024, arXiv 2410.16713 (ddof 0).
    """

    label: ClassVar[str] = "Gaussian"
    unimodal: ClassVar[bool] = True
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    kind: Literal["gaussian"] = "gaussian"
    ddof: Literal[0, 1] = knob(
        0,
        label="Variance divisor",
        help="0 divides by the number of rows (maximum likelihood), 1 by one less (unbiased). Published results differ because of it.",
    )

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedGaussian:
        check_rows(rows, self.ddof + 1, f"A Gaussian with variance divisor {self.ddof}")
        m, d = rows.shape[1:]
        mean = rows.mean(axis=1, keepdims=True)
        centred = rows - mean
        if d == 1:
            variance = np.einsum("rnd,rnd->r", centred, centred)[:, None, None] / (m - self.ddof)
            return FittedGaussian(mean, np.sqrt(variance))
        covariance = centred.transpose(0, 2, 1) @ centred / (m - self.ddof)
        return FittedGaussian(mean, symmetric_root(covariance))


@dataclass(frozen=True, slots=True, eq=False)
class FittedGaussian:
    """A mean (replicates, 1, d) and the symmetric root of a covariance (replicates, d, d)."""

    mean: Floats
    root: Floats

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """x = mean + sqrt(temperature) z root."""
        replicates, _, d = self.mean.shape
        z = streams.normal("rows", (replicates, n, d))
        root = self.root if temperature == 1 else self.root * math.sqrt(temperature)
        z = np.multiply(z, root, out=z) if d == 1 else z @ root
        z += self.mean
        return z

    def log_prob(self, rows: Rows) -> Floats:
        """Log-density; -inf off the span of a singular covariance."""
        d = rows.shape[2]
        values, vectors = np.linalg.eigh(self.root)
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = ((rows - self.mean) @ vectors) / values[:, None, :]
            # Along a direction without spread 0/0 is no distance, and anything else over 0 an infinite one.
            squares = np.where(np.isnan(scaled), 0.0, scaled) ** 2
            log_det = np.log(np.maximum(values, 0)).sum(axis=1)
            density = -0.5 * squares.sum(axis=2) - log_det[:, None] - 0.5 * d * math.log(2 * math.pi)
        return np.where(np.isinf(squares).any(axis=2), -np.inf, density)


def symmetric_root(covariance: Floats) -> Floats:
    """The symmetric square root of covariances (..., d, d).

    It is unique and moves continuously with the covariance, unlike an eigenbasis or a pivoted factor, so that two
    experiments which share their normal draws stay comparable row by row.
    """
    values, vectors = np.linalg.eigh(covariance)
    scaled = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    return scaled @ np.swapaxes(vectors, -1, -2)
