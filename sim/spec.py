"""Specs: frozen, strict models whose refusals a visitor can read.

Every knob of the lab is declared once, as a field of a `Spec`: its default, bounds, unit, label and help. Widgets,
links, the command line and the contract tests all read that one declaration. A bad value is refused with one sentence
(*where* must be *rule*; got *value*; what to do), never with a list of internal errors.

>>> from sim.families.kde import Kde
>>> Kde(h=9.0)
Traceback (most recent call last):
    ...
sim.spec.SpecError: h must be at most 3; got 9.0.
>>> Kde(bandwith="fixed")
Traceback (most recent call last):
    ...
sim.spec.SpecError: bandwith must be a setting of kde (bandwidth, h); got 'fixed'. Did you mean bandwidth?
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Self, cast, get_args

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.spelling import closest, folded

Real = Annotated[float, AfterValidator(lambda x: x + 0.0)]
"""A finite number; minus zero becomes zero, so that equal specs have equal JSON."""


class SpecError(ValueError):
    """A setting that cannot be used, said in one sentence.

    Attributes:
        where: the dotted path of the setting, as in JSON and links (`family.h`).
        rule: what the value must be.
        got: the refused value, shortened for reading.
        hint: what to do, or an empty string.
        nearest: the closest value that would be accepted, or None.
    """

    def __init__(self, where: str, rule: str, got: str, hint: str = "", nearest: object = None) -> None:
        self.where, self.rule, self.got, self.hint, self.nearest = where, rule, got, hint, nearest
        super().__init__(where, rule, got, hint, nearest)

    def __str__(self) -> str:
        where = _printable(self.where, 80) if self.where.strip() else shown(self.where)
        return f"{where} must be {self.rule}; got {self.got}." + (f" {self.hint}" if self.hint else "")

    def under(self, parent: str) -> SpecError:
        """The same refusal, seen from the spec that holds this one."""
        where = f"{parent}.{self.where}" if self.where else parent
        return SpecError(where, self.rule, self.got, self.hint, self.nearest)


class Spec(BaseModel):
    """A frozen, hashable value: strict types, unknown names refused, equal JSON for equal specs.

    Scalars of NumPy are taken as the plain values they stand for (`plain`), and a float that is whole, as 1e3, where a whole number
    belongs.

    Raises:
        SpecError: from the constructor and from `model_validate`, for the first setting that cannot be used.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    def __init__(self, /, **settings: Any) -> None:
        plainly = {name: plain(value) for name, value in settings.items()}
        try:
            super().__init__(**_whole(type(self), _in_our_names(type(self), plainly)))
        except ValidationError as problem:
            raise refusal(problem, type(self)) from None

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """The spec that a plain dictionary describes; raises `SpecError`."""
        if isinstance(obj, cls):
            return obj
        settings = dict(cast(Mapping[Any, Any], obj)) if isinstance(obj, Mapping) else None
        if settings is None or not all(isinstance(key, str) for key in settings):
            raise SpecError(cls.kind_name(), "a mapping of named settings", shown(cast(object, obj)))
        return cls(**settings)

    def but(self, **changes: Any) -> Self:
        """The same spec with some settings changed, checked anew (unlike `model_copy`)."""
        return type(self)(**{**dict(self), **changes})

    @property
    def advice(self) -> Mapping[str, str]:
        """A sentence for every knob that runs as it is set and would better be set otherwise, by the knob's name."""
        return {}

    @classmethod
    def kind_name(cls) -> str:
        """The name people know this spec by: its kind, or the name of its class."""
        kind = cls.model_fields.get("kind")
        return str(kind.default) if kind is not None else cls.__name__.lower()


def plain(value: Any) -> object:
    """A scalar of NumPy as the plain value it stands for; anything else as it is.

    Floats of less than 64 bits are read as the shortest decimal that names them, so that what was typed is what is run.

    >>> plain(np.int64(10)), plain(np.float32(0.1)), plain(np.bool_(True)), plain("ten")
    (10, 0.1, True, 'ten')
    """
    kind = cast(Any, type(value))
    if issubclass(kind, np.ndarray) and value.ndim == 0:
        return plain(np.asarray(value)[()])
    if issubclass(kind, np.floating) and not issubclass(kind, float):
        return float(np.format_float_scientific(value))
    known = issubclass(kind, np.number | np.bool_ | np.str_) and not issubclass(kind, np.timedelta64)
    return value.item() if known else value


def _whole(spec: type[Spec], settings: Mapping[str, object]) -> dict[str, object]:
    """The settings with a float that is whole as a whole number, where one belongs: JSON may write 1000 as 1e3."""
    found = dict(settings)
    for name in settings.keys() & spec.model_fields.keys():
        value, annotation = settings[name], spec.model_fields[name].annotation
        choices = get_args(annotation)
        belongs = annotation is int or (bool(choices) and all(type(choice) is int for choice in choices))
        if belongs and isinstance(value, float) and value.is_integer():
            found[name] = int(value)
    return found


