"""What the contract is demanded of: every registered variant in every setting at the edge of its knobs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any, get_args

import numpy as np
import pytest

from sim import Experiment, SpecError
from sim.catalogue import bounds
from sim.families import Family, families
from sim.regimes import Regime, regimes
from sim.sources import Source, sources
from sim.spec import Spec, knobs
from sim.streams import Streams

SIZES = (1, 2, 7)
PATIENCE = {"steps": 2, "passes": 1, "layers": 1}
"""Knobs that only say how long to train, and how long the contract trains: it asks for form, not for quality."""

NARROW = {"width": 32, "length": 16}
"""Sizes that cost much and change no form; the edges of these knobs are asked for all the same."""

STREAMS = Streams(20, 3)


def values(field: Any) -> list[Any]:
    """Every word of a choice; the lowest and highest number that are allowed (of patience: the lowest)."""
    if choices := get_args(field.annotation):
        return list(choices)
    number = type(field.default)
    if number is str:
        return [field.default]
    allowed = bounds(field)
    low = allowed["ge"] if "ge" in allowed else allowed["gt"] + (1e-3 if number is float else 1)
    high = allowed["le"] if "le" in allowed else allowed["lt"] - (1e-3 if number is float else 1)
    return [number(low), number(high)]


def plain(variant: type[Spec]) -> Any:
    """The default of a variant, but narrow and with no patience."""
    return variant(**{name: few for name, few in (PATIENCE | NARROW).items() if name in knobs(variant)})


def settings(variant: type[Spec]) -> list[Any]:
    """The default of a variant, and one spec for every edge of every knob."""
    found: list[Spec] = [plain(variant)]
    for name, field in knobs(variant).items():
        for value in values(field)[: 1 if name in PATIENCE else None]:
            try:
                found.append(plain(variant).but(**{name: value}))
            except SpecError:
                continue
    return list(dict.fromkeys(found))


def every(registry: Any) -> list[Any]:
    """All settings of all variants of one role."""
    return [spec for variant in registry for spec in settings(variant)]


def name(spec: Spec) -> str:
    """A readable test id."""
    return "-".join(f"{v}" for v in spec.model_dump().values())


def together(experiment: Experiment) -> str:
    """A readable test id for source, family and regime."""
    return ":".join(name(part) for part in (experiment.source, experiment.family, experiment.regime))


EVERY_SOURCE: list[Source] = every(sources)
EVERY_FAMILY: list[Family] = every(families)
EVERY_REGIME: list[Regime] = every(regimes)


def small_sources(family: Family) -> list[Source]:
    """Cheap truths that a family can learn: one of one column and one of several, or tokens, or the shortest passages."""
    able = [variant() for variant in sources if variant().space.kind in family.accepts]
    by_width = {len(source.space.columns): source for source in reversed(able) if not source.space.image}
    several = 1 if "sequences" in family.accepts else 2
    return [by_width[width] for width in sorted(by_width)[:several] if able_together(by_width[width], family)]


def able_together(source: Source, family: Family) -> bool:
    """Whether an experiment of these two is allowed."""
    try:
        Experiment(source=source, family=family)
    except SpecError:
        return False
    return True


def every_combination() -> list[Experiment]:
    """Every source with every family and regime that go together, at their defaults, small.

    A family that takes patience meets every source under one regime and every regime on one source.
    """
    size = {"n": 7, "generations": 2, "replicates": 8, "real_share": 0.3}
    found: list[Experiment] = []
    first = (next(iter(sources)), next(iter(regimes)))
    for source, family, regime in product(sources, families, regimes):
        if PATIENCE.keys() & knobs(family) and source is not first[0] and regime is not first[1]:
            continue
        try:
            found.append(Experiment(source=plain(source), family=plain(family), regime=regime(), **size))
        except SpecError:
            continue
    return found


def takes_patience(family: Spec) -> bool:
    """Whether a family is trained step by step, so that asking it costs a hundred times what others cost."""
    return bool(PATIENCE.keys() & knobs(type(family)))


def pairs_of_families(found: list[tuple[Family, Source]]) -> list[Any]:
    """Families and sources as parameters; the edges of those that take patience are asked before a release."""
    return [
        pytest.param(family, source, marks=pytest.mark.verify if takes_patience(family) and family != plain(type(family)) else ())
        for family, source in found
    ]


def combinations(found: list[Experiment]) -> list[Any]:
    """Experiments as parameters; each family that takes patience comes once, and in every other pairing before a release."""
    seen: set[str] = set()
    params: list[Any] = []
    for experiment in found:
        kind = experiment.family.kind_name()
        params.append(pytest.param(experiment, marks=pytest.mark.verify if takes_patience(experiment.family) and kind in seen else ()))
        seen.add(kind)
    return params


def real_rows(source: Source, replicates: int, n: int) -> Any:
    """Read-only rows of a source."""
    rows = source.sample(replicates, n, STREAMS.within("real"))
    rows.flags.writeable = False
    return rows


@contextmanager
def no_global_randomness() -> Iterator[None]:
    """Fails when the global random states were moved."""
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    before = _global_states()
    yield
    assert _global_states() == before


def _global_states() -> tuple[Any, ...]:
    name, words, *place = np.random.get_state()  # noqa: NPY002
    return random.getstate(), name, words.tobytes(), place
