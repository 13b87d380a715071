"""The catalogue: every source, family, regime and metric with its knobs, read from their declarations.

Nothing is listed by hand, so a new file appears here by itself. What the catalogue says of a knob is what widgets,
links and the contract tests go by.
"""

from __future__ import annotations

import textwrap
from inspect import cleandoc
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.docstrings import first_sentence
from sim.experiment import ROLES, Experiment
from sim.metrics import Metric, metrics
from sim.spec import knobs

BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """Plain data, ready for JSON: experiment (its own knobs), sources, families, regimes and metrics."""
    own = [_knob(name, field) for name, field in knobs(Experiment).items() if name not in ROLES]
    variants = {registry.plural: [_variant(variant) for variant in registry] for registry in ROLES.values()}
    return {"experiment": own, **variants, "metrics": [_metric(metric) for metric in metrics().values()]}


def as_text() -> str:
    """The catalogue for reading."""
    parts = catalogue()
    lines = ["experiment", *_knob_lines(parts["experiment"], "  ")]
    for part in (registry.plural for registry in ROLES.values()):
        lines += ["", part]
        for variant in parts[part]:
            lines += [_entry(variant["kind"], variant), *_knob_lines(variant["knobs"], "      ")]
    return "\n".join([*lines, "", "metrics", *(_entry(metric["name"], metric) for metric in parts["metrics"])])


def bounds(field: FieldInfo) -> dict[str, float]:
    """What a field's declaration allows: some of ge, gt, le, lt.

    >>> from sim.families.kde import Kde
    >>> bounds(knobs(Kde)["h"])
    {'ge': 0, 'le': 3}
    """
    return {word: getattr(rule, word) for rule in field.metadata for word in BOUNDS if hasattr(rule, word)}


def _variant(spec: Any) -> dict[str, Any]:
    found = [_knob(name, field) for name, field in knobs(spec).items()]
    return {"kind": spec.kind_name(), "label": spec.label, "help": cleandoc(spec.__doc__ or ""), "knobs": found}


def _knob(name: str, field: FieldInfo) -> dict[str, Any]:
    extra: Any = field.json_schema_extra or {}
    default = None if field.default is PydanticUndefined else field.default
    said = {"name": name, "label": field.title, "help": field.description, "default": default, "unit": extra.get("unit", "")}
    return said | {"bounds": bounds(field), "choices": list(get_args(field.annotation))}


def _metric(metric: Metric) -> dict[str, Any]:
    said = {name: getattr(metric, name) for name in ("name", "label", "unit", "better", "replicates")}
    return said | {"spaces": sorted(metric.spaces), "help": cleandoc(metric.help)}


def _entry(name: str, about: dict[str, Any]) -> str:
    return textwrap.fill(f"{name}: {about['label']}. {first_sentence(about['help'])}", 110, initial_indent="  ", subsequent_indent="      ")


def _knob_lines(known: list[dict[str, Any]], indent: str) -> list[str]:
    return [textwrap.fill(_knob_line(knob), 110, initial_indent=indent, subsequent_indent=f"{indent}    ") for knob in known]


def _knob_line(knob: dict[str, Any]) -> str:
    allowed = [f"{BOUNDS[word]} {value:,}" for word, value in knob["bounds"].items()]
    allowed += [f"one of {', '.join(map(str, knob['choices']))}"] * bool(knob["choices"])
    return f"{knob['name']} = {knob['default']} ({', '.join(allowed)}): {knob['label']}. {knob['help']}"
