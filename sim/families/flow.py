"""Flow matching: rows of noise are carried along a learned field of velocities until they are data."""

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
from sim.families._device import import_torch, own_torch, tensor
from sim.families._fourier import fourier_features, fourier_gradient, fourier_width
from sim.families._mlp import Floats32, Widths, forward, layer_widths, layers, outputs, parameter_count
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

TIME_FEATURES: Final = 5
"""Numbers that tell the network the time: t, and the sines and cosines of one and two turns of it."""

ODE_STEPS: Final = 16
"""Midpoint steps from noise to data. A choice: more would follow the field more closely and make drawing dearer in proportion."""

ADAM_BETAS: Final = (0.9, 0.99)
"""Adam's decay rates, the second for a shorter memory than is usual.

The usual 0.999 remembers a thousand steps, and the usual training has 1,500.
"""

MODEL: Final = "A flow"
"""Who could not be fitted, as the beginning of a sentence."""


@families.register
class Flow(Family):
    """Learns which way points must move so that a cloud of noise turns into the training rows.

    Law: with $x_0 ~ N(0, I)$, $x_1$ a training row and $t$ uniform, the network $v$ minimises
    $E[|v((1 - t) x_0 + t x_1, t) - (x_1 - x_0)|^2]$; a row drawn is $x$ at $t = 1$ of $d x/d t = v(x, t)$ from $x_0$, by 16 midpoint
    steps. Temperature multiplies the variance of $x_0$.

    Edges: constant columns stay constant; a single row, or rows that are all equal, are drawn for ever. The density is
    that of the same 16 steps to second order, and minus infinity where a column is constant. Every fit leaves a little
    dust between separate modes.

    Memory: a network with gradients and moments, and one batch's activations, for each replicate in 32 bits; about 1 MB
    with 2 columns and 2 MB with 64, at the default width, beside torch's own 250 to 400 MB.

    Names: flow matching, rectified flow (its first round), conditional flow matching, stochastic interpolant.

    References:
        Lipman et al. 2022, arXiv 2210.02747. Liu et al. 2022, arXiv 2209.03003 (straight paths). Tancik et al. 2020,
        arXiv 2006.10739 (waves of the inputs).
    """

    label: ClassVar[str] = "Flow"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    remembers: ClassVar[bool] = True
    has_latent: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"generations": 5, "replicates": 2})
    heavy: ClassVar[bool] = True
    kind: Literal["flow"] = "flow"
    width: int = knob(128, label="Hidden width", help="Neurons in each of the two hidden layers.", ge=4, le=192, scale="log")
    start: Start = start_knob()
    steps: int = steps_knob(1500)
    rate: Real = rate_knob(0.005)

    def memory_numbers(self, space: Space) -> int:
        d = len(space.columns)
        return training_memory(parameter_count(_widths(d, self.width)), BATCH * (fourier_width(d) + TIME_FEATURES + 2 * self.width + d))

    def operations(self, space: Space, rows: int, n: int) -> float:
        weights = parameter_count(_widths(len(space.columns), self.width))
        midpoint = 2  # velocities a step
        return training_operations(weights, BATCH * self.steps) + 2.0 * weights * n * midpoint * ODE_STEPS

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedFlow:
        check_rows(rows, 1, MODEL)
        scaling = Scaling.of(rows)
        with own_torch():
            network = self._train(scaling.scaled(rows), streams, previous.model if previous and self.start == "warm" else None)
        return FittedFlow(scaling, network, self.width)

    def _train(self, x: Floats32, streams: Streams, before: FittedFlow | None) -> Floats32:
        torch, (replicates, _, d) = import_torch(), x.shape
        widths = _widths(d, self.width)
        network = Adam.begin(before.network if before else None, widths, replicates, streams, "network", ADAM_BETAS)
        pairs = zip(minibatches(x, self.steps, streams), normal_batches(streams, "start", (replicates, BATCH, d)), strict=False)
        for step, (data, noise) in enumerate(pairs):
            # Evenly spread times with one random shift: less noise than times drawn one by one.
            times = streams.uniform(f"times {step}", (replicates, 1, 1)) + np.arange(BATCH)[:, None] / BATCH
            time = tensor(_time_features(times % 1))
            between = torch.lerp(noise, data, time[..., :1])
            # `layer_widths` may have made room for a second column, which is dropped.
            velocity = forward(network.net, torch.concatenate([fourier_features(between), time], 2))[..., :d]
            losses = (velocity - (data - noise)).square().mean(dim=(1, 2))
            check_finite(step, self.steps, losses, MODEL)
            Adam.descend(losses, cosine_decay(self.rate, step, self.steps), network)
        return network.weights()


