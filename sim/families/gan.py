"""Generative adversarial networks: a generator makes rows, a discriminator learns to tell them from real ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, PreviousModel, Rows, check_rows, families
from sim.families._adam import Adam
from sim.families._device import import_torch, own_torch
from sim.families._fourier import fourier_features, fourier_gradient, fourier_width
from sim.families._mlp import Floats32, Layers, Tensor, Widths, forward, layer_widths, outputs, parameter_count
from sim.families._scaling import Scaling
from sim.families._training import (
    BATCH,
    Start,
    check_finite,
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

NEGATIVE_SLOPE: Final = 0.2
"""The slope of the discriminator's leaky rectified units below 0; the usual one of GANs (Radford et al. 2015, arXiv 1511.06434)."""

ADAM_BETAS: Final = (0.5, 0.99)
"""Adam's decay rates: a long first memory makes the two networks chase each other."""

GENERATOR: Final = "forger"
DISCRIMINATOR: Final = "critic"
"""The purposes of the two networks' random streams; other words would be other numbers."""

MODEL: Final = "A GAN"
"""Who could not be fitted, as the beginning of a sentence."""


@families.register
class Gan(Family):
    """A generator and a discriminator train against each other, until the second can hardly tell drawn rows from training rows.

    Law: the discriminator $D$ minimises $E[softplus(-D(x))] + E[softplus(D(G(z)))] + gamma/2 (E[|D'(x)|^2] + E[|D'(G(z))|^2])$,
    $x$ a training row; the generator $G$ minimises $E[softplus(-D(G(z)))]$, $z ~ N(0, I)$: the non-saturating loss with
    zero-centred gradient penalties on both kinds of rows. Temperature multiplies the variance of $z$.

    Edges: mode collapse and model collapse are different things. What one training misses, model 1 has lost already, with
    real rows before its eyes: that is mode collapse. What later models lose is model collapse. A GAN has no density, so
    the log-density of any row is minus infinity. Constant columns stay constant; a single row, or rows that are all
    equal, are drawn for ever.

    Memory: two networks with gradients and moments, and one batch's activations, for each replicate in 32 bits; about 1 MB
    with 2 columns and 2 MB with 64, at the default width, beside torch's own 250 to 400 MB.

    Names: GAN; non-saturating loss, R1 and R2 penalties.

    References:
        Goodfellow et al. 2014, arXiv 1406.2661. Mescheder et al. 2018, arXiv 1801.04406 (the penalties). Tancik et al.
        2020, arXiv 2006.10739 (waves of the discriminator's inputs). Alemohammad et al. 2023, arXiv 2307.01850 (GANs in the loop).
    """

    label: ClassVar[str] = "GAN"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    remembers: ClassVar[bool] = True
    has_latent: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"generations": 5, "replicates": 2})
    heavy: ClassVar[bool] = True
    kind: Literal["gan"] = "gan"
    latent: int = knob(2, label="Latent size", help="How many random numbers a row is made from.", ge=1, le=64)
    width: int = knob(
        64, label="Hidden width", help="Neurons in each of the two hidden layers of both networks.", ge=4, le=128, scale="log"
    )
    penalty: Real = knob(
        0.02,
        label="Gradient penalty",
        help="How smooth the discriminator must be. 0 lets the two chase each other.",
        ge=0,
        le=10,
        step=0.01,
    )
    start: Start = start_knob("Scratch: fresh weights in every generation. Warm: both networks go on from the previous generation.")
    steps: int = steps_knob(1000, "Steps of both networks in every generation.")
    rate: Real = rate_knob(0.01, "How far a training step goes in the first half of training; then it falls to 0.")

    def memory_numbers(self, space: Space) -> int:
        d = len(space.columns)
        weights = parameter_count(self._generator(d)) + parameter_count(self._discriminator(d))
        return training_memory(weights, 2 * BATCH * (fourier_width(d) + d + 3 * self.width + self.latent))

    def operations(self, space: Space, rows: int, n: int) -> float:
        d = len(space.columns)
        generator, discriminator = parameter_count(self._generator(d)), parameter_count(self._discriminator(d))
        # A step makes two batches of rows; the discriminator sees both and one of real rows, and its gradient costs one more.
        return training_operations(2 * generator + 4 * discriminator, BATCH * self.steps) + 2.0 * n * generator

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedGan:
        check_rows(rows, 1, MODEL)
        scaling = Scaling.of(rows)
        with own_torch():
            networks = self._train(scaling.scaled(rows), streams, previous.model if previous and self.start == "warm" else None)
        return FittedGan(scaling, *networks, self.latent, self.width)

    def _generator(self, d: int) -> Widths:
        return layer_widths(self.latent, self.width, self.width, d)

    def _discriminator(self, d: int) -> Widths:
        return layer_widths(fourier_width(d), self.width, self.width, 1)

    def _train(self, x: Floats32, streams: Streams, before: FittedGan | None) -> tuple[Floats32, Floats32]:
        replicates, _, d = x.shape
        generator = Adam.begin(before.generator if before else None, self._generator(d), replicates, streams, GENERATOR, ADAM_BETAS)
        discriminator = Adam.begin(
            before.discriminator if before else None, self._discriminator(d), replicates, streams, DISCRIMINATOR, ADAM_BETAS
        )
        shape = (replicates, BATCH, self.latent)
        noise = zip(*(normal_batches(streams, f"{purpose}'s latent", shape) for purpose in (DISCRIMINATOR, GENERATOR)), strict=True)
        for step, (real, (z, other)) in enumerate(zip(minibatches(x, self.steps, streams), noise, strict=False)):
            # Constant for the first half, then along a line to 0.
            rate = self.rate * min(1.0, 2 * (1 - step / self.steps))
            losses = _discriminator_losses(discriminator.net, real, forward(generator.net, z)[..., :d].detach(), self.penalty)
            check_finite(step, self.steps, losses, MODEL)
            Adam.descend(losses, rate, discriminator)
            Adam.descend(_generator_losses(discriminator.net, forward(generator.net, other)[..., :d]), rate, generator)
        return generator.weights(), discriminator.weights()


