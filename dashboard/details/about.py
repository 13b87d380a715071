"""The tab "About this run": what was run, how it ended, and the phases it went through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import streamlit as st

from dashboard.details.recorded import made_with, plays
from dashboard.runs.job import Job
from sim import Experiment, Run
from sim.docstrings import first_sentence
from sim.experiment import ROLES
from sim.verdicts.phases import PHASES, Phase, phases
from sim.verdicts.stretches import stretches

PICKED: Final = (
    "What chance allows is what nearly nine in ten batches of fresh real rows show. One repeat that lies beyond it proves little, and a "
    "repeat that was picked because it does proves nothing."
)
ONE: Final = "Generation {}"
SPAN: Final = "Generations {} to {}"
ALL: Final = "{span}: {meaning}"
SOME: Final = "{span} (of these {others}): {meaning}"
FORTH: Final = "{span}: back and forth ({others})."
AGAIN: Final = "{phase} again, as above."


def draw(job: Job, run: Run) -> None:
    """The tab's body."""
    for role in ROLES:
        variant = type(getattr(run.experiment, role))
        st.markdown(f"**{Experiment.model_fields[role].title}: {variant.label}.** {first_sentence(variant.__doc__)}")
    st.markdown(f"**How it ended.** {run.ending.sentence}")
    for line in phase_lines(phases(run)):
        st.markdown(line)
    if run.experiment.replicates == 1:
        st.caption(PICKED)
    if plays(job):
        st.caption(f"{made_with(job)} Under Reproduce it can be run again here.")


def phase_lines(found: Sequence[Phase]) -> Iterator[str]:
    """The phases of a run in their order, one line a stretch; each phase that was met is explained once."""
    explained: list[Phase] = []
    for one in stretches(found):
        span = ONE.format(one.first) if one.first == one.last else SPAN.format(one.first, one.last)
        others = ", ".join(f"{count} {phase}" for phase, count in one.others.items())
        if one.phase is None:
            yield FORTH.format(span=span, others=others)
            continue
        meaning = AGAIN.format(phase=one.phase) if one.phase in explained else PHASES[one.phase]
        explained.append(one.phase)
        yield (SOME if others else ALL).format(span=span, others=others, meaning=meaning)
    yield from (PHASES[phase] for phase in PHASES if phase in found and phase not in explained)
