"""Highlights: the generations of a run that are worth stopping at, each with the sentence that says why.

They are found from the run; on screen they are called moments. What did not happen, or did not come to stay, is not in the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dashboard.figures import View
from dashboard.figures.occupancy import absent_since, modes_alive, modes_gone_since
from dashboard.theme import both
from sim import Run
from sim.arrays import Flags
from sim.verdicts.lost_modes import missing_beyond_luck, modes_lost
from sim.verdicts.medians import median_path, middle
from sim.verdicts.phases import come_to_stay, half_gone_since
from sim.verdicts.spread import spread_metric
from sim.verdicts.tails import tails_empty_since

START = "This is the real data. No model has learned anything yet."
TAILS = "From here on the tails are nearly always empty{median}."
MODE_GONE = "The first mode of this repeat is gone for good."
MODES_GONE = "{count} modes of this repeat are gone for good at once."
MODE_MISSING = "The first mode of this repeat is missing from here on, up to generation {last}."
MODES_MISSING = "{count} modes of this repeat are missing from here on, up to generation {last}."
WORDS = "Half of the different {things} of generation 0 are left{median}: {alive} of {first}."
HALF = "Half of the {spread} is gone{median}."
IN_BOTH_WORLDS = ", counted in both repeats"
OVER_WORLDS = ", in a typical repeat"
"""What is said of several worlds; one has no median."""
END = "The last generation of this run."


def highlights(view: View) -> list[dict[str, Any]]:
    """The highlights of a run in their order, as {"t": a generation that has a frame, "text": a sentence}."""
    found: dict[int, list[str]] = {}
    for t, text in sorted(_found(view), key=lambda highlight: highlight[0]):
        # The first frame that shows it; of a long run not every generation has one.
        frame = min(view.generations, key=lambda g: (g < t, abs(g - t)))
        found.setdefault(frame, []).append(text)
    return [{"t": t, "text": " ".join(texts)} for t, texts in sorted(found.items())]


def _found(view: View) -> Iterator[tuple[int, str]]:
    run, median = view.run, OVER_WORLDS if view.experiment.replicates > 1 else ""
    yield 0, START
    if view.experiment.replicates > 1 and (t := tails_empty_since(run)):
        yield t, TAILS.format(median=median)
    yield from _first_modes_lost(view)
    if "tokens_alive" in run.metrics and (t := come_to_stay(_half_of_the_words_left(run))):
        left, first = (middle(run.metrics, "tokens_alive", when) for when in (t, 0))
        whose = IN_BOTH_WORLDS if len(left) > 1 else median
        yield t, WORDS.format(things=f"{view.space.unit}s", alive=both(left), first=both(first), median=whose)
    if t := half_gone_since(run):
        yield t, HALF.format(spread="diversity" if spread_metric(run.experiment) == "diversity" else "spread", median=median)
    if run.last:
        yield run.last, END


def _half_of_the_words_left(run: Run) -> Flags:
    """Where half of the words of generation 0 or fewer are left in the middle world, and of two worlds in the one with more as well."""
    counts = run.metrics["tokens_alive"][:, : run.last + 1]
    paths = [counts.min(axis=0), counts.max(axis=0)] if len(counts) == 2 else [median_path(run.metrics, "tokens_alive")[: run.last + 1]]
    return np.all([path <= path[0] / 2 for path in paths], axis=0)


def _first_modes_lost(view: View) -> Iterator[tuple[int, str]]:
    """The first modes of the world shown that do not come back, in a run that misses more than luck allows."""
    alive = modes_alive(view) if view.truth.modes is not None and modes_lost(view.run)[-1] else None
    if alive is None:
        return
    latest = view.run.last + 1 - missing_beyond_luck(view.run)
    losses = [
        (t, since == t) for t, since in zip(absent_since(alive), modes_gone_since(view), strict=True) if t is not None and t <= latest
    ]
    if losses:
        first = min(losses)[0]
        found = [gone for t, gone in losses if t == first]
        texts = (MODE_GONE, MODES_GONE) if all(found) else (MODE_MISSING, MODES_MISSING)
        yield first, texts[len(found) > 1].format(count=len(found), last=view.run.last)
