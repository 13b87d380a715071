"""A sample of the vocabulary as words: struck through from the generation they are gone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.occupancy import absent_since, never_present, word_counts
from sim.verdicts.lost_modes import extinction_is_absorbing

WORDS_SHOWN = 72
"""Words of a larger vocabulary than `MOST` that are shown.

A choice: they are spread over all ranks, so that more would tell little more.
"""

SHAPELESS = ("Cf", "Co")
"""The categories of Unicode that a font need not have a shape for: format and private signs."""

SHORT = "Words left, by rank"
HELP = (
    "From common to rare in the real text; struck through once {gone} in the repeat shown{known}. In italics: never drawn, not even "
    "among its real rows. The line shows how often a word is drawn."
)
MOST = 100
"""A vocabulary up to this size is shown whole."""

EXACT = (
    "Words from common to rare; struck through once {gone}",
    "{shown} of {all} words from common to rare in repeat {world}. Drawn before and {absent} in generation {last}: {dead}; "
    "never drawn: {unseen}.",
)
THINNED = (
    "Words from common to rare in the first {n} {things}",
    "{shown} of {all} words from common to rare in the first {n} {things} of repeat {world}, which do not tell whether a word is gone.",
)
"""Title and description where all rows are known, and where they are not."""


@figure(rank=30)
def words(view: View) -> Sequence[Panel]:
    """Words from common to rare, evenly spread over the ranks on a log scale."""
    truth = view.truth.probabilities
    if truth is None:
        return ()
    ranks = _ranks(len(truth))
    tokens = np.argsort(-truth, kind="stable")[ranks]
    drawn = word_counts(view)
    counts = drawn.counts[:, tokens]
    gone = absent_since(counts > 0) if drawn.exact else [None] * len(tokens)
    unseen = never_present(counts > 0) if drawn.exact else [False] * len(tokens)
    facts = {"shown": len(tokens), "all": f"{len(truth):,}", "world": view.replicate + 1, "last": view.run.last, "unseen": sum(unseen)}
    facts |= {"dead": sum(since is not None for since in gone), "n": f"{drawn.total:,}", "things": drawn.noun, **_loss(view)}
    content = {
        "words": _names(view, tokens, ranks),
        "counts": counts[list(view.generations)].tolist(),
        "gone": gone,
        "absent": facts["absent"],
        "unseen": unseen,
        "n": drawn.total,
        "things": drawn.noun,
        "top": int(max(1, counts[0].max())),
    }
    title, alt = (view.space.with_unit(text).format(**facts) for text in (EXACT if drawn.exact else THINNED))
    meaning = view.space.with_unit(HELP).format(**facts) if drawn.exact else ""
    if view.space.kind == "sequences" and view.run.surprise is not None:
        return [Panel("words", "words", view.space.with_unit(SHORT), alt, slot="third", help=meaning, content=content)]
    return [Panel("words", "words", title, alt, help=meaning, content=content)]


def _ranks(vocabulary: int) -> NDArray[np.int64]:
    """The ranks shown, from 0: all of a small vocabulary, and of a large one an even choice on a log scale."""
    if vocabulary <= MOST:
        return np.arange(vocabulary)
    return np.unique(np.round(np.geomspace(1, vocabulary, WORDS_SHOWN)).astype(np.int64)) - 1


def _names(view: View, tokens: NDArray[np.int64], ranks: NDArray[np.int64]) -> list[str]:
    """What the words are called: their letters, or their ranks where they have none."""
    spoken = view.space.words
    return [_visible(spoken[token]) for token in tokens] if spoken else [f"word {int(rank) + 1}" for rank in ranks]


def _visible(token: str) -> str:
    """A token as one can see it standing alone: a mark on a dotted circle, a sign without a shape by its number."""
    kind = unicodedata.category(token[0])
    if len(token) == 1 and kind in SHAPELESS:
        return f"U+{ord(token):04X}"
    return ("◌" if kind.startswith("M") else "") + token.replace(" ", "␣")


def _loss(view: View) -> dict[str, str]:
    """What may be said of a word that is not drawn from some generation to the last: whether it may come back decides."""
    if extinction_is_absorbing(view.experiment):
        return {"gone": "gone for good", "absent": "gone for good", "known": ""}
    return {"gone": "not drawn again", "absent": "absent", "known": f" up to generation {view.run.last}"}
