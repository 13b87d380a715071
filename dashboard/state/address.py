"""The address bar: a view state from the parameters of a link, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.state.view_options import GENERATION, OPTIONS
from dashboard.state.view_state import ViewState
from sim import SpecError
from sim.links import nearest, to_link
from sim.presets import presets
from sim.spec import shown


def read() -> ViewState:
    """What the address bar names, mended to the nearest that can be shown."""
    found = view_state_of(st.query_params.to_dict())
    return replace(found, notes=(*found.notes, *_named_twice()))


def view_state_of(parameters: Mapping[str, str]) -> ViewState:
    """What the parameters of a link name, mended to the nearest that can be shown."""
    flat = {name: text for name, text in parameters.items() if name not in OPTIONS}
    first = next(iter(presets().values())).experiment
    experiment, notes = nearest(flat, first) if flat else (first, ())
    values: dict[str, Any] = {}
    for name, option in OPTIONS.items():
        if name in parameters:
            value, mended = option.read(parameters[name], experiment)
            notes = (*notes, *mended)
            values |= {} if value == option.usual else {name: value}
    return ViewState(experiment, start=values.get(GENERATION.name), options=values, notes=notes)


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


def _named_twice() -> tuple[str, ...]:
    """A sentence about each of the first few parameters that the address has more than once."""
    every = {name: st.query_params.get_all(name) for name in st.query_params}
    twice = [(name[:40], values) for name, values in every.items() if len(values) > 1][:2]
    return tuple(str(SpecError(name, "in a link once", f"{shown(a)} and {shown(b)}", "The last one counts.")) for name, (*_, a, b) in twice)
