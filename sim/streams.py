"""Named random streams: one per (seed, purpose, generation), filled replicate by replicate.

A block drawn in C order has the prefix property: replicate r sees the same numbers however many replicates run. And
because every purpose has a stream of its own, two experiments that differ in one knob share every draw that the knob
does not touch, so their difference is a difference and not luck. No generator is built per replicate: that would cost
more than the draws.

>>> few, many = (Streams(seed=0, t=1).normal("rows", (replicates, 5)) for replicates in (2, 3))
>>> bool((many[:2] == few).all())
True
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Floats


@dataclass(frozen=True, slots=True)
class Streams:
    """Where the randomness of one generation comes from; a value, with no state of its own.

    Draw one array per purpose: two arrays from one stream would break the prefix property. The leading axis of every
    shape is the replicates.

    Args:
        seed: the seed of the experiment.
        t: the generation that is being made.
        scope: who draws ("real", "fit", "sample", ...), so that two rooms may use the same word.
    """

    seed: int
    t: int
    scope: str = ""

    def within(self, scope: str) -> Streams:
        """The same generation's streams, for one room."""
        return replace(self, scope=f"{self.scope}/{scope}")

    def generator(self, purpose: str) -> np.random.Generator:
        """A fresh generator at the start of the stream of that purpose."""
        name = zlib.crc32(f"{self.scope}/{purpose}".encode())
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence((self.seed, name, self.t))))

    def normal(self, purpose: str, shape: tuple[int, ...]) -> Floats:
        """Standard normal numbers of that shape."""
        return self.generator(purpose).standard_normal(shape)

    def uniform(self, purpose: str, shape: tuple[int, ...]) -> Floats:
        """Numbers uniform on [0, 1) of that shape."""
        return self.generator(purpose).random(shape)