def _widths(d: int, width: int) -> Widths:
    return layer_widths(fourier_width(d) + TIME_FEATURES, width, width, d)


def _time_features(t: Floats) -> Floats32:
    """Times (..., 1) as the network sees them, (..., TIME_FEATURES)."""
    turn = 2 * math.pi * t
    return np.concatenate([t, np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)], axis=-1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FittedFlow:
    """A field of velocities per replicate.

    Attributes:
        scaling: the units in which the network sees rows.
        network: (replicates, weights).
        width: of its two hidden layers.
    """

    scaling: Scaling
    network: Floats32
    width: int

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """Noise of variance temperature, carried from t = 0 to 1."""
        replicates, _, d = self.scaling.centre.shape
        x = (streams.normal("start", (replicates, n, d)) * math.sqrt(temperature)).astype(np.float32)
        for step in range(ODE_STEPS):
            half = _moved(x, self._velocity(x, step / ODE_STEPS), 0.5 / ODE_STEPS)
            x = _moved(x, self._velocity(half, (step + 0.5) / ODE_STEPS), 1 / ODE_STEPS)
        return self.scaling.unscaled(x)

    def log_prob(self, rows: Rows) -> Floats:
        """Log-density: that of the noise a row comes from, less how much the field spread its surroundings on the way."""
        constant = (~self.scaling.varies).any(axis=2) | (self.scaling.scale[..., 0] == 0)
        x, spread = self.scaling.scaled(rows), np.zeros(rows.shape[:2])
        for step in reversed(range(ODE_STEPS)):
            half = _moved(x, self._velocity(x, (step + 1) / ODE_STEPS), -0.5 / ODE_STEPS)
            x = _moved(x, self._velocity(half, (step + 0.5) / ODE_STEPS), -1 / ODE_STEPS)
            spread += self._divergence(half, (step + 0.5) / ODE_STEPS) / ODE_STEPS
        d = rows.shape[2]
        base = -0.5 * np.square(x.astype(np.float64)).sum(axis=2) - 0.5 * d * math.log(2 * math.pi)
        with np.errstate(divide="ignore"):
            return np.where(constant, -np.inf, base - spread - d * np.log(self.scaling.scale[..., 0]))

    def _velocity(self, x: Floats32, t: float) -> Floats32:
        return outputs(self.network, _widths(x.shape[2], self.width), _inputs(x, t))[..., : x.shape[2]]

    def _divergence(self, x: Floats32, t: float) -> Floats:
        """The trace of the field's slope at x (replicates, m, d), as (replicates, m): exact, column by column."""
        d, features = x.shape[2], fourier_width(x.shape[2])
        (one, bias_one), (two, bias_two), (three, _) = layers(self.network, _widths(d, self.width))
        inputs = _inputs(x, t)
        first = inputs @ one + bias_one
        second = (np.maximum(first, 0) @ two + bias_two) > 0
        total = np.zeros(x.shape[:2])
        for column in range(d):
            # Back through both layers: where a unit is off, nothing passes.
            back = ((second * three[:, None, :, column]) @ two.transpose(0, 2, 1)) * (first > 0) @ one.transpose(0, 2, 1)
            total += fourier_gradient(back[..., :features], inputs[..., :features], d)[..., column]
        return total


def _moved(x: Floats32, velocity: Floats32, time: float) -> Floats32:
    """x + time velocity; writes into the velocity."""
    velocity *= np.float32(time)
    velocity += x
    return velocity


def _inputs(x: Floats32, t: float) -> Floats32:
    """Rows at one time as the network sees them."""
    time = _time_features(np.full((*x.shape[:2], 1), t))
    return np.concatenate([fourier_features(x), time], axis=2)
