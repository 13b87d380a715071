"""Variational autoencoders: a few latent numbers, a network that reads them from a row, and one that writes the row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, Past, Rows, Score, families, learnable
from sim.families._device import tensor
from sim.families._networks import (
    BATCH,
    Learner,
    Singles,
    Tensor,
    Units,
    cooling,
    forward,
    fresh,
    held,
    minibatches,
    noises,
    one_thread,
    passed,
    size,
    trained_on,
    watched,
    wide,
)
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams

WRITTEN: Final = 64
"""Latent draws behind each row's likelihood."""

WIDEST: Final = 5.0
"""Log-variances of the reader are kept between minus and plus this, by a soft bound."""

LEARNER: Final = "A variational autoencoder"


@families.register
class Vae(Family):
    """Squeezes each row into a few latent numbers and learns to write rows from such numbers.

    Law: maximises E[log N(x; decoder(z), s^2 I)] - beta KL(q(z | x) || N(0, I)), s the decoder noise in data units. Linear
    (width 0), the best decoder W has W W' = (L - beta s^2)_+ on the largest eigenvalues L of the training rows'
    covariance. Drawing the decoder's means, every eigenvalue thus loses beta s^2 a generation, even with infinitely many
    rows: L(t) = (L - t beta s^2)_+. Drawing with the decoder's noise at beta 1 keeps max(L, s^2) where the latent numbers
    suffice. Temperature multiplies the variance of the prior.

    Edges: width 0 takes the optimum from the eigenvectors and trains nothing; constant columns stay constant, but for the
    noise that width 0 draws rows with; rows that spread less than s are all written as their mean. The likelihood of a row
    is a mean over 64 fixed latent draws, which is a rough lower bound where rows are wide; it is exact for width 0.

    Memory: two networks with gradients and moments, and one batch's activations, for each replicate in 32 bits; about 1 MB
    with 64 columns at the default width, beside torch's own 250 to 400 MB.

    Names: VAE, beta-VAE; linear: probabilistic PCA (beta 1).

    References:
        Kingma & Welling 2013, arXiv 1312.6114. Higgins et al. 2017, ICLR (beta). Tipping & Bishop 1999, JRSS B 61:611
        (the linear optimum). Lucas et al. 2019, arXiv 1911.02469 (linear VAEs). Shumailov et al. 2024, Nature 631:755.
    """

    label: ClassVar[str] = "Variational autoencoder"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    offers: ClassVar[frozenset[Score]] = frozenset({"encode"})
    remembers: ClassVar[bool] = True
    portrays: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"generations": 10, "replicates": 4})
    heavy: ClassVar[bool] = True
    kind: Literal["vae"] = "vae"
    latent: int = knob(8, label="Latent size", help="How many numbers a row is squeezed into.", ge=1, le=64)
    width: int = knob(
        128,
        label="Hidden width",
        help="Neurons in the hidden layer of each network. 0 makes both linear, which is solved exactly.",
        ge=0,
        le=256,
    )
    beta: Real = knob(
        1.0,
        label="Beta",
        help="The weight of the pull towards the prior. 1 is the plain model; more blurs rows more.",
        ge=0.01,
        le=20,
        step=0.1,
    )
    noise: Real = knob(
        0.1,
        label="Decoder noise",
        help="The standard deviation, in data units, by which rows may miss what is written.",
        ge=0.01,
        le=3,
        step=0.05,
    )
    draws: Literal["means", "samples"] = knob(
        "means",
        label="Rows drawn",
        help="Means: what the decoder writes, as published code does; every generation is a little smoother. Samples: with its noise.",
    )
    start: Literal["scratch", "warm"] = knob(
        "scratch",
        label="Start",
        help="Scratch: fresh weights in every generation. Warm: go on from the previous model.",
        needs={"width": ()},
    )
    steps: int = knob(
        300,
        label="Training steps",
        help="Steps of training in every generation.",
        ge=1,
        le=5000,
        scale="log",
        unit="steps",
        needs={"width": ()},
    )
    rate: Real = knob(
        0.003,
        label="Learning rate",
        help="How far a training step goes at first; it falls to 0.",
        ge=0.0001,
        le=0.05,
        step=0.001,
        needs={"width": ()},
    )

    def numbers(self, space: Space) -> int:
        d = len(space.columns)
        if not self.width:
            return d * (d + 2 * min(self.latent, d))
        return held(size(self._reader(d)) + size(self._writer(d)), BATCH * (2 * d + 2 * self.width + 3 * self.latent))

    def operations(self, space: Space, rows: int, n: int) -> float:
        d = len(space.columns)
        if not self.width:
            return super().operations(space, rows, n)
        return trained_on(size(self._reader(d)) + size(self._writer(d)), BATCH * self.steps) + 2.0 * n * size(self._writer(d))

    def fit(self, rows: Rows, space: Space, streams: Streams, past: Past | None = None) -> FittedVae | FittedLinear:
        learnable(rows, 1, LEARNER)
        if not self.width:
            return self._linear(rows)
        units = Units.of(rows)
        with one_thread():
            return self._trained(units, units.inner(rows), streams, past.model if past and self.start == "warm" else None)

    def _reader(self, d: int) -> tuple[int, ...]:
        return wide(d, self.width, 2 * self.latent)

    def _writer(self, d: int) -> tuple[int, ...]:
        return wide(self.latent, self.width, d)

    def _trained(self, units: Units, x: Singles, streams: Streams, before: FittedVae | None) -> FittedVae:
        replicates, _, d = x.shape
        reader = Learner(before.reader if before else fresh(self._reader(d), replicates, streams, "reader"), self._reader(d))
        writer = Learner(before.writer if before else fresh(self._writer(d), replicates, streams, "writer"), self._writer(d))
        fit, pull = (tensor(weight.astype(np.float32)) for weight in self._weights(units))
        noise = noises(streams, "latent", (replicates, BATCH, self.latent))
        for step, (batch, z) in enumerate(zip(minibatches(x, self.steps, streams), noise, strict=False)):
            misses, divergence = _terms(reader, writer, batch, z)
            losses = fit * misses + pull * divergence
            watched(step, self.steps, losses, LEARNER)
            rate = cooling(self.rate, step, self.steps)
            Learner.descend(losses, rate, reader, writer)
        return FittedVae(units, reader.numbers(), writer.numbers(), (d, self.width, self.latent), self.noise, self.draws == "samples")

    def _weights(self, units: Units) -> tuple[Floats, Floats]:
        """The weights of squared misses and of the divergence, (replicates,) each; they share one scale, so that none is huge."""
        signal = np.square(np.minimum(units.scale[:, 0, 0], 1e100) / self.noise)
        return 0.5 * signal / (1 + signal), self.beta / (1 + signal)

    def _linear(self, rows: Floats) -> FittedLinear:
        units = Units.of(rows)
        x = (rows - units.centre) * units.varies
        reach = np.maximum(np.abs(x).max(axis=(1, 2), keepdims=True), np.finfo(float).tiny)
        x = x / reach
        values, vectors = np.linalg.eigh(x.transpose(0, 2, 1) @ x / rows.shape[1])
        k = min(self.latent, rows.shape[2])
        values, vectors = values[:, None, ::-1][..., :k], vectors[..., ::-1][..., :k]
        gain = np.sqrt(np.maximum(values * np.square(reach) - self.beta * self.noise**2, 0))
        return FittedLinear(units.centre, vectors, gain, self.beta, self.noise, self.draws == "samples")


