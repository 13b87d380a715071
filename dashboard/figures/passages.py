"""Passages: what one world's model wrote, each token tinted by how rare it is in the real text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from sim.tokens import UNKNOWN

MOST_TOKENS: Final = 420
"""Tokens on screen at once."""

RARE: Final = (1e-2, 1e-3, 1e-4)
"""Probabilities in the real text below which a token is tinted, and tinted more."""

HELP: Final = (
    "The first passages of the repeat shown; generation 0 is real text. Tinted: rarer than one token in 100, 1,000 and 10,000 of the "
    "real text, the rarest strongest. Underlined: not in the real text at all.{unknown}{prompt}"
)
UNKNOWN_SIGN: Final = f" {UNKNOWN} stands for every word that is too rare for the vocabulary."
PROMPT: Final = " In italics, before the bar: the prompt, real text that the model was given."


@figure(rank=0)
def passages(view: View) -> Sequence[Panel]:
    """The first passages of the world shown, in the same place in every generation."""
    space, truth = view.space, view.truth.probabilities
    if space.kind != "sequences" or truth is None:
        return ()
    count = int(np.clip(MOST_TOKENS // len(space.columns), 1, 8))
    rows = [view.rows(t)[:count] for t in view.generations]
    content = {
        "tokens": [passage.tolist() for passage in rows],
        "words": list(space.words),
        "joiner": space.joiner,
        "rarity": rarity(truth).tolist(),
        "prompt": view.experiment.family.prompt_length,
    }
    unknown = space.with_unit(UNKNOWN_SIGN) if UNKNOWN in space.words else ""
    meaning = HELP.format(unknown=unknown, prompt=PROMPT if content["prompt"] else "")
    title = view.titled("what the model wrote")
    return [Panel("passages", "passages", title, _alt(view, rows), help=meaning, content=content)]


def rarity(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """How rare each token is in the real text: 0 common to 3 rarest, 4 where it never stands, (vocabulary,)."""
    levels = sum((probabilities < edge).astype(np.int64) for edge in RARE)
    return np.where(probabilities > 0, levels, len(RARE) + 1)


def _alt(view: View, rows: Sequence[NDArray[np.int32]]) -> str:
    given, end = view.experiment.family.prompt_length, view.generations[-1]
    first, last = (view.space.passage(passage).strip() for passage in (rows[0][0], rows[-1][0][given:]))
    reads = f"the model continues its prompt “{view.space.passage(rows[-1][0][:given]).strip()}” with" if given else "it reads"
    return f"In generation 0 the first passage reads “{first}”, in generation {end} {reads} “{last}”."
