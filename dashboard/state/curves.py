"""Which metrics are drawn as curves, read from a link."""

from __future__ import annotations

from sim import Experiment, SpecError
from sim.metrics import chosen

MOST_CURVES = 4
"""Curves drawn at once, side by side under the large panels."""


def curve_names(text: str, experiment: Experiment) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The metrics to draw as curves, those that the experiment has; None for the usual ones."""
    names: list[str] = []
    notes: list[str] = []
    for name in text[:400].split(","):
        try:
            names += [m.name for m in chosen([name], experiment.source, experiment.family.offers) if m.name not in names]
        except SpecError as problem:
            notes.append(str(problem))
    if len(names) > MOST_CURVES:
        notes.insert(0, f"{MOST_CURVES} curves are shown at most; left out: {', '.join(names[MOST_CURVES:][:8])}.")
    return tuple(names[:MOST_CURVES]) or None, tuple(notes[:2])
