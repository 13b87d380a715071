"""A real table: measurements of tumour cells, many columns that hang together.

Of 569 rows 460 are drawn from and 109 held out; each of 30 columns has the variance 1:

>>> truth = BreastCancer().reference()
>>> truth.rows.shape, round(truth.variance, 6)
((109, 30), 30.0)
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.sources import sources
from sim.sources._finite import FiniteSource, scikit_learn_data
from sim.spaces import Space

MEASUREMENTS: Final = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
COLUMNS: Final = (
    *(f"mean {name}" for name in MEASUREMENTS),
    *(f"{name} error" for name in MEASUREMENTS),
    *(f"worst {name}" for name in MEASUREMENTS),
)
"""Written out, so that naming the columns does not load the data."""


@sources.register
class BreastCancer(FiniteSource):
    """A real medical table: 569 tumours, each described by 30 measurements of its cells.

    Law: the table is split once, for ever: 460 rows are the truth, and fresh rows are drawn from them uniformly and with
    replacement; the other 109 are held out as the reference, and no model trains on them. Every column is standardised
    by the mean and the standard deviation (divisor 460) of the 460, in both parts, so the truth has mean 0 and total
    variance 30; exactly 5 % of it lies beyond the radius. A class is 0 (malignant) or 1 (benign); models do not see it.

    Edges: some columns are almost functions of others (radius, perimeter, area), so the covariance is nearly singular.

    Names: breast cancer Wisconsin (diagnostic), WDBC, load_breast_cancer (scikit-learn).

    References:
        Wolberg et al. 1993, UCI Machine Learning Repository, doi 10.24432/C5DW2B. Street, Wolberg and Mangasarian 1993,
        SPIE 1905:861.
    """

    label: ClassVar[str] = "Breast cancer table"
    standardised: ClassVar[bool] = True
    kind: Literal["breast_cancer"] = "breast_cancer"

    @property
    def space(self) -> Space:
        return Space("columns", COLUMNS, classes=("malignant", "benign"))

    @classmethod
    def load(cls) -> tuple[Floats, NDArray[np.int64]]:
        return scikit_learn_data("breast_cancer.csv", "load_breast_cancer", header=1)
