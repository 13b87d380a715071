"""Multilayer perceptrons of many replicates at once: stacked weights, rectified linear layers and a linear last one.

The weights of one replicate's network lie in one row, layer after layer, so that networks are (replicates, weights) and
one step of an optimiser is a few operations whatever their depth. Torch trains them; what is trained is NumPy arrays, drawn
from without torch.

A replicate's path is the same to the last bit however many there are, as the contract tests demand; for that, torch runs on
one thread, batches and networks have even sizes, and no product has a single row or column.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.families._device import import_torch
from sim.streams import Streams

Floats32 = NDArray[np.float32]
Tensor = Any
Widths = tuple[int, ...]
Layers = list[tuple[Any, Any]]

PADDING: Final = 32
"""Rows of weights are padded to a multiple of this: vector instructions round a ragged end differently."""

NARROWEST: Final = 2
"""The fewest numbers of a layer: products with a single row or column take another path, which rounds differently."""


def layer_widths(*widths: int) -> Widths:
    """Widths of layers, none below `NARROWEST`."""
    return tuple(max(NARROWEST, width) for width in widths)


def padded(x: Any, weights: Any) -> Any:
    """Inputs with zeros beside them where `layer_widths` made room."""
    if x.shape[2] == weights.shape[1]:
        return x
    library: Any = np if isinstance(x, np.ndarray) else import_torch()
    return library.concatenate([x, library.zeros_like(x)], 2)


def parameter_count(widths: Widths) -> int:
    """How many weights and biases a network of these widths has."""
    return sum((i + 1) * o for i, o in pairwise(widths))


def layers(flat: Any, widths: Widths) -> Layers:
    """Weights (replicates, in, out) and biases (replicates, 1, out) of each layer, as views into (replicates, weights)."""
    found: Layers = []
    at = 0
    for i, o in pairwise(widths):
        weights = flat[:, at : at + i * o].reshape(-1, i, o)
        at += i * o
        found.append((weights, flat[:, at : at + o].reshape(-1, 1, o)))
        at += o
    return found


def initial_weights(widths: Widths, replicates: int, streams: Streams, purpose: str) -> Floats32:
    """Weights drawn with variance 2/in (He et al. 2015), the last layer with 1/in, and biases 0; (replicates, weights)."""
    count = parameter_count(widths)
    flat = np.zeros((replicates, math.ceil(count / PADDING) * PADDING), dtype=np.float32)
    # Drawn without the padding, so that numbers do not depend on it.
    flat[:, :count] = streams.normal(purpose, (replicates, count))
    every = layers(flat, widths)
    for place, (weights, bias) in enumerate(every):
        last = place == len(every) - 1
        weights *= math.sqrt((1 if last else 2) / weights.shape[1])
        bias *= 0
    return flat


def outputs(flat: Floats32, widths: Widths, x: Floats32) -> Floats32:
    """What networks make of rows x (replicates, m, in), as (replicates, m, out)."""
    *inner, (weights, bias) = layers(flat, widths)
    x = padded(x, inner[0][0])
    for inner_weights, inner_bias in inner:
        x = x @ inner_weights
        x += inner_bias
        np.maximum(x, 0, out=x)
    return x @ weights + bias


def forward(net: Layers, x: Tensor) -> Tensor:
    """The same for tensors that are being trained."""
    torch = import_torch()
    x = padded(x, net[0][0])
    for weights, bias in net[:-1]:
        x = torch.baddbmm(bias, x, weights).relu()
    return torch.baddbmm(net[-1][1], x, net[-1][0])
