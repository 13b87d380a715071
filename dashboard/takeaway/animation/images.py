"""Panels of pictures in Pillow: the same cells in every generation, as large as the box allows."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.takeaway.animation.canvas import Box, rgba

if TYPE_CHECKING:
    from PIL.Image import Image

STEPS: Final = 15
"""From paper to ink; more would hardly be seen, and make the file a third larger."""


class ImageRaster:
    """Draws the frames of a panel of pictures into a box."""

    def __init__(self, spec: Mapping[str, Any], box: Box) -> None:
        self._box = box
        self._count, self._height, self._width = spec["count"], spec["height"], spec["width"]
        pixels = np.frombuffer(base64.b64decode(spec["pixels"]), dtype=np.uint8)
        self._pixels = pixels.reshape(-1, self._count, self._height, self._width)
        ratio = (box[2] - box[0]) / (box[3] - box[1])
        self._columns = max(1, min(self._count, round((self._count * ratio * (self._height + 1) / (self._width + 1)) ** 0.5)))

    def background(self, frame: Image) -> None:
        """Nothing: every cell changes."""

    def draw(self, frame: Image, i: int) -> None:
        """The grid of frame i in whole pixels, in the middle of the box."""
        from PIL import Image

        left, top, right, bottom = self._box
        grid = self.grid(i)  # enlarged by a whole number, for pixels of equal size
        scale = max(1, min((right - left) // grid.shape[1], (bottom - top) // grid.shape[0]))
        size = (grid.shape[1] * scale, grid.shape[0] * scale)
        frame.paste(Image.fromarray(grid).resize(size, Image.Resampling.NEAREST), ((left + right - size[0]) // 2, top))

    def grid(self, i: int) -> Any:
        """All pictures of frame i beside and below each other with a gap of paper, (rows, columns, 3)."""
        high, wide = self._height + 1, self._width + 1
        rows = -(-self._count // self._columns)
        shares = np.zeros((rows * self._columns, high, wide))
        shares[: self._count, :-1, :-1] = (self._pixels[i] / 255 * STEPS).round() / STEPS
        flat = shares.reshape(rows, self._columns, high, wide).swapaxes(1, 2).reshape(rows * high, self._columns * wide, 1)[:-1, :-1]
        paper, ink = (np.array(rgba(role)[:3]) for role in ("@paper", "@synthetic"))
        return (paper + (ink - paper) * flat).round().astype(np.uint8)
