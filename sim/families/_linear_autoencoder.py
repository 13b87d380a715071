"""The linear variational autoencoder, whose optimum is known: probabilistic principal components, with a weight on the prior.

References:
    Tipping & Bishop 1999, JRSS B 61:611. Lucas et al. 2019, arXiv 1911.02469.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.families import Rows
from sim.families._scaling import Scaling
from sim.streams import Streams


def optimal_autoencoder(rows: Floats, latent: int, beta: float, noise: float, *, noisy: bool) -> FittedLinearAutoencoder:
    """The best linear encoder and decoder of training rows (replicates, m, d), from the eigenvectors of their covariance.

    Args:
        rows: training rows.
        latent: the latent size; more than d add nothing.
        beta: the weight of the prior.
        noise: the standard deviation of the decoder.
        noisy: whether rows are drawn with it.
    """
    scaling = Scaling.of(rows)
    x = (rows - scaling.centre) * scaling.varies
    reach = np.maximum(np.abs(x).max(axis=(1, 2), keepdims=True), np.finfo(float).tiny)
    x = x / reach
    # Numbers between -1 and 1, so that the covariance neither overflows nor vanishes.
    values, vectors = np.linalg.eigh(x.transpose(0, 2, 1) @ x / rows.shape[1])
    k = min(latent, rows.shape[2])
    # The largest eigenvalues come last.
    values, vectors = values[:, None, ::-1][..., :k], vectors[..., ::-1][..., :k]
    gain = np.sqrt(np.maximum(values * np.square(reach) - beta * noise**2, 0))
    return FittedLinearAutoencoder(scaling.centre, vectors, gain, beta, noise, noisy)


def log_normal(squares: Floats, noise: float, d: int) -> Floats:
    """The log-density of N(0, noise^2 I) in d columns, at points of these squared lengths."""
    return -0.5 * squares / noise**2 - d * (math.log(noise) + 0.5 * math.log(2 * math.pi))


@dataclass(frozen=True, slots=True, eq=False)
class FittedLinearAutoencoder:
    """The best linear encoder and decoder.

    Attributes:
        centre: the mean of the training rows, (replicates, 1, d).
        axes: orthonormal eigenvectors, (replicates, d, k).
        gain: how far a latent number moves a row along them, (replicates, 1, k); 0 for those that say nothing.
        beta: the weight of the prior.
        noise: the standard deviation of the decoder.
        noisy: whether rows are drawn with it.
    """

    centre: Floats
    axes: Floats
    gain: Floats
    beta: float
    noise: float
    noisy: bool

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """x = centre + sqrt(temperature) W z, plus noise if rows are drawn with it."""
        replicates, d, k = self.axes.shape
        z = streams.normal("latent", (replicates, n, k)) * (math.sqrt(temperature) * self.gain)
        rows = z @ self.axes.transpose(0, 2, 1) + self.centre
        return rows + self.noise * streams.normal("noise", (replicates, n, d)) if self.noisy else rows

    def encode(self, rows: Rows) -> Floats:
        """The posterior mean, W'(x - centre) / (gain^2 + beta noise^2) axis by axis, as (replicates, m, k)."""
        along = (rows - self.centre) @ self.axes
        codes: Floats = along * (self.gain / (np.square(self.gain) + self.beta * self.noise**2))
        return codes

    def log_prob(self, rows: Rows) -> Floats:
        """The log-density of N(centre, W W' + noise^2 I)."""
        along = (rows - self.centre) @ self.axes
        variance = np.square(self.gain) + self.noise**2
        # Along the axes the variance is gain^2 + noise^2, across them noise^2.
        inside = np.square(along) / variance - np.square(along) / self.noise**2
        density: Floats = log_normal(np.square(rows - self.centre).sum(axis=2), self.noise, rows.shape[2])
        return density - 0.5 * (inside + np.log(variance / self.noise**2)).sum(axis=2)
