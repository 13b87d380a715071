"""What one visitor looks at, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from dashboard.state.view_options import OPTIONS, ViewOption
from sim import Experiment

T = TypeVar("T")


@dataclass(frozen=True)
class ViewState:
    """What one visitor looks at; `state[SCALE]` is how it is looked at.

    Attributes:
        experiment: what is run.
        openings: counts the experiments that were opened from a preset or a lesson; the stage starts anew when it changes.
        start: the generation to open at, paused; None to play from the beginning.
        options: the view options that are not as usual, by name.
        notes: sentences about settings that had to be mended.
        widget_versions: how often each control was changed by something else than the hand on it.
        unreduced: the same experiment with the sizes it had before they were lowered for a slow model; None if none were.
        remembered_sizes: the sizes from before they were lowered for a slow model, for the next model.
        recompute: whether runs that were recorded are computed again on this machine.
    """

    experiment: Experiment
    openings: int = 0
    start: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()
    widget_versions: Mapping[str, int] = field(default_factory=dict[str, int])
    unreduced: Experiment | None = None
    remembered_sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    recompute: bool = False

    def __getitem__(self, option: ViewOption[T]) -> T:
        return self.options.get(option.name, option.usual)

    @property
    def has_notice(self) -> bool:
        """Whether something is told beside the stage."""
        return bool(self.notes) or self.unreduced is not None

    def with_option(self, option: ViewOption[T], value: T) -> ViewState:
        """The same view state with one option set."""
        others = {name: other for name, other in self.options.items() if name != option.name}
        return replace(self, options=others if value == option.usual else {**others, option.name: value})

    def options_for(self, experiment: Experiment) -> dict[str, Any]:
        """The options that still mean the same once a knob has led to another experiment."""
        return {name: value for name, value in self.options.items() if OPTIONS[name].fits(value, self.experiment, experiment)}

    def opened(self, experiment: Experiment, t: int | None = None) -> ViewState:
        """Another experiment, opened at its beginning or standing still at a generation of it."""
        return ViewState(experiment, self.openings + 1, t, {name: value for name, value in self.options.items() if OPTIONS[name].stays})
