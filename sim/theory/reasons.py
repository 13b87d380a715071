"""Why no closed form is drawn, in one sentence for the page."""

from __future__ import annotations

from collections.abc import Mapping

from sim.experiment import Experiment
from sim.theory.bookkeeping import LONGEST
from sim.theory.conditions import pool_kind, response


def reason(experiment: Experiment, metric: str, needs: Mapping[str, str]) -> str:
    """One sentence on what is missing; `needs` are the metrics that have a law somewhere, with what it takes if it is narrow."""
    if metric not in needs:
        return "No closed form is known for this metric; only the measurement is drawn."
    return f"No closed form is drawn: {needs[metric] or _moments(experiment)}."


def _moments(experiment: Experiment) -> str:
    family, regime = type(experiment.family).label, type(experiment.regime).label
    if response(experiment, experiment.n) is None:
        return _family(experiment, family)
    if pool_kind(experiment) == "other":
        return f"the regime {regime} has none yet"
    if experiment.n < 2:
        return "one row has no variance"
    if pool_kind(experiment) == "window":
        return f"a window of this many batches would take more than {LONGEST:,} numbers to follow"
    return f"none is known for the model {family} under the regime {regime}"


def _family(experiment: Experiment, family: str) -> str:
    if experiment.n < 2:
        return f"the model {family} cannot learn from {experiment.n} row"
    if experiment.temperature == 1:
        return f"the model {family} does not keep mean and variance of what it learned in a known way"
    if experiment.source.space.kind == "tokens":
        return "temperature bends the frequencies of words, so their squares follow no closed law"
    return f"at temperature {experiment.temperature:g} the model {family} narrows its parts but not their distances"
