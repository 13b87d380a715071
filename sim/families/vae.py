"""Variational autoencoders: a few latent numbers, an encoder that finds them for a row, and a decoder that makes the row.

The linear one on two rows, -2 and 2: their variance is 4, decoder noise 1 takes 1 of it, and 3 are drawn.

>>> rows, space = np.array([[[-2.0], [2.0]]]), Space("columns", ("x1",))
>>> model = Vae(width=0, noise=1.0).fit(rows, space, Streams(0, 0))
>>> round(model.gain.item() ** 2, 6)
3.0
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Capability, Family, PreviousModel, Rows, check_rows, families
from sim.families._adam import Adam
from sim.families._device import own_torch, tensor
from sim.families._linear_autoencoder import FittedLinearAutoencoder, log_normal, optimal_autoencoder
from sim.families._mlp import Floats32, Tensor, Widths, forward, layer_widths, outputs, parameter_count
from sim.families._scaling import Scaling
from sim.families._training import (
    BATCH,
    Start,
    check_finite,
    cosine_decay,
    minibatches,
    normal_batches,
    rate_knob,
    start_knob,
    steps_knob,
    training_memory,
    training_operations,
)
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams

LIKELIHOOD_DRAWS: Final = 64
"""Latent draws behind each row's likelihood. A choice: more would be a closer bound, and dearer in proportion."""

LARGEST_LOG_VARIANCE: Final = 5.0
"""Log-variances of the encoder are kept between minus and plus this, by a soft bound.

Standard deviations then lie between 0.08 and 12, where the prior has 1.
"""

FARTHEST_SCALE: Final = 1e100
"""Rows that reach farther than this are weighed as if they reached this far, so that squares stay finite."""

ENCODER: Final = "reader"
DECODER: Final = "writer"
"""The purposes of the two networks' random streams; other words would be other numbers."""

MODEL: Final = "A variational autoencoder"
"""Who could not be fitted, as the beginning of a sentence."""


@families.register
class Vae(Family):
    """Squeezes each row into a few latent numbers and learns to write rows from such numbers.

    Law: maximises $E[log N(x; decoder(z), s^2 I)] - beta KL(q(z | x) || N(0, I))$, $s$ the decoder noise in data units. Linear
    (width 0), the best decoder $W$ has $W W' = (L - beta s^2)_+$ on the largest eigenvalues $L$ of the training rows'
    covariance. Drawing the decoder's means, every eigenvalue thus loses $beta s^2$ a generation, even with infinitely many
    rows: $L(t) = (L - t beta s^2)_+$. Drawing with the decoder's noise at beta 1 keeps $max(L, s^2)$ where the latent numbers
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
    offers: ClassVar[frozenset[Capability]] = frozenset({"encode"})
    remembers: ClassVar[bool] = True
    has_latent: ClassVar[bool] = True
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
    start: Start = start_knob(needs={"width": ()})
    steps: int = steps_knob(300, needs={"width": ()})
    rate: Real = rate_knob(0.003, needs={"width": ()})

    def memory_numbers(self, space: Space) -> int:
        d = len(space.columns)
        if not self.width:
            return d * (d + 2 * min(self.latent, d))
        weights = parameter_count(self._encoder(d)) + parameter_count(self._decoder(d))
        return training_memory(weights, BATCH * (2 * d + 2 * self.width + 3 * self.latent))

    def operations(self, space: Space, rows: int, n: int) -> float:
        d = len(space.columns)
        if not self.width:
            return super().operations(space, rows, n)
        encoder, decoder = parameter_count(self._encoder(d)), parameter_count(self._decoder(d))
        return training_operations(encoder + decoder, BATCH * self.steps) + 2.0 * n * decoder

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedVae | FittedLinearAutoencoder:
        check_rows(rows, 1, MODEL)
        if not self.width:
            return optimal_autoencoder(rows, self.latent, self.beta, self.noise, noisy=self.draws == "samples")
        scaling = Scaling.of(rows)
        with own_torch():
            return self._train(scaling, scaling.scaled(rows), streams, previous.model if previous and self.start == "warm" else None)

    def _encoder(self, d: int) -> Widths:
        return layer_widths(d, self.width, 2 * self.latent)

    def _decoder(self, d: int) -> Widths:
        return layer_widths(self.latent, self.width, d)

    def _train(self, scaling: Scaling, x: Floats32, streams: Streams, before: FittedVae | None) -> FittedVae:
        replicates, _, d = x.shape
        encoder = Adam.begin(before.encoder if before else None, self._encoder(d), replicates, streams, ENCODER)
        decoder = Adam.begin(before.decoder if before else None, self._decoder(d), replicates, streams, DECODER)
        error_weight, divergence_weight = (tensor(weight.astype(np.float32)) for weight in self._loss_weights(scaling))
        noise = normal_batches(streams, "latent", (replicates, BATCH, self.latent))
        for step, (batch, z) in enumerate(zip(minibatches(x, self.steps, streams), noise, strict=False)):
            squared_error, divergence = _loss_terms(encoder, decoder, batch, z)
            losses = error_weight * squared_error + divergence_weight * divergence
            check_finite(step, self.steps, losses, MODEL)
            Adam.descend(losses, cosine_decay(self.rate, step, self.steps), encoder, decoder)
        return FittedVae(scaling, encoder.weights(), decoder.weights(), (d, self.width, self.latent), self.noise, self.draws == "samples")

    def _loss_weights(self, scaling: Scaling) -> tuple[Floats, Floats]:
        """The weights of squared error and divergence, (replicates,) each: 1/(2 noise^2) and beta, on one scale, so that none is huge."""
        signal = np.square(np.minimum(scaling.scale[:, 0, 0], FARTHEST_SCALE) / self.noise)
        return 0.5 * signal / (1 + signal), self.beta / (1 + signal)


def _loss_terms(encoder: Adam, decoder: Adam, batch: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Squared error of the reconstruction and divergence from the prior, mean over a batch, (replicates,) each."""
    mean, log_variance = forward(encoder.net, batch).chunk(2, dim=2)
    log_variance = LARGEST_LOG_VARIANCE * (log_variance / LARGEST_LOG_VARIANCE).tanh()
    variance = log_variance.exp()
    decoded = forward(decoder.net, mean + z * variance.sqrt())[..., : batch.shape[2]]
    squared_error = (decoded - batch).square().sum(dim=(1, 2))
    divergence = 0.5 * (mean.square() + variance - log_variance - 1).sum(dim=(1, 2))
    return squared_error / batch.shape[1], divergence / batch.shape[1]


