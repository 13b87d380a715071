"""A sample of the vocabulary as words: struck through from the generation they are gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dashboard.figures import Panel, View, figure
from dashboard.figures.alive import gone_since, never, words_drawn
from sim.verdicts.lost_modes import extinction_is_absorbing

SHOWN = 72
SHORT = "Words left, by rank"
HELP = (
    "From common to rare in the real text; struck through once {gone} in the world shown{known}. In italics: never drawn, not even "
    "among its real rows. The line shows how often a word is drawn."
)
MOST = 100
"""A vocabulary up to this size is shown whole."""

EXACT = (
    "Words from common to rare; struck through once {gone}",
    "{shown} of {all} words from common to rare in world {world}. Drawn before and {absent} in generation {last}: {dead}; "
    "never drawn: {unseen}.",
)
THINNED = (
    "Words from common to rare in the first {n} {things}",
    "{shown} of {all} words from common to rare in the first {n} {things} of world {world}, which do not tell whether a word is gone.",
)
"""Title and description where all rows are known, and where they are not."""


@figure(rank=30)
def words(view: View) -> Sequence[Panel]:
    """Words from common to rare, evenly spread over the ranks on a log scale."""
    truth = view.truth.probabilities
    if truth is None:
        return ()
    order = np.argsort(-truth, kind="stable")
    evenly = np.unique(np.round(np.geomspace(1, len(truth), SHOWN)).astype(int)) - 1
    picks = np.arange(len(truth)) if len(truth) <= MOST else evenly
    tokens = order[picks]
    drawn = words_drawn(view)
    counts = drawn.counts[:, tokens]
    gone = gone_since(counts > 0) if drawn.exact else [None] * len(tokens)
    spoken = view.space.words
    names = [spoken[token].replace(" ", "␣") for token in tokens] if spoken else [f"word {int(rank) + 1}" for rank in picks]
    unseen = never(counts > 0) if drawn.exact else [False] * len(tokens)
    facts = {"shown": len(names), "all": f"{len(truth):,}", "world": view.world + 1, "last": view.run.last, "unseen": sum(unseen)}
    facts |= {"dead": sum(g is not None for g in gone), "n": f"{drawn.drawn:,}", "things": drawn.things, **_loss(view)}
    content = {
        "words": names,
        "counts": counts[list(view.generations)].tolist(),
        "gone": gone,
        "absent": facts["absent"],
        "unseen": unseen,
        "n": drawn.drawn,
        "things": drawn.things,
        "top": int(max(1, counts[0].max())),
    }
    title, alt = (view.space.spoken(text).format(**facts) for text in (EXACT if drawn.exact else THINNED))
    meaning = view.space.spoken(HELP).format(**facts) if drawn.exact else ""
    if view.space.kind == "sequences" and view.run.surprise is not None:
        return [Panel("words", "words", view.space.spoken(SHORT), alt, slot="third", help=meaning, content=content)]
    return [Panel("words", "words", title, alt, help=meaning, content=content)]


def _loss(view: View) -> dict[str, str]:
    """What may be said of a word that is not drawn from some generation to the last."""
    if extinction_is_absorbing(view.experiment):
        return {"gone": "gone for good", "absent": "gone for good", "known": ""}
    return {"gone": "not drawn again", "absent": "absent", "known": f" up to generation {view.run.last}"}
