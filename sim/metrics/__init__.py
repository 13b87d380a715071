"""Metrics: numbers about rows drawn, never about a model.

A metric is a function from the truth to a measure: `against(reference, space)` does once what needs only the truth and
returns a function from a batch to one number per replicate. A theme is one file in this folder; a metric registers
itself with `@metric(...)`. Every metric states its unit, its ideal value, which way is better and what it costs.
May import `sources`, of which it knows the door alone.

The variance of two rows, 0 and 2, with the divisor 1:

>>> from sim.sources import sources
>>> source = sources["normal"]()
>>> measure = metrics()["total_variance"].against(source.reference(), source.space)
>>> measure(Batch(np.array([[[0.0], [2.0]]]), source.space)).tolist()
[2.0]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.registry import discover, is_same_definition
from sim.sources import Reference, Source
from sim.spaces import Space, SpaceKind
from sim.spec import SpecError, did_you_mean, plain, shown
from sim.synonyms import Entry, meant
from sim.tokens import counts_per_replicate

T = TypeVar("T")

SCORES: Final[Mapping[str, str]] = MappingProxyType({"truth_log_prob": "log_prob", "log_prob": "log_prob", "codes": "encode"})
"""Every score, and what a family must offer for it: `truth_log_prob` is the log-probability of the reference rows under
model t, (replicates, m); `log_prob` that of the rows drawn at t under model 1, (replicates, n); `codes` the latent codes
of the rows drawn at t under model 1, (replicates, n, k). See `sim.recording.scores`."""

SCORED_ROWS: Final = 400
"""The most rows of each generation, and of the reference, that are scored. As many as dear metrics look at."""


@dataclass(frozen=True, eq=False)
class Batch:
    """The rows of one generation as metrics see them.

    What several metrics need of the same rows is computed once: `counts` for words, `once` for everything else.

    Attributes:
        rows: n rows drawn, (replicates, n, d); of passages that models continue from a prompt, what follows it, in every generation.
        space: what a row is.
        scores: arrays that the engine computed with fitted models, by name (see `sim.recording.scores`); none for generation 0.
    """

    rows: NDArray[Any]
    space: Space
    scores: Mapping[str, Floats] = field(default_factory=dict[str, Floats])
    _made: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any], init=False, repr=False)

    @property
    def tokens(self) -> int:
        """How many tokens were drawn in one world: rows times places."""
        return self.rows.shape[1] * self.rows.shape[2]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each token was drawn, at any place, (replicates, vocabulary); counted once for all metrics that need it."""
        return counts_per_replicate(self.rows.reshape(len(self.rows), -1), self.space.vocabulary)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` returns, made at the first call with this key and shared by later ones; never write into it."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def first(self, replicates: int) -> Batch:
        """The batch of the first few replicates only; the same object for the same number, so that they share too."""
        if replicates >= len(self.rows):
            return self
        scores = {name: values[:replicates] for name, values in self.scores.items()}
        return self.once(("first", replicates), lambda: Batch(self.rows[:replicates], self.space, scores))


Measure = Callable[[Batch], Floats]
MeasureFactory = Callable[[Reference, Space], Measure]
Better = Literal["higher", "lower", "truth"]


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """What is measured, and how to read it.

    Attributes:
        name: the key in `Run.metrics`, in files and in links.
        label: the words on screen.
        unit: of the value; empty for pure numbers.
        better: "truth" when the ideal is the value of the truth itself.
        ideal: maps the truth to the value a perfect model would approach as n grows; None if there is none.
        spaces: the kinds of rows it can measure.
        needs: whether a truth has what the metric needs.
        scores: the scores it reads; NaN where they are missing (generation 0, families that do not offer them).
        rank: a page shows metrics of lower rank first.
        replicates: the most replicates it is measured on; the rest are NaN.
        against: the truth in, a measure out.
        help: the metric's docstring.
        floor_is_ideal: whether fresh real rows score what a perfect model would; not where they are copies and a model's should not be.
        whole: whether it counts things, so that the middle one of an even number of worlds is the lower of two: half a word is none.
    """

    name: str
    label: str
    unit: str
    better: Better
    ideal: Callable[[Reference], float | None]
    spaces: frozenset[SpaceKind]
    needs: Callable[[Reference], bool]
    scores: frozenset[str]
    rank: int
    replicates: int
    against: MeasureFactory
    help: str
    floor_is_ideal: bool = True
    whole: bool = False

    def applies(self, reference: Reference, space: Space) -> bool:
        """Whether rows of this space, with this truth, can be measured."""
        return space.kind in self.spaces and self.needs(reference)


_METRICS: dict[str, Metric] = {}


def metric(
    *,
    label: str,
    unit: str = "",
    better: Better,
    ideal: float | Callable[[Reference], float | None] | None,
    spaces: Iterable[SpaceKind] = ("columns",),
    needs: Callable[[Reference], bool] = lambda _: True,
    scores: Iterable[str] = (),
    rank: int = 100,
    replicates: int = 1_000_000,
    floor_is_ideal: bool = True,
    whole: bool = False,
) -> Callable[[MeasureFactory], MeasureFactory]:
    """Register the decorated function as a metric under its own name."""

    def register(against: MeasureFactory) -> MeasureFactory:
        name = against.__name__
        if name in _METRICS and not is_same_definition(against, _METRICS[name].against):
            raise TypeError(f"two metrics call themselves {name!r}")
        find = ideal if callable(ideal) else _always(ideal)
        reads = frozenset(scores)
        assert reads <= SCORES.keys(), name
        doc = against.__doc__ or ""
        _METRICS[name] = Metric(
            name, label, unit, better, find, frozenset(spaces), needs, reads, rank, replicates, against, doc, floor_is_ideal, whole
        )
        return against

    return register


def _always(value: float | None) -> Callable[[Reference], float | None]:
    return lambda _: value


def metrics() -> Mapping[str, Metric]:
    """Every metric by name."""
    discover(__name__)
    return MappingProxyType(dict(sorted(_METRICS.items(), key=lambda item: item[1].against.__module__)))


def is_whole(name: str) -> bool:
    """Whether a metric counts things, so that the middle one of an even number of worlds is the lower of two.

    >>> is_whole("tokens_alive"), is_whole("diversity")
    (True, False)
    """
    discover(__name__)
    return name in _METRICS and _METRICS[name].whole


def count_for(kind: SpaceKind) -> int:
    """How many metrics there are for rows of a kind; no run has more."""
    return sum(kind in metric.spaces for metric in metrics().values())


def measurable(source: Source, offers: Collection[str]) -> Mapping[str, Metric]:
    """The metrics by name that runs of this source, with a family that offers this much, have."""
    reference, space = source.reference(), source.space
    scores = {score for score, asked in SCORES.items() if asked in offers}
    return {name: m for name, m in metrics().items() if m.applies(reference, space) and m.scores <= scores}


def chosen(names: Iterable[str] | None, source: Source, offers: Collection[str]) -> tuple[Metric, ...]:
    """The metrics of these names, each once, or all measurable ones when None.

    Args:
        names: any iterable of names, read once, or one name. Sets have no order; theirs are taken in alphabetical order.
        source: whose rows are measured.
        offers: what the family's models can be asked (see `Family.offers`).

    Raises:
        SpecError: for the first name that cannot be measured.
    """
    able = measurable(source, offers)
    if names is None:
        return tuple(able.values())
    return tuple(able[name] for name in dict.fromkeys(_meant(name, able) for name in _listed(names)))


def _listed(names: object) -> Iterable[object]:
    """What was given as names, one after another."""
    names = plain(names)
    if isinstance(names, str):
        return (names,)
    if isinstance(names, bytes) or not isinstance(names, Iterable):
        raise SpecError("metrics", "a list of names, or one name", shown(names))
    several = cast(Iterable[object], names)
    return sorted(several, key=str) if isinstance(names, (set, frozenset)) else several


def _meant(name: object, able: Mapping[str, Metric]) -> str:
    """The metric that a name means, in any spelling or by another name of the field; raises `SpecError`.

    >>> [_meant(name, metrics()) for name in ("FID", "earth mover's distance", "mmd")]
    ['frechet', 'wasserstein', 'mmd']
    """
    if isinstance(name, str) and name in able:
        return name
    entries = tuple(Entry(metric.name, metric.label, metric.help) for metric in able.values())
    if isinstance(name, str) and (found := meant(name, entries)):
        return found
    hint, nearest = did_you_mean(name, able)
    raise SpecError("metrics", f"among {', '.join(able)} for this source and model", shown(name), hint, nearest)
