"""A prediction: what a visitor bets on, drawn, laid over the figure, and quoted back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np

from dashboard.figures.line_names import line_name
from dashboard.theme import ANY_SCHEME, PALETTE, compact, number, percent
from sim import Run
from sim.lessons.bets import observed, predicted, ranked, unit_of
from sim.lessons.lesson import Bet

WIDTH, HEIGHT = 120, 56
"""Pixels of a sketch on its button."""

POINTS = 41
"""Of a bet that is drawn: as many as forty generations have."""

RIGHT = "You picked the curve that came closest: {picked}."
WRONG = "You picked: {picked}. Closest to what happened: {closest}."
TRACE = "your bet"


@dataclass(frozen=True)
class Prediction:
    """What a visitor bets on, as it stands.

    Attributes:
        curve: which of the curves was picked.
        end: the value predicted for the last generation, on the bet's scale.
        placed: whether the bet is placed, so that it counts.
    """

    curve: int
    end: float
    placed: bool = False


def in_words(bet: Bet, value: float) -> str:
    """A value on the bet's scale as a person would say it."""
    return percent(value) if bet.scale == "share" else number(value)


def comparison(bet: Bet, prediction: Prediction, run: Run) -> str:
    """What was predicted and what was observed, in one sentence."""
    return bet.quote.format(bet=in_words(bet, prediction.end), run=in_words(bet, float(observed(bet, run)[-1])))


def feedback(bet: Bet, prediction: Prediction, run: Run) -> str:
    """What was predicted and what was observed, and whether the curve that was picked came closest."""
    labels = {"picked": bet.curves[prediction.curve].label, "closest": ranked(bet, run)[0].sketch.label}
    second = RIGHT if labels["picked"] == labels["closest"] else WRONG
    return f"{comparison(bet, prediction, run)} {second.format(**labels)}"


def with_prediction(payload: Mapping[str, Any], bet: Bet, prediction: Prediction, run: Run) -> dict[str, Any]:
    """The payload of a run with the prediction drawn into the curve that it is about."""
    unit = unit_of(bet, run)
    if not np.isfinite(unit):
        return dict(payload)
    last = run.experiment.generations
    x = np.linspace(bet.since, last, POINTS)
    y = predicted(bet.curves[prediction.curve], prediction.end, POINTS) * unit
    name = f"curve-{bet.metric}"
    note = f" Your bet ends at {number(float(y[-1]))}."
    panels = [{**_with_trace(p, compact(x), y, note), "lead": True} if p["name"] == name else p for p in payload["panels"]]
    return {**payload, "panels": panels}


def _with_trace(panel: Mapping[str, Any], x: list[float], y: np.ndarray, note: str) -> dict[str, Any]:
    axes = panel["layout"]
    top = max(axes["yaxis"]["range"][1], 1.08 * float(y.max()))
    line = {"x": x, "y": compact(y), "mode": "lines", "hovertemplate": f"{TRACE} %{{y:.3g}}<extra></extra>"}
    line |= {"line": {"color": "@bet", "width": 2.5, "dash": "dashdot"}}
    at = len(panel["data"])
    changed = {**panel, "data": [*panel["data"], line], "alt": panel["alt"] + note}
    changed["names"] = [line_name(TRACE, TRACE, at, "@bet", 12), *panel.get("names", ())]  # it chooses its place first
    changed["foreknown"] = [*panel.get("foreknown", ()), at]
    changed["layout"] = {**axes, "yaxis": {**axes["yaxis"], "range": [axes["yaxis"]["range"][0], top]}}
    if panel.get("log"):
        low, high = panel["log"]["range"]
        changed["log"] = {**panel["log"], "range": [low, max(high, float(np.log10(top)) + 0.05)]}
    return changed


def curve_picture(bet: Bet, curve: int, end: float, colour: str = ANY_SCHEME["synthetic"]) -> str:
    """A curve to bet on, as SVG; the dashed line is where it starts."""
    y = predicted(bet.curves[curve], end, POINTS)
    down = HEIGHT - 6 - (HEIGHT - 12) * np.minimum(y, bet.high) / bet.high
    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(np.linspace(6, WIDTH - 6, POINTS), down, strict=True))
    ghost = PALETTE["light"]["ghost"]
    start = f'<path d="M6 {down[0]:.1f}H{WIDTH - 6}" stroke="{ghost}" stroke-width="1.5" stroke-dasharray="3 3"/>'
    floor = f'<path d="M6 {HEIGHT - 5}H{WIDTH - 6}M6 5V{HEIGHT - 5}" stroke="{ghost}" stroke-width="1.5"/>'
    curve_drawn = f'<path d="{path}" stroke="{colour}" stroke-width="3.5"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<g fill="none" stroke-linejoin="round" stroke-linecap="round">{floor}{start}{curve_drawn}</g></svg>'
    )


def data_url(svg: str) -> str:
    """A picture as a `data:` URL for a style sheet."""
    return f"data:image/svg+xml,{quote(svg)}"
