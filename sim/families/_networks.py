"""Small neural networks of many replicates at once: stacked weights, Adam for all of them, rows in units of their own spread.

The numbers of one replicate's network lie in one row, layer after layer, so that networks are (replicates, numbers) and
one step of Adam is a few operations whatever their depth. A loss is one number per replicate and the sum of them is
differentiated, so no replicate's gradient sees another; nothing is normalised or clipped across replicates. All noise
comes from NumPy streams. Torch trains; what is trained is NumPy arrays, drawn from without torch.

A world's path is the same to the last bit however many there are, as the contract tests demand; for that, torch runs on one
thread, batches and networks have even sizes, and no product has a single row or column.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.families import CannotFit
from sim.families._device import array, device, tensor, torch_
from sim.streams import Streams

Singles = NDArray[np.float32]
Tensor = Any
Widths = tuple[int, ...]
Layers = list[tuple[Any, Any]]

LOOKED_AT: Final = 100
"""Steps between two looks at whether the loss is still a number."""

HOPELESS: Final = 1e12
"""A loss beyond this, for rows in units of their own spread, has exploded."""

BATCH: Final = 128
"""Rows behind one training step; fewer training rows are repeated. Being even keeps worlds apart to the last bit."""

EVEN: Final = 32
"""Networks are padded to a multiple of this: vector instructions round a ragged end differently."""

EPSILON: Final = 1e-8

FEW: Final = 4
"""Rows of at most so many columns are seen with their waves."""

WAVES: Final = (2.0, 4.0, 8.0)
"""Radians per unit of the rows' own spread."""


def wide(*widths: int) -> Widths:
    """Widths of layers, none below 2: products with a single row or column take another path, which rounds differently."""
    return tuple(max(2, width) for width in widths)


def filled(x: Any, weights: Any) -> Any:
    """Inputs with zeros beside them where `wide` made room."""
    if x.shape[2] == weights.shape[1]:
        return x
    library: Any = np if isinstance(x, np.ndarray) else torch_()
    return library.concatenate([x, library.zeros_like(x)], 2)


def size(widths: Widths) -> int:
    """How many weights and biases a network of these widths has."""
    return sum((i + 1) * o for i, o in pairwise(widths))


def held(weights: int, activations: int) -> int:
    """How many 64-bit numbers training holds for one replicate.

    Weights with two moments and, during a step, gradients and their copies; activations with what differentiating keeps.
    """
    return (7 * weights + 3 * activations) // 2


def trained_on(weights: int, rows: int) -> float:
    """About how many floating-point operations training takes that sees so many rows: there, and twice as many back."""
    return 6.0 * weights * rows


def layers(flat: Any, widths: Widths) -> Layers:
    """Weights (replicates, in, out) and biases (replicates, 1, out) of each layer, as views into (replicates, numbers)."""
    found: Layers = []
    at = 0
    for i, o in pairwise(widths):
        weights = flat[:, at : at + i * o].reshape(-1, i, o)
        at += i * o
        found.append((weights, flat[:, at : at + o].reshape(-1, 1, o)))
        at += o
    return found


def fresh(widths: Widths, replicates: int, streams: Streams, purpose: str) -> Singles:
    """Weights drawn with variance 2/in (He et al. 2015), the last layer with 1/in, and biases 0."""
    numbers = size(widths)
    flat = np.zeros((replicates, math.ceil(numbers / EVEN) * EVEN), dtype=np.float32)
    flat[:, :numbers] = streams.normal(purpose, (replicates, numbers))
    every = layers(flat, widths)
    for place, (weights, bias) in enumerate(every):
        last = place == len(every) - 1
        weights *= math.sqrt((1 if last else 2) / weights.shape[1])
        bias *= 0
    return flat


def passed(flat: Singles, widths: Widths, x: Singles) -> Singles:
    """What networks make of rows x (replicates, m, in): rectified linear layers and a linear last one."""
    *inner, (weights, bias) = layers(flat, widths)
    x = filled(x, inner[0][0])
    for inner_weights, inner_bias in inner:
        x = x @ inner_weights
        x += inner_bias
        np.maximum(x, 0, out=x)
    return x @ weights + bias


