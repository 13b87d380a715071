"""One knob of an experiment set to a value, mended to the nearest experiment that can run."""

from __future__ import annotations

from typing import Any

from dashboard.state.sizes import reduced_sizes
from sim import Experiment, SpecError
from sim.families import families
from sim.links import nearest, to_link

CANNOT_LEARN = "The model {model} cannot learn from {source}. {instead} is used instead."


def with_knob(experiment: Experiment, role: str, name: str, value: Any) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment with one knob set to a value, or the nearest that can run and the sentences that say so.

    A model that takes long to train comes with the sizes that it suggests, also where another source needs it.

    Args:
        experiment: before.
        role: whose knob it is; "" for the experiment's own.
        name: of the knob; "kind" picks another variant.
        value: what the control reports.
    """
    if (role, name) == ("family", "kind") and experiment.source.space.kind in families[value].accepts:
        experiment = experiment.but(**reduced_sizes(experiment, families[value]))
    try:
        if not role:
            return experiment.but(**{name: value}), ()
        if name == "kind":
            return experiment.but(**{role: {"kind": value}}), ()
        return experiment.but(**{role: getattr(experiment, role).but(**{name: value})}), ()
    except SpecError:
        return _nearest_kind(experiment, role, value) if name == "kind" else _nearest_value(experiment, role, name, value)


def _nearest_value(experiment: Experiment, role: str, name: str, value: Any) -> tuple[Experiment, tuple[str, ...]]:
    near, mends = nearest(to_link(experiment) | {f"{role}.{name}" if role else name: str(value)}, experiment)
    return near, tuple(map(str, mends))


def _nearest_kind(experiment: Experiment, role: str, value: Any) -> tuple[Experiment, tuple[str, ...]]:
    """Knobs of the variant that was there before are forgotten."""
    flat = {name: text for name, text in to_link(experiment).items() if not name.startswith(f"{role}.")} | {role: str(value)}
    near, mends = nearest(flat, experiment)
    notes = tuple(map(str, mends))
    asked = families[value] if role == "family" else type(experiment.family)
    if type(near.family) is not asked:
        notes = (CANNOT_LEARN.format(model=asked.label, source=type(near.source).label, instead=type(near.family).label),)
    return near.but(**reduced_sizes(near, type(near.family))), notes
