"""The view state of a visitor's session.

The session holds one view state. Controls show it and change it through `set_knob`, the stage through `report`; the address
is read into it when the session starts and where Back or Forward has led to another, and written from it afterwards. A setting
that cannot be used is mended to the nearest one that can, with a sentence that says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar, cast

import streamlit as st

from dashboard.browser.streamlit import travelled
from dashboard.state import address, widget_keys
from dashboard.state.knobs import with_knob
from dashboard.state.sizes import reduction_notice, remembered_sizes, restored, unreduced
from dashboard.state.view_options import CURVES, GENERATION, HIDE, OPTIONS, PRESENT, ViewOption
from dashboard.state.view_state import ViewState
from sim import Experiment, SpecError
from sim.links import nearest, to_link
from sim.presets import presets

T = TypeVar("T")


def view_state() -> ViewState:
    """The view state of this session, read from the address when the session is new."""
    if "view_state" not in st.session_state:
        _keep(address.read())
    return cast(ViewState, st.session_state["view_state"])


def come_back() -> None:
    """Show what the address names, where Back or Forward has led to it; whoever presents goes on presenting."""
    if not travelled() or "view_state" not in st.session_state:
        return
    now, then = view_state(), address.read()
    if (then.experiment, then.options) != (now.experiment, now.options):
        _keep(replace(then, openings=now.openings + 1).with_option(PRESENT, now[PRESENT]))


def runnable_view_state() -> ViewState:
    """The view state with an experiment that this server can run: a visitor's own text may have made room for others."""
    now = view_state()
    try:
        _ = now.experiment.source.space  # which needs the text itself
    except SpecError:
        experiment, mends = nearest(to_link(now.experiment), next(iter(presets().values())).experiment)
        change(experiment=experiment, notes=tuple(map(str, mends)), unreduced=None)
    return view_state()


def hides(control: str) -> bool:
    """Whether the link that was opened leaves this control out."""
    return control in view_state()[HIDE]


def change(**changes: Any) -> None:
    """Change attributes of this session's view state."""
    _keep(replace(view_state(), **changes))


def set_option(option: ViewOption[T], value: T) -> None:
    """Set one view option."""
    _keep(view_state().with_option(option, value))


def report(name: str, text: object) -> None:
    """Set the view option that the stage reports to what its text names, or to the nearest; what is no text is not heard."""
    if isinstance(text, str):
        set_option(OPTIONS[name], OPTIONS[name].read(text, view_state().experiment)[0])


def open_preset(name: str) -> None:
    """Open a preset at its beginning."""
    preset = presets()[name]
    open_experiment(preset.experiment)
    set_option(CURVES, preset.curves or None)


def open_experiment(experiment: Experiment, t: int | None = None) -> None:
    """Open an experiment at its beginning, or stand still at a generation of it."""
    _keep(view_state().opened(experiment, t).with_option(GENERATION, t))


def widget_key(control: str) -> str:
    """The key of a control as it stands now."""
    return widget_keys.key_of(control, view_state())


def is_current(key: str) -> bool:
    """Whether a key is the present one of its control; False for what a browser reports late."""
    return key == widget_key(widget_keys.control_of(key))


def set_knob(role: str, name: str, value: Any) -> None:
    """Set one knob of the experiment (role "" for its own), mended to the nearest experiment that can run."""
    now = view_state()
    experiment, notes = with_knob(now.experiment, role, name, value)
    switched = name == "kind" and type(experiment.family) is not type(now.experiment.family)
    if switched:
        experiment = restored(experiment, now.remembered_sizes)
        notes = (*notes, *reduction_notice(now.experiment, experiment))
        sizes = remembered_sizes(now.remembered_sizes, now.experiment, experiment)
    else:
        sizes = {size: number for size, number in now.remembered_sizes.items() if size != name}
    change(
        experiment=experiment,
        notes=notes,
        options=now.options_for(experiment),
        unreduced=unreduced(now.experiment, experiment) if switched else None,
        remembered_sizes=sizes,
        widget_versions=widget_keys.versions_for(experiment, now, by_hand=(f"knob:{role}.{name}", str(value))),
    )


def restore_sizes() -> None:
    """Bring back the sizes that were lowered for a slow model."""
    now = view_state()
    if now.unreduced is not None:
        versions = widget_keys.versions_for(now.unreduced, now)
        change(experiment=now.unreduced, notes=(), unreduced=None, widget_versions=versions)


def dismiss() -> None:
    """Take away what is told of settings that were mended."""
    change(notes=(), unreduced=None)


def link_parameters(last: int) -> dict[str, str]:
    """The parameters of a link to what is on stage; `last` is the last generation of its run."""
    return address.parameters_of(view_state(), last)


def told_address(last: int) -> dict[str, Any]:
    """What the stage is told of the address that names what is on it."""
    return address.told(link_parameters(last))


def write_address(last: int) -> None:
    """Let the address name what is on stage, once that is something else than what was opened.

    Until then the stage itself completes the address, which the browser would enter into its history.
    """
    parameters = link_parameters(last)
    if parameters != st.session_state.setdefault("arrived", parameters):
        st.session_state["arrived"] = {}
        address.write(parameters)


def _keep(state: ViewState) -> None:
    st.session_state["view_state"] = state
