"""Presets: an experiment, the words that go with it, and claims that the tests check against the real run.

A preset is one TOML file in this folder. A claim names a metric, a generation, a statistic over the replicates and the
bound it must keep; what a preset says about its run is nothing but its claims.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.experiment import Experiment
from sim.spec import Spec


class Claim(Spec):
    """One checkable statement about a preset's run.

    Attributes:
        metric: the name of a metric.
        t: the generation.
        of: the statistic over the replicates.
        relation: whether it must lie below or above the bound.
        bound: a number, or the metric's noise floor ("floor": below its low edge or above its high edge).
    """

    metric: str
    t: int = Field(ge=0)
    of: Literal["median", "mean", "lowest", "highest"] = "median"
    relation: Literal["below", "above"]
    bound: float | Literal["floor"]


def _claims(value: Any) -> Any:
    return tuple(Claim.model_validate(item) for item in value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


class Preset(Spec):
    """A story to start from.

    Attributes:
        label: the name on its card.
        about: one or two sentences that say what is set up, not what will come of it.
        order: where its card stands.
        experiment: what is run.
        claims: what its run shows.
    """

    label: str
    about: str
    order: int
    experiment: Annotated[Experiment, BeforeValidator(Experiment.model_validate)]
    claims: Annotated[tuple[Claim, ...], BeforeValidator(_claims)]


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by name, in the order of their cards."""
    found = {
        file.name.removesuffix(".toml"): Preset.model_validate(tomllib.loads(file.read_text("utf-8")))
        for file in files(__name__).iterdir()
        if file.name.endswith(".toml")
    }
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].order)))
