"""The address bar: a view state from the parameters of a link, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from dashboard.state.view_options import CURVES, GENERATION, OPTIONS
from dashboard.state.view_state import ViewState
from sim.experiment import ROLES
from sim.links import Mend, as_meant, nearest, settled, to_link
from sim.presets import Preset, presets
from sim.spec import did_you_mean, shown
from sim.spelling import same_word

PRESET: Final = "preset"
LESSON: Final = "lesson"
PLACES: Final = (PRESET, LESSON)
"""Parameters that name a place to begin at, on any page."""

NO_PRESET: Final = "There is no preset called {name}, so {now} is shown."
MANY: Final = "This link was mended in {count} places: {names}."
MANY_MORE: Final = "This link was mended in {count} places: {names}, and {more} more."
TWICE: Final = "{name} stands in this link twice, as {first} and {last}, and the last one counts."

NAMES_SAID: Final = 4
"""Settings that one sentence names. A choice: what was mended stands in the controls."""


def read() -> ViewState:
    """What the address bar names, mended to the nearest that can be shown."""
    return _shown(parameters(), _named_twice())


def parameters() -> dict[str, str]:
    """The parameters of the address bar, without the marks of their travels."""
    return as_meant(st.query_params.to_dict())


def named(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a link that are settings or name a place, under their own names."""
    return settled(parameters, next(iter(presets().values())).experiment, (*OPTIONS, *PLACES))[0]


def view_state_of(parameters: Mapping[str, str]) -> ViewState:
    """What the parameters of a link name, mended to the nearest that can be shown, and at most one sentence about it."""
    return _shown(as_meant(parameters))


def preset_meant(text: str) -> str | None:
    """The preset that a text names, by its name or its label in any spelling; None where there is none."""
    labels = {preset.label: name for name, preset in presets().items()}
    return same_word(text, presets()) or labels.get(same_word(text, labels) or "")


def _shown(parameters: Mapping[str, str], twice: tuple[Mend, ...] = ()) -> ViewState:
    first = next(iter(presets().values()))
    flat, misspelt = settled(parameters, first.experiment, (*OPTIONS, *PLACES))
    mends = [*twice, *misspelt]
    if (name := flat.get(PRESET)) is not None:
        near = preset_meant(name) or did_you_mean(name, presets())[1]
        first = presets()[near] if near else first
        mends += [] if preset_meant(name) else [Mend(PRESET, NO_PRESET.format(name=shown(name), now=first.label))]
        flat = _from_preset(flat, first)
    settings = {name: text for name, text in flat.items() if name not in OPTIONS and name not in PLACES}
    experiment, found = nearest(settings, first.experiment)
    mends += found
    values: dict[str, Any] = {}
    for name, option in OPTIONS.items():
        if name in flat:
            value, told = option.read(flat[name], experiment)
            mends += [Mend(name, sentence) for sentence in told]
            values |= {} if value == option.usual else {name: value}
    return ViewState(experiment, start=values.get(GENERATION.name), options=values, notes=_in_one_sentence(mends))


def _from_preset(flat: Mapping[str, str], preset: Preset) -> dict[str, str]:
    """The settings of a link that begins at a preset: what the link says beside it counts."""
    kinds = {role: getattr(preset.experiment, role).kind_name() for role in ROLES}
    others = [role for role, kind in kinds.items() if role in flat and ROLES[role].kind_meant(flat[role]) != kind]
    kept = {name: text for name, text in to_link(preset.experiment).items() if name.partition(".")[0] not in others}
    curves = {} if others or not preset.curves else {CURVES.name: CURVES.write(preset.curves, 0)}
    return {**curves, **kept, **flat}


def _in_one_sentence(mends: Sequence[Mend]) -> tuple[str, ...]:
    """What was mended, in one sentence at most: the one that there is, or where several things were."""
    where = list(dict.fromkeys(mend.where for mend in mends))
    if len(where) < 2:
        return tuple(str(mend) for mend in mends[-1:])
    names = [name if name.isprintable() else shown(name) for name in where[:NAMES_SAID]]
    template = MANY if len(where) == len(names) else MANY_MORE
    return (template.format(count=len(where), names=", ".join(names), more=len(where) - len(names)),)


def parameters_of(state: ViewState, last: int) -> dict[str, str]:
    """The parameters of a link to a view state; `last` is the last generation of its run."""
    options = {name: OPTIONS[name].write(state.options[name], last) for name in OPTIONS if name in state.options}
    return {**to_link(state.experiment), **options}


def told(parameters: dict[str, str]) -> dict[str, Any]:
    """What the browser needs to know of the address: what it should say, and which parameters are no step of the history."""
    return {"query": urlencode(parameters), "looks": list(OPTIONS)}


def write(parameters: dict[str, str]) -> None:
    """Let the address bar have these parameters; untouched where it has them already."""
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def _named_twice() -> tuple[Mend, ...]:
    """About each setting that the address has more than once with different values."""
    known = named(parameters())
    every = {name: st.query_params.get_all(name) for name in st.query_params if name in known}
    twice = {name: values for name, values in every.items() if len(set(values)) > 1}
    return tuple(Mend(name, TWICE.format(name=name, first=shown(a), last=shown(b))) for name, (*_, a, b) in twice.items())
