"""Families: kinds of generative models. A family is a recipe; fitting it to rows gives a `Fitted`, a value.

A family is one file in this folder. Every family fits all replicates at once along the leading axis and knows nothing
of sources, regimes or metrics.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.registry import Registry
from sim.sources import Space, SpaceKind
from sim.spec import Spec
from sim.streams import Streams

Rows = NDArray[Any]


class Fitted(Protocol):
    """A fitted model per replicate: a picklable value without global state."""

    def sample(self, n: int, streams: Streams, temperature: float) -> Rows:
        """n rows of every replicate's model in exchangeable order, (replicates, n, d)."""
        ...

    def log_prob(self, rows: Rows) -> NDArray[np.float64]:
        """Log-probability (tokens) or log-density (columns) of rows (replicates, m, d), as (replicates, m)."""
        ...


class Family(Spec):
    """A kind of generative model."""

    label: ClassVar[str]
    accepts: ClassVar[frozenset[SpaceKind]]

    def check(self, space: Space) -> None:
        """Refuse a space that this family's settings cannot learn; raises `SpecError` with a path from the experiment."""

    def fit(self, rows: Rows, streams: Streams) -> Fitted:
        """The model of every replicate.

        Args:
            rows: training rows, (replicates, m, d), read-only.
            streams: the randomness of this generation, for families that need some to fit.

        Raises:
            CannotFit: with a sentence, when no model can be fitted to these rows.
        """
        raise NotImplementedError


families: Registry[Family] = Registry("family", __name__)
"""Every family, by kind."""
