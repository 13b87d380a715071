"""One bar per mode: which modes still have rows, and which of the others model 1 missed already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import Panel, View, figure
from dashboard.figures.occupancy import absent_since, mode_shares, modes_alive, modes_gone_since, never_present
from dashboard.theme import compact, layout, number
from sim.verdicts.lost_modes import expected_by_luck, missed_by_first

ALT = (
    "Shares of rows at each of {modes} modes in repeat {world}. Alive before and missing in generation {last}: {missing}; "
    "never alive: {unseen}; model 1 missed {missed} that the real rows had."
)
THINNED = (
    "Shares of rows at each of {modes} modes in repeat {world}, generations 0 to {last}; too few rows are kept to tell which are missing."
)

MOST = 30
"""More modes have no bars: they would be too thin to be told apart."""

SINGLY = 12
"""Up to here every mode has its number under its bar."""

WORDY = 4
"""Up to as many modes have room for words above them; more get a sign."""

TITLE = "share of rows at each mode"
MISSED = "modes"
ABSENT = ", × missing"
UNSEEN = ", ○ never alive"
HATCHED = ", hatched: model 1 missed"
HELP = (
    "Grey: the truth. Hatched: the real rows had the mode and model 1 missed it. Missing without hatching: model 1 drew it and later "
    "models do not. In {n} rows luck alone misses {luck} of {modes} modes on average; only more than that is mode collapse (within one "
    "training) or model collapse (across generations). Missing: no row, or less than a tenth of its share, up to generation {last}. "
    "Gone: no row, and none can come back. Never alive: too few real rows were there already."
)

UNMARKED = "\u200b"
"""No mark; where a text is wholly empty, plotly.js takes its place away and does not find it again."""


@dataclass(frozen=True, slots=True)
class ModeStatus:
    """What became of one mode in the replicate shown.

    Attributes:
        missing_since: the generation from which on it is missing to the last; None if it is not.
        gone_since: the generation from which on it has no row and can have none again; None if it may.
        never_alive: it was not alive even among the real rows.
        missed: the real rows had it and model 1 did not.
    """

    missing_since: int | None = None
    gone_since: int | None = None
    never_alive: bool = False
    missed: bool = False

    def mark(self, t: int, few: bool) -> str:
        """The words, or the sign where there are many modes, that stand above it in generation t."""
        if self.never_alive:
            return "never<br>alive" if few else "○"
        if self.missing_since is None or self.missing_since > t:
            return UNMARKED
        if not few:
            return "×"
        gone = self.gone_since is not None and self.gone_since <= t
        return f"gone<br>since {self.gone_since}" if gone else f"missing<br>since {self.missing_since}"


@figure(rank=30)
def modes(view: View) -> Sequence[Panel]:
    """Shares of rows at each mode; a missing mode is named with the generation since when, or crossed out where there are many.

    The grey bars of modes that model 1 missed already are hatched.
    """
    truth = view.truth.modes
    if truth is None or len(truth.weights) > MOST:
        return ()
    alive = modes_alive(view)
    statuses = [ModeStatus() for _ in truth.weights] if alive is None else _statuses(view, alive)
    drawn = [mode_shares(view, t) for t in view.generations]
    top = 1.15 * float(max(truth.weights.max(), *(shares.max() for shares in drawn)))
    facts = _facts(view, statuses)
    return [
        Panel(
            "modes",
            "plot",
            view.titled(_title(statuses)),
            (THINNED if alive is None else ALT).format(**facts),
            help=HELP.format(**facts),
            data=_bars(view, truth.weights, drawn[0], top),
            layout=_axes(len(statuses), top),
            frames=[_frame(statuses, t, shares) for t, shares in zip(view.generations, drawn, strict=True)],
            content={"early_title": view.titled(_title(()))},
        )
    ]


def _axes(count: int, top: float) -> dict[str, Any]:
    across = {"type": "category", "dtick": 1 if count <= SINGLY else None, "title": {"text": "mode"}}
    up = {"range": [0, top], "title": {"text": "share of rows"}, "tickformat": ".0%", "nticks": 5}
    return layout(across, up, barmode="overlay")


def _facts(view: View, statuses: Sequence[ModeStatus]) -> dict[str, int | str]:
    """The numbers in the sentences about the panel."""
    return {
        "modes": len(statuses),
        "world": view.replicate + 1,
        "last": view.run.last,
        "missed": sum(status.missed for status in statuses),
        "missing": sum(status.missing_since is not None for status in statuses),
        "unseen": sum(status.never_alive for status in statuses),
        "n": number(view.experiment.n),
        "luck": number(round(expected_by_luck(view.run), 2)),
    }


def _statuses(view: View, alive: NDArray[np.bool_]) -> list[ModeStatus]:
    known = (absent_since(alive), modes_gone_since(view), never_present(alive), missed_by_first(alive).tolist())
    return [ModeStatus(*status) for status in zip(*known, strict=True)]


def _title(statuses: Sequence[ModeStatus]) -> str:
    """What is shown, and what the signs mean that are used."""
    missed, few = any(status.missed for status in statuses), len(statuses) <= WORDY
    signs = ABSENT * any(status.missing_since is not None for status in statuses) + UNSEEN * any(status.never_alive for status in statuses)
    return (MISSED if missed else TITLE) + ("" if few else signs) + HATCHED * missed


def _bars(view: View, weights: NDArray[np.float64], drawn: NDArray[np.float64], top: float) -> list[dict[str, Any]]:
    """The truth, what was drawn, and the marks."""
    bar = {"type": "bar", "x": _names(view), "hoverinfo": "skip"}
    marks = {"mode": "text", "textposition": "top center", "textfont": {"color": "@lost", "size": 12}, "hoverinfo": "skip"}
    return [
        {**bar, "name": "real data", **_truth(weights)},
        {**bar, "name": f"repeat {view.replicate + 1}", "y": compact(drawn), "marker": {"color": "@synthetic/0.85"}, "width": 0.6},
        {**marks, "x": _names(view), "y": [0.02 * top] * len(weights), "text": [UNMARKED] * len(weights)},
    ]


def _frame(statuses: Sequence[ModeStatus], t: int, shares: NDArray[np.float64]) -> dict[str, Any]:
    few = len(statuses) <= WORDY
    hatches = {"marker.pattern.shape": ["/" if status.missed and t else "" for status in statuses]}
    marks = {"text": [status.mark(t, few) for status in statuses]}
    return {"traces": [0, 1, 2], "data": [hatches, {"y": compact(shares, 3)}, marks]}


def _truth(weights: NDArray[np.float64]) -> dict[str, Any]:
    """The grey bars; hatched are those that model 1 missed."""
    pattern = {"fgcolor": "@lost/0.8", "size": 6, "solidity": 0.25}
    marker = {"color": "@ghost/0.28", "line": {"color": "@ghost", "width": 1}, "pattern": pattern}
    return {"y": compact(weights), "marker": marker, "width": 0.9}


def _names(view: View) -> list[str]:
    truth = view.truth.modes
    assert truth is not None
    if truth.minority is not None:
        return ["minority" if i == truth.minority else "majority" for i in range(len(truth.weights))]
    return [str(i + 1) for i in range(len(truth.weights))]
