"""Links: an experiment as the readable parameters of an address, and back.

`to_link` leaves defaults out, so that a link says only what is special: `v=1 source=normal family=gaussian n=20`, with
the knobs of a variant under its role (`family.ddof=1`). `from_link` is strict. `nearest` is for visitors: it mends a
link one setting at a time and says each time what it did. Numbers are plain ASCII decimals and nothing else; Python's own
reader would also take "1_000", " 5 " and the digits of every script, so that one experiment would have many links.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args, get_origin

from sim.experiment import ROLES, Experiment
from sim.spec import Spec, SpecError, did_you_mean, knobs, shown

READ_AT_MOST: Final = 40
"""Parameters of one link that are read; no experiment has as many."""

SAY_AT_MOST: Final = 8
"""Sentences about one link; the rest is counted. A choice: a reader is to see what was changed, not every case of it."""

MEND_AT_MOST: Final = 3
"""How often one setting is mended before the link is given up.

A choice: each mend may uncover another fault of the same setting, and none may go on for ever.
"""

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
            flat |= {f"{name}.{knob}": text for knob, text in _special(value).items()}
    return flat | _special(experiment)


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


def nearest(flat: Mapping[str, str], default: Experiment) -> tuple[Experiment, tuple[str, ...]]:
    """The valid experiment closest to what a link asks for, and a sentence for every setting that was mended.

    A value out of bounds is moved to the bound, an unknown word to the closest known one, anything else is left out.
    What the link must say and does not (source and model) comes from `default`, and so does everything when the
    link is empty or beyond mending. Never raises.

    Args:
        flat: the parameters, as typed by anybody.
        default: the experiment to fall back to.

    >>> usual = from_link({"source": "normal", "family": "gaussian"})
    >>> nearest({"source": "normal", "family": "gaussian", "n": "0"}, usual)[1]
    ('n must be at least 1; got 0. Using 1 instead.',)
    """
    readable = {k: v for k, v in flat.items() if isinstance(k, str) and isinstance(v, str)}  # pyright: ignore[reportUnnecessaryIsInstance]
    wanted = dict(list(readable.items())[:READ_AT_MOST])
    notes = [(f"Only the first {READ_AT_MOST} settings of this link were read.", "")] * (len(readable) > READ_AT_MOST)
    mended: Counter[str] = Counter()
    while wanted:
        try:
            return from_link(wanted), _brief([f"{rule} {what}".strip() for rule, what in notes])
        except SpecError as problem:
            mended[problem.where] += 1
            hopeless = mended[problem.where] > MEND_AT_MOST
            wanted, what = ({}, "") if hopeless else _mend(wanted, problem, default)
            notes.append((str(problem), what))
    said = f"Showing {default.source.kind_name()} data and a {default.family.kind_name()} model instead."
    return default, _brief([*(rule for rule, _ in notes), said] if notes else [])


def _mend(wanted: dict[str, str], problem: SpecError, default: Experiment) -> tuple[dict[str, str], str]:
    """The parameters with the offending one changed or left out, and the words for it; no parameters when at a loss."""
    name = problem.where
    if name in ROLES:
        rest = {k: v for k, v in wanted.items() if k != name and not k.startswith(f"{name}.")}
        if isinstance(problem.nearest, str):
            return rest | {name: problem.nearest}, f"Using {problem.nearest} instead."
        usual = {k: v for k, v in to_link(default).items() if k == name or k.startswith(f"{name}.")}
        return rest | usual, f"Using {getattr(default, name).kind_name()} instead."
    if problem.nearest is not None and _text(problem.nearest) != wanted.get(name):
        return wanted | {name: _text(problem.nearest)}, f"Using {_text(problem.nearest)} instead."
    if name not in wanted:
        return {}, ""
    rest = {k: v for k, v in wanted.items() if k != name}
    meant = _meant(name, wanted)
    return (rest | {meant: wanted[name]}, f"Reading it as {meant}.") if meant else (rest, _without(name, wanted))


def _meant(name: str, wanted: Mapping[str, str]) -> str | None:
    """The setting that a misspelt name stands for, unless it is unlike any, or the link has that one too."""
    role, _, knob = name.rpartition(".")
    known = knobs(_spec(role, wanted))
    near = None if knob in known or knob == "v" else did_you_mean(knob, known)[1]
    full = f"{role}.{near}" if role else near
    return full if near and full not in wanted else None


def _spec(role: str, wanted: Mapping[str, str]) -> type[Spec]:
    """The spec whose settings a role's part of a link holds; the role's own kind must be known by then."""
    return ROLES[role][wanted.get(role) or Experiment.model_fields[role].default["kind"]] if role in ROLES else Experiment


def _without(name: str, wanted: Mapping[str, str]) -> str:
    """What holds when a setting of the link is left out."""
    role, _, knob = name.rpartition(".")
    field = knobs(_spec(role, wanted)).get(knob)
    if field is not None and field.annotation is str:  # a checksum says nothing to a reader
        return f"Using the usual {str(field.title).lower()} instead."
    return "It is left out." if field is None else f"Using {_text(field.default)} instead."


def _brief(notes: list[str]) -> tuple[str, ...]:
    beyond = len(notes) - SAY_AT_MOST
    return tuple(notes) if beyond <= 0 else (*notes[:SAY_AT_MOST], f"{beyond} more {'change' if beyond == 1 else 'changes'} like this.")


def _special(spec: Spec) -> dict[str, str]:
    """The plain knobs of a spec that differ from their defaults, as text."""
    values = {name: (getattr(spec, name), field.default) for name, field in knobs(type(spec)).items()}
    return {name: _text(value) for name, (value, default) in values.items() if value != default and not isinstance(value, Spec)}


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
    return {"kind": kind} | {n: _setting(spec, n, f"{role}.{n}", t, known) for n, t in texts.items()}


def _setting(spec: type[Spec], name: str, where: str, text: str, known: list[str]) -> object:
    if name not in known:
        hint, _ = did_you_mean(name, known)
        raise SpecError(where, f"a setting of {spec.kind_name()} ({', '.join(known) or 'it has none'})", shown(text), hint)
    return _read(where, text, spec.model_fields[name].annotation)


def _read(where: str, text: str, annotation: Any) -> object:
    """The value that a text stands for; a word where a word may stand."""
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    if annotation is float:
        if not _NUMBER.fullmatch(text):
            raise SpecError(where, "a number", shown(text))
        return float(text)
    if annotation is int or (choices and all(isinstance(choice, int) for choice in choices)):
        if not _WHOLE.fullmatch(text):
            # Up to 10^15 every whole number has a float of its own.
            near = round(float(text)) if _NUMBER.fullmatch(text) and abs(float(text)) < 1e15 else None
            raise SpecError(where, "a whole number", shown(text), nearest=near)
        return int(text)
    return text


def _text(value: object) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