def knob(
    default: Any = ...,
    *,
    label: str,
    help: str,
    unit: str = "",
    step: float | None = None,
    scale: str = "linear",
    needs: Mapping[str, tuple[Any, ...]] | None = None,
    names: tuple[str, ...] = (),
    complements: tuple[str, ...] = (),
    **bounds: Any,
) -> Any:
    """A field that a person may turn: one place for its default, bounds, unit, label and help.

    Args:
        default: the value when nothing is said.
        label: the accessible name on screen, in sentence case.
        help: one or two sentences for a newcomer.
        unit: shown behind the value, empty for pure numbers.
        step: how far one key press moves it.
        scale: "linear", "log" (rows, counts) or "share" (shown in percent).
        needs: sibling knobs and the values under which this knob has any effect; otherwise it is shown greyed.
        names: what else the field calls it; JSON, links and `Spec` understand these too.
        complements: names of one minus it, which are understood likewise.
        bounds: `ge`, `gt`, `le`, `lt` as pydantic understands them.
    """
    extra: dict[str, Any] = {"unit": unit, "step": step, "scale": scale, "needs": dict(needs or {})}
    extra |= {"names": names, "complements": complements}
    field: Any = Field(default, title=label, description=help, json_schema_extra=extra, **bounds)
    return field


def knobs(spec: type[Spec]) -> dict[str, FieldInfo]:
    """The fields of a spec that a person may turn, in the order in which they were declared."""
    return {name: field for name, field in spec.model_fields.items() if field.title}


def knob_meant(spec: type[Spec], name: str) -> tuple[str, bool] | None:
    """The knob that a name is another spelling or another name of, and whether it means one minus it; None where there is none.

    >>> from sim.experiment import Experiment
    >>> knob_meant(Experiment, "n_samples"), knob_meant(Experiment, "synthetic_ratio"), knob_meant(Experiment, "utm_source")
    (('n', False), ('real_share', True), None)
    """
    wanted = folded(name)
    for own, field in knobs(spec).items() if wanted else ():
        extra = cast(dict[str, Any], field.json_schema_extra or {})
        if wanted in map(folded, (own, *extra.get("names", ()))):
            return own, False
        if wanted in map(folded, extra.get("complements", ())):
            return own, True
    return None


def _in_our_names(spec: type[Spec], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with other names of the field replaced by ours; a setting that is said under both names stays, to be refused."""
    ours = dict(settings)
    for name in [name for name in settings if name not in spec.model_fields]:
        own, is_complement = knob_meant(spec, name) or ("", False)
        is_number = isinstance(settings[name], (int, float)) and not isinstance(settings[name], bool)
        if own and own not in ours and (is_number or not is_complement):
            value = ours.pop(name)
            ours[own] = float(1 - Decimal(str(float(value)))) if is_complement else value
    return ours


def shown(value: object, limit: int = 60) -> str:
    """A refused value, safe and short enough to stand in a sentence."""
    try:
        text = _SHORT.repr(value)
    except Exception:  # a foreign object may refuse even that, and so does an integer of 5000 digits
        text = f"something of type {type(value).__name__}"
    return _printable(text, limit)


def _printable(text: str, limit: int) -> str:
    text = "".join(c if c.isprintable() else "?" for c in text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


_SHORT = reprlib.Repr()
_SHORT.maxlevel = 4
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 200


def did_you_mean(name: object, known: Iterable[str]) -> tuple[str, str | None]:
    """A hint that names the closest known word, and that word; ("", None) when nothing is close."""
    close = closest(name, tuple(known)) if isinstance(name, str) else None
    return (f"Did you mean {close}?", close) if close else ("", None)


def refusal(problem: ValidationError, spec: type[Spec]) -> SpecError:
    """The first complaint of pydantic, in the project's own words; a name that is nobody's comes before one that is missing."""
    complaints = problem.errors(include_url=False)
    strangers = (one for one in complaints if one["type"] == "extra_forbidden")
    detail = next(strangers, complaints[0]) if complaints[0]["type"] == "missing" else complaints[0]
    where = ".".join(str(part) for part in detail["loc"]) or spec.kind_name()
    inner = detail.get("ctx", {}).get("error")
    if isinstance(inner, SpecError):
        return inner.under(where) if detail["loc"] else inner
    rule, hint, nearest = _rule(detail, spec, where)
    got = "nothing" if detail["type"] == "missing" else shown(detail["input"])
    return SpecError(where, rule, got, hint, nearest)


_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of reasonable size",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a word",
    "string_unicode": "readable text",
    "bool_type": "true or false",
    "missing": "given",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


def _rule(detail: ErrorDetails, spec: type[Spec], where: str) -> tuple[str, str, object]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{words} {_number(context[key])}", "", context[key] if kind.endswith("equal") else None
    if kind == "literal_error":
        field = spec.model_fields.get(where)
        choices: tuple[object, ...] = getattr(field.annotation, "__args__", ()) if field else ()
        hint, nearest = did_you_mean(detail["input"], [str(c) for c in choices])
        return f"{'one of ' if len(choices) > 1 else ''}{', '.join(str(c) for c in choices)}", hint, nearest
    if kind == "extra_forbidden":
        known = [name for name in spec.model_fields if name != "kind"]
        hint, nearest = did_you_mean(where, known)
        return f"a setting of {spec.kind_name()} ({', '.join(known) or 'it has none'})", hint, nearest
    if kind in ("int_type", "int_from_float") and isinstance(value := detail["input"], float) and math.isfinite(value):
        return _TYPES[kind], f"Round it, to {round(value)} for example.", round(value)
    return _TYPES.get(kind, detail["msg"].lower().removeprefix("input should be ")), "", None


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
