"""Flow matching: rows of noise are carried along a learned field of velocities until they are data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, Past, Rows, families, learnable
from sim.families._device import tensor, torch_
from sim.families._networks import (
    BATCH,
    Learner,
    Singles,
    Units,
    Widths,
    cooling,
    forward,
    fresh,
    held,
    layers,
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

CLOCK: Final = 5
"""Numbers that tell the network the time: t, and two waves of it."""

TURNS: Final = 16
"""Midpoint steps from noise to data."""

LEARNER: Final = "A flow"


@families.register
class Flow(Family):
    """Learns which way points must move so that a cloud of noise turns into the training rows.

    Law: with x_0 ~ N(0, I), x_1 a training row and t uniform, the network v minimises
    E|v((1 - t) x_0 + t x_1, t) - (x_1 - x_0)|^2; a row drawn is x at t = 1 of dx/dt = v(x, t) from x_0, by 16 midpoint
    steps. Temperature multiplies the variance of x_0.

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
    portrays: ClassVar[bool] = True
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({"generations": 5, "replicates": 2})
    heavy: ClassVar[bool] = True
    kind: Literal["flow"] = "flow"
    width: int = knob(128, label="Hidden width", help="Neurons in each of the two hidden layers.", ge=4, le=192, scale="log")
    start: Literal["scratch", "warm"] = knob(
        "scratch", label="Start", help="Scratch: fresh weights in every generation. Warm: go on from the previous model."
    )
    steps: int = knob(1500, label="Training steps", help="Steps of training in every generation.", ge=1, le=5000, scale="log", unit="steps")
    rate: Real = knob(
        0.005, label="Learning rate", help="How far a training step goes at first; it falls to 0.", ge=0.0001, le=0.05, step=0.001
    )

    def numbers(self, space: Space) -> int:
        d = len(space.columns)
        return held(size(_widths(d, self.width)), BATCH * (seen(d) + CLOCK + 2 * self.width + d))

    def operations(self, space: Space, rows: int, n: int) -> float:
        weights = size(_widths(len(space.columns), self.width))
        return trained_on(weights, BATCH * self.steps) + 2.0 * weights * n * 2 * TURNS

    def fit(self, rows: Rows, space: Space, streams: Streams, past: Past | None = None) -> FittedFlow:
        learnable(rows, 1, LEARNER)
        units = Units.of(rows)
        with one_thread():
            network = self._trained(units.inner(rows), streams, past.model if past and self.start == "warm" else None)
        return FittedFlow(units, network, self.width)

    def _trained(self, x: Singles, streams: Streams, before: FittedFlow | None) -> Singles:
        torch, (replicates, _, d) = torch_(), x.shape
        widths = _widths(d, self.width)
        learner = Learner(before.network if before else fresh(widths, replicates, streams, "network"), widths, (0.9, 0.99))
        pairs = zip(minibatches(x, self.steps, streams), noises(streams, "start", (replicates, BATCH, d)), strict=False)
        for step, (data, noise) in enumerate(pairs):
            times = streams.uniform(f"times {step}", (replicates, 1, 1)) + np.arange(BATCH)[:, None] / BATCH
            clock = tensor(_clock(times % 1))
            velocity = forward(learner.net, torch.concatenate([waved(torch.lerp(noise, data, clock[..., :1])), clock], 2))[..., :d]
            losses = (velocity - (data - noise)).square().mean(dim=(1, 2))
            watched(step, self.steps, losses, LEARNER)
            Learner.descend(losses, cooling(self.rate, step, self.steps), learner)
        return learner.numbers()


def _widths(d: int, width: int) -> Widths:
    return wide(seen(d) + CLOCK, width, width, d)


def _clock(t: Floats) -> Singles:
    """Times (..., 1) as the network sees them, (..., 5)."""
    turn = 2 * math.pi * t
    return np.concatenate([t, np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)], axis=-1).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FittedFlow:
    """A field of velocities per replicate.

    Attributes:
        units: in which the network sees rows.
        network: (replicates, numbers).
        width: of its two hidden layers.
    """

    units: Units
    network: Singles
    width: int

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """Noise of variance temperature, carried from t = 0 to 1."""
        replicates, _, d = self.units.centre.shape
        x = (streams.normal("start", (replicates, n, d)) * math.sqrt(temperature)).astype(np.float32)
        for turn in range(TURNS):
            half = _moved(x, self._velocity(x, turn / TURNS), 0.5 / TURNS)
            x = _moved(x, self._velocity(half, (turn + 0.5) / TURNS), 1 / TURNS)
        return self.units.outer(x)

    def log_prob(self, rows: Rows) -> Floats:
        """Log-density: that of the noise a row comes from, less how much the field spread its surroundings on the way."""
        flat = (~self.units.varies).any(axis=2) | (self.units.scale[..., 0] == 0)
        x, spread = self.units.inner(rows), np.zeros(rows.shape[:2])
        for turn in reversed(range(TURNS)):
            half = _moved(x, self._velocity(x, (turn + 1) / TURNS), -0.5 / TURNS)
            x = _moved(x, self._velocity(half, (turn + 0.5) / TURNS), -1 / TURNS)
            spread += self._divergence(half, (turn + 0.5) / TURNS) / TURNS
        d = rows.shape[2]
        base = -0.5 * np.square(x.astype(np.float64)).sum(axis=2) - 0.5 * d * math.log(2 * math.pi)
        with np.errstate(divide="ignore"):
            return np.where(flat, -np.inf, base - spread - d * np.log(self.units.scale[..., 0]))

    def _velocity(self, x: Singles, t: float) -> Singles:
        return passed(self.network, _widths(x.shape[2], self.width), _seen_at(x, t))[..., : x.shape[2]]

    def _divergence(self, x: Singles, t: float) -> Floats:
        """The trace of the field's slope at x (replicates, m, d), as (replicates, m): exact, column by column."""
        d = x.shape[2]
        (one, bias_one), (two, bias_two), (three, _) = layers(self.network, _widths(d, self.width))
        rows = _seen_at(x, t)
        first = rows @ one + bias_one
        second = (np.maximum(first, 0) @ two + bias_two) > 0
        total = np.zeros(x.shape[:2])
        for column in range(d):
            back = ((second * three[:, None, :, column]) @ two.transpose(0, 2, 1)) * (first > 0) @ one.transpose(0, 2, 1)
            total += unwaved(back[..., : seen(d)], rows[..., : seen(d)], d)[..., column]
        return total


def _moved(x: Singles, velocity: Singles, time: float) -> Singles:
    velocity *= np.float32(time)
    velocity += x
    return velocity


def _seen_at(x: Singles, t: float) -> Singles:
    clock = _clock(np.full((*x.shape[:2], 1), t))
    return np.concatenate([waved(x), clock], axis=2)
