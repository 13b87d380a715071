"""Generative adversarial networks: one network forges rows, another one learns to tell them from real ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, Past, Rows, families, learnable
from sim.families._device import torch_
from sim.families._networks import (
    BATCH,
    Layers,
    Learner,
    Singles,
    Tensor,
    Units,
    Widths,
    forward,
    fresh,
    held,
    minibatches,
    noises,
    one_thread,
    passed,
    seen,
    size,
    trained_on,
    unwaved,
    watched,
    waved,
    wide,
)
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams

LEAK: Final = 0.2
"""The slope of the critic's neurons below 0."""

MOMENTA: Final = (0.5, 0.99)
"""Adam's decay rates: a long first memory makes the two networks chase each other."""

LEARNER: Final = "A GAN"


@families.register
class Gan(Family):
    """A forger and a critic train against each other, until the critic can hardly tell forged rows from training rows.

    Law: the critic D minimises E softplus(-D(x)) + E softplus(D(G(z))) + gamma/2 (E|D'(x)|^2 + E|D'(G(z))|^2), x a training
    row; the generator G minimises E softplus(-D(G(z))), z ~ N(0, I): the non-saturating loss with zero-centred gradient
    penalties on both kinds of rows. Temperature multiplies the variance of z.

    Edges: mode collapse and model collapse are different things. What one training misses, model 1 has lost already, with
    real rows before its eyes: that is mode collapse. What later models lose is model collapse. A GAN has no density, so
    the log-density of any row is minus infinity. Constant columns stay constant; a single row, or rows that are all
    equal, are drawn for ever.

    Memory: two networks with gradients and moments, and one batch's activations, for each replicate in 32 bits; about 1 MB
    with 2 columns and 2 MB with 64, at the default width, beside torch's own 250 to 400 MB.

    Names: GAN; non-saturating loss, R1 and R2 penalties.

    References:
        Goodfellow et al. 2014, arXiv 1406.2661. Mescheder et al. 2018, arXiv 1801.04406 (the penalties). Tancik et al.
        2020, arXiv 2006.10739 (waves of the critic's inputs). Alemohammad et al. 2023, arXiv 2307.01850 (GANs in the loop).
    """

    label: ClassVar[str] = "GAN"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    remembers: ClassVar[bool] = True
    portrays: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"generations": 5, "replicates": 2})
    heavy: ClassVar[bool] = True
    kind: Literal["gan"] = "gan"
    latent: int = knob(2, label="Latent size", help="How many random numbers a row is made from.", ge=1, le=64)
    width: int = knob(
        64, label="Hidden width", help="Neurons in each of the two hidden layers of both networks.", ge=4, le=128, scale="log"
    )
    penalty: Real = knob(
        0.02, label="Gradient penalty", help="How smooth the critic must be. 0 lets the two chase each other.", ge=0, le=10, step=0.01
    )
    start: Literal["scratch", "warm"] = knob(
        "scratch", label="Start", help="Scratch: fresh weights in every generation. Warm: both networks go on from the previous generation."
    )
    steps: int = knob(
        1000, label="Training steps", help="Steps of both networks in every generation.", ge=1, le=5000, scale="log", unit="steps"
    )
    rate: Real = knob(
        0.01,
        label="Learning rate",
        help="How far a training step goes in the first half of training; then it falls to 0.",
        ge=0.0001,
        le=0.05,
        step=0.001,
    )

    def numbers(self, space: Space) -> int:
        d = len(space.columns)
        networks = size(self._forger(d)) + size(self._critic(d))
        return held(networks, 2 * BATCH * (seen(d) + d + 3 * self.width + self.latent))

    def operations(self, space: Space, rows: int, n: int) -> float:
        d = len(space.columns)
        forger, critic = size(self._forger(d)), size(self._critic(d))
        return trained_on(2 * forger + 4 * critic, BATCH * self.steps) + 2.0 * n * forger

    def fit(self, rows: Rows, space: Space, streams: Streams, past: Past | None = None) -> FittedGan:
        learnable(rows, 1, LEARNER)
        units = Units.of(rows)
        with one_thread():
            networks = self._trained(units.inner(rows), streams, past.model if past and self.start == "warm" else None)
        return FittedGan(units, *networks, self.latent, self.width)

    def _forger(self, d: int) -> Widths:
        return wide(self.latent, self.width, self.width, d)

    def _critic(self, d: int) -> Widths:
        return wide(seen(d), self.width, self.width, 1)

    def _trained(self, x: Singles, streams: Streams, before: FittedGan | None) -> tuple[Singles, Singles]:
        replicates, _, d = x.shape
        made = (self._forger(d), "forger"), (self._critic(d), "critic")
        flats = (before.forger, before.critic) if before else [fresh(widths, replicates, streams, name) for widths, name in made]
        forger, critic = (Learner(flat, widths, MOMENTA) for flat, (widths, _) in zip(flats, made, strict=True))
        shape = (replicates, BATCH, self.latent)
        noise = zip(noises(streams, "critic's latent", shape), noises(streams, "forger's latent", shape), strict=True)
        for step, (real, (z, other)) in enumerate(zip(minibatches(x, self.steps, streams), noise, strict=False)):
            rate = self.rate * min(1.0, 2 * (1 - step / self.steps))
            losses = _critical(critic.net, real, forward(forger.net, z)[..., :d].detach(), self.penalty)
            watched(step, self.steps, losses, LEARNER)
            Learner.descend(losses, rate, critic)
            Learner.descend(_forged(critic.net, forward(forger.net, other)[..., :d]), rate, forger)
        return forger.numbers(), critic.numbers()


