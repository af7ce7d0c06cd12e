"""Images with channels: one window added up over its channels, and the blocks that go in and out of a filter bank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from convlab.show.drawing import number_grid, words
from convlab.show.style import colour, tint


def draw_channel_sum(ax: Axes, window: Any, weights: Any, bias: float, names: Sequence[str]) -> float:
    """Draw one output of a filter as the sum over all channels.

    Args:
        ax: Axes of a canvas of 8.5 + 3·K columns and C·(K + 0.6) + 2 rows.
        window: What the filter sees, a tensor (C, K, K).
        weights: The filter, of the same shape.
        bias: Added once, after all channels.
        names: One name per channel.

    Returns:
        The output.
    """
    size = window.shape[-1]
    steps = (2.4, 3.6 + size, 4.8 + 2 * size)
    for left, text, role in zip(steps, ("window", "filter", "products"), ("input", "kernel", "output"), strict=True):
        words(ax, (left, 0.5), text, role=role)
    for channel, name in enumerate(names):
        top = 1.0 + channel * (size + 0.6)
        middle = top + size / 2
        words(ax, (2.0, middle), name, align="right")
        grids = (window[channel], weights[channel], window[channel] * weights[channel])
        for left, grid, role in zip(steps, grids, ("input", "kernel", "output"), strict=True):
            number_grid(ax, grid, at=(left, top), role=role)
        words(ax, (3.0 + size, middle), "×", align="center")
        words(ax, (4.2 + 2 * size, middle), "=", align="center")
        words(ax, (5.2 + 3 * size, middle), f"sum {_signed(grids[2].sum())}")
    total = float((window * weights).sum()) + bias
    sums = ((window[channel] * weights[channel]).sum() for channel in range(len(names)))
    parts = " + ".join(f"({_signed(part)})" if part < 0 else _signed(part) for part in sums)
    bottom = 1.6 + len(names) * (size + 0.6)
    words(ax, (2.4, bottom), f"{parts} + bias {_signed(bias)} = {_signed(total)}", bold=True)
    return total


def _signed(value: Any) -> str:
    return f"{float(value):g}".replace("-", "−")


def draw_block(ax: Axes, at: tuple[float, float], size: tuple[float, float, float], text: str, *, role: str) -> None:
    """Draw a block of numbers as a box seen from an angle.

    Args:
        ax: Axes of a canvas.
        at: Top left corner of its front, in cells.
        size: Width, height and depth of the drawing, in cells.
        text: Written below.
        role: Colour.
    """
    (left, top), (width, height, depth) = at, size
    back = 0.6 * depth
    front = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    lid = [(left, top), (left + back, top - back), (left + width + back, top - back), (left + width, top)]
    side = [
        (left + width, top),
        (left + width + back, top - back),
        (left + width + back, top + height - back),
        (left + width, top + height),
    ]
    for corners, strength in ((front, 0.2), (lid, 0.35), (side, 0.5)):
        ax.add_patch(Polygon(corners, facecolor=tint(role, strength), edgecolor=colour(role), linewidth=1.4))
    words(ax, (left + (width + back) / 2, top + height + 0.6), text, role=role, size=11, align="center")
