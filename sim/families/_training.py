"""Training networks on rows of columns: the knobs that say how, batches, schedules, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final, Literal

import numpy as np

from sim.families import CannotFit
from sim.families._device import device, import_torch, tensor
from sim.families._mlp import Floats32, Tensor
from sim.spec import knob
from sim.streams import Streams

Start = Literal["scratch", "warm"]
Needs = Mapping[str, tuple[Any, ...]]

FROM_SCRATCH_OR_ON: Final = "Scratch: fresh weights in every generation. Warm: go on from the previous model."

BATCH: Final = 128
"""Rows behind one training step; fewer training rows are repeated. Being even keeps replicates apart to the last bit.

A choice: larger batches make a step less noisy and dearer.
"""

CHECKED_EVERY: Final = 100
"""Steps between two looks at whether the loss is still a number.

A choice: a training that explodes goes on for at most so many steps, and one that does not hardly stops to look.
"""

LARGEST_LOSS: Final = 1e12
"""A loss beyond this, for rows in units of their own spread, has exploded.

It lies far above what such rows can cost, and far below where 32 bits end.
"""


def start_knob(help: str = FROM_SCRATCH_OR_ON, needs: Needs | None = None) -> Any:
    """Which weights a training begins with."""
    return knob("scratch", label="Start", help=help, needs=needs)


def steps_knob(default: int, help: str = "Steps of training in every generation.", needs: Needs | None = None) -> Any:
    """How long a training takes."""
    return knob(default, label="Training steps", help=help, ge=1, le=5000, scale="log", unit="steps", needs=needs)


def rate_knob(default: float, help: str = "How far a training step goes at first; it falls to 0.", needs: Needs | None = None) -> Any:
    """The learning rate that a schedule begins with."""
    return knob(default, label="Learning rate", help=help, ge=0.0001, le=0.05, step=0.001, needs=needs)


def training_memory(weights: int, activations: int) -> int:
    """How many 64-bit numbers training holds for one replicate.

    In 32 bits: weights with two moments and, during a step, gradients and their copies, 7 in all; activations with what
    differentiating keeps of them, 3 in all.
    """
    return (7 * weights + 3 * activations) // 2


def training_operations(weights: int, rows: int) -> float:
    """About how many floating-point operations training takes that sees so many rows.

    A product and a sum for every weight and row on the way there, and twice as many back.
    """
    return 6.0 * weights * rows


def cosine_decay(rate: float, step: int, steps: int) -> float:
    """A learning rate that falls from `rate` to 0 along half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983)."""
    return rate * 0.5 * (1 + math.cos(math.pi * step / steps))


def check_finite(step: int, steps: int, losses: Tensor, model: str) -> None:
    """Raises `CannotFit` when a loss is no number any more; looks now and then, and at the last step."""
    if (step + 1) % CHECKED_EVERY and step + 1 != steps:
        return
    worst = float(losses.detach().abs().max())
    if not worst <= LARGEST_LOSS:  # NaN is refused too
        what = "stopped being a number" if math.isnan(worst) else "grew beyond all bounds"
        raise CannotFit(f"{model} could not be trained: its loss {what} by step {step + 1} of {steps}. A lower learning rate may help.")


def minibatches(rows: Floats32, steps: int, streams: Streams) -> Iterator[Tensor]:
    """So many times `BATCH` of the rows (replicates, m, d), every row once before any row comes again."""
    data, replicate = tensor(rows), import_torch().arange(len(rows), device=device())[:, None]
    replicates, m, _ = rows.shape
    rounds = math.ceil(BATCH / m)
    waiting, shuffles = np.empty((replicates, 0), dtype=np.int64), count()
    for _ in range(steps):
        if waiting.shape[1] < BATCH:
            # Where there are fewer rows than a batch, several shuffled rounds of all of them are laid end to end.
            order = streams.uniform(f"order {next(shuffles)}", (replicates, rounds, m)).argsort(axis=2)
            waiting = np.concatenate([waiting, order.reshape(replicates, -1)], axis=1)
        now, waiting = np.split(waiting, [BATCH], axis=1)
        yield data[replicate, tensor(now)]


def normal_batches(streams: Streams, purpose: str, shape: tuple[int, int, int]) -> Iterator[Tensor]:
    """For ever standard normal numbers of a shape (replicates, m, k), each time from a stream of its own."""
    for step in count():
        yield tensor(streams.generator(f"{purpose} {step}").standard_normal(shape, dtype=np.float32))