@dataclass(frozen=True, slots=True, eq=False)
class FittedVae:
    """Two networks of one hidden layer.

    Attributes:
        scaling: the units in which the networks see rows.
        encoder: (replicates, weights).
        decoder: (replicates, weights).
        shape: columns, hidden width and latent size.
        noise: the standard deviation of the decoder in data units.
        noisy: whether rows are drawn with it.
    """

    scaling: Scaling
    encoder: Floats32
    decoder: Floats32
    shape: tuple[int, int, int]
    noise: float
    noisy: bool

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """decoder(sqrt(temperature) z), plus noise if rows are drawn with it."""
        d, _, latent = self.shape
        z = streams.normal("latent", (len(self.encoder), n, latent)) * math.sqrt(temperature)
        rows = self._decode(z.astype(np.float32))
        return rows + self.noise * self.scaling.varies * streams.normal("noise", (len(self.encoder), n, d)) if self.noisy else rows

    def encode(self, rows: Rows) -> Floats:
        """The mean of the latent numbers given rows (replicates, m, d), as (replicates, m, latent)."""
        d, width, latent = self.shape
        codes = outputs(self.encoder, layer_widths(d, width, 2 * latent), self.scaling.scaled(rows))[..., :latent]
        return codes.astype(np.float64)

    def log_prob(self, rows: Rows) -> Floats:
        """A lower bound, in expectation, on the log-density: log of the mean over fixed latent draws of N(x; decoder(z), noise^2 I)."""
        d, _, latent = self.shape
        # The same draws for every row and model, so that likelihoods can be compared.
        z = Streams(0, 0, "vae").normal("likelihood", (1, LIKELIHOOD_DRAWS, latent)).astype(np.float32)
        centres = self._decode(np.repeat(z, len(self.encoder), axis=0))
        squares = np.stack([np.square(rows - centres[:, i : i + 1]).sum(axis=2) for i in range(LIKELIHOOD_DRAWS)])
        exponents = log_normal(squares, self.noise, d)
        # The largest exponent is taken out, so that no sum is 0.
        top = exponents.max(axis=0)
        density: Floats = np.log(np.exp(exponents - top).mean(axis=0)) + top
        return density

    def _decode(self, z: Floats32) -> Floats:
        d, width, latent = self.shape
        return self.scaling.unscaled(outputs(self.decoder, layer_widths(latent, width, d), z)[..., :d])