def _discriminator_losses(net: Layers, real: Tensor, generated: Tensor, penalty: float) -> Tensor:
    """The discriminator's losses, (replicates,)."""
    torch = import_torch()
    logits, squared_slopes = _logits_and_slopes(net, torch.concatenate([real, generated], 1))
    on_real, on_generated = logits.chunk(2, dim=1)
    softplus = torch.nn.functional.softplus
    # The mean over both kinds of rows is half the sum of the two penalties, as gamma / 2 asks.
    return softplus(-on_real).mean(dim=1) + softplus(on_generated).mean(dim=1) + penalty * squared_slopes.mean(dim=1)


def _generator_losses(net: Layers, generated: Tensor) -> Tensor:
    """The generator's losses, (replicates,)."""
    functional = import_torch().nn.functional
    h = fourier_features(generated)
    for weights, bias in net[:-1]:
        h = functional.leaky_relu(import_torch().baddbmm(bias, h, weights), NEGATIVE_SLOPE)
    return functional.softplus(-import_torch().baddbmm(net[-1][1], h, net[-1][0])[..., 0]).mean(dim=1)


def _logits_and_slopes(net: Layers, rows: Tensor) -> tuple[Tensor, Tensor]:
    """The discriminator's logits of rows and the squared length of its gradient there, (replicates, m) each.

    The gradient of a piecewise linear network is a product of its weights, so that no second derivative is needed.
    """
    torch, leaky_relu = import_torch(), import_torch().nn.functional.leaky_relu
    (one, bias_one), (two, bias_two), (three, bias_three) = net
    features = fourier_features(rows)
    first = torch.baddbmm(bias_one, features, one)
    second = torch.baddbmm(bias_two, leaky_relu(first, NEGATIVE_SLOPE), two)
    logits = torch.baddbmm(bias_three, leaky_relu(second, NEGATIVE_SLOPE), three)[..., 0]
    back = torch.bmm(_derivative(second) * three[..., :1].transpose(1, 2), two.transpose(1, 2))
    gradient = fourier_gradient(torch.bmm(_derivative(first) * back, one.transpose(1, 2)), features, rows.shape[2])
    return logits, gradient.square().sum(dim=2)


def _derivative(before: Tensor) -> Tensor:
    """The slope of the leaky rectified units at what comes into them."""
    return import_torch().where(before.detach() > 0, 1.0, NEGATIVE_SLOPE)


@dataclass(frozen=True, slots=True, eq=False)
class FittedGan:
    """A generator per replicate, with the discriminator for a warm start.

    Attributes:
        scaling: the units in which the networks see rows.
        generator: (replicates, weights).
        discriminator: (replicates, weights).
        latent: the latent size.
        width: of the hidden layers.
    """

    scaling: Scaling
    generator: Floats32
    discriminator: Floats32
    latent: int
    width: int

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """generator(sqrt(temperature) z)."""
        replicates, _, d = self.scaling.centre.shape
        z = streams.normal("latent", (replicates, n, self.latent)) * math.sqrt(temperature)
        widths = layer_widths(self.latent, self.width, self.width, d)
        return self.scaling.unscaled(outputs(self.generator, widths, z.astype(np.float32))[..., :d])

    def log_prob(self, rows: Rows) -> Floats:
        """Minus infinity: what a GAN draws lies on a folded sheet, which has no density."""
        return np.full(rows.shape[:2], -np.inf)
