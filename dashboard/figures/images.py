"""Pictures: the first rows of one world, each generation in the same cells."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from dashboard.figures import Panel, View, figure

MOST_PIXELS = 320_000


@figure(rank=0)
def images(view: View) -> Sequence[Panel]:
    """A grid of rows drawn, as pictures; the same cell holds the same draw's place in every generation."""
    shape = view.space.image
    if shape is None:
        return ()
    pixels = shape[0] * shape[1]
    count = int(min(view.run.samples.shape[2], 60, max(12, MOST_PIXELS // (pixels * len(view.generations)))))
    real = view.truth.rows
    low, high = float(real.min()), float(real.max())
    shown = np.stack([view.rows(t)[:count] for t in view.generations])
    grey = np.clip(np.nan_to_num((shown - low) / (high - low)) * 255, 0, 255).astype(np.uint8)
    content = {"pixels": base64.b64encode(grey.tobytes()).decode(), "count": count, "height": shape[0], "width": shape[1]}
    alt = f"{count} pictures that world {view.world + 1} drew, the same cells in every generation; generation 0 shows real rows."
    return [Panel("images", "images", f"World {view.world + 1}: pictures drawn", alt, content=content)]
