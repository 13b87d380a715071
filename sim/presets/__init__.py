"""Presets: an experiment, the words that go with it, and claims that the tests check against the real run.

A preset is one TOML file in this folder. A claim names a metric, a generation, a statistic over the replicates and the
bound it must keep: a number, the noise floor, or what the same worlds had before. What a preset says about its run is
nothing but its claims.
May import `experiment` and `records`; their shipped runs are the store's.

>>> presets()["shrinks"].label, presets()["shrinks"].experiment.family.kind_name()
('It shrinks', 'gaussian')
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.records import Run
from sim.spec import Real, Spec

STATISTICS: Final = MappingProxyType({"median": np.median, "mean": np.mean, "lowest": np.min, "highest": np.max})


class Before(Spec):
    """The value that the same world had at another generation, times a factor.

    Attributes:
        t: the other generation.
        times: the factor.
    """

    t: int = Field(ge=0)
    times: Real = Field(default=1.0, gt=0)


def _bound(value: Any) -> Any:
    return Before.model_validate(value) if isinstance(value, dict) else value  # pyright: ignore[reportUnknownArgumentType]


class Claim(Spec):
    """One checkable statement about a preset's run.

    Attributes:
        metric: the name of a metric.
        t: the generation.
        of: the statistic over the replicates.
        relation: whether it must lie below or above the bound.
        bound: a number; the metric's noise floor ("floor": below its low edge or above its high edge); what each world had
            at another generation; or what it had one generation before, at t and at all generations from 2 on ("previous").
    """

    metric: str
    t: int = Field(ge=0)
    of: Literal["median", "mean", "lowest", "highest"] = "median"
    relation: Literal["below", "above"]
    bound: Annotated[float | Literal["floor", "previous"] | Before, BeforeValidator(_bound)]

    def holds(self, run: Run) -> bool:
        """Whether the run keeps it, told from the worlds where the metric was measured."""
        values = run.metrics[self.metric]
        measured = values[np.isfinite(values[:, self.t])]
        steps = np.diff(measured[:, 1 : self.t + 1]) if self.bound == "previous" else measured[:, [self.t]] - self._edge(measured, run)
        if not steps.size:
            return False
        found = STATISTICS[self.of](steps, axis=0)
        return bool((found < 0).all() if self.relation == "below" else (found > 0).all())

    def _edge(self, measured: Floats, run: Run) -> Floats | float:
        if isinstance(self.bound, Before):
            return self.bound.times * measured[:, [self.bound.t]]
        floor = run.noise_floor[self.metric]
        edge = floor.low if self.relation == "below" else floor.high
        return self.bound if isinstance(self.bound, float) else edge


def _claims(value: Any) -> Any:
    return tuple(Claim.model_validate(item) for item in value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


def as_tuple(value: Any) -> Any:
    """A list as a tuple, which a frozen spec can hold; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


class Preset(Spec):
    """A story to start from.

    Attributes:
        label: the name on its card.
        about: one or two sentences that say what is set up, not what will come of it.
        order: where its card stands.
        experiment: what is run.
        claims: what its run shows.
        curves: the metrics that tell its story, if the usual ones do not.
    """

    label: str
    about: str
    order: int
    experiment: Annotated[Experiment, BeforeValidator(Experiment.model_validate)]
    claims: Annotated[tuple[Claim, ...], BeforeValidator(_claims)]
    curves: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by name, in the order of their cards."""
    found = {
        file.name.removesuffix(".toml"): Preset.model_validate(tomllib.loads(file.read_text("utf-8")))
        for file in files(__name__).iterdir()
        if file.name.endswith(".toml")
    }
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].order)))