def forward(net: Layers, x: Tensor) -> Tensor:
    """The same for tensors that are being trained."""
    torch = torch_()
    x = filled(x, net[0][0])
    for weights, bias in net[:-1]:
        x = torch.baddbmm(bias, x, weights).relu()
    return torch.baddbmm(net[-1][1], x, net[-1][0])


def seen(d: int) -> int:
    """How many numbers `waved` makes of d columns."""
    return d * (1 + 2 * len(WAVES)) if d <= FEW else d


def waved(x: Any) -> Any:
    """Rows and, when they have few columns, their sines and cosines (Tancik et al. 2020); (replicates, m, seen(d)).

    Plain networks see such rows too coarsely to tell narrow islands apart. Arrays and tensors alike.
    """
    if x.shape[2] > FEW:
        return x
    library: Any = np if isinstance(x, np.ndarray) else torch_()
    angles = library.concatenate([w * x for w in WAVES], 2)
    return library.concatenate([x, library.sin(angles), library.cos(angles)], 2)


def unwaved(slope: Any, seen_rows: Any, d: int) -> Any:
    """The slope along the d columns, given the slope along what `waved` made of them; both (replicates, m, seen(d))."""
    if d > FEW:
        return slope
    library: Any = np if isinstance(seen_rows, np.ndarray) else torch_()
    speeds: Any = np.repeat(WAVES, d).astype(np.float32)
    speeds = speeds if library is np else tensor(speeds)
    own, middle = library.ones_like(seen_rows[..., :d]), d * (1 + len(WAVES))
    tilt = library.concatenate([own, speeds * seen_rows[..., middle:], -speeds * seen_rows[..., d:middle]], 2)
    return (slope * tilt).reshape(*slope.shape[:2], -1, d).sum(2)


@contextmanager
def one_thread() -> Generator[None]:
    """Torch on one thread, and as many as before afterwards: small products thrash on many."""
    torch = torch_()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Learner:
    """Networks under Adam, all replicates in one tensor; `net` are leaves whose gradients gather in one tensor too.

    Args:
        flat: (replicates, numbers).
        widths: of the layers.
        momenta: Adam's two decay rates.
    """

    def __init__(self, flat: Singles, widths: Widths, momenta: tuple[float, float] = (0.9, 0.999)) -> None:
        torch = torch_()
        self._flat = tensor(flat.copy())
        self._first, self._second = torch.zeros_like(self._flat), torch.zeros_like(self._flat)
        self._momenta, self._steps = momenta, 0
        self._padding = self._first[:, size(widths) :].clone()
        self.net: Layers = [(w.detach().requires_grad_(), b.detach().requires_grad_()) for w, b in layers(self._flat, widths)]

    @staticmethod
    def descend(losses: Tensor, rate: float, *learners: Learner) -> None:
        """One step of Adam for some networks against the gradient of losses (replicates,)."""
        leaves = [learner._leaves() for learner in learners]
        parts = iter(torch_().autograd.grad(losses.sum(), [leaf for own in leaves for leaf in own]))
        for learner, own in zip(learners, leaves, strict=True):
            learner._move([next(parts) for _ in own], rate)

    def _leaves(self) -> list[Tensor]:
        return [leaf for pair in self.net for leaf in pair]

    def _move(self, parts: list[Tensor], rate: float) -> None:
        torch, (one, two) = torch_(), self._momenta
        self._steps += 1
        with torch.no_grad():
            gradient = torch.cat([*(part.flatten(1) for part in parts), self._padding], dim=1)
            self._first.lerp_(gradient, 1 - one)
            self._second.mul_(two).addcmul_(gradient, gradient, value=1 - two)
            scale = self._second.sqrt().add_(EPSILON * math.sqrt(1 - two**self._steps))
            self._flat.addcdiv_(self._first, scale, value=-rate * math.sqrt(1 - two**self._steps) / (1 - one**self._steps))

    def numbers(self) -> Singles:
        """The networks as they are now, (replicates, numbers)."""
        found: Singles = array(self._flat).copy()
        return found


