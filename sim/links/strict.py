"""Links as they are written and strictly read.

Numbers are plain ASCII decimals and nothing else; Python's own reader would also take "1_000", " 5 " and the digits of every
script, so that one experiment would have many links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from sim.experiment import ROLES, Experiment
from sim.spec import Spec, SpecError, did_you_mean, knobs, shown

_WHOLE = re.compile(r"-?[0-9]{1,300}")
_NUMBER = re.compile(r"-?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})([eE][+-]?[0-9]{1,4})?")


def to_link(experiment: Experiment) -> dict[str, str]:
    """The parameters of an experiment's link: schema version first, defaults left out.

    >>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian", "ddof": 1}, "n": 20}
    >>> link = to_link(Experiment.model_validate(settings))
    >>> link
    {'v': '1', 'source': 'normal', 'family': 'gaussian', 'family.ddof': '1', 'n': '20'}
    >>> from_link(link) == Experiment.model_validate(settings)
    True
    """
    flat = {"v": str(experiment.version)}
    for name, field in knobs(Experiment).items():
        value = getattr(experiment, name)
        if isinstance(value, Spec):
            if field.is_required() or value.kind_name() != field.default["kind"]:
                flat[name] = value.kind_name()
            flat |= {f"{name}.{knob}": text for knob, text in special(value).items()}
    return flat | special(experiment)


def from_link(flat: Mapping[str, str]) -> Experiment:
    """The experiment that the parameters of a link describe; raises `SpecError`."""
    for name, text in flat.items():
        if not isinstance(name, str) or not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise SpecError("link", "names and values that are text", shown({name: text}))
    settings: dict[str, Any] = {role: _variant(role, flat) for role in ROLES if any(name.partition(".")[0] == role for name in flat)}
    known = [name for name in knobs(Experiment) if name not in ROLES]
    for name, text in flat.items():
        if name == "v":
            settings["version"] = _read(name, text, int)
        elif name.partition(".")[0] not in ROLES:
            settings[name] = _setting(Experiment, name, name, text, ["v", *ROLES, *known])
    try:
        return Experiment.model_validate(settings)
    except SpecError as problem:
        if problem.where != "version":
            raise
        raise SpecError("v", f"{problem.rule}, the version of links that is read here", problem.got) from None


def special(spec: Spec) -> dict[str, str]:
    """The plain knobs of a spec that differ from their defaults, as text."""
    values = {name: (getattr(spec, name), field.default) for name, field in knobs(type(spec)).items()}
    return {name: written(value) for name, (value, default) in values.items() if value != default and not isinstance(value, Spec)}


def _variant(role: str, flat: Mapping[str, str]) -> dict[str, Any]:
    """The settings of one role: its kind and the knobs of that kind."""
    field = Experiment.model_fields[role]
    kind = flat.get(role, "" if field.is_required() else field.default["kind"])
    try:
        spec = ROLES[role][kind]
    except SpecError as problem:
        raise SpecError(role, problem.rule, problem.got if role in flat else "nothing", problem.hint, problem.nearest) from None
    known = list(knobs(spec))
    texts = {name.removeprefix(f"{role}."): text for name, text in flat.items() if name.startswith(f"{role}.")}
    return {"kind": spec.kind_name()} | {n: _setting(spec, n, f"{role}.{n}", t, known) for n, t in texts.items()}


def _setting(spec: type[Spec], name: str, where: str, text: str, known: list[str]) -> object:
    if name not in known:
        hint, _ = did_you_mean(name, known)
        raise SpecError(where, f"a setting of {spec.kind_name()} ({', '.join(known) or 'it has none'})", shown(text), hint)
    return _read(where, text, spec.model_fields[name].annotation)


def _read(where: str, text: str, annotation: Any) -> object:
    """The value that a text stands for; a word where a word may stand."""
    if annotation is float:
        if not _NUMBER.fullmatch(text):
            raise SpecError(where, "a number", shown(text))
        return float(text)
    if is_whole(annotation):
        if not _WHOLE.fullmatch(text):
            # Up to 10^15 every whole number has a float of its own.
            near = round(float(text)) if _NUMBER.fullmatch(text) and abs(float(text)) < 1e15 else None
            raise SpecError(where, "a whole number", shown(text), nearest=near)
        return int(text)
    return text


def is_whole(annotation: Any) -> bool:
    """Whether a setting of this type is a whole number, a choice between some included."""
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    return annotation is int or (bool(choices) and all(isinstance(choice, int) for choice in choices))


def written(value: object) -> str:
    """A value as links have it."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
