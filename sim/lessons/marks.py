"""Marks: a number in a lesson's prose, with how it is read off a run.

A mark stands in double brackets, the number first, then its formula: `[[36 % = median total_variance(main, 60)]]`.
Readers see the number; the checks compute the formula again and want the same digits. Formulas have a grammar of their own,
so that nothing in a lesson is ever executed:

    sum      product (("+" | "-") product)*
    product  atom (("*" | "/") atom)*
    atom     NUMBER | "(" sum ")" | "sqrt" "(" sum ")" | reading
    reading  ("median" | "mean" | "lowest" | "highest") METRIC "(" EXPERIMENT "," T ")"    over the worlds, at generation T
           | "count" METRIC "(" EXPERIMENT "," T ")"          the same for things that are counted: the lower median
           | "worlds" METRIC "(" EXPERIMENT "," T ")" ("<" | ">") NUMBER                   how many worlds are there
           | "first" METRIC "(" EXPERIMENT ")" ("<" | ">") NUMBER                          the first generation whose median is
           | "real" METRIC "(" EXPERIMENT ")"                 what n fresh real rows typically score
           | "truth" METRIC "(" EXPERIMENT ")"                what the truth itself would score
           | "formula" METRIC "(" EXPERIMENT "," T ")"        the mean that the closed form gives
           | SETTING "(" EXPERIMENT ")"                       n, n_real, generations, family.k, ...

T is a whole number or `last`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Final, Protocol

import numpy as np

from sim.experiment import Experiment
from sim.metrics import metrics
from sim.presets import STATISTICS
from sim.records import Run
from sim.spec import did_you_mean, shown
from sim.theory import laws_for

WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?: (%))?")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(.))", re.DOTALL)


class BadMark(ValueError):
    """A mark that cannot be read or does not hold; the message is a sentence."""


class Readings(Protocol):
    """Where formulas find what they read."""

    def experiment(self, name: str) -> Experiment:
        """The experiment of that name in the lesson."""
        ...

    def run(self, name: str) -> Run:
        """Its run."""
        ...


Value = Callable[[Readings], float]


@dataclass(frozen=True)
class Mark:
    """A number as it is shown, and the formula that gives it.

    Attributes:
        at: where it starts in the text.
        text: the number as it is shown.
        formula: how it is obtained, as written.
        value: computes it.
        reads: the pairs of experiment and metric that must be measured for it.
    """

    at: int
    text: str
    formula: str
    value: Value
    reads: frozenset[tuple[str, str]]

    def check(self, readings: Readings) -> None:
        """Raises `BadMark` unless the formula gives the number, within half a unit of the last digit shown."""
        number, unit = shown_number(self.text)
        found = self.value(readings)
        if not abs(found - number) <= 0.5 * unit * (1 + 1e-9):
            digits = found * 100 if self.text.endswith("%") else found
            raise BadMark(f"{self.text!r} must be what {self.formula} gives; the run gives {digits:.6g}{' %' * self.text.endswith('%')}.")


def marks(text: str) -> Iterator[Mark]:
    """Every mark of a text, in order; raises `BadMark`."""
    for match in _MARK.finditer(text):
        number, equals, formula = match[1].partition("=")
        words = " ".join(formula.split())
        if not equals:
            raise BadMark(f"A mark must be a number, = and a formula; got {shown(match[0])}.")
        shown_number(number.strip())
        value, reads = _Reader(words).whole()
        yield Mark(match.start(), number.strip(), words, value, reads)


def replaced(text: str, show: Callable[[str, str], str]) -> str:
    """The text with every mark replaced by what `show` makes of its number and its formula."""
    return _MARK.sub(lambda match: show(match[1].partition("=")[0].strip(), " ".join(match[1].partition("=")[2].split())), text)


def blanked(text: str) -> str:
    """The text with every mark blanked out, of equal length and with the same lines."""
    return _MARK.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def shown_number(text: str) -> tuple[float, float]:
    """The number that a text shows, and what its last digit is worth."""
    if text.lower() in WORDS:
        return float(WORDS.index(text.lower())), 1.0
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise BadMark(f"A number in a mark must be like 0.36, 36 %, 1,250 or eight; got {shown(text)}.")
    scale = 0.01 if match[3] else 1.0
    digits = len(match[2]) - 1 if match[2] else 0
    return float(match[1].replace(",", "") + (match[2] or "")) * scale, 10.0**-digits * scale


class _Reader:
    """A recursive descent through one formula."""

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._tokens = [number or name or sign for number, name, sign in _TOKEN.findall(formula)]
        self._reads: set[tuple[str, str]] = set()

    def whole(self) -> tuple[Value, frozenset[tuple[str, str]]]:
        value = self._sum()
        if self._tokens:
            raise self._wrong("the end")
        return value, frozenset(self._reads)

    def _wrong(self, wanted: str) -> BadMark:
        got = shown(self._tokens[0]) if self._tokens else "the end"
        return BadMark(f"In the formula {shown(self._formula)} {wanted} must come next; got {got}.")

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _take(self, wanted: str, fits: Callable[[str], bool]) -> str:
        if not self._tokens or not fits(self._tokens[0]):
            raise self._wrong(wanted)
        return self._tokens.pop(0)

    def _sign(self, sign: str) -> str:
        return self._take(f"{sign!r}", lambda token: token == sign)

    def _name(self, wanted: str) -> str:
        return self._take(wanted, lambda token: token.replace(".", "").isidentifier())

    def _number(self) -> float:
        return float(self._take("a number", lambda token: token[0].isdigit()))

    def _sum(self) -> Value:
        left = self._product()
        while self._next() in ("+", "-"):
            left = _combined(self._tokens.pop(0), left, self._product())
        return left

    def _product(self) -> Value:
        left = self._atom()
        while self._next() in ("*", "/"):
            left = _combined(self._tokens.pop(0), left, self._atom())
        return left

    def _atom(self) -> Value:
        if self._next()[:1].isdigit():
            number = self._number()
            return lambda _: number
        if self._next() in ("(", "sqrt"):
            root = self._tokens.pop(0) == "sqrt"
            if root:
                self._sign("(")
            inner = self._sum()
            self._sign(")")
            return (lambda readings: sqrt(inner(readings))) if root else inner
        return self._reading(self._name("a number, a reading or a setting"))

    def _reading(self, word: str) -> Value:
        if word in STATISTICS or word in ("count", "worlds", "formula"):
            metric, name, t = self._measured(at=True)
            if word == "worlds":
                return self._counted(metric, name, t)
            return _law(metric, name, t) if word == "formula" else _statistic(word, metric, name, t)
        if word in ("first", "real", "truth"):
            metric, name, _ = self._measured(at=False)
            return self._first(metric, name) if word == "first" else _ideal(metric, name) if word == "truth" else _floor(metric, name)
        return _setting(word, self._of())

    def _measured(self, *, at: bool) -> tuple[str, str, int]:
        metric = self._name("a metric")
        if metric not in metrics():
            raise BadMark(
                f"A metric must be one of {', '.join(metrics())}; got {shown(metric)}. {did_you_mean(metric, metrics())[0]}".strip()
            )
        self._sign("(")
        name, t = self._name("an experiment"), -1
        if at:
            self._sign(",")
            moment = self._take("a generation or last", lambda token: token.isdigit() or token == "last")
            t = -1 if moment == "last" else int(moment)
        self._sign(")")
        self._reads.add((name, metric))
        return metric, name, t

    def _of(self) -> str:
        self._sign("(")
        name = self._name("an experiment")
        self._sign(")")
        return name

    def _beyond(self) -> Callable[[np.ndarray], np.ndarray]:
        below = self._take("'<' or '>'", lambda token: token in ("<", ">")) == "<"
        bound = self._number()
        return lambda values: values < bound if below else values > bound

    def _counted(self, metric: str, name: str, t: int) -> Value:
        beyond = self._beyond()
        return lambda readings: float(beyond(_at(readings.run(name), metric, t)).sum())

    def _first(self, metric: str, name: str) -> Value:
        beyond = self._beyond()

        def value(readings: Readings) -> float:
            there = np.flatnonzero(beyond(np.nanmedian(readings.run(name).metrics[metric], axis=0)))
            if not there.size:
                raise BadMark(f"first {metric}({name}) must be reached in the run; it never is.")
            return float(there[0])

        return value


def _combined(sign: str, left: Value, right: Value) -> Value:
    if sign in ("+", "-"):
        return lambda readings: left(readings) + (right(readings) if sign == "+" else -right(readings))
    return lambda readings: left(readings) * right(readings) if sign == "*" else left(readings) / right(readings)


def _at(run: Run, metric: str, t: int) -> np.ndarray:
    """The worlds in which the metric was measured at a generation."""
    if t > run.last:
        raise BadMark(f"A generation of this run must be at most {run.last}; got {t}.")
    values = run.metrics[metric][:, run.last if t < 0 else t]
    return values[np.isfinite(values)]


def _statistic(word: str, metric: str, name: str, t: int) -> Value:
    if word == "count":
        return lambda readings: float(np.quantile(_at(readings.run(name), metric, t), 0.5, method="lower"))
    return lambda readings: float(STATISTICS[word](_at(readings.run(name), metric, t)))


def _floor(metric: str, name: str) -> Value:
    return lambda readings: float(readings.run(name).noise_floor[metric])


def _ideal(metric: str, name: str) -> Value:
    def value(readings: Readings) -> float:
        ideal = metrics()[metric].ideal(readings.experiment(name).source.reference())
        if ideal is None:
            raise BadMark(f"truth {metric}({name}) must be known; it is not. Say real {metric}({name}).")
        return ideal

    return value


def _law(metric: str, name: str, t: int) -> Value:
    def value(readings: Readings) -> float:
        known = [law for law in laws_for(readings.experiment(name), metric) if law.kind == "mean"]
        if not known:
            raise BadMark(f"formula {metric}({name}) must be known; there is no closed form of its mean.")
        return float(known[0].values[t])

    return value


def _setting(path: str, name: str) -> Value:
    def value(readings: Readings) -> float:
        found: object = readings.experiment(name)
        for part in path.split("."):
            found = getattr(found, part, None)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise BadMark(f"{shown(path)} must be a statistic or a setting of {name} that is a number.")
        return float(found)

    return value
