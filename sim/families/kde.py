"""Kernel density estimates: every training row with a little blur around it.

Without blur it is the bootstrap: whatever is drawn was a training row.

>>> bootstrap = Kde(h=0.0).fit(np.array([[[0.0], [2.0]]]), Space("columns", ("x1",)), Streams(0, 0))
>>> np.unique(bootstrap.sample(50, Streams(0, 0), 1.0)).tolist()
[0.0, 2.0]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from sim.arrays import Floats
from sim.families import Family, PreviousModel, Rows, check_rows, families
from sim.families.gaussian import symmetric_root
from sim.spaces import Space, SpaceKind
from sim.spec import Real, knob
from sim.streams import Streams

PAIRS_AT_ONCE: Final = 1 << 18
"""Pairs of a row and a kernel looked at together. A choice: two megabytes, for any number of rows."""

FLAT: Final = 1e-12
"""A kernel narrower than this share of its widest direction counts as flat."""

TINY: Final = 1e-150
"""So does one narrower than this, for the square of its inverse is hardly a number."""


@families.register
class Kde(Family):
    """Draws a training row and adds Gaussian noise of a bandwidth to it, which blurs; without noise it only repeats rows.

    Law: with a fixed bandwidth the variance drawn is $S + d h^2$ ($S$ the pool's), which under replace grows by about $d h^2$
    a generation while $t$ is small against $n$; with Scott's factor $f = n^(-1/(d+4))$ it is multiplied by $1 - 1/n + f^2$; the
    shrunk kernel pulls rows towards their mean by $sqrt(1 - f^2)$, keeps the pool's variance and follows the Gaussian law
    $(1 - 1/n)^t$. Temperature multiplies the kernel variance.

    Edges: $h = 0$ is the bootstrap, which only ever repeats training rows, at any temperature; Scott's bandwidth needs two
    rows; where the rows do not spread, Scott's and the shrunk kernel do not blur.

    Names: Parzen window, smoothed bootstrap; "shrunk": variance-preserving kernel.

    References:
        Silverman 1986, Density Estimation, section 6.4 (smoothed bootstrap, shrunk). Scott 1992, Multivariate Density
        Estimation. Kazdan et al. 2024, arXiv 2410.16713.
    """

    label: ClassVar[str] = "Kernel density"
    accepts: ClassVar[frozenset[SpaceKind]] = frozenset({"columns"})
    kind: Literal["kde"] = "kde"
    bandwidth: Literal["fixed", "scott", "shrunk"] = knob(
        "fixed",
        label="Bandwidth",
        help="Fixed: always the same blur. Scott: blur in proportion to the spread. Shrunk: the same, but the variance is kept.",
    )
    h: Real = knob(
        0.3,
        label="Blur",
        help="The standard deviation of the noise added to every row, in data units. 0 repeats training rows.",
        ge=0,
        le=3,
        step=0.05,
        needs={"bandwidth": ("fixed",)},
    )

    @property
    def only_repeats(self) -> bool:
        """The bootstrap does."""
        return self.bandwidth == "fixed" and self.h == 0

    def fit(self, rows: Rows, space: Space, streams: Streams, previous: PreviousModel | None = None) -> FittedKde:
        scott = self.bandwidth == "scott"
        check_rows(rows, 1 + scott, f"A kernel density with {self.bandwidth} bandwidth")
        replicates, m, d = rows.shape
        if self.bandwidth == "fixed":
            return FittedKde(rows, np.full((replicates, 1, 1), self.h))
        factor = m ** (-1 / (d + 4))
        mean = rows.mean(axis=1, keepdims=True)
        centred = rows - mean
        # `scott` counts as 1: its covariance is the unbiased one; the shrunk kernel keeps the divisor m, so that the variance stays.
        root = factor * symmetric_root(centred.transpose(0, 2, 1) @ centred / (m - scott))
        return FittedKde(rows if scott else mean + math.sqrt(1 - factor**2) * centred, root)


@dataclass(frozen=True, slots=True, eq=False)
class FittedKde:
    """Kernels of equal shape around many centres.

    Attributes:
        centres: (replicates, m, d).
        root: the symmetric root of the kernel covariance, (replicates, d, d); or (replicates, 1, 1), the standard
            deviation of a kernel that is equally wide in all directions.
    """

    centres: Rows
    root: Floats

    def sample(self, n: int, streams: Streams, temperature: float) -> Floats:
        """A random centre plus sqrt(temperature) z root."""
        replicates, m, d = self.centres.shape
        picks = (streams.uniform("centres", (replicates, n)) * m).astype(np.intp)
        first = np.arange(0, replicates * m, m, dtype=np.intp)[:, None]
        noise = streams.normal("noise", (replicates, n, d))
        root = math.sqrt(temperature) * self.root
        rows = np.multiply(noise, root, out=noise) if root.shape[2] == 1 else noise @ root
        rows += self.centres.reshape(-1, d).take(first + picks, axis=0)
        return rows

    def log_prob(self, rows: Rows) -> Floats:
        """Log-density; minus infinity where the kernel is flat in some direction, for then there is none."""
        d = rows.shape[2]
        values, vectors = np.linalg.eigh(self.root * np.eye(d) if self.root.shape[2] == 1 else self.root)
        flat = values[:, 0] <= np.maximum(FLAT * values[:, -1], TINY)
        values[flat] = 1.0
        # Distances are taken from the middle of the centres, so that little is lost to rounding.
        whiten, origin = vectors / values[:, None], self.centres.mean(axis=1, keepdims=True)
        replicates = zip((rows - origin) @ whiten, (self.centres - origin) @ whiten, strict=True)
        exponents = np.stack([_log_mean_kernel(own, centres) for own, centres in replicates])
        density = exponents - np.log(values).sum(axis=1, keepdims=True) - 0.5 * d * math.log(2 * math.pi)
        return np.where(flat[:, None], -np.inf, density)


def _log_mean_kernel(rows: Floats, centres: Floats) -> Floats:
    """log of the mean over centres (m, d) of exp(-squared distance / 2), for each row of (n, d)."""
    half = 0.5 * np.square(centres).sum(axis=1)
    found = np.empty(len(rows))
    step = max(1, PAIRS_AT_ONCE // len(centres))
    for i in range(0, len(rows), step):
        part = rows[i : i + step]
        # -|r - c|^2 / 2 = r c - |c|^2 / 2 - |r|^2 / 2; the last term waits, and the largest is taken out so that no sum is 0.
        exponent = part @ centres.T - half
        top = exponent.max(axis=1)
        mean = np.exp(exponent - top[:, None]).mean(axis=1)
        found[i : i + step] = np.log(mean) + top - 0.5 * np.square(part).sum(axis=1)
    return found
