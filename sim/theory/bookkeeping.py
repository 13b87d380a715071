"""The general case: every regime, with any share of real rows, by exact bookkeeping of errors.

The centre of a batch is its model's centre plus an error of variance G/n, and errors of different batches are
uncorrelated. So every centre is a sum of uncorrelated errors, kept here as its coefficients: one for the truth, one for
real rows that return every generation, one for each batch, and one for each random choice from a pool.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.theory.conditions import pool_kind, response
from sim.theory.moments import Moments, Truth, form

LONGEST = 2_000_000
"""Numbers kept at once for a window of batches; a longer and wider run gets no curve."""


class _Ledger:
    """The errors of one experiment with their variances, and the pool as sums of batches."""

    def __init__(self, experiment: Experiment, truth: Truth, window: int) -> None:
        self.n, self.real, self.truth, self.window = experiment.n, experiment.n_real, truth, window
        self.fixed = self.real > 0 and experiment.real_supply == "fixed"
        self.size = 2 * experiment.generations + 4
        self.variances = np.zeros(self.size)
        self.variances[:2] = truth.apart, truth.variance / self.real if self.fixed else 0.0
        self.home = self._only(0)
        self.centre, self.square = np.zeros(self.size), 0.0
        self.batches = deque[tuple[Floats, float]]()
        self.held = 0

    def _only(self, place: int, coefficient: float = 1.0) -> Floats:
        errors = np.zeros(self.size)
        errors[place] = coefficient
        return errors

    def mean_square(self, centre: Floats) -> float:
        """E|centre|² of a sum of errors."""
        return float(self.variances @ centre**2)

    def add_batch(self, t: int, centre: Floats, spread: float) -> None:
        """Take in batch t: rows of a model with that centre and spread, and the real rows (all of them at t = 0)."""
        drawn = 0 if t == 0 else self.n - self.real
        real = self.n - drawn
        alone = real - self.real if self.fixed else real
        self.variances[2 + 2 * t] = (drawn * spread + alone * self.truth.variance) / self.n**2
        batch = (drawn * centre + real * self.home) / self.n
        batch[2 + 2 * t] = 1.0
        batch[1] += self.real / self.n if self.fixed else 0.0
        about = drawn * (spread + self.mean_square(centre)) + real * (self.truth.variance + self.truth.apart)
        self._hold(batch, about / self.n)

    def _hold(self, batch: Floats, square: float) -> None:
        self.centre, self.square, self.held = self.centre + batch, self.square + square, self.held + 1
        if self.window:
            self.batches.append((batch, square))
            if self.held > self.window:
                first, its_square = self.batches.popleft()
                self.centre, self.square, self.held = self.centre - first, self.square - its_square, self.held - 1

    def pool(self) -> tuple[Floats, float, int]:
        """The pool's centre, its mean variance (divisor m) and its rows m."""
        centre = self.centre / self.held
        return centre, self.square / self.held - self.mean_square(centre), self.held * self.n

    def chosen(self, t: int) -> tuple[Floats, float, int]:
        """The same for n rows drawn from the pool without replacement, by model t + 1."""
        centre, variance, m = self.pool()
        if m > self.n:
            variance *= m / (m - 1)
            self.variances[3 + 2 * t] = variance * (1 / self.n - 1 / m)
            centre, variance = centre + self._only(3 + 2 * t), variance * (1 - 1 / self.n)
        return centre, variance, self.n


@form(
    spread="the variance left by exact bookkeeping of the errors of all batches",
    shift="the mean square of their sum",
    reference="Derived in sim/theory/bookkeeping.py; its special cases are the laws of Kazdan et al. 2024, arXiv 2410.16713.",
    general=True,
)
def bookkeeping(experiment: Experiment, truth: Truth) -> Moments | None:
    """The second moments of any experiment whose model has a response to them."""
    kind = pool_kind(experiment)
    window = {"replace": 1, "window": getattr(experiment.regime, "k", 1)}.get(kind, 0)
    ledger = _Ledger(experiment, truth, window)
    if kind == "other" or response(experiment, experiment.n) is None or window * ledger.size > LONGEST:
        return None
    centre, spread = ledger.home, truth.variance
    path = np.empty((3, experiment.generations + 1))
    for t in range(experiment.generations + 1):
        path[:, t] = spread, ledger.mean_square(centre - ledger.home), centre[0]
        ledger.add_batch(t, centre, spread)
        learned, variance, m = ledger.chosen(t) if kind == "subsample" else ledger.pool()
        reply = response(experiment, m)
        assert reply is not None
        centre, spread = reply.keep * learned, reply.scale * variance + reply.added
    return Moments(path[0], path[1], path[2])
