"""What a visitor looks at: the experiment and the view, between the session, the controls and the address bar.

The session holds one experiment. Controls show it and change it through `set_knob`; the address is read into it once, when
the session starts, and written from it afterwards. A setting that cannot be used is mended to the nearest one that can,
with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import streamlit as st

from dashboard.state import address
from dashboard.state.hiding import hidden
from dashboard.state.sizes import larger, lowered, regrown, told, usual
from sim import Experiment, SpecError
from sim.families import families
from sim.links import nearest, to_link
from sim.maps import CHOICES
from sim.presets import presets
from sim.spec import Spec

VIEW_PARAMETERS = ("t", "world", "curves", "map", "scale", "paths", "present", "hide")

USUAL_MAP = next(iter(CHOICES))

SCALES, PATHS = ("linear", "log"), ("median", "every")
"""How curves are drawn, the usual way first: their axis, and the worlds that have a line of their own."""

CANNOT_LEARN = "The model {model} cannot learn from {source}. {instead} is used instead."

PRESENT = ("0", "1")
"""Whether the stage fills the screen."""


@dataclass(frozen=True)
class ViewState:
    """What one visitor looks at.

    Attributes:
        experiment: what is run.
        opening: counts how often a new story was opened; the stage starts anew when it changes.
        start: the generation to open at, paused; None to play from the beginning.
        t: the generation the hand last settled on.
        world: the replicate shown; None for the typical one.
        curves: the metrics drawn as curves; None for the usual ones.
        map: the kind of map that rows of more than two columns are drawn on.
        scale: the axis of the curves, one of `SCALES`.
        paths: the lines drawn of the worlds, one of `PATHS`.
        present: whether the stage fills the screen, one of `PRESENT`.
        hide: the controls that a lesson's link leaves out.
        notes: sentences about settings that had to be mended.
        editions: how often each control was changed by something else than the hand on it.
        larger: the same experiment with the sizes it had before they were lowered for a slow model; None if none were.
        usual: the sizes from before they were lowered for a slow model, for the next model.
        here: whether runs that were recorded are computed again on this machine.
    """

    experiment: Experiment
    opening: int = 0
    start: int | None = None
    t: int | None = None
    world: int | None = None
    curves: tuple[str, ...] | None = None
    map: str = USUAL_MAP
    scale: str = SCALES[0]
    paths: str = PATHS[0]
    present: str = PRESENT[0]
    hide: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    editions: Mapping[str, int] = field(default_factory=dict[str, int])
    larger: Experiment | None = None
    usual: Mapping[str, int] = field(default_factory=dict[str, int])
    here: bool = False

    @property
    def tells(self) -> bool:
        """Whether something is told above the stage."""
        return bool(self.notes) or self.larger is not None


def view_state() -> ViewState:
    """The look of this session, read from the address when the session is new."""
    if "view_state" not in st.session_state:
        found = _from_address(st.query_params.to_dict())
        st.session_state["view_state"] = replace(found, notes=(*found.notes, *address.said_twice()))
    return cast(ViewState, st.session_state["view_state"])


def present() -> ViewState:
    """The look of this session, on what this server still has: a visitor's own text may have made room for others."""
    now = view_state()
    try:
        _ = now.experiment.source.space  # which needs the text itself
    except SpecError:
        experiment, notes = nearest(to_link(now.experiment), next(iter(presets().values())).experiment)
        change(experiment=experiment, notes=notes, larger=None)
    return view_state()


def hides(control: str) -> bool:
    """Whether the lesson that was opened leaves this control out."""
    return control in view_state().hide


def change(**changes: Any) -> None:
    """Change parts of this session's look."""
    st.session_state["view_state"] = replace(view_state(), **changes)


def open_preset(name: str) -> None:
    """Start the story of a preset from its beginning."""
    preset = presets()[name]
    open_experiment(preset.experiment)
    change(curves=preset.curves or None)


def open_experiment(experiment: Experiment, t: int | None = None) -> None:
    """Start the story of an experiment from its beginning, or stand still at a generation of it."""
    now = view_state()
    blank = ViewState(experiment, opening=now.opening + 1, start=t, t=t)
    st.session_state["view_state"] = replace(blank, map=now.map, scale=now.scale, paths=now.paths, present=now.present, hide=now.hide)


def widget_key(name: str) -> str:
    """The key of a control as it stands now.

    A browser that has not heard yet of a preset, or of a setting that had to follow another, reports once more what it
    still shows. Under another key than the present one such a report is known to be old, and `is_current` is False.
    """
    place = view_state().opening, view_state().editions.get(name, 0)
    return f"{name}@{place[0]}.{place[1]}" if any(place) else name


def is_current(key: str) -> bool:
    """Whether a key is the present one of its control."""
    return key == widget_key(key.partition("@")[0])


