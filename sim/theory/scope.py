"""Scope: which fields of an experiment a closed form has taken into account, and the gate that silences it beyond them.

A closed form is true under assumptions, and an experiment may gain fields that none of them speaks of. So each form names
the fields it knows, and wherever another one is off its default the form is not asked at all: nobody has to remember it.
A field is named by its path:

    "temperature"          a field of the experiment;
    "regime"               a role whatever its variant: the form reads it through a function that names its own scope;
    "source.normal"        one variant of a role, with all its knobs at their defaults;
    "family.kde.h"         one variant of a role, and one of its knobs.

The size of a run, its seed and the results version are known to everyone, for no form is derived without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from sim.experiment import Experiment
from sim.spec import Spec

P = ParamSpec("P")
R = TypeVar("R")

Fields = tuple[str, ...]

SIZE: Final = frozenset({"version", "n", "generations", "replicates", "seed"})

TRAINING: Final[Fields] = ("regime", "real_share", "real_supply", "temperature")
"""How batches become the next model's training rows, and how a model is drawn from."""

LOOP: Final[Fields] = ("source", "family", *TRAINING)
"""The loop that the laws were derived for. It never grows: a form that has learned of a new field names it beside these."""


def silent_beyond(knows: Fields, find: Callable[Concatenate[Experiment, P], R | None]) -> Callable[Concatenate[Experiment, P], R | None]:
    """The same function of an experiment, which says None wherever a field off its default is not among those known."""

    @wraps(find)
    def found(experiment: Experiment, /, *rest: P.args, **named: P.kwargs) -> R | None:
        return find(experiment, *rest, **named) if in_scope(experiment, knows) else None

    return found


def in_scope(experiment: Experiment, knows: Fields) -> bool:
    """Whether every field off its default is one of those known, and every variant one of those named."""
    return not any(True for _ in _beyond(experiment, knows))


def unknown_settings(experiment: Experiment, knows: Fields) -> tuple[str, ...]:
    """What a reader calls the fields off their defaults that are not known, in the order in which they are declared.

    A variant other than those named is none of them: that is an assumption that does not hold, not a field overlooked.

    >>> warm = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "temperature": 0.5}
    >>> unknown_settings(Experiment.model_validate(warm), ("source", "family"))
    ('Temperature',)
    """
    return tuple(label for label in _beyond(experiment, knows) if label)


def _beyond(experiment: Experiment, knows: Fields) -> Iterator[str]:
    """The label of each field beyond the scope; an empty one for a variant that is not named."""
    for name, field in type(experiment).model_fields.items():
        value: object = getattr(experiment, name)
        if name in SIZE or name in knows or value == _default(type(experiment), name, type(value)):
            continue
        variants = {path.split(".")[1] for path in knows if path.startswith(f"{name}.")}
        if not isinstance(value, Spec) or not variants:
            yield field.title or name
        elif value.kind_name() not in variants:
            yield ""
        else:
            yield from _unknown_knobs(value, f"{name}.{value.kind_name()}", (field.title or name).lower(), knows)


def _unknown_knobs(variant: Spec, path: str, role: str, knows: Fields) -> Iterator[str]:
    for name, knob in type(variant).model_fields.items():
        value: object = getattr(variant, name)
        if f"{path}.{name}" not in knows and value != _default(type(variant), name, type(value)):
            yield f"{knob.title or name} of the {role} {getattr(variant, 'label', variant.kind_name())}"


@cache
def _default(spec: type[Spec], name: str, kind: type[object]) -> object:
    """The default of a field, for a value of that type; laws are looked up while a slider waits, so each is made once."""
    default: object = spec.model_fields[name].get_default(call_default_factory=True)
    if not issubclass(kind, Spec) or not isinstance(default, Mapping):
        return default
    settings = cast(Mapping[str, Any], default)  # as JSON has it, because a role's variants are found when first asked for
    return kind.model_validate(settings) if settings.get("kind") == kind.kind_name() else None
