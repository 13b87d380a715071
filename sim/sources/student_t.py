"""A bell with heavy tails: the truth whose rare rows matter most.

With two degrees of freedom or fewer there is no variance to lose:

>>> StudentT(df=2.0)
Traceback (most recent call last):
    ...
sim.spec.SpecError: df must be more than 2; got 2.0.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from sim.arrays import Floats, frozen
from sim.sources import Reference, Source, sources
from sim.sources._reference import CENTRAL, FAR, quantile_rows
from sim.spaces import Space
from sim.spec import Real, knob
from sim.streams import Streams


@sources.register
class StudentT(Source):
    """A bell curve with heavy tails: extreme rows are rare, but far more common than under a normal distribution.

    Law: x ~ Student's t with `df` degrees of freedom, with mean 0 and variance $df/(df - 2)$; it is not rescaled. Drawn by
    Bailey's polar method, $x = sqrt(df (u^(-2/df) - 1)) cos(2 pi v)$ with $u$, $v$ uniform, which is exact for every df and
    takes two numbers a row, so sources that differ in `df` share their luck.

    Edges: df must exceed 2, or there is no variance to lose; up to df 4 the fourth moment is infinite, so the variance
    of n rows is itself heavy-tailed. Large df comes close to the standard normal distribution.

    Names: Student's t, t-distribution, heavy-tailed truth.

    References:
        Student 1908, Biometrika 6:1, doi 10.1093/biomet/6.1.1. Bailey 1994, Mathematics of Computation 62:779,
        doi 10.1090/S0025-5718-1994-1219702-8.
    """

    label: ClassVar[str] = "Student's t"
    kind: Literal["student_t"] = "student_t"
    df: Real = knob(3.0, label="Degrees of freedom", help="The smaller, the heavier the tails.", gt=2, le=100, step=0.5)

    @property
    def space(self) -> Space:
        return Space("columns", ("x1",))

    def sample(self, replicates: int, rows: int, streams: Streams) -> Floats:
        shape = (replicates, rows, 1)
        # Uniform numbers may be 0 but are never 1, so 1 - u has a logarithm; expm1 keeps its digits where df is large.
        log_u = np.log1p(-streams.uniform("radius", shape))
        angle = 2 * math.pi * streams.uniform("angle", shape)
        return np.sqrt(self.df * np.expm1(log_u * (-2 / self.df))) * np.cos(angle)

    def reference(self) -> Reference:
        return _reference(self.df)


@lru_cache(maxsize=32)
def _reference(df: float) -> Reference:
    from scipy.special import stdtrit

    rows = quantile_rows(lambda shares: np.asarray(stdtrit(df, shares), dtype=np.float64))
    edge, far = float(stdtrit(df, CENTRAL[1])), float(stdtrit(df, FAR[1]))
    return Reference(rows, frozen(np.zeros(1)), df / (df - 2), central=(-edge, edge), far=(-far, far))
