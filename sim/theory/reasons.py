"""Why no closed form is drawn, in one sentence for the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.experiment import Experiment
from sim.theory.bookkeeping import LONGEST
from sim.theory.law import ClosedForm
from sim.theory.moment_map import moment_map, unmapped_settings
from sim.theory.pools import pool_kind, unpooled_settings
from sim.theory.scope import unknown_settings

ONE_ROW: Final = {"total_variance": "one row has no variance", "diversity": "one row has no diversity"}
"""What cannot be told of one row, whatever the model, by metric."""


def reason(experiment: Experiment, forms: Sequence[ClosedForm]) -> str:
    """One sentence on what is missing, for a metric whose closed forms, none of which applies, are these.

    >>> experiment = Experiment.model_validate({"source": {"kind": "normal"}, "family": {"kind": "gaussian"}})
    >>> reason(experiment, [])
    'No closed form is known for this metric; only the measurement is drawn.'
    """
    if not forms:
        return "No closed form is known for this metric; only the measurement is drawn."
    if unknown := min((_unknown(experiment, form) for form in forms), key=len):
        return f"No closed form is drawn: none takes {' and '.join(unknown)} into account."
    if pool_kind(experiment) == "other":
        return f"No closed form is drawn: the regime {type(experiment.regime).label} has none yet."
    # Of several laws no single requirement stands for all, so what the most general one lacks is told.
    if experiment.n < 2 and (nothing := ONE_ROW.get(forms[0].metric)):
        return f"No closed form is drawn: {nothing}."
    narrow = forms[0].requires if len(forms) == 1 else ""
    return f"No closed form is drawn: {narrow or _moments(experiment)}."


def _unknown(experiment: Experiment, form: ClosedForm) -> tuple[str, ...]:
    """What puts an experiment beyond a form: its own scope, or that of what it reads a role through."""
    if unknown := unknown_settings(experiment, form.knows):
        return unknown
    return (unmapped_settings(experiment) if "family" in form.knows else ()) or (
        unpooled_settings(experiment) if "regime" in form.knows else ()
    )


def _moments(experiment: Experiment) -> str:
    family = type(experiment.family).label
    if moment_map(experiment, experiment.n) is None:
        return _family(experiment, family)
    if experiment.n < 2:
        return ONE_ROW["total_variance"]
    if pool_kind(experiment) == "window":
        return f"a window of this many batches would take more than {LONGEST:,} numbers to follow"
    return f"none is known for the model {family} under the regime {type(experiment.regime).label}"


def _family(experiment: Experiment, family: str) -> str:
    if experiment.n < 2 and moment_map(experiment, 2) is not None:
        return ONE_ROW["total_variance"]
    if experiment.temperature == 1:
        return f"the model {family} does not keep mean and variance of what it learned in a known way"
    if experiment.source.space.kind == "tokens":
        return "temperature bends the frequencies of words, so their squares follow no closed law"
    changes = "narrows" if experiment.temperature < 1 else "widens"
    return f"at temperature {experiment.temperature:g} the model {family} {changes} its parts but not their distances"
