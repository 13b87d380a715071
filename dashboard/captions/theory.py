"""What is said of theory: when it expects half of the spread to be gone, and whether the measurement agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dashboard.theme import number
from sim import Run
from sim.metrics import metrics
from sim.theory import half_life, laws_for, why_none
from sim.theory.law import CRITICAL
from sim.verdicts.phases import half_gone_since
from sim.verdicts.spread import spread_metric, whole_spread

HALF_LIFE = "Closed form of the typical path: half at {half}."
AGREES = "At generation {t} the measured {metric} agrees with theory ({kind}, z = {off})."
AGREES_UNTIL = "At generation {t}, the last that can be tested, the measured {metric} agrees with theory ({kind}, z = {off})."
DIFFERS_UNTIL = "At generation {t}, the last that can be tested, the measured {metric} differs from theory ({kind}, z = {off})."
DIFFERS = "At generation {t} the measured {metric} differs from theory ({kind}, z = {off})."
AGREES_SO_FAR = "At generation {t} the measured {metric} agrees with theory ({kind}), as far as {count} repeats can tell."
AGREES_SO_FAR_UNTIL = (
    "At generation {t}, the last that can be tested, the measured {metric} agrees with theory ({kind}), as far as {count} repeats can tell."
)
FEW = 10
"""Worlds below which a distance is not told in standard errors that these worlds themselves must tell.

A choice: two worlds may be eight of their own standard errors off by luck, and what is as rare is one.
"""
CARRIED = "Later too few repeats carry the mean for a test."
UNTESTED = "The mean that theory gives for the {metric} is drawn, not tested: too few repeats carry it."


def half_life_sentence(run: Run) -> str:
    """Where the typical path that is drawn crosses half of the verdict's whole; said where the run has come to that."""
    expected = expected_half(run)
    return "" if expected is None else HALF_LIFE.format(half=number(expected))


def expected_half(run: Run) -> float | None:
    """The generation of that crossing; None where there is none, or where the run has not come to it."""
    return None if half_gone_since(run) is None else half_life(run.experiment, whole_spread(run))


def theory_sentence(run: Run) -> str:
    """Whether the closed form of the spread agrees with the measurement, at the last generation where it may be compared."""
    name = spread_metric(run.experiment)
    for law in laws_for(run.experiment, name) if run.experiment.replicates > 1 else ():
        z = law.compare(run.metrics[name])
        comparable = np.flatnonzero(np.isfinite(z[: run.last + 1]))
        if comparable.size and comparable[-1] > 0:
            t = int(comparable[-1])
            count = run.experiment.replicates
            few = law.deviation is None and count < FEW
            agrees, differs = (AGREES_SO_FAR if few else AGREES, DIFFERS)
            if t < run.last:
                agrees, differs = (AGREES_SO_FAR_UNTIL if few else AGREES_UNTIL, DIFFERS_UNTIL)
            sentence = agrees if abs(z[t]) < CRITICAL else differs
            label, off = metrics()[name].label.lower(), f"{float(z[t]):.1f}".replace("-", "−")
            tested = sentence.format(t=t, metric=label, kind=law.kind, off=off, count=count)
            return f"{tested} {CARRIED}" if law.kind == "mean" and t == law.horizon < run.last else tested
        if law.kind == "mean" and law.horizon < 1:
            return UNTESTED.format(metric=metrics()[name].label.lower())
    return ""


def closed_form_lines(run: Run) -> Iterator[tuple[str, str]]:
    """The closed forms of every metric as Markdown: a formula with its assumptions and source, or why there is none and nothing."""
    for name in run.metrics:
        label = run.experiment.source.space.with_unit(metrics()[name].label)
        laws = laws_for(run.experiment, name)
        if not laws:
            yield f"**{label}.** {why_none(run.experiment, name)}", ""
        for law in laws:
            yield f"**{label}, {law.kind}.** {law.formula}", f"{law.assumptions} {law.reference}"
