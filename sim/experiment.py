"""The experiment is a value: frozen, hashable and complete.

Its canonical JSON is the cache key, the file format and the command line's input; its flat form is the link. Budgets
are enforced here and not in a widget, because a widget's limits are no boundary: a link can ask for anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from sim.families import Family, families
from sim.regimes import Regime, regimes
from sim.registry import Registry
from sim.sources import Source, sources
from sim.spec import Real, Spec, SpecError, knob, shown

RESULTS_VERSION: Final = 1
"""Raised whenever a change moves the numbers of an experiment; part of its JSON and of every link."""

WORK_BUDGET: Final = 400_000_000
"""Numbers drawn in one run: rows x columns x generations x replicates."""

POOL_BUDGET: Final = 32_000_000
"""Numbers held for training at once (256 MB): kept rows x columns x replicates."""


def _variant(registry: Registry[Any]) -> BeforeValidator:
    return BeforeValidator(registry.resolve)


class Experiment(Spec):
    """One recursive training loop, from the truth to the last generation.

    The law of the loop: batch 0 is n real rows; model t is fitted to the pool that the regime keeps of batches 0 to
    t - 1; batch t is `n - n_real` rows of model t and `n_real = round(real_share * n)` real rows.

    Raises:
        SpecError: from the constructor, `model_validate`, `from_json` and `from_flat`.
    """

    version: Literal[1] = RESULTS_VERSION
    source: Annotated[SerializeAsAny[Source], _variant(sources)] = Field(
        title="Source", description="The truth: what real rows are drawn from."
    )
    family: Annotated[SerializeAsAny[Family], _variant(families)] = Field(
        title="Model", description="The kind of generative model that is fitted anew in every generation."
    )
    regime: Annotated[SerializeAsAny[Regime], _variant(regimes)] = Field(
        default={"kind": "replace"}, title="Regime", description="What becomes of the rows of earlier generations.", validate_default=True
    )
    real_share: Real = knob(
        0.0,
        label="Real data share",
        help="The exact share of real rows in each generation's new batch. What matters is the number of fresh real rows, not the share.",
        ge=0,
        le=1,
        step=0.01,
        scale="share",
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
    n: int = knob(100, label="Rows per generation", help="How many rows each model draws.", ge=1, le=100_000, scale="log", unit="rows")
    generations: int = knob(40, label="Generations", help="How many models are trained one after another.", ge=1, le=5000)
    replicates: int = knob(
        50, label="Replicates", help="How many worlds run the same experiment, each with its own luck.", ge=1, le=20_000, scale="log"
    )
    seed: int = knob(0, label="Seed", help="The same seed gives the same run, number for number.", ge=0, le=2**32 - 1)

    @property
    def n_real(self) -> int:
        """How many rows of each new batch are real: round(real_share * n)."""
        return round(self.real_share * self.n)

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        space = self.source.space
        if space.kind not in self.family.accepts:
            able = [f.title() for f in families if space.kind in f.accepts]
            rule = f"a model that can learn {space.kind} ({', '.join(able)})"
            raise SpecError("family", rule, self.family.title(), f"{self.source.title()} gives {space.kind}.", able[0])
        self._within("numbers drawn", WORK_BUDGET, len(space.columns) * self.n * self.generations * self.replicates)
        kept = self.regime.kept_rows(self.n, self.generations)
        self._within("numbers kept for training", POOL_BUDGET, len(space.columns) * kept * self.replicates)
        self.family.check(space)
        return self

    def _within(self, what: str, budget: int, asked: int) -> None:
        if asked <= budget:
            return
        shrink = budget / asked
        where, value = max((("replicates", self.replicates), ("n", self.n), ("generations", self.generations)), key=lambda knob: knob[1])
        rule = f"smaller, because this run needs more than {budget:,} {what} (rows x columns x generations x replicates)"
        raise SpecError(where, rule, str(value), "Ask for fewer rows, generations or replicates.", max(1, int(value * shrink)))

    def to_json(self) -> str:
        """The canonical JSON: every field, in order; equal experiments have equal text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The experiment that a JSON text describes; raises `SpecError`."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as problem:
            reason = str(problem).split("(")[0].strip().lower() or "not readable"
            raise SpecError("experiment", "valid JSON", shown(text), f"The reader says: {reason}.") from None
        return cls.model_validate(value)

    def to_flat(self) -> dict[str, str]:
        """The readable parameters of a link: words and numbers, defaults left out, schema version first."""
        flat = {"v": str(self.version)}
        for name, value in self:
            if isinstance(value, Spec):
                kind_field = type(self).model_fields[name]
                if kind_field.is_required() or value.title() != kind_field.default["kind"]:
                    flat[name] = value.title()
                flat |= {f"{name}.{knob}": _text(v) for knob, v in value if knob != "kind" and v != type(value).model_fields[knob].default}
            elif name != "version" and value != type(self).model_fields[name].default:
                flat[name] = _text(value)
        return flat

    @classmethod
    def from_flat(cls, flat: Mapping[str, str]) -> Self:
        """The experiment that the parameters of a link describe; raises `SpecError`."""
        nested: dict[str, Any] = {}
        for name, text in flat.items():
            role, _, setting = name.partition(".")
            if name == "v":
                nested["version"] = _parsed(name, text, int)
            elif role in _ROLES:
                part = nested.setdefault(role, {})
                part[setting or "kind"] = text
            else:
                nested[name] = _parsed(name, text, _annotation(cls, name))
        for role, registry in _ROLES.items():
            if role in nested:
                nested[role] = _part(role, registry, nested[role])
        return cls.model_validate(nested)


_ROLES: dict[str, Registry[Any]] = {"source": sources, "family": families, "regime": regimes}


def _part(role: str, registry: Registry[Any], texts: dict[str, str]) -> dict[str, Any]:
    try:
        spec = registry[texts.get("kind", "replace" if role == "regime" else "")]
    except SpecError as problem:
        raise SpecError(role, problem.rule, problem.got, problem.hint, problem.nearest) from None
    parsed = {k: _parsed(f"{role}.{k}", v, _annotation(spec, k)) for k, v in texts.items() if k != "kind"}
    return {"kind": spec.title(), **parsed}


def _annotation(spec: type[Spec], name: str) -> Any:
    field = spec.model_fields.get(name)
    return str if field is None else field.annotation


def _parsed(where: str, text: str, annotation: Any) -> object:
    readers: dict[Any, tuple[Callable[[str], object], str]] = {int: (int, "a whole number"), float: (float, "a number")}
    choices = get_args(annotation)
    if choices and all(isinstance(choice, int) for choice in choices):
        annotation = int
    if annotation not in readers:
        return text
    read, rule = readers[annotation]
    try:
        return read(text)
    except ValueError:
        raise SpecError(where, rule, shown(text)) from None


def _text(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
