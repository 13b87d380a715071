"""Registries: a new variant is one new file and no edit elsewhere.

A registry belongs to a package (`sim.sources`, `sim.families`, ...). The first question it is asked imports every
module of that package once, and each module registers its variants with a decorator. Why not entry points: the
variants live in this repository, and a folder listing cannot go stale.

>>> from sim.families import families
>>> families["gaussian"].label
'Gaussian'
>>> families["gausian"]  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
sim.spec.SpecError: kind must be one of ...; got 'gausian'. Did you mean gaussian?
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sim.spec import Spec, SpecError, did_you_mean, shown
from sim.synonyms import Entry, meant, stands_in

V = TypeVar("V", bound=Spec)
C = TypeVar("C", bound=type[Any])


@cache
def discover(package: str) -> None:
    """Import every module of a package once, so that each can register what it defines."""
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")


def is_same_definition(one: Any, other: Any) -> bool:
    """Whether two classes or functions are one definition, made twice: a cell of a notebook that was run again, a module reloaded."""
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


class Registry(Generic[V]):
    """The variants of one role, found by their `kind`.

    It also annotates the field of a spec that holds a variant, `Annotated[SerializeAsAny[Source], sources]`: the field then
    takes a mapping with a `kind`, and `roles` finds the registry there. So a role is known where its field is declared.

    Args:
        role: the name of the role in specs, JSON and links ("source", "family", "regime").
        package: the package whose modules define the variants.
    """

    def __init__(self, role: str, package: str) -> None:
        self.role = role
        self._package = package
        self._variants: dict[str, type[V]] = {}

    def register(self, variant: C) -> C:
        """Class decorator: makes the variant known under its `kind`.

        Defined anew, it takes the place of the one before.

        Raises:
            TypeError: where another class has this kind.
        """
        kind = variant.kind_name()
        if kind in self._variants and not is_same_definition(variant, self._variants[kind]):
            raise TypeError(f"two {self.role} variants call themselves {kind!r}")
        self._variants[kind] = variant  # pyright: ignore[reportArgumentType]
        return variant

    def __iter__(self) -> Iterator[type[V]]:
        """Every variant, in alphabetical order of their kinds."""
        return iter(self._all().values())

    def __getitem__(self, kind: str) -> type[V]:
        """The variant of that kind, or of the kind that this is another name of; raises `SpecError` with the closest name."""
        variants = self._all()
        if (own := self.kind_meant(kind)) is None:
            instead = stands_in(kind, self._entries()) if isinstance(kind, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
            hint, nearest = (f"The nearest is {instead}.", instead) if instead else did_you_mean(kind, variants)
            raise SpecError("kind", f"one of {', '.join(variants)}", shown(kind), hint, nearest)
        return variants[own]

    def kind_meant(self, word: object) -> str | None:
        """The kind that a word names, in any spelling or by another name of the field; None where it names none.

        >>> from sim.sources import sources
        >>> sources.kind_meant("Gaussian"), sources.kind_meant("make_moons"), sources.kind_meant("mnist")
        ('normal', 'moons', None)
        """
        if not isinstance(word, str):
            return None
        return word if word in self._all() else meant(word, self._entries())

    def _entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(kind, getattr(variant, "label", ""), variant.__doc__ or "") for kind, variant in self._all().items())

    def resolve(self, value: Any) -> V:
        """The spec that a mapping with a `kind` describes; a spec of this role is passed through.

        One made before its class was defined anew is made anew too.
        """
        known = self._all().get(value.kind_name()) if isinstance(value, Spec) else None
        if isinstance(value, Spec) and known is not None and is_same_definition(type(value), known):
            return known.model_validate(value if isinstance(value, known) else dict(value))
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str):  # pyright: ignore[reportUnknownMemberType]
            rule = f"a mapping with a kind ({', '.join(self._all())})"
            raise SpecError("", rule, shown(value))  # pyright: ignore[reportUnknownArgumentType]
        settings: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        variant = self[settings["kind"]]
        return variant.model_validate({**settings, "kind": variant.kind_name()})

    @property
    def plural(self) -> str:
        """The name of all variants together, as in the catalogue ("sources", "families", "regimes")."""
        return self._package.rpartition(".")[2]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.resolve, handler(source))

    def _all(self) -> dict[str, type[V]]:
        discover(self._package)
        self._variants = dict(sorted(self._variants.items()))
        return self._variants


def roles(spec: type[Spec]) -> dict[str, Registry[Any]]:
    """The registries that fields of a spec choose their variants from, by the name of the field, in order of declaration."""
    marked = ((name, part) for name, field in spec.model_fields.items() for part in field.metadata)
    return {name: part for name, part in marked if isinstance(part, Registry)}