def watched(step: int, steps: int, losses: Tensor, learner: str) -> None:
    """Raises `CannotFit` when a loss is no number any more; looks now and then, and at the last step."""
    if (step + 1) % LOOKED_AT and step + 1 != steps:
        return
    worst = float(losses.detach().abs().max())
    if not worst <= HOPELESS:
        what = "stopped being a number" if math.isnan(worst) else "grew beyond all bounds"
        raise CannotFit(f"{learner} could not be trained: its loss {what} by step {step + 1} of {steps}. A lower learning rate may help.")


def cooling(rate: float, step: int, steps: int) -> float:
    """A learning rate that falls from `rate` to 0 along half a cosine."""
    return rate * 0.5 * (1 + math.cos(math.pi * step / steps))


def minibatches(rows: Singles, steps: int, streams: Streams) -> Iterator[Tensor]:
    """So many times `BATCH` of the rows (replicates, m, d), every row once before any row comes again."""
    data, world = tensor(rows), torch_().arange(len(rows), device=device())[:, None]
    replicates, m, _ = rows.shape
    rounds = math.ceil(BATCH / m)
    waiting, shuffles = np.empty((replicates, 0), dtype=np.int64), count()
    for _ in range(steps):
        if waiting.shape[1] < BATCH:
            order = streams.uniform(f"order {next(shuffles)}", (replicates, rounds, m)).argsort(axis=2)
            waiting = np.concatenate([waiting, order.reshape(replicates, -1)], axis=1)
        now, waiting = np.split(waiting, [BATCH], axis=1)
        yield data[world, tensor(now)]


def noises(streams: Streams, purpose: str, shape: tuple[int, int, int]) -> Iterator[Tensor]:
    """For ever standard normal numbers of a shape (replicates, m, k), each time from a stream of its own."""
    for step in count():
        yield tensor(streams.generator(f"{purpose} {step}").standard_normal(shape, dtype=np.float32))


FAR: Final = 1e9
"""Farther than this from the training rows, in their units, is as good as this far."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Where rows lie and how far they reach, so that networks see numbers around 0 and of size 1.

    Attributes:
        centre: the mean of the training rows, (replicates, 1, d); in a constant column its value.
        scale: their root mean squared distance from it per column that varies, (replicates, 1, 1).
        varies: which columns are not constant, (replicates, 1, d).
    """

    centre: Floats
    scale: Floats
    varies: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Floats) -> Units:
        """The units of training rows (replicates, m, d)."""
        varies = rows.max(axis=1, keepdims=True) > rows.min(axis=1, keepdims=True)
        centre = np.where(varies, rows.mean(axis=1, keepdims=True), rows[:, :1])
        centred = rows - centre
        reach = np.abs(centred).max(axis=(1, 2), keepdims=True)
        shape = np.divide(centred, reach, out=np.zeros_like(centred), where=reach > 0)
        columns = np.maximum(varies.sum(axis=2, keepdims=True), 1)
        return cls(centre, reach * np.sqrt(np.square(shape).sum(axis=2, keepdims=True).mean(axis=1, keepdims=True) / columns), varies)

    def inner(self, rows: Floats) -> Singles:
        """Rows in these units; 0 in constant columns and where nothing varies."""
        centred = rows - self.centre
        found = np.divide(centred, self.scale, out=np.zeros_like(centred), where=self.varies & (self.scale > 0))
        return np.clip(found, -FAR, FAR).astype(np.float32)

    def outer(self, found: Singles) -> Floats:
        """Numbers in these units as rows; constant columns keep their value."""
        rows = found.astype(np.float64)
        rows *= self.scale * self.varies
        rows += self.centre
        return rows
