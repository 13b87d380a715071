"""Sizes for patience: a model that takes seconds to train begins with fewer generations and worlds, and says so.

What a family suggests is declared on the family. It only ever lowers what a fast model left behind, and only when the
model is switched; a link or a preset says what it wants.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim import Experiment, SpecError
from sim.families import Family

LOWERED = "{label} takes a while to train, so this run begins with {now} instead of {before}."


def reduced_sizes(experiment: Experiment, family: type[Family]) -> dict[str, int]:
    """The sizes of an experiment that are more than a family suggests, as it suggests them."""
    return {name: most for name, most in family.suggested.items() if getattr(experiment, name) > most}


def reduction_notice(before: Experiment, after: Experiment) -> tuple[str, ...]:
    """What was lowered, in one sentence; none where nothing was."""
    names = [name for name in reduced_sizes(before, type(after.family)) if getattr(after, name) < getattr(before, name)]
    now, old = _sizes(after, names), _sizes(before, names)
    return (LOWERED.format(label=after.family.label, now=now, before=old),) if names else ()


def unreduced(before: Experiment, after: Experiment) -> Experiment | None:
    """The experiment with the sizes that it had before; None where they are no more than now, or cannot run."""
    names = reduced_sizes(before, type(after.family))
    try:
        wanted = after.but(**{name: getattr(before, name) for name in names})
    except SpecError:
        return None
    return wanted if wanted != after else None


def remembered_sizes(known: Mapping[str, int], before: Experiment, after: Experiment) -> dict[str, int]:
    """The sizes to come back to after a slow model: those from before the first of several was picked."""
    now = {name: getattr(before, name) for name in reduced_sizes(before, type(after.family))}
    return {**now, **known} if type(after.family).suggested else {}


def restored(experiment: Experiment, sizes: Mapping[str, int]) -> Experiment:
    """The experiment with sizes from before a slow model, but for those that its own model suggests; as it is where they cannot run."""
    suggested = type(experiment.family).suggested
    try:
        return experiment.but(**{name: min(size, suggested.get(name, size)) for name, size in sizes.items()})
    except SpecError:
        return experiment


def restore_label(wanted: Experiment) -> str:
    """The words on the button that brings the larger sizes back."""
    return f"Use {_sizes(wanted, list(wanted.family.suggested))} anyway"


def _sizes(experiment: Experiment, names: list[str]) -> str:
    words = {"n": "rows", "generations": "generations", "replicates": "repeats"}
    parts = [f"{getattr(experiment, name):,} {words[name]}" for name in words if name in names]
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1] if parts else "") if part)
