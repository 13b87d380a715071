"""Arrays and mappings that nobody can write into, and records made of them that travel between processes.

What a run leaves behind is shared by many readers, so an array is read-only from its birth on. NumPy forgets that when an
array is pickled; a `FrozenDataclass` remembers it.

>>> import pickle
>>> seen = pickle.loads(pickle.dumps(ReadOnly({"total_variance": frozen(np.ones(3))})))
>>> seen["total_variance"]
array([1., 1., 1.])
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

USUAL_ARITHMETIC: Final = np.errstate(divide="warn", over="warn", under="ignore", invalid="warn")
"""A decorator for what computes runs: numbers too small for 64 bits are 0 there, whatever the caller told `np.seterr`.

These are the defaults of NumPy.
"""

V = TypeVar("V")
T = TypeVar("T")


def frozen(array: Array) -> Array:
    """The same array, read-only from now on."""
    array.flags.writeable = False
    return array


def freeze(value: T) -> T:
    """The same value, with every array in it read-only: in records, models, mappings and sequences, however deep."""
    if isinstance(value, np.ndarray):
        frozen(cast(Array, value))
    elif isinstance(value, (list, tuple)):
        for part in cast("list[object]", value):
            freeze(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in _values(value).values():
            freeze(part)
    elif isinstance(value, Mapping):
        for part in cast(Mapping[Any, object], value).values():
            freeze(part)
    return cast(T, value)


class ReadOnly(Mapping[str, V]):
    """A mapping that cannot be changed and, unlike a view of a dictionary, can be pickled."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    # Views of a dictionary are read-only, and ten times as fast as those that `Mapping` makes.
    def keys(self) -> KeysView[str]:
        """A view of the names."""
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        """A view of the values."""
        return self._items.values()

    def items(self) -> ItemsView[str, V]:
        """A view of both."""
        return self._items.items()

    def __repr__(self) -> str:
        return f"ReadOnly({self._items!r})"


class FrozenDataclass:
    """A frozen dataclass of arrays and values: the standard pickler carries it, and it arrives as read-only as it left.

    A mapping that it is made with is copied into a `ReadOnly` one, where its field is declared as a mapping.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in _mappings(type(self)):
            value: object = getattr(self, name)
            if not isinstance(value, ReadOnly):
                object.__setattr__(self, name, ReadOnly(cast(Mapping[str, object], value)))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _arrived, (type(self), _values(self))


@cache
def _mappings(record: type[FrozenDataclass]) -> tuple[str, ...]:
    """The fields of a record that hold a mapping; records are made in every generation, so each kind is asked once."""
    return tuple(part.name for part in fields(cast(Any, record)) if str(part.type).startswith("Mapping["))


def _values(record: object) -> dict[str, object]:
    """The fields of a dataclass; `dataclasses.fields` takes twice as long."""
    return {name: getattr(record, name) for name in cast(Any, record).__dataclass_fields__}


def _arrived(kind: Callable[..., T], values: Mapping[str, object]) -> T:
    return kind(**{name: freeze(value) for name, value in values.items()})
