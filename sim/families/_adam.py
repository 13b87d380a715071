"""Adam for the networks of many replicates at once.

A loss is one number per replicate and the sum of them is differentiated, so no replicate's gradient sees another; nothing is
normalised or clipped across replicates.

References:
    Kingma and Ba 2015, arXiv 1412.6980.
"""

from __future__ import annotations

import math
from typing import Final

from sim.families._device import array, import_torch, tensor
from sim.families._mlp import Floats32, Layers, Tensor, Widths, initial_weights, layers, parameter_count
from sim.streams import Streams

EPSILON: Final = 1e-8
"""What keeps a step finite where a gradient is 0; the paper's default."""

BETAS: Final = (0.9, 0.999)
"""How slowly the two moments of the gradient are forgotten; the paper's defaults."""


class Adam:
    """Networks and the optimiser that trains them, all replicates in one tensor.

    Args:
        flat: the weights to begin with, (replicates, weights).
        widths: of the layers.
        betas: the decay rates of the two moments.

    Attributes:
        net: the layers; leaves whose gradients gather in one tensor too.
    """

    def __init__(self, flat: Floats32, widths: Widths, betas: tuple[float, float] = BETAS) -> None:
        torch = import_torch()
        self._flat = tensor(flat.copy())
        self._first, self._second = torch.zeros_like(self._flat), torch.zeros_like(self._flat)
        self._betas, self._steps = betas, 0
        self._padding = self._first[:, parameter_count(widths) :].clone()
        self.net: Layers = [(w.detach().requires_grad_(), b.detach().requires_grad_()) for w, b in layers(self._flat, widths)]

    @classmethod
    def begin(
        cls,
        before: Floats32 | None,
        widths: Widths,
        replicates: int,
        streams: Streams,
        purpose: str,
        betas: tuple[float, float] = BETAS,
    ) -> Adam:
        """Networks that go on from the weights before, or begin with random ones where there are none."""
        return cls(initial_weights(widths, replicates, streams, purpose) if before is None else before, widths, betas)

    @staticmethod
    def descend(losses: Tensor, rate: float, *optimisers: Adam) -> None:
        """One step for some networks against the gradient of losses (replicates,)."""
        leaves = [optimiser._leaves() for optimiser in optimisers]
        gradients = iter(import_torch().autograd.grad(losses.sum(), [leaf for own in leaves for leaf in own]))
        for optimiser, own in zip(optimisers, leaves, strict=True):
            optimiser._step([next(gradients) for _ in own], rate)

    def _leaves(self) -> list[Tensor]:
        return [leaf for pair in self.net for leaf in pair]

    def _step(self, gradients: list[Tensor], rate: float) -> None:
        torch, (one, two) = import_torch(), self._betas
        self._steps += 1
        with torch.no_grad():
            gradient = torch.cat([*(part.flatten(1) for part in gradients), self._padding], dim=1)
            self._first.lerp_(gradient, 1 - one)
            self._second.mul_(two).addcmul_(gradient, gradient, value=1 - two)
            # Both moments start at 0 and are too small at first; the correction is folded into the scale and the rate.
            scale = self._second.sqrt().add_(EPSILON * math.sqrt(1 - two**self._steps))
            self._flat.addcdiv_(self._first, scale, value=-rate * math.sqrt(1 - two**self._steps) / (1 - one**self._steps))

    def weights(self) -> Floats32:
        """The networks as they are now, (replicates, weights)."""
        found: Floats32 = array(self._flat).copy()
        return found
