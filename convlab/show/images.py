"""Grids of images with a title each: the same grey means the same value in every panel unless asked otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from convlab.show.style import SIGNED, blank_figure


def as_picture(image: Any) -> np.ndarray:
    """Return an image as matplotlib wants it.

    Args:
        image: Array or tensor.

    Shape:
        - image: (H, W), (1, H, W) or (3, H, W), or already (H, W, 3)
        - returned: (H, W) or (H, W, 3)

    Raises:
        ValueError: When it is none of these.
    """
    array = np.asarray(image.detach().cpu() if hasattr(image, "detach") else image)
    if array.ndim == 3 and array.shape[0] in (1, 3):
        array = array[0] if array.shape[0] == 1 else array.transpose(1, 2, 0)
    if array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3):
        return array
    raise ValueError(
        f"image of shape {array.shape}: expected (H, W), (1, H, W), (3, H, W) or (H, W, 3); show one image"
    )


def image_grid(
    images: Sequence[Any],
    titles: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    inches: float = 2.2,
    signed: bool = False,
    same_scale: bool = True,
) -> Figure:
    """Return a figure with the images in rows.

    Args:
        images: Each (H, W), (1, H, W), (3, H, W) or (H, W, 3); colour in [0, 1].
        titles: One short title per image.
        columns: Images in a row; by default at most six.
        inches: Width and height of one panel.
        signed: Blue for negative, white for zero, vermilion for positive, instead of grey.
        same_scale: One scale for all panels; otherwise each panel uses its own range.
    """
    panels = [as_picture(image) for image in images]
    if titles is not None and len(titles) != len(panels):
        raise ValueError(f"image_grid: {len(panels)} images but {len(titles)} titles; give one title per image")
    columns = columns or min(6, len(panels))
    rows = math.ceil(len(panels) / columns)
    fig = blank_figure(
        columns * inches,
        rows * (inches + (0.35 if titles else 0.0)),
        layout=ConstrainedLayoutEngine(w_pad=0.05, h_pad=0.05),
    )
    for index, panel in enumerate(panels):
        ax = fig.add_subplot(rows, columns, index + 1)
        low, high = _limits(panels if same_scale else [panel], signed)
        ax.imshow(panel, cmap=SIGNED if signed else "gray", vmin=low, vmax=high)
        ax.axis("off")
        if titles is not None:
            ax.set_title(titles[index], fontsize=12, loc="center", pad=5)
    return fig


def _limits(panels: Sequence[np.ndarray], signed: bool) -> tuple[float, float]:
    """Return the values shown as the two ends of the colour scale."""
    low, high = min(float(p.min()) for p in panels), max(float(p.max()) for p in panels)
    if signed:
        largest = max(abs(low), abs(high)) or 1.0
        return -largest, largest
    return low, high if high > low else low + 1.0
