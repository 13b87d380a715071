"""The experiment is a value: frozen, hashable and complete.

Its canonical JSON is the cache key, the file format and the command line's input; its form as a link is in `sim.links`.
Budgets are enforced here and not in a widget, because a widget's limits are no boundary: a link can ask for anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from sim.families import Family, families
from sim.metrics import count_for
from sim.regimes import Regime, regimes
from sim.registry import Registry, roles
from sim.sources import Source, sources
from sim.spec import Real, Spec, SpecError, knob, shown

RESULTS_VERSION: Final = 1
"""Raised whenever a change moves the numbers of an experiment; part of its JSON and of every link."""

WORK_BUDGET: Final = 400_000_000
"""Numbers drawn in one run: rows x columns x generations x replicates.

A choice: Gaussians on a line draw so many in ten to fifteen seconds (measured); what costs more is held by `TIME_BUDGET`.
"""

POOL_BUDGET: Final = 32_000_000
"""Numbers held for training at once (256 MB): kept rows x columns x replicates.

A choice: up to four times as much, a gigabyte, is held while a model is fitted (the benchmark `accumulate_memory`).
"""

RECORD_BUDGET: Final = 10_000_000
"""Numbers a run remembers (80 MB): (columns + metrics) x (generations + 1) x replicates, one row drawn counted.

Counted are all metrics that there are for the kind of rows, which the Numbers tab asks for, though no source has every one.
The largest run of one column that there was before metrics were counted has 1,250 replicates of 399 generations. It fits as long as
there are no more than 19 metrics of columns: room for two more than when the budget was set, which take nothing from anybody.
"""

MODEL_BUDGET: Final = 16_000_000
"""Numbers in all models of one generation (128 MB, and a few copies while they are fitted): one model's x replicates."""

SPEED: Final = 1e10
"""Floating-point operations a second: what one core does of small networks, measured from 0.9e10 to 2.8e10."""

TIME_BUDGET: Final = 3600
"""Seconds that all training and drawing of one run may take, about, by its families' own counts of operations.

A choice: nobody should be able to hold a shared server for longer with one link.
"""

ROWS_MATTER: Final = 0.75
"""With half the rows a run must take less than this share of its time, for fewer rows to be advised where it takes too long.

A family that learns from every row in every step takes half the time then; one that takes the same number of steps whatever the
rows takes nearly as long as before, and whoever asked for fewer rows would ask in vain.
"""


