"""Handwritten digits: real pictures, small enough to redraw thousands of times.

Of 1,797 pictures of 8 by 8 pixels 1,440 are drawn from and 357 held out:

>>> Digits().reference().rows.shape
(357, 64)
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.sources import sources
from sim.sources._finite import FiniteSource, scikit_learn_data
from sim.spaces import Space

SIDE: Final = 8
"""Pixels along each side of a picture in the original files."""

INK: Final = 16.0
"""The darkest value of a pixel in the original files."""

COLUMNS: Final = tuple(f"row {row + 1} column {column + 1}" for row in range(SIDE) for column in range(SIDE))


@sources.register
class Digits(FiniteSource):
    """1,797 real handwritten digits, as pictures of 8 by 8 pixels.

    Law: a pixel runs from 0 (paper) to 1 (ink). The set is split once, for ever: 1,440 pictures are the truth, and
    fresh rows are drawn from them uniformly and with replacement, so a batch may hold a picture twice; the other 357 are
    held out as the reference, and no model trains on them. Mean and variance are those of the 1,440, the truth that is
    drawn from; exactly 5 % of them lie beyond the radius.

    Edges: a few pixels at the rim are empty in every picture, so the covariance is singular.

    Names: digits, load_digits (scikit-learn), UCI optical recognition of handwritten digits,
    stands in for MNIST.

    References:
        Alpaydin and Kaynak 1998, UCI Machine Learning Repository, doi 10.24432/C50P49.
    """

    label: ClassVar[str] = "Handwritten digits"
    kind: Literal["digits"] = "digits"

    @property
    def space(self) -> Space:
        return Space("columns", COLUMNS, image=(SIDE, SIDE))

    @classmethod
    def load(cls) -> tuple[Floats, NDArray[np.int64]]:
        pictures, labels = scikit_learn_data("digits.csv.gz", "load_digits")
        return pictures / INK, labels