def _critical(net: Layers, real: Tensor, forged: Tensor, penalty: float) -> Tensor:
    """The critic's losses, (replicates,)."""
    torch = torch_()
    verdict, steepness = _judged(net, torch.concatenate([real, forged], 1))
    on_real, on_forged = verdict.chunk(2, dim=1)
    softplus = torch.nn.functional.softplus
    return softplus(-on_real).mean(dim=1) + softplus(on_forged).mean(dim=1) + penalty * steepness.mean(dim=1)


def _forged(net: Layers, forged: Tensor) -> Tensor:
    """The generator's losses, (replicates,)."""
    functional = torch_().nn.functional
    h = waved(forged)
    for weights, bias in net[:-1]:
        h = functional.leaky_relu(torch_().baddbmm(bias, h, weights), LEAK)
    return functional.softplus(-torch_().baddbmm(net[-1][1], h, net[-1][0])[..., 0]).mean(dim=1)


def _judged(net: Layers, rows: Tensor) -> tuple[Tensor, Tensor]:
    """The critic's verdict on rows and the square of its slope there, (replicates, m) each.

    The slope of a piecewise linear network is a product of its weights, so that no second derivative is needed.
    """
    torch, leak = torch_(), torch_().nn.functional.leaky_relu
    (one, bias_one), (two, bias_two), (three, bias_three) = net
    seen_rows = waved(rows)
    first = torch.baddbmm(bias_one, seen_rows, one)
    second = torch.baddbmm(bias_two, leak(first, LEAK), two)
    verdict = torch.baddbmm(bias_three, leak(second, LEAK), three)[..., 0]
    back = torch.bmm(_gates(second) * three[..., :1].transpose(1, 2), two.transpose(1, 2))
    slope = unwaved(torch.bmm(_gates(first) * back, one.transpose(1, 2)), seen_rows, rows.shape[2])
    return verdict, slope.square().sum(dim=2)


def _gates(before: Tensor) -> Tensor:
    return torch_().where(before.detach() > 0, 1.0, LEAK)


@dataclass(frozen=True, slots=True, eq=False)
class FittedGan:
    """A generator per replicate, with the critic for a warm start.

    Attributes:
        units: in which the networks see rows.
        forger: the generator, (replicates, numbers).
        critic: the discriminator, (replicates, numbers).
        latent: the latent size.
        width: of the hidden layers.
    """

    units: Units
    forger: Singles
    critic: Singles
    latent: int
    width: int

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """generator(sqrt(temperature) z)."""
        replicates, _, d = self.units.centre.shape
        z = streams.normal("latent", (replicates, n, self.latent)) * math.sqrt(temperature)
        return self.units.outer(passed(self.forger, wide(self.latent, self.width, self.width, d), z.astype(np.float32))[..., :d])

    def log_prob(self, rows: Rows) -> Floats:
        """Minus infinity: what a GAN draws lies on a folded sheet, which has no density."""
        return np.full(rows.shape[:2], -np.inf)