def set_knob(role: str, name: str, value: Any) -> None:
    """Set one knob of the experiment (role "" for its own), mended to the nearest experiment that can run."""
    now = view_state()
    experiment, notes = with_knob(now.experiment, role, name, value)
    switched = name == "kind" and type(experiment.family) is not type(now.experiment.family)
    if switched:
        experiment = regrown(experiment, now.usual)
    if switched and (words := told(now.experiment, experiment)):
        notes = (*notes, words)
    keeps = experiment.source == now.experiment.source
    kept_world = now.world if keeps and (now.world or 0) < experiment.replicates else None
    change(
        experiment=experiment,
        notes=notes,
        world=kept_world,
        curves=now.curves if keeps else None,
        larger=larger(now.experiment, experiment) if switched else None,
        usual=usual(now.usual, now.experiment, experiment) if switched else {k: v for k, v in now.usual.items() if k != name},
        editions=_editions(now, experiment, by_hand=(f"knob:{role}.{name}", str(value))),
    )


def use_larger() -> None:
    """Bring back the sizes that were lowered for a slow model."""
    now = view_state()
    if now.larger is not None:
        change(experiment=now.larger, notes=(), larger=None, editions=_editions(now, now.larger))


def _editions(now: ViewState, then: Experiment, by_hand: tuple[str, str] = ("", "")) -> dict[str, int]:
    """The editions of all controls once another experiment is shown; one that stands where the hand put it is no new one."""
    before, after = _settings(now.experiment), _settings(then)
    followed = {control for control, _ in before.items() ^ after.items()}
    if by_hand in after.items():
        followed.discard(by_hand[0])
    return {**now.editions, **{control: now.editions.get(control, 0) + 1 for control in followed}}


def _settings(experiment: Experiment) -> dict[str, str]:
    """Every control with what it stands at; the choice of curves follows source and model."""
    found = {"curves": f"{experiment.source.title()} {experiment.family.title()}"}
    for name, value in experiment:
        spec = value if isinstance(value, Spec) else None
        found |= {f"knob:{name}.{knob}": str(setting) for knob, setting in spec} if spec else {f"knob:.{name}": str(value)}
    return found


def with_knob(experiment: Experiment, role: str, name: str, value: Any) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment with one knob set to a value, or the nearest that can run and the sentences that say so.

    A model that takes long to train comes with the sizes that it suggests, also where another source needs it.
    """
    if (role, name) == ("family", "kind") and experiment.source.space.kind in families[value].accepts:
        experiment = experiment.but(**lowered(experiment, families[value]))
    try:
        if not role:
            return experiment.but(**{name: value}), ()
        if name == "kind":
            return experiment.but(**{role: {"kind": value}}), ()
        return experiment.but(**{role: getattr(experiment, role).but(**{name: value})}), ()
    except SpecError:
        flat = to_link(experiment)
        if name == "kind":
            flat = {k: v for k, v in flat.items() if not k.startswith(f"{role}.")} | {role: str(value)}
        else:
            flat[f"{role}.{name}" if role else name] = str(value)
        near, notes = nearest(flat, experiment)
        asked = families[value] if role == "family" and name == "kind" else type(experiment.family)
        if name == "kind" and type(near.family) is not asked:
            notes = (CANNOT_LEARN.format(model=asked.label, source=type(near.source).label, instead=type(near.family).label),)
        return near.but(**lowered(near, type(near.family))) if name == "kind" else near, notes


def write_address(run_last: int) -> None:
    """Let the address name the experiment and the moment."""
    wanted = link_parameters(run_last)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def link_parameters(run_last: int) -> dict[str, str]:
    """The parameters of a link to the experiment and the moment."""
    now = view_state()
    wanted = dict(to_link(now.experiment))
    if now.t is not None:
        wanted["t"] = str(min(now.t, run_last))
    if now.world is not None:
        wanted["world"] = str(now.world + 1)
    if now.curves is not None:
        wanted["curves"] = ",".join(now.curves)
    usual = {"map": USUAL_MAP, "scale": SCALES[0], "paths": PATHS[0], "present": PRESENT[0]}
    wanted |= {name: getattr(now, name) for name, common in usual.items() if getattr(now, name) != common}
    return wanted | ({"hide": ",".join(now.hide)} if now.hide else {})


def _from_address(parameters: dict[str, str]) -> ViewState:
    flat = {k: v for k, v in parameters.items() if k not in VIEW_PARAMETERS}
    first = next(iter(presets().values())).experiment
    experiment, notes = nearest(flat, first) if flat else (first, ())
    t, t_notes = address.whole_number(parameters, "t", 0, experiment.generations)
    world, world_notes = address.whole_number(parameters, "world", 1, experiment.replicates)
    flat, map_notes = address.word(parameters, "map", tuple(CHOICES))
    scale, scale_notes = address.word(parameters, "scale", SCALES)
    paths, paths_notes = address.word(parameters, "paths", PATHS)
    present, present_notes = address.word(parameters, "present", PRESENT)
    curves, curve_notes = address.curve_names(parameters.get("curves"), experiment)
    hide, hide_notes = hidden(parameters.get("hide", ""))
    return ViewState(
        experiment,
        start=t,
        t=t,
        world=None if world is None else world - 1,
        curves=curves,
        map=flat,
        scale=scale,
        paths=paths,
        present=present,
        hide=hide,
        notes=(*notes, *t_notes, *world_notes, *map_notes, *scale_notes, *paths_notes, *present_notes, *curve_notes, *hide_notes),
    )