def _present_version(value: Any) -> int:
    """Any results version there has been, as the present one: files and links from before a number moved still open."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value not in range(1, RESULTS_VERSION + 1):
        raise SpecError("", "1" if RESULTS_VERSION == 1 else f"a whole number from 1 to {RESULTS_VERSION}", shown(value))
    return RESULTS_VERSION


class Experiment(Spec):
    """One recursive training loop, from the truth to the last generation.

    The law of the loop: batch 0 is n real rows; model t is fitted to the pool that the regime keeps of batches 0 to
    t - 1; batch t is `n - n_real` rows of model t and `n_real = round(real_share * n)` real rows.

    Raises:
        SpecError: from the constructor, `model_validate` and `from_json`.

    Five of fifty rows are real, and what is written down reads back the same:

    >>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 50, "real_share": 0.1}
    >>> experiment = Experiment.model_validate(settings)
    >>> experiment.n_real, Experiment.from_json(experiment.to_json()) == experiment
    (5, True)
    """

    version: Annotated[int, BeforeValidator(_present_version)] = RESULTS_VERSION
    source: Annotated[SerializeAsAny[Source], sources] = Field(
        title="Source", description="The truth: what real rows are drawn from.", json_schema_extra={"names": ["dataset", "data_source"]}
    )
    family: Annotated[SerializeAsAny[Family], families] = Field(
        title="Model",
        description="The kind of generative model that is fitted anew in every generation.",
        json_schema_extra={"names": ["model", "model_family", "generator"]},
    )
    regime: Annotated[SerializeAsAny[Regime], regimes] = Field(
        default={"kind": "replace"},
        title="Regime",
        description="What becomes of the rows of earlier generations.",
        json_schema_extra={"names": ["data_regime"]},
        validate_default=True,
    )
    real_share: Real = knob(
        0.0,
        label="Real data share",
        help="The share of real rows in each generation's new batch, rounded to whole rows. What matters is how many fresh real rows"
        " there are, not their share.",
        ge=0,
        le=1,
        step=0.01,
        scale="share",
        names=("real_ratio", "real_fraction", "real_data_share", "real_data_ratio", "real_proportion"),
        complements=("synthetic_ratio", "synthetic_share", "synthetic_fraction", "synthetic_data_ratio", "synthetic_proportion"),
    )
    real_supply: Literal["fresh", "fixed"] = knob(
        "fresh",
        label="Real data supply",
        help="Fresh: new real rows in every generation. Fixed: the same real rows every time.",
        needs={"real_share": ()},
    )
    temperature: Real = knob(
        1.0,
        label="Temperature",
        help="Sampling bias. 1 draws from the model as it is; below 1 the typical is favoured, above 1 the rare.",
        gt=0,
        le=2,
        step=0.05,
    )
    n: int = knob(
        100,
        label="Rows per generation",
        help="How many rows each model draws.",
        ge=1,
        le=100_000,
        scale="log",
        unit="rows",
        names=("n_samples", "num_samples", "sample_size", "samples", "rows", "n_rows"),
    )
    generations: int = knob(
        40,
        label="Generations",
        help="How many models are trained one after another.",
        ge=1,
        le=5000,
        scale="log",
        names=("n_generations", "num_generations", "iterations", "n_iterations"),
    )
    replicates: int = knob(
        50,
        label="Replicates",
        help="How many repeats of the same experiment are run, each with its own luck.",
        ge=1,
        le=20_000,
        scale="log",
        names=("n_replicates", "num_replicates", "repeats", "n_runs"),
    )
    seed: int = knob(
        0,
        label="Seed",
        help="The same seed gives the same run, number for number.",
        ge=0,
        le=2**32 - 1,
        names=("random_state", "random_seed", "rng_seed"),
    )

    @property
    def n_real(self) -> int:
        """How many rows of each new batch are real: round(real_share * n)."""
        return round(self.real_share * self.n)

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        space = self.source.space
        if space.kind not in self.family.accepts:
            able = [f.kind_name() for f in families if space.kind in f.accepts]
            rule = f"a model that can learn {space.kind} ({', '.join(able)})"
            smallest = min(able, key=lambda kind: families[kind]().memory_numbers(space), default=None)
            raise SpecError("family", rule, self.family.kind_name(), f"{self.source.kind_name()} gives {space.kind}.", smallest)
        d, loops = len(space.columns), self.generations * self.replicates
        kept = self.regime.kept_rows(self.n, self.generations)
        for budget, what, asked in (
            (
                RECORD_BUDGET,
                "numbers recorded ((columns + metrics) x generations x replicates)",
                (d + count_for(space.kind)) * (loops + self.replicates),
            ),
            (WORK_BUDGET, "numbers drawn (rows x columns x generations x replicates)", self.n * d * loops),
            (POOL_BUDGET, "numbers kept for training (kept rows x columns x replicates)", kept * d * self.replicates),
        ):
            self._within(budget, f"smaller, because this run needs more than {budget:,} {what}", asked, n=budget != RECORD_BUDGET)
        self.family.check(space)
        size = self.family.memory_numbers(space)
        if self.replicates > (most := max(1, MODEL_BUDGET // size)):
            raise SpecError("replicates", f"at most {most:,} with models of {size:,} numbers each", str(self.replicates), "", most)
        self._in_time()
        return self

    @property
    def seconds(self) -> float:
        """About how long the run takes on one core, judged by its families' own counts of operations."""
        return self._seconds(self.n)

    def _seconds(self, n: int) -> float:
        rows = self.regime.trained_rows(n, (self.generations + 1) // 2)  # the mean model's, as pools grow evenly
        return self.family.operations(self.source.space, rows, n) * self.generations * self.replicates / SPEED

    def _in_time(self) -> None:
        hours = self.seconds / 3600
        rows_matter = self._seconds(max(1, self.n // 2)) < ROWS_MATTER * self.seconds
        rule = f"smaller, because this run would take about {hours:,.1f} hours and at most {TIME_BUDGET / 3600:.0f} is given"
        self._within(TIME_BUDGET, rule, self.seconds, n=rows_matter)

    def _within(self, budget: int, rule: str, asked: float, *, n: bool = True) -> None:
        if asked <= budget:
            return
        usual = {name: type(self).model_fields[name].default for name in ("replicates", "generations", *["n"] * n)}
        where = max(usual, key=lambda name: getattr(self, name) / usual[name])
        value: int = getattr(self, where)
        fitting = max(1, int(value * (budget / asked)))
        hint = f"Ask for fewer {'rows, ' * n}generations or replicates."
        raise SpecError(where, rule, str(value), hint, max(fitting, usual[where]) if value > usual[where] else fitting)

    def to_json(self) -> str:
        """The canonical JSON: every field, in order; equal experiments have equal text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The experiment that a JSON text describes; raises `SpecError`."""
        if not isinstance(text, (str, bytes, bytearray)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise SpecError("experiment", "JSON text", shown(text))
        try:
            value = json.loads(text, object_pairs_hook=_each_once)
        except SpecError:
            raise
        except (ValueError, RecursionError) as problem:
            reason = "nested too deeply" if isinstance(problem, RecursionError) else str(problem).partition(";")[0].partition(" (char")[0]
            written = text if isinstance(text, str) else text.decode("utf-8", "replace")
            raise SpecError("experiment", "valid JSON", shown(written), f"The reader says: {reason}.") from None
        return cls.model_validate(value)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """The same as `from_json`, under the name that pydantic gives it; raises `SpecError`."""
        return cls.from_json(bytes(json_data) if isinstance(json_data, bytearray) else json_data)


def ensure_experiment(value: object) -> None:
    """Refuse anything but an experiment; raises `SpecError`."""
    if not isinstance(value, Experiment):
        hint = "Make one with Experiment.model_validate(settings) or Experiment.from_json(text)."
        raise SpecError("experiment", "an Experiment", shown(value), hint)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name said twice is refused, because one of the two values would be lost."""
    settings = dict(pairs)
    if len(settings) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in settings if names.count(name) > 1)
        raise SpecError("experiment", "JSON that says each name once", f"{shown(twice)} twice")
    return settings


ROLES: Final[Mapping[str, Registry[Any]]] = MappingProxyType(roles(Experiment))
"""The fields of an experiment that hold a variant (source, family, regime), each with the registry of its variants."""
