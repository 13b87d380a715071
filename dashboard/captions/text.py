"""Sentences about language: what became of perplexity, vocabulary, rare words and copying, generation by generation."""

from __future__ import annotations

from typing import Final

import numpy as np

from dashboard.figures import View
from dashboard.figures.occupancy import absent_since, word_counts
from dashboard.theme import both, number, numbers_apart, percent
from sim import Run
from sim.arrays import Floats
from sim.verdicts.medians import median_at, middle

METRICS: Final = ("held_out_perplexity", "tokens_alive", "rare_mass", "longest_copy")
"""The metrics that these sentences are made of."""

PARTS: Final = {
    "perplexity": "perplexity {now} on new real text",
    "perplexity since": "perplexity {now} on new real text ({first} at generation 1)",
    "impossible": "infinite perplexity on new real text, some of which is impossible to the models",
    "alive": "{now} different words ({first} in generation 0)",
    "one alive": "one and the same word ({first} in generation 0)",
    "rare": "rare words at {share} of their share",
    "copy": "longest copies of the training text {now} words long on average",
    "copy in some": "longest copies of the training text {now} words long on average (measured in {some:,} of {all:,} repeats)",
}
VERDICTS: Final = {
    "all higher": "Perplexity on new real text rises in every repeat, typically from {first} at generation 1 to {last} at {t}.",
    "all lower": "Perplexity on new real text falls in every repeat, typically from {first} at generation 1 to {last} at {t}.",
    "mixed": "Perplexity on new real text is typically {last} at generation {t}; at generation 1 it was {first}.",
    "one": "One run: perplexity on new real text is {last} at generation {t}; at generation 1 it was {first}.",
}
IMPOSSIBLE: Final = (
    "Perplexity on new real text is infinite at generation {t} in {lost:,} of {all:,} repeats: some of it is impossible to their models."
)
IMPOSSIBLE_IN_ONE: Final = (
    "Perplexity on new real text is infinite at generation {t} in {lost:,} of {all:,} repeats: some of it is impossible to the model there."
)
IMPOSSIBLE_ALONE: Final = "One run: perplexity on new real text is infinite at generation {t}: some of it is impossible to the model."
CAPTION: Final = "Generation {t}: {parts}.{typical}"
DIED: Final = " Not drawn again in {world} up to generation {last}: {count} of {all} words, lastly {names}."
NAMED: Final = 4
"""The most words that are named of those that died together. A choice: a caption is read while it plays."""

TYPICAL: Final = " Each number is that of a typical repeat."
TYPICAL_OF_TWO: Final = " Midway between the two repeats; of what is counted both."


def text_verdict(run: Run) -> str:
    """What became of perplexity, and whether in every world; empty where it was not measured twice."""
    if run.last < 2 or "held_out_perplexity" not in run.metrics:
        return ""
    first, last = _perplexities(run, 1), _perplexities(run, run.last)
    if np.isinf(np.median(last)):
        lost = int(np.isinf(last).sum())
        words = IMPOSSIBLE_ALONE if len(last) == 1 else IMPOSSIBLE if lost > 1 else IMPOSSIBLE_IN_ONE
        return words.format(t=run.last, lost=lost, all=len(last))
    way = "all higher" if (last > first).all() else "all lower" if (last < first).all() else "mixed"
    kind = "one" if len(last) == 1 else way
    began, ended = numbers_apart(float(np.median(first)), float(np.median(last)))
    return VERDICTS[kind].format(t=run.last, first=began, last=ended)


def _perplexities(run: Run, t: int) -> Floats:
    """Held-out perplexity of every world in a generation that has a model; infinite where the metric has no number."""
    found = run.metrics["held_out_perplexity"][:, t]
    return np.where(np.isnan(found), np.inf, found)


def text_caption(view: View, t: int) -> str:
    """What generation t of a language model's run shows, at least 1; what was not measured is left out."""
    run = view.run
    parts = [part for part in (_perplexity(run, t), _alive(run, t), _rare(run, t), _copy(run, t)) if part]
    typical = ("", "", TYPICAL_OF_TWO)[run.experiment.replicates] if run.experiment.replicates < 3 else TYPICAL
    died = words_gone(view, t)
    return view.space.with_unit(CAPTION).format(t=t, parts=view.space.with_unit(", ".join(parts)), typical=typical) + died


def words_gone(view: View, t: int) -> str:
    """How many words that the replicate shown had are not drawn from generation t to the last, and the latest of them by name.

    Said of exact counts only. A word that was never drawn did not die.
    """
    drawn, truth = word_counts(view), view.truth.probabilities
    if not drawn.exact or truth is None:
        return ""
    real = np.flatnonzero(truth > 0)
    gone = {
        int(word): since
        for word, since in zip(real, absent_since(drawn.counts[:, real] > 0), strict=True)
        if since is not None and since <= t
    }
    if not gone:
        return ""
    last = [word for word, since in gone.items() if since == max(gone.values())]
    named = sorted(last, key=lambda word: -truth[word])[:NAMED]
    names = ", ".join(f"“{view.space.words[word].replace(' ', '␣')}”" for word in named) + (" …" if len(last) > NAMED else "")
    world = "this run" if view.experiment.replicates == 1 else f"repeat {view.replicate + 1}"
    return view.space.with_unit(DIED).format(world=world, last=view.run.last, count=len(gone), all=f"{len(real):,}", names=names)


def _perplexity(run: Run, t: int) -> str:
    if "held_out_perplexity" not in run.metrics:
        return ""
    now, first = (float(np.median(_perplexities(run, when))) for when in (t, 1))
    if np.isinf(now):
        return PARTS["impossible"]
    return PARTS["perplexity since" if t > 1 else "perplexity"].format(now=number(now), first=number(first))


def _alive(run: Run, t: int) -> str:
    now, first = (middle(run.metrics, "tokens_alive", when) for when in (t, 0))
    return PARTS["one alive" if now == (1,) else "alive"].format(now=both(now), first=both(first)) if np.isfinite(now[0]) else ""


def _rare(run: Run, t: int) -> str:
    whole = run.noise_floor.get("rare_mass", float("nan"))
    share = median_at(run.metrics, "rare_mass", t) / whole if whole else float("nan")
    return PARTS["rare"].format(share=percent(share)) if np.isfinite(share) else ""


def _copy(run: Run, t: int) -> str:
    now = median_at(run.metrics, "longest_copy", t)
    if not np.isfinite(now):
        return ""
    some = int(np.isfinite(run.metrics["longest_copy"][:, t]).sum())
    return PARTS["copy" if some == run.experiment.replicates else "copy in some"].format(
        now=number(now), some=some, all=run.experiment.replicates
    )
