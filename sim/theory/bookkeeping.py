"""The general case: every regime, with any share of real rows, by exact bookkeeping of errors.

Derivation: the centre of a batch is its model's centre plus an error of variance G/n, and errors of different batches are
uncorrelated. So every centre is a sum of uncorrelated errors, kept here as its coefficients: one for the truth, one for
real rows that return every generation, one for each batch, and one for each random choice from a pool. The mean square of
a centre is the sum of its squared coefficients times the variances of their errors; the variance of a pool is the mean
square of its rows minus that of its centre. Of m rows with variance W (divisor m), n chosen without replacement have the
variance S (1 - 1/n) with S = W m/(m - 1), and their centre an error of variance S (1/n - 1/m).

The general case knows the special one, (1 - 1/n)^t under replace:

>>> settings = {"source": {"kind": "normal"}, "family": {"kind": "gaussian"}, "n": 2, "generations": 3}
>>> bookkeeping(Experiment.model_validate(settings), Truth(1.0)).variance.round(6).tolist()
[1.0, 0.5, 0.25, 0.125]
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.experiment import Experiment
from sim.theory.moment_map import moment_map
from sim.theory.moments import Moments, Truth, moment_form
from sim.theory.pools import pool_kind
from sim.theory.scope import LOOP

LONGEST: Final = 2_000_000
"""Numbers kept at once for a window of batches; a longer and wider run gets no curve.

A choice (16 MB): a curve is drawn while a slider waits.
"""


class _Pool:
    """The pool's batches as sums of errors, and the variance of each error.

    Attributes:
        variances: of each error: the truth's distance from the target of shrinkage, the real rows that return, then two for
            each generation, its batch and the choice from its pool, (2 generations + 4,).
        truth_centre: the truth's centre as coefficients of the errors.
    """

    def __init__(self, experiment: Experiment, truth: Truth, window: int) -> None:
        self.n, self.n_real, self.truth, self.window = experiment.n, experiment.n_real, truth, window
        self.fixed = self.n_real > 0 and experiment.real_supply == "fixed"
        self.size = 2 * experiment.generations + 4
        self.variances = np.zeros(self.size)
        self.variances[:2] = truth.target_distance, truth.variance / self.n_real if self.fixed else 0.0
        self.truth_centre = self._error(0)
        self._centre_sum, self._square_sum, self._count = np.zeros(self.size), 0.0, 0
        self._batches = deque[tuple[Floats, float]]()

    def _error(self, place: int) -> Floats:
        coefficients = np.zeros(self.size)
        coefficients[place] = 1.0
        return coefficients

    def mean_square(self, centre: Floats) -> float:
        """E|centre|² of a sum of errors."""
        return float(self.variances @ centre**2)

    def add_batch(self, t: int, centre: Floats, variance: float) -> None:
        """Take in batch t: rows of a model with that centre and variance, and the real rows (all of them at t = 0)."""
        synthetic = 0 if t == 0 else self.n - self.n_real
        real = self.n - synthetic
        fresh = real - self.n_real if self.fixed else real
        self.variances[2 + 2 * t] = (synthetic * variance + fresh * self.truth.variance) / self.n**2
        batch = (synthetic * centre + real * self.truth_centre) / self.n
        batch[2 + 2 * t] = 1.0
        # Rows that return bring the same error again, so that it adds up where errors of fresh rows average out.
        batch[1] += self.n_real / self.n if self.fixed else 0.0
        square = synthetic * (variance + self.mean_square(centre)) + real * (self.truth.variance + self.truth.target_distance)
        self._append(batch, square / self.n)

    def _append(self, batch: Floats, square: float) -> None:
        # Only sums of the pool are asked for; batches are kept where a window will take them out again.
        self._centre_sum, self._square_sum, self._count = self._centre_sum + batch, self._square_sum + square, self._count + 1
        if self.window:
            self._batches.append((batch, square))
            if self._count > self.window:
                oldest, its_square = self._batches.popleft()
                self._centre_sum, self._square_sum = self._centre_sum - oldest, self._square_sum - its_square
                self._count -= 1

    def whole(self) -> tuple[Floats, float, int]:
        """The pool's centre, its mean variance (divisor m) and its rows m."""
        centre = self._centre_sum / self._count
        return centre, self._square_sum / self._count - self.mean_square(centre), self._count * self.n

    def subsample(self, t: int) -> tuple[Floats, float, int]:
        """The same for n rows drawn from the pool without replacement, by model t + 1."""
        centre, variance, m = self.whole()
        if m > self.n:
            variance *= m / (m - 1)
            self.variances[3 + 2 * t] = variance * (1 / self.n - 1 / m)
            centre, variance = centre + self._error(3 + 2 * t), variance * (1 - 1 / self.n)
        return centre, variance, self.n


@moment_form(
    variance="the variance left by exact bookkeeping of the errors of all batches",
    shift="the mean square of the sum of the errors of all batches",
    reference="Derived in sim/theory/bookkeeping.py; its special cases are the laws of Kazdan et al. 2024, arXiv 2410.16713.",
    knows=LOOP,
    general=True,
)
def bookkeeping(experiment: Experiment, truth: Truth) -> Moments | None:
    """The second moments of any experiment whose model has a moment map."""
    kind = pool_kind(experiment)
    window = {"replace": 1, "window": getattr(experiment.regime, "k", 1)}.get(kind, 0)
    pool = _Pool(experiment, truth, window)
    if kind == "other" or moment_map(experiment, experiment.n) is None or window * pool.size > LONGEST:
        return None
    centre, variance = pool.truth_centre, truth.variance
    path = np.empty((3, experiment.generations + 1))
    for t in range(experiment.generations + 1):
        path[:, t] = variance, pool.mean_square(centre - pool.truth_centre), centre[0]
        pool.add_batch(t, centre, variance)
        pooled, pooled_variance, m = pool.subsample(t) if kind == "subsample" else pool.whole()
        learned = moment_map(experiment, m)
        assert learned is not None
        centre, variance = learned.centre_factor * pooled, learned.variance_factor * pooled_variance + learned.added_variance
    return Moments(path[0], path[1], path[2])