def _terms(reader: Learner, writer: Learner, batch: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Squared misses and divergence from the prior, mean over a batch, (replicates,) each."""
    mean, log_variance = forward(reader.net, batch).chunk(2, dim=2)
    log_variance = WIDEST * (log_variance / WIDEST).tanh()
    variance = log_variance.exp()
    written = forward(writer.net, mean + z * variance.sqrt())[..., : batch.shape[2]]
    misses = (written - batch).square().sum(dim=(1, 2))
    divergence = 0.5 * (mean.square() + variance - log_variance - 1).sum(dim=(1, 2))
    return misses / batch.shape[1], divergence / batch.shape[1]


def _log_normal(misses: Floats, noise: float, d: int) -> Floats:
    return -0.5 * misses / noise**2 - d * (math.log(noise) + 0.5 * math.log(2 * math.pi))


@dataclass(frozen=True, slots=True, eq=False)
class FittedVae:
    """Two networks of one hidden layer.

    Attributes:
        units: in which the networks see rows.
        reader: the encoder, (replicates, numbers).
        writer: the decoder, (replicates, numbers).
        shape: columns, hidden width and latent size.
        noise: the standard deviation of the decoder in data units.
        noisy: whether rows are drawn with it.
    """

    units: Units
    reader: Singles
    writer: Singles
    shape: tuple[int, int, int]
    noise: float
    noisy: bool

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """decoder(sqrt(temperature) z), plus noise if rows are drawn with it."""
        d, _, latent = self.shape
        z = streams.normal("latent", (len(self.reader), n, latent)) * math.sqrt(temperature)
        rows = self._written(z.astype(np.float32))
        return rows + self.noise * self.units.varies * streams.normal("noise", (len(self.reader), n, d)) if self.noisy else rows

    def encode(self, rows: Rows) -> Floats:
        """The mean of the latent numbers given rows (replicates, m, d), as (replicates, m, latent)."""
        d, width, latent = self.shape
        codes = passed(self.reader, wide(d, width, 2 * latent), self.units.inner(rows))[..., :latent]
        return codes.astype(np.float64)

    def log_prob(self, rows: Rows) -> Floats:
        """A lower bound, in expectation, on the log-density: log of the mean over fixed latent draws of N(x; decoder(z), noise^2 I)."""
        d, _, latent = self.shape
        z = Streams(0, 0, "vae").normal("likelihood", (1, WRITTEN, latent)).astype(np.float32)
        centres = self._written(np.repeat(z, len(self.reader), axis=0))
        misses = np.stack([np.square(rows - centres[:, i : i + 1]).sum(axis=2) for i in range(WRITTEN)])
        exponents = _log_normal(misses, self.noise, d)
        top = exponents.max(axis=0)
        density: Floats = np.log(np.exp(exponents - top).mean(axis=0)) + top
        return density

    def _written(self, z: Singles) -> Floats:
        d, width, latent = self.shape
        return self.units.outer(passed(self.writer, wide(latent, width, d), z)[..., :d])


@dataclass(frozen=True, slots=True, eq=False)
class FittedLinear:
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
        inside = np.square(along) / variance - np.square(along) / self.noise**2
        density: Floats = _log_normal(np.square(rows - self.centre).sum(axis=2), self.noise, rows.shape[2])
        return density - 0.5 * (inside + np.log(variance / self.noise**2)).sum(axis=2)
