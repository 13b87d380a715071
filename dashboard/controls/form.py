"""A spec's fields as widgets: the only widget factory.

A widget shows what the experiment holds and tells `session.set_knob` what the hand did; it has no bound, default or label of
its own. Which widget a knob gets follows from its declaration.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any, get_args

import streamlit as st
from pydantic.fields import FieldInfo

from dashboard.state import session
from sim import Experiment
from sim.catalogue import bounds
from sim.docstrings import first_sentence
from sim.registry import Registry
from sim.spec import Spec, knobs

ROUND_STEPS = (1, 2, 3, 4, 5, 6, 8)
"""What a slider on a log scale stops at in every decade. A choice: round numbers, close enough together to feel like a slider."""

FINEST_STEP = 0.001
"""Of a slider. A choice: what is finer is not set by hand."""

MOST_STOPS = 100
"""More than so many whole numbers are typed in, or picked on a log scale. A choice: of more, a hand on a slider does not hit each."""


def knob_widgets(role: str, spec: Spec) -> None:
    """Every knob of a variant, in the order of its declaration."""
    for name, field in knobs(type(spec)).items():
        knob_widget(role, name, field, spec)


def knob_widget(role: str, name: str, field: FieldInfo, spec: Spec) -> None:
    """One knob: a switch between words, a slider, or a number; free text (a checksum) is nothing to turn by hand."""
    value = getattr(spec, name)
    if field.annotation is str or session.hides(f"{role}.{name}" if role else name):
        return
    no_effect = _why_no_effect(field, spec)
    key = session.widget_key(f"knob:{role}.{name}")
    common: dict[str, Any] = {
        "label": field.title,
        "key": key,
        "help": f"{field.description} {no_effect}".strip(),
        "disabled": bool(no_effect),
        "on_change": knob_changed,
        "args": (role, name, key),
    }
    if words := get_args(field.annotation):
        common |= {"default": widget_value(key, value), "args": (role, name, key, words)}
        st.segmented_control(options=words, format_func=lambda v: str(v).capitalize(), required=True, **common)
        if advice := spec.advice.get(name):
            st.caption(f":material/lightbulb: {advice}")
        return
    common["value"] = widget_value(key, value)
    low, high, step = slider_range(field, value)
    scale, stops = _declared(field).get("scale"), high - low
    if scale == "log" and stops > MOST_STOPS:
        st.select_slider(options=nice_numbers(int(low), int(high), value), format_func=lambda v: f"{v:,}", **common)
    elif isinstance(value, float) or stops <= MOST_STOPS:
        number = type(value)
        shown = {"format": "percent"} if scale == "share" else {"format": "%.3f"} if step < 0.01 else {}
        st.slider(min_value=number(low), max_value=number(high), step=number(step), **shown, **common)
    else:
        st.number_input(min_value=int(low), max_value=int(high), step=1, **common)


def _works(_: Any) -> str:
    return ""


def kind_widget(
    role: str, registry: Registry[Any], experiment: Experiment, why_not: Callable[[Any], str] = _works, *, radio: bool = False
) -> None:
    """The picker of a role's variant; a choice that cannot work is greyed with its reason."""
    if session.hides(role):
        return
    field = Experiment.model_fields[role]
    key = session.widget_key(f"knob:{role}.kind")
    variants = {variant.kind_name(): variant for variant in registry}
    reasons = {kind: why_not(variant) for kind, variant in variants.items()}
    kind = widget_value(key, getattr(experiment, role).kind_name())
    summary = first_sentence(type(getattr(experiment, role)).__doc__)
    common: dict[str, Any] = {
        "label": field.title,
        "key": key,
        "help": f"{field.description} {summary}",
        "on_change": knob_changed,
        "args": (role, "kind", key, tuple(variants)),
        "index": list(variants).index(kind),
    }
    if radio:
        st.radio(
            options=list(variants),
            format_func=lambda kind: f":gray[{variants[kind].label}]" if reasons[kind] else variants[kind].label,
            captions=[reasons[kind] for kind in variants] if any(reasons.values()) else None,
            **common,
        )
    else:
        st.selectbox(options=list(variants), format_func=lambda kind: variants[kind].label, **common)


def slider_range(field: FieldInfo, value: float) -> tuple[float, float, float]:
    """The lowest and highest value of a knob's widget, and its step: all that is allowed, the present value always.

    An open bound is kept away from by one step. A value closer to it than that gets a finer step, down to a thousandth.
    """
    step = _declared(field).get("step") or (1 if isinstance(value, int) else 0.05)
    allowed = bounds(field)
    edge = allowed.get("gt", allowed.get("lt", 0.0))
    if ("gt" in allowed and value < allowed["gt"] + step) or ("lt" in allowed and value > allowed["lt"] - step):
        step = max(FINEST_STEP, 10.0 ** math.floor(math.log10(abs(value - edge)) + 1e-9))
    low = allowed.get("ge", allowed.get("gt", 0.0) + step if "gt" in allowed else 0.0)
    high = allowed.get("le", allowed.get("lt", 1.0) - step if "lt" in allowed else 1.0)
    return min(low, value), max(high, value), step


def nice_numbers(low: int, high: int, value: int) -> list[int]:
    """Round numbers between the bounds, evenly spread on a log scale, with the present value among them."""
    decades = range(int(math.log10(high)) + 1)
    rounded = {step * 10**decade for decade in decades for step in ROUND_STEPS}
    return sorted({low, high, value, *(number for number in rounded if low <= number <= high)})


def _declared(field: FieldInfo) -> dict[str, Any]:
    """What the declaration of a knob says beyond its bounds, see `sim.spec.knob`."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _why_no_effect(field: FieldInfo, spec: Spec) -> str:
    """Why a knob has no effect just now; empty when it has."""
    for sibling, values in (_declared(field).get("needs") or {}).items():
        have = getattr(spec, sibling)
        label = type(spec).model_fields[sibling].title
        if values and have not in values:
            return f"It has an effect when {label} is {' or '.join(map(str, values))}."
        if not values and not have:
            return f"It has an effect when {label} is above 0."
    return ""


def widget_value(key: str, value: Any) -> Any:
    """The value that a widget is given; one that holds another value by now is put right.

    Only then is its state set: that travels to the browser as an order, and in every run it would undo the next press of
    a key that comes before the page has run to its end. The start is said in every run, for a browser that mounts it late.
    """
    if st.session_state.get(key, value) != value:
        st.session_state[key] = value
    return value


def picked_names(key: str, offered: Collection[Any]) -> tuple[Any, ...] | None:
    """What a choice reports, in the order of the hand; None where it reports anything else than names that it offers.

    A browser reports the labels that a choice had when it was mounted. Where they have changed meanwhile Streamlit knows no
    name for them and passes them on as they are: no setting, and not to be heard as one.
    """
    reported = st.session_state[key]
    names = tuple(reported) if isinstance(reported, list) else (reported,)
    return names if all(name in offered for name in names) else None


def knob_changed(role: str, name: str, key: str, offered: Collection[Any] | None = None) -> None:
    """A control's report reaches the experiment, unless the control is one that was there before, or reports no name that it offers."""
    if session.is_current(key) and (offered is None or picked_names(key, offered)):
        session.set_knob(role, name, st.session_state[key])
