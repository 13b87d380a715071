"""Which metrics are drawn as curves, read from a link."""

from __future__ import annotations

from typing import Final

from sim import Experiment, SpecError
from sim.metrics import chosen

MOST_CURVES = 4
"""Curves drawn at once, side by side under the large panels."""

SAID = 3
"""Unknown names that are told of. A choice: they stand in one sentence."""

TOO_MANY: Final = "At most {most} curves are shown, without {names}."
UNKNOWN: Final = "This source and model have no curves called {names}, so the curves shown are {instead}."


def curve_names(text: str, experiment: Experiment) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The metrics to draw as curves, those that the experiment has; None for the usual ones. At most one sentence says what was mended."""
    names: list[str] = []
    unknown: list[str] = []
    near: list[str] = []
    for name in filter(None, (part.strip() for part in text[:400].split(","))):
        found = _metrics(name, experiment)
        if isinstance(found, SpecError):
            unknown.append(found.got)
            near += [str(found.nearest)] if found.nearest is not None else []
        names += [] if isinstance(found, SpecError) else found
    wanted = list(dict.fromkeys([*names, *near]))
    told = TOO_MANY.format(most=MOST_CURVES, names=", ".join(wanted[MOST_CURVES:][:8])) if len(wanted) > MOST_CURVES else ""
    if unknown:
        told = UNKNOWN.format(names=", ".join(unknown[:SAID]), instead=", ".join(wanted[:MOST_CURVES]) or "the usual ones")
    return tuple(wanted[:MOST_CURVES]) or None, (told,) if told else ()


def _metrics(name: str, experiment: Experiment) -> list[str] | SpecError:
    try:
        return [metric.name for metric in chosen([name], experiment.source, experiment.family.offers)]
    except SpecError as problem:
        return problem
