"""Formulas: how a number of a lesson is obtained, in a grammar of its own, so that nothing in a lesson is ever executed.

    sum      product (("+" | "-") product)*
    product  atom (("*" | "/") atom)*
    atom     NUMBER | "(" sum ")" | "sqrt" "(" sum ")" | reading
    reading  ("median" | "mean" | "lowest" | "highest") METRIC "(" EXPERIMENT "," T ")"    over the replicates, at generation T
           | "count" METRIC "(" EXPERIMENT "," T ")"          the lower median, as the median of counted things is too
           | "worlds" METRIC "(" EXPERIMENT "," T ")" ("<" | ">") NUMBER                   how many replicates are there
           | "first" METRIC "(" EXPERIMENT ")" ("<" | ">") NUMBER                          the first generation whose median is
           | "real" METRIC "(" EXPERIMENT ")"                 what n fresh real rows typically score
           | "truth" METRIC "(" EXPERIMENT ")"                what the truth itself would score
           | "formula" METRIC "(" EXPERIMENT "," T ")"        the mean that the closed form gives
           | "rising" METRIC "(" EXPERIMENT ")"               the share of steps, world by world, that go up
           | "regained" METRIC "(" EXPERIMENT ")"             after how many of the generations with 0 there is more again, as a share
           | "returned" "(" EXPERIMENT ")"                    how many modes of all worlds are alive again after they were not
           | "within" "(" EXPERIMENT "," T ")"                the variance of rows about the middle of their mode, in the median
           | "divisor" "(" EXPERIMENT "," EXPERIMENT "," T ")"   the divisor n's share of the lost spread, by the same run with n - 1
           | "divisor_by_law" "(" EXPERIMENT ")"              the same by the closed form
           | SETTING "(" EXPERIMENT ")"                       n, n_real, generations, family.k, ...

T is a whole number or `last`.

>>> compiled("1 - median total_variance(main, 60)")[1]
frozenset({('main', 'total_variance')})
>>> compiled("1 -")
Traceback (most recent call last):
    ...
sim.lessons.readings.MarkError: In the formula '1 -' a number, a reading or a setting must come next; got the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import sqrt
from typing import Final

from sim.lessons.readings import (
    LAST,
    Condition,
    MarkError,
    Value,
    closed_form,
    first_generation_where,
    ideal,
    modes_that_returned,
    noise_floor,
    regained,
    replicates_where,
    setting,
    share_of_divisor,
    share_of_divisor_by_law,
    share_of_steps_up,
    statistic,
    variance_within_modes,
)
from sim.metrics import metrics
from sim.presets import STATISTICS
from sim.spec import did_you_mean, shown

AT_A_GENERATION: Final = (*STATISTICS, "count", "worlds", "formula")
OVER_THE_RUN: Final = ("first", "real", "truth", "rising", "regained")
OF_EXPERIMENTS: Final = ("returned", "within", "divisor", "divisor_by_law")

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(.))", re.DOTALL)


def compiled(formula: str) -> tuple[Value, frozenset[tuple[str, str]]]:
    """What computes a formula, and the pairs of experiment and metric that must be measured for it; raises `MarkError`."""
    return _Parser(formula).whole()


class _Parser:
    """A recursive descent: every method reads one rule of the grammar and returns what computes it."""

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._tokens = [number or name or sign for number, name, sign in _TOKEN.findall(formula)]
        self._reads: set[tuple[str, str]] = set()

    def whole(self) -> tuple[Value, frozenset[tuple[str, str]]]:
        value = self._sum()
        if self._tokens:
            raise self._unexpected("the end")
        return value, frozenset(self._reads)

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
        if self._next() == "sqrt":
            self._sign("sqrt")
            return _root(self._in_brackets())
        if self._next() == "(":
            return self._in_brackets()
        return self._reading(self._name("a number, a reading or a setting"))

    def _in_brackets(self) -> Value:
        self._sign("(")
        value = self._sum()
        self._sign(")")
        return value

    def _reading(self, word: str) -> Value:
        if word in AT_A_GENERATION:
            return self._at_a_generation(word)
        if word in OVER_THE_RUN:
            return self._over_the_run(word)
        if word in OF_EXPERIMENTS:
            return self._of_experiments(word)
        self._sign("(")
        name = self._name("an experiment")
        self._sign(")")
        return setting(word, name)

    def _at_a_generation(self, word: str) -> Value:
        metric, name = self._metric_of_experiment()
        t = self._generation()
        self._sign(")")
        if word == "worlds":
            return replicates_where(self._condition(), metric, name, t)
        return closed_form(metric, name, t) if word == "formula" else statistic(word, metric, name, t)

    def _over_the_run(self, word: str) -> Value:
        metric, name = self._metric_of_experiment()
        self._sign(")")
        if word == "first":
            return first_generation_where(self._condition(), metric, name)
        of_word = {"real": noise_floor, "truth": ideal, "rising": share_of_steps_up, "regained": regained}
        return of_word[word](metric, name)

    def _of_experiments(self, word: str) -> Value:
        self._sign("(")
        name = self._measured("total_variance" if word.startswith("divisor") else "modes_alive")
        if word == "returned":
            value = modes_that_returned(name)
        elif word == "divisor_by_law":
            value = share_of_divisor_by_law(name)
        elif word == "within":
            value = variance_within_modes(name, self._generation())
        else:
            self._sign(",")
            other = self._measured("total_variance")
            value = share_of_divisor(name, other, self._generation())
        self._sign(")")
        return value

    def _measured(self, metric: str) -> str:
        """The name of an experiment of which a metric must be measured, though the formula does not name it."""
        name = self._name("an experiment")
        self._reads.add((name, metric))
        return name

    def _generation(self) -> int:
        self._sign(",")
        token = self._take("a generation or last", lambda token: token.isdigit() or token == "last")
        return LAST if token == "last" else int(token)

    def _metric_of_experiment(self) -> tuple[str, str]:
        # Metrics are refused here, with the file at hand; experiments only once the lesson that names them is known.
        metric = self._name("a metric")
        if metric not in metrics():
            hint, _ = did_you_mean(metric, metrics())
            raise MarkError(f"A metric must be one of {', '.join(metrics())}; got {shown(metric)}. {hint}".strip())
        self._sign("(")
        return metric, self._measured(metric)

    def _condition(self) -> Condition:
        below = self._take("'<' or '>'", lambda token: token in ("<", ">")) == "<"
        bound = self._number()
        return lambda values: values < bound if below else values > bound

    def _number(self) -> float:
        return float(self._take("a number", lambda token: token[0].isdigit()))

    def _name(self, wanted: str) -> str:
        return self._take(wanted, lambda token: token.replace(".", "").isidentifier())

    def _sign(self, sign: str) -> None:
        self._take(f"{sign!r}", lambda token: token == sign)

    def _take(self, wanted: str, fits: Callable[[str], bool]) -> str:
        if not self._tokens or not fits(self._tokens[0]):
            raise self._unexpected(wanted)
        return self._tokens.pop(0)

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _unexpected(self, wanted: str) -> MarkError:
        got = shown(self._tokens[0]) if self._tokens else "the end"
        return MarkError(f"In the formula {shown(self._formula)} {wanted} must come next; got {got}.")


def _root(inner: Value) -> Value:
    return lambda readings: sqrt(inner(readings))


def _combined(sign: str, left: Value, right: Value) -> Value:
    operations: dict[str, Value] = {
        "+": lambda readings: left(readings) + right(readings),
        "-": lambda readings: left(readings) - right(readings),
        "*": lambda readings: left(readings) * right(readings),
        "/": lambda readings: left(readings) / right(readings),
    }
    return operations[sign]
