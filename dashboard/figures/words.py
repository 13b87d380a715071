"""A sample of the vocabulary as words: struck through from the generation they are gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dashboard.figures import Panel, View, figure

SHOWN = 72


@figure(rank=30)
def words(view: View) -> Sequence[Panel]:
    """Words from common to rare, evenly spread over the ranks on a log scale."""
    truth = view.truth.probabilities
    if truth is None:
        return ()
    order = np.argsort(-truth, kind="stable")
    picks = np.unique(np.round(np.geomspace(1, len(truth), SHOWN)).astype(int)) - 1
    tokens = order[picks]
    counts = np.array(
        [np.bincount(rows[rows >= 0], minlength=len(truth))[tokens] for rows in (view.rows(t).ravel() for t in view.generations)]
    )
    gone = [_gone(view, column) for column in counts.T]
    spoken = view.space.words
    names = [spoken[token].replace(" ", "␣") for token in tokens] if spoken else [f"word {int(rank) + 1}" for rank in picks]
    dead = sum(g is not None for g in gone)
    shown = f"{len(names)} of {len(truth):,} words from common to rare in world {view.world + 1}"
    alt = f"{shown}; {dead} of them are gone by generation {view.generations[-1]}."
    content = {
        "words": names,
        "counts": counts.tolist(),
        "gone": gone,
        "n": int(view.run.samples.shape[2] * view.run.samples.shape[3]),
        "top": int(max(1, counts[0].max())),
    }
    return [Panel("words", "words", "Words from common to rare; struck through once gone", alt, content=content)]


def _gone(view: View, counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int | None:
    alive = np.flatnonzero(counts)
    end = int(alive[-1]) + 1 if len(alive) else 0
    return view.generations[end] if end < len(counts) else None
