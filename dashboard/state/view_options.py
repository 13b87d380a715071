"""The view options: how a visitor looks at a run, each declared once.

What is declared here reaches the address bar, the session, links and the browser's script by itself. A new option is one
declaration, and its effect where something is drawn: `view_state()[SCALE]` in Python, `options.on("scale")` in a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from dashboard.state.curves import curve_names
from dashboard.state.hiding import hidden
from dashboard.state.mending import whole_number, word
from sim import Experiment
from sim.maps import CHOICES

T = TypeVar("T")


@dataclass(frozen=True)
class ViewOption(Generic[T]):
    """One way to look at a run.

    Attributes:
        name: in links, in the session, and in what the stage reports.
        usual: the value where nothing is said; links leave it out.
        read: the nearest legal value to the text of a link, and a sentence for whatever had to be mended.
        write: a value as the text of a link; also told the last generation there is, which may come early.
        choices: the words to choose from, the usual one first; empty where the option is no choice between words.
        reported: whether a visitor sets it on the stage, which then reports the text that a link would have.
        stays: whether it is kept when another experiment is opened.
        fits: whether a value still means the same when a knob has turned one experiment into another.
        shared: whether links that are handed on have it.
    """

    name: str
    usual: T
    read: Callable[[str, Experiment], tuple[T, tuple[str, ...]]]
    write: Callable[[T, int], str] = lambda value, last: str(value)
    choices: tuple[str, ...] = ()
    reported: bool = True
    stays: bool = True
    fits: Callable[[T, Experiment, Experiment], bool] = lambda value, before, after: True
    shared: bool = True


OPTIONS: Final[dict[str, ViewOption[Any]]] = {}
"""Every option by its name, in the order that links have."""


def declared(option: ViewOption[T]) -> ViewOption[T]:
    """Enter an option into the table."""
    OPTIONS[option.name] = option
    return option


def choice(name: str, *choices: str, shared: bool = True) -> ViewOption[str]:
    """An option that is one of some words, the usual one first."""
    return ViewOption(name, choices[0], lambda text, _: word(name, text, choices), choices=choices, shared=shared)


def _replicate(text: str, experiment: Experiment) -> tuple[int | None, tuple[str, ...]]:
    """Links count worlds from 1, as people do."""
    number, notes = whole_number("world", text, 1, experiment.replicates)
    return None if number is None else number - 1, notes


def _same_source(_: object, before: Experiment, after: Experiment) -> bool:
    return before.source == after.source


GENERATION: Final = declared(
    ViewOption[int | None](
        "t",
        None,
        lambda text, experiment: whole_number("t", text, 0, experiment.generations),
        lambda t, last: str(min(t or 0, last)),
        stays=False,
    )
)
"""The generation that the hand last committed to; None to play from the beginning."""

REPLICATE: Final = declared(
    ViewOption[int | None](
        "world",
        None,
        _replicate,
        lambda replicate, _: str((replicate or 0) + 1),
        stays=False,
        fits=lambda replicate, before, after: _same_source(replicate, before, after) and (replicate or 0) < after.replicates,
    )
)
"""The replicate shown; None for the typical one."""

CURVES: Final = declared(
    ViewOption[tuple[str, ...] | None](
        "curves", None, curve_names, lambda names, _: ",".join(names or ()), reported=False, stays=False, fits=_same_source
    )
)
"""The metrics drawn as curves; None for the usual ones."""

MAP: Final = declared(choice("map", *CHOICES))
"""The kind of map that rows of more than two columns are drawn on."""

SCALE: Final = declared(choice("scale", "linear", "log"))
"""The axis of the curves."""

PATHS: Final = declared(choice("paths", "median", "every"))
"""The worlds that have a line of their own among the curves."""

REVEAL: Final = declared(choice("reveal", "whole", "playing"))
"""Whether curves show the whole run at once, or no more of it than has been played."""

PRESENT: Final = declared(choice("present", "0", "1", shared=False))
"""Whether the stage fills the screen; a class that follows a link does not present."""

HIDE: Final = declared(
    ViewOption[tuple[str, ...]]("hide", (), lambda text, _: hidden(text), lambda names, _: ",".join(names), reported=False)
)
"""The controls that a link leaves out."""


def stage_options(values: Mapping[str, Any], last: int, *, handed_on: bool = False) -> dict[str, dict[str, Any]]:
    """What the browser's script is told of the options that it reports: value, choices, and whether they are shared.

    Args:
        values: of the options that are not as usual.
        last: the last generation of the run.
        handed_on: for somebody else, as in a file: options that are not shared are as usual.
    """
    told: dict[str, dict[str, Any]] = {}
    for option in OPTIONS.values():
        if option.reported:
            value = option.usual if handed_on and not option.shared else values.get(option.name, option.usual)
            word = None if value is None else option.write(value, last)
            told[option.name] = {"value": word, "choices": list(option.choices), "shared": option.shared}
    return told
