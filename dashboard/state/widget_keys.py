"""The keys of controls, by which late reports of a browser are told from those of the hand.

A browser that has not heard yet of a preset, or of a setting that had to follow another, reports once more what it still
shows. Under another key than the present one such a report is known to be old.
"""

from __future__ import annotations

from dashboard.state.view_state import ViewState
from sim import Experiment
from sim.spec import Spec


def key_of(control: str, state: ViewState) -> str:
    """The key of a control as it stands now."""
    place = state.openings, state.widget_versions.get(control, 0)
    return f"{control}@{place[0]}.{place[1]}" if any(place) else control


def control_of(key: str) -> str:
    """The control that has or had a key."""
    return key.partition("@")[0]


def versions_for(then: Experiment, now: ViewState, by_hand: tuple[str, str] = ("", "")) -> dict[str, int]:
    """The versions of all controls once another experiment is shown.

    Args:
        then: the experiment that will be shown.
        now: the state before.
        by_hand: a control and the value that the hand has given it; one that stands there is no new version.
    """
    before, after = _settings(now.experiment), _settings(then)
    followed = {control for control, _ in before.items() ^ after.items()}
    if by_hand in after.items():
        followed.discard(by_hand[0])
    return {**now.widget_versions, **{control: now.widget_versions.get(control, 0) + 1 for control in followed}}


def _settings(experiment: Experiment) -> dict[str, str]:
    """Every control with what it stands at; the choice of curves, and what they are called, follows source and model."""
    found = {"curves": f"{experiment.source!r} {experiment.family.kind_name()}"}
    for name, value in experiment:
        spec = value if isinstance(value, Spec) else None
        found |= {f"knob:{name}.{knob}": str(setting) for knob, setting in spec} if spec else {f"knob:.{name}": str(value)}
    return found
