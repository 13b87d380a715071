"""The experiment nearest to a link as it arrived, and what had to be mended for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, get_args

from sim.experiment import ROLES, Experiment
from sim.links.names import Mend, settled
from sim.links.strict import from_link, is_whole, special, written
from sim.links.travel_marks import as_meant, plain_number
from sim.spec import Spec, SpecError, knobs
from sim.spelling import same_word

MEND_AT_MOST: Final = 3
"""How often one setting is mended before the link is given up.

A choice: each mend may uncover another fault of the same setting, and none may go on for ever.
"""

GIVEN_UP: Final = "Nothing can be made of this link, so it shows {source} data and a {family} model."
CHANGED: Final = "{where} must be {rule}, so {now} is used instead of {got}."
LEFT_OUT: Final = "{where} must be {rule}, so {got} is passed over and {now} is used."
FORGOTTEN: Final = "{where} must be {rule}, so it is passed over."
ADVISED: Final = "{hint}, because {where} must be {rule}."
OF_ANOTHER: Final = "{where} is no setting of {kind}, so it is passed over."
UNKNOWN: Final = "There is no {role} called {got}, so {now} is used."
UNNAMED: Final = "This link names no {role}, so {now} is used."


def nearest(flat: Mapping[str, str], default: Experiment) -> tuple[Experiment, tuple[Mend, ...]]:
    """The valid experiment closest to what a link asks for, and what was mended, one sentence for each setting.

    What mail and chat do to links is undone, other names of the field are understood, and what is nobody's setting is passed over, all in
    silence. A value out of bounds is moved to the bound, an unknown word to the closest known one, anything else is left out.
    What the link must say and does not (source and model) comes from `default`, and so does everything when nothing of the link is a
    setting, or it is beyond mending. Never raises.

    Args:
        flat: the parameters, as typed by anybody.
        default: the experiment to fall back to.

    >>> usual = from_link({"source": "normal", "family": "gaussian"})
    >>> [str(mend) for mend in nearest({"source": "normal", "family": "gaussian", "n": "0", "utm_source": "mail"}, usual)[1]]
    ['n must be at least 1, so 1 is used instead of 0.']
    """
    texts = {k: v for k, v in flat.items() if isinstance(k, str) and isinstance(v, str)}  # pyright: ignore[reportUnnecessaryIsInstance]
    wanted, misspelt = settled(as_meant(texts), default)
    mends, times = {mend.where: mend for mend in misspelt}, Counter[str]()
    while wanted:
        wanted = _typed(wanted, default)
        try:
            return from_link(wanted), tuple(mends.values())
        except SpecError as problem:
            times[problem.where] += 1
            hopeless = times[problem.where] > MEND_AT_MOST
            wanted, sentence = ({}, "") if hopeless else _mend(wanted, problem, default)
            mends[problem.where] = Mend(problem.where, sentence)
    said = GIVEN_UP.format(source=default.source.kind_name(), family=default.family.kind_name())
    return default, (Mend("link", said),) if mends else ()


def _typed(wanted: Mapping[str, str], default: Experiment) -> dict[str, str]:
    """The settings with their words and numbers in the one spelling that links have."""
    return {name: _typed_one(name, text, wanted, default) for name, text in wanted.items()}


def _typed_one(name: str, text: str, wanted: Mapping[str, str], default: Experiment) -> str:
    if name in ROLES:
        return ROLES[name].kind_meant(text) or text
    if name == "v":
        return plain_number(text, whole=True)
    spec = _spec(name, wanted, default)
    field = knobs(spec).get(name.rpartition(".")[2]) if spec else None
    if field is None or field.annotation is str:
        return text
    if is_whole(field.annotation) or field.annotation is float:
        return plain_number(text, whole=field.annotation is not float)
    return same_word(text, map(str, get_args(field.annotation))) or text


def _spec(name: str, wanted: Mapping[str, str], default: Experiment) -> type[Spec] | None:
    """The spec that a setting of a link belongs to; None while it is unknown."""
    role = name.rpartition(".")[0]
    if role not in ROLES:
        return Experiment
    kind = ROLES[role].kind_meant(wanted.get(role, getattr(default, role).kind_name()))
    return ROLES[role][kind] if kind else None


def _mend(wanted: dict[str, str], problem: SpecError, default: Experiment) -> tuple[dict[str, str], str]:
    """The settings with the offending one changed or left out, and the sentence for it; no settings when at a loss."""
    name = problem.where
    if name in ROLES:
        return _mend_role(wanted, problem, default)
    told: dict[str, Any] = {"where": name, "rule": problem.rule, "got": problem.got}
    if problem.nearest is not None and (near := written(problem.nearest)) != wanted.get(name):
        return wanted | {name: near}, CHANGED.format(**told, now=near)
    if name not in wanted:
        return {}, ""
    rest = {k: v for k, v in wanted.items() if k != name}
    spec = _spec(name, wanted, default)
    field = knobs(spec).get(name.rpartition(".")[2]) if spec else None
    if field is None:
        return rest, FORGOTTEN.format(**told) if name == "v" or spec is None else OF_ANOTHER.format(where=name, kind=spec.kind_name())
    if field.annotation is str:  # a checksum says nothing to a reader
        return rest, ADVISED.format(**told, hint=problem.hint.rstrip(".")) if problem.hint else FORGOTTEN.format(**told)
    return rest, LEFT_OUT.format(**told, now=written(field.default))


def _mend_role(wanted: dict[str, str], problem: SpecError, default: Experiment) -> tuple[dict[str, str], str]:
    """The settings with another variant of a role, whose knobs are forgotten with it."""
    role = problem.where
    title = str(Experiment.model_fields[role].title).lower()
    rest = {k: v for k, v in wanted.items() if k != role and not k.startswith(f"{role}.")}
    if isinstance(problem.nearest, str):
        told = {"where": role, "rule": problem.rule, "got": problem.got, "now": problem.nearest}
        is_unknown = ROLES[role].kind_meant(wanted.get(role)) is None
        return rest | {role: problem.nearest}, UNKNOWN.format(role=title, **told) if is_unknown else CHANGED.format(**told)
    usual = {role: getattr(default, role).kind_name()} | {f"{role}.{knob}": text for knob, text in special(getattr(default, role)).items()}
    template = UNKNOWN if role in wanted else UNNAMED
    return rest | usual, template.format(role=title, got=problem.got, now=usual[role])
