"""Families: kinds of generative models. A family is a recipe; fitting it to rows gives a `Fitted`, a value.

A family is one file in this folder. Every family fits all replicates at once along the leading axis and knows nothing
of sources, regimes or metrics.
May import nothing of `sim` but the ground that all stand on (arrays, spaces, specs, streams, tokens, the registry).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.registry import Registry
from sim.spaces import Space, SpaceKind
from sim.spec import Spec
from sim.streams import Streams

Rows = NDArray[Any]

Capability = Literal["log_prob", "encode"]
"""What a fitted model may be asked about rows, beside drawing them."""


SIMPLE_OPERATIONS: Final = 10.0
"""Operations a row that a simple model takes for every number of it, about: fitted once and drawn once."""


class CannotFit(Exception):
    """No model can be fitted to these rows; the message is a sentence for the run's `Ending`."""


class Fitted(Protocol):
    """A fitted model per replicate: a picklable value without global state."""

    def sample(self, n: int, streams: Streams, temperature: float) -> Rows:
        """n rows of every replicate's model in exchangeable order, (replicates, n, d)."""
        ...

    def log_prob(self, rows: Rows) -> NDArray[np.float64]:
        """Log-probability (tokens) or log-density (columns) of rows (replicates, m, d), as (replicates, m)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class PreviousModel:
    """What the previous generation leaves to a family that remembers.

    Attributes:
        model: the previous generation's fitted model.
        drawn: which of the training rows that model drew, (replicates, m).
    """

    model: Any
    drawn: NDArray[np.bool_]


class Family(Spec):
    """A kind of generative model.

    Attributes:
        label: the words on screen.
        accepts: the kinds of rows it can learn.
        offers: what the run asks of its fitted models and hands to metrics as arrays (see `sim.recording.scores`).
        remembers: whether `fit` is given the previous generation's model.
        has_latent: whether rows are drawn from a latent space, so that the same streams are the same latent draws for any model.
        unimodal: whether its density has a single peak, so that it cannot hold separate modes.
        suggested: the most rows, generations or replicates that a page should begin with, where that takes patience.
        heavy: whether `fit` trains networks with torch, which takes seconds and some 300 MB, so that pages have it done in a
            worker process (see `sim.workers.runs`).
    """

    label: ClassVar[str]
    accepts: ClassVar[frozenset[SpaceKind]]
    offers: ClassVar[frozenset[Capability]] = frozenset()
    remembers: ClassVar[bool] = False
    has_latent: ClassVar[bool] = False
    unimodal: ClassVar[bool] = False
    suggested: ClassVar[Mapping[str, int]] = MappingProxyType({})
    heavy: ClassVar[bool] = False

    @property
    def prompt_length(self) -> int:
        """How many first tokens of each passage are a prompt, which its models are given and do not write themselves."""
        return 0

    @property
    def only_repeats(self) -> bool:
        """Whether its models draw nothing but what is among their training rows, at any temperature: what these lack cannot come."""
        return False

    def check(self, space: Space) -> None:
        """Refuse a space that this family's settings cannot learn; raises `SpecError` with a path from the experiment."""

    def memory_numbers(self, space: Space) -> int:
        """How many 64-bit numbers one replicate's model takes in memory, which limits the replicates; rows are not counted.

        Its parameters and, where all replicates are trained at once, what training holds beside them.
        """
        return max(space.vocabulary, len(space.columns) ** 2)

    def operations(self, space: Space, rows: int, n: int) -> float:
        """About how many floating-point operations one generation takes in one replicate: fitted to so many rows, n drawn."""
        return SIMPLE_OPERATIONS * (rows + n) * len(space.columns) ** (2 if space.kind == "columns" else 1)

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> Fitted:
        """The model of every replicate.

        Args:
            rows: training rows, (replicates, m, d), read-only.
            space: what a row is.
            streams: the randomness of this generation, for families that need some to fit.
            previous: what the previous generation left; None for model 1 and for families that do not remember.

        Raises:
            CannotFit: with a sentence, when no model can be fitted to these rows.
        """
        raise NotImplementedError


def check_rows(rows: Rows, least: int, model: str) -> None:
    """Refuses rows that are too few or not all finite.

    Args:
        rows: training rows, (replicates, m, d).
        least: the fewest rows that a model can be fitted to.
        model: what is to be fitted to them, as the beginning of a sentence.

    Raises:
        CannotFit: with a sentence.

    >>> check_rows(np.zeros((1, 1, 2)), 2, "A model of a line")
    Traceback (most recent call last):
        ...
    sim.families.CannotFit: A model of a line needs at least 2 rows; it got 1.
    """
    m = rows.shape[1]
    if m < least:
        raise CannotFit(f"{model} needs at least {least} {'row' if least == 1 else 'rows'}; it got {m}.")
    if not np.isfinite(rows).all():
        raise CannotFit(f"{model} needs finite numbers; some of these rows hold others.")


families: Registry[Family] = Registry("family", __name__)
"""Every family, by kind."""
