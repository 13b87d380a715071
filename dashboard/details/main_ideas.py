"""The main ideas on the page Method: a plain sentence, the law, a figure of a run that shows it, and the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dashboard.details.docstrings import law_of
from dashboard.details.typesetting import formula_markdown, sources_markdown
from dashboard.pictures import of_method
from dashboard.pictures.drawing import Picture
from dashboard.theme import number
from sim.metrics import metrics
from sim.presets import presets
from sim.theory import half_life, laws_for

HALF: Final = "With {n} rows the typical path has lost half of the spread, the standard deviation, at generation {t}."


@dataclass(frozen=True, slots=True)
class Idea:
    """One of them.

    Attributes:
        title: the heading.
        sentence: what it is, for whoever reads no formulas.
        figure: the picture of a shipped run.
        loops: presets whose closed forms of the total variance are the law, with the words that tell them apart, if there are several.
        metric: whose definition is the law, where there is no closed form.
    """

    title: str
    sentence: str
    figure: Callable[[], Picture]
    loops: tuple[tuple[str, str], ...] = ()
    metric: str = ""


IDEAS: Final = (
    Idea(
        "Why the spread shrinks",
        "A model learns from a limited number of rows, and a batch of rows is on average a little narrower about its own middle than what "
        "it was drawn from. The next model learns the narrower batch. The mean over many repeats is carried by ever fewer of them that got "
        "wider by luck; the typical path is what one sees in most.",
        of_method.shrinking,
        loops=(("shrinks", ""),),
    ),
    Idea(
        "Tails go first",
        "Rare rows are the first that a batch misses, and the next model learns from that batch. So the tails thin out while the variance "
        "has lost little.",
        of_method.tails,
        metric="tail_mass",
    ),
    Idea(
        "Modes die",
        "Where data lie in separate places, a place that no row was drawn from is one that the next model never hears of.",
        of_method.modes,
        metric="modes_alive",
    ),
    Idea(
        "What stops it",
        "Two things hold the variance: to keep every batch, so that the real one stays among them, or to mix fresh real rows into every "
        "batch. In the laws $G$ is the variance of the rows that a model draws, $W$ that of the rows it learned from, $D$ the mean square "
        "of how far its centre has wandered, and a dash marks the next generation.",
        of_method.remedies,
        loops=(("accumulating_saves_it", ", every batch kept"), ("real_data_saves_it", ", fresh real rows in every batch")),
    ),
)


def law_lines(idea: Idea) -> list[tuple[str, str]]:
    """The laws of an idea as Markdown: each with what it takes to hold and who derived it."""
    if idea.metric:
        found = metrics()[idea.metric]
        return [(f"**{found.label}:** {law_of(found.help)}", "")]
    return [
        (f"**{law.kind.capitalize()}{words}:** {formula_markdown(law.formula)}", sources_markdown(f"{law.assumptions} {law.reference}"))
        for name, words in idea.loops
        for law in laws_for(presets()[name].experiment, "total_variance")
    ]


def half_line(idea: Idea) -> str:
    """When half of the spread is gone by the closed form; empty where that is not known."""
    for name, _ in idea.loops:
        experiment = presets()[name].experiment
        if (expected := half_life(experiment)) is not None:
            return HALF.format(n=experiment.n, t=number(expected))
    return ""
