"""Fourier features: rows of few columns beside their sines and cosines, for arrays and tensors alike.

Plain networks see such rows too coarsely to tell narrow islands apart.

References:
    Tancik et al. 2020, arXiv 2006.10739.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sim.families._device import import_torch, tensor

FEW_COLUMNS: Final = 4
"""Rows of at most so many columns get Fourier features; wider ones stay as they are.

A choice: each column becomes seven numbers, and the narrow islands that need them are those of one or two columns.
"""

FREQUENCIES: Final = (2.0, 4.0, 8.0)
"""Radians per unit of the rows' own spread.

The shortest wave, 2 pi/8 = 0.79, is about the distance between neighbouring islands of the grid, 0.71.
"""


def fourier_width(d: int) -> int:
    """How many numbers `fourier_features` makes of d columns."""
    return d * (1 + 2 * len(FREQUENCIES)) if d <= FEW_COLUMNS else d


def fourier_features(x: Any) -> Any:
    """Rows (replicates, m, d), then their sines, then their cosines; (replicates, m, fourier_width(d))."""
    if x.shape[2] > FEW_COLUMNS:
        return x
    library: Any = np if isinstance(x, np.ndarray) else import_torch()
    angles = library.concatenate([frequency * x for frequency in FREQUENCIES], 2)
    return library.concatenate([x, library.sin(angles), library.cos(angles)], 2)


def fourier_gradient(gradient: Any, features: Any, d: int) -> Any:
    """The chain rule through `fourier_features`: the gradient by the d columns, from that by their features.

    Args:
        gradient: by the features, (replicates, m, fourier_width(d)).
        features: of the rows where it is taken, of the same shape.
        d: columns.
    """
    if d > FEW_COLUMNS:
        return gradient
    library: Any = np if isinstance(features, np.ndarray) else import_torch()
    frequencies: Any = np.repeat(FREQUENCIES, d).astype(np.float32)
    frequencies = frequencies if library is np else tensor(frequencies)
    own, cosines = library.ones_like(features[..., :d]), d * (1 + len(FREQUENCIES))
    derivatives = library.concatenate([own, frequencies * features[..., cosines:], -frequencies * features[..., d:cosines]], 2)
    return (gradient * derivatives).reshape(*gradient.shape[:2], -1, d).sum(2)
