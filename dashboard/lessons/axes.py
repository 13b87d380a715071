"""Empty axes on paper, for a curve that somebody draws by hand: of the lesson's own metric, over its own generations."""

from __future__ import annotations

import math
from html import escape

from dashboard.lessons.prose import plain
from dashboard.theme import PRINT, number, percent
from sim.lessons import Lesson
from sim.metrics import metrics

WIDTH, HEIGHT = 680, 270
"""Of the drawing, in units of which the sheet is about 680 wide; a tenth of them is about 2.5 mm on paper."""

LEFT, RIGHT, TOP, BOTTOM = 72, 14, 10, 40
"""Room for the numbers and the words of the axes."""

TYPE = 12

STARTS = "the start"


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from low to high, both counted in where they are round: steps of 1, 2 or 5 times a power of ten.

    >>> ticks(0, 60, 7), ticks(0, 1.5, 9)
    ([0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4])
    """
    scale = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(size * scale for size in (1, 2, 5, 10, 20) if (high - low) / (size * scale) <= most - 1 + 1e-9)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def titles(lesson: Lesson) -> tuple[str, str]:
    """What stands along the two axes: across, and up."""
    bet, space = lesson.bet, lesson.experiment(lesson.bet.experiment).source.space
    metric = metrics()[bet.metric]
    name = space.with_unit(metric.label)
    if bet.scale == "share":
        return "generation", f"{name}, as a share of generation {bet.since}"
    return "generation", f"{name} ({space.with_unit(metric.unit)})" if metric.unit else name


def empty_axes(lesson: Lesson) -> str:
    """Axes with numbers and words and nothing between them but a grid, as SVG; dashed is the level at which the bets start."""
    bet, last = lesson.bet, lesson.experiment(lesson.bet.experiment).generations
    across, up = titles(lesson)
    columns = [(t, LEFT + (WIDTH - LEFT - RIGHT) * (t - bet.since) / (last - bet.since)) for t in ticks(bet.since, last, 13)]
    rows = [(y, _down(y, bet.high)) for y in ticks(0, bet.high, 9)]
    said = percent if bet.scale == "share" else number
    grid = "".join(f"M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" for _, x in columns) + "".join(f"M{LEFT} {y:.1f}H{WIDTH - RIGHT}" for _, y in rows)
    parts = [
        f'<path d="{grid}" stroke="{PRINT["grid"]}"/>',
        _start(lesson),
        f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" stroke="{PRINT["ink"]}" stroke-width="1.5"/>',
        *(_text(x, HEIGHT - BOTTOM + 16, number(t)) for t, x in columns),
        *(_text(LEFT - 6, y + 4, said(value), anchor="end") for value, y in rows),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, across),
        _text(-(TOP + HEIGHT - BOTTOM) / 2, 13, up, turn=' transform="rotate(-90)"'),
    ]
    name = escape(plain(f"Empty axes: {across} from {bet.since} to {last}; {up} from {said(0)} to {said(bet.high)}"))
    return f'<svg class="axes" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}"><g fill="none">{"".join(parts)}</g></svg>'


def _down(value: float, high: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / high


def _start(lesson: Lesson) -> str:
    """The level at which all bets start, where it is one."""
    starts = {sketch.points[0][1] for sketch in lesson.bet.curves}
    if len(starts) > 1:
        return ""
    y = _down(starts.pop(), lesson.bet.high)
    line = f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{PRINT["soft"]}" stroke-width="1.2" stroke-dasharray="5 4"/>'
    return line + _text(WIDTH - RIGHT, y - 4, STARTS, anchor="end")


def _text(x: float, y: float, words: str, *, anchor: str = "middle", turn: str = "") -> str:
    style = f'font-size="{TYPE}" fill="{PRINT["soft"]}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}{turn}>{escape(words)}</text>'
