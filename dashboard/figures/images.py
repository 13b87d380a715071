"""Pictures: the first rows of one replicate, each generation in the same cells."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

import numpy as np

from dashboard.figures import Panel, View, figure

MOST_PIXELS = 320_000
"""Of all generations together. A choice: the longest payload of digits has 41 pictures a generation, and shorter ones up to 60."""

ROWS: Final = (
    "pictures drawn",
    "{count} of the pictures that repeat {world} drew, the same cells in every generation; generation 0 shows real rows.",
    "The first rows of each generation; generation 0 is real.",
)
PORTRAITS: Final = (
    "pictures drawn, one latent draw a cell",
    "{count} of the pictures that repeat {world} drew, each cell from the same latent draw in every generation; generation 0 is real.",
    "From generation 1 on, a cell shows what each model makes of the same latent draw. Models that start from scratch lay their "
    "latent space out anew, so that a cell may change its digit; after warm starts it changes slowly. Generation 0 is real.",
)
"""Title, description and help: of rows, and of pictures that were drawn for this grid."""


@figure(rank=0)
def images(view: View) -> Sequence[Panel]:
    """A grid of pictures; the same cell is the same latent draw in every generation, where the model has a latent space."""
    shape = view.space.image
    if shape is None:
        return ()
    pixels = shape[0] * shape[1]
    portraits = view.run.portraits
    drawn = view.run.samples if portraits is None else portraits
    count = int(min(drawn.shape[2], view.run.samples.shape[2], 60, max(12, MOST_PIXELS // (pixels * len(view.generations)))))
    real = view.truth.rows
    low, high = float(real.min()), float(real.max())
    shown = np.stack([(drawn if t else view.run.samples)[view.replicate, t, :count] for t in view.generations])
    # A pixel that is not a number, after a model diverged, is drawn as empty paper.
    grey = np.clip(np.nan_to_num((shown - low) / (high - low)) * 255, 0, 255).astype(np.uint8)
    content = {"pixels": base64.b64encode(grey.tobytes()).decode(), "count": count, "height": shape[0], "width": shape[1]}
    facts = {"count": count, "world": view.replicate + 1}
    title, alt, meaning = ROWS if portraits is None else PORTRAITS
    return [Panel("images", "images", view.titled(title), alt.format(**facts), help=meaning, content=content)]
