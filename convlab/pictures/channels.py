"""A bank of filters: every filter reads all input channels and makes one output channel."""

from __future__ import annotations

from matplotlib.axes import Axes

from convlab.show.drawing import arrow, number_grid, window, words


def draw_filter_bank(ax: Axes, c_in: int, c_out: int, length: int, kernel: int) -> None:
    """Draw inputs (left), one filter per output channel (middle) and outputs (right), on a canvas of 31 columns.

    Args:
        ax: Axes of a canvas of 31 columns and max(c_in + 4, c_out·(c_in + 1) + 1) rows.
        c_in: Input channels.
        c_out: Filters, and so output channels.
        length: Input length.
        kernel: Kernel size.
    """
    rows = max(c_in + 4, c_out * (c_in + 1) + 1)
    top = (rows - c_in) / 2
    number_grid(ax, [[""] * length] * c_in, at=(0.5, top), role="input")
    window(ax, (1.5, top), (kernel, c_in))
    words(ax, (0.5, top - 0.6), f"input: {c_in} channels, length {length}", role="input")
    middle, right = 15.5 - kernel / 2, 30.5 - (length - kernel + 1)
    outputs = (rows - c_out) / 2
    words(ax, (right, outputs - 0.6), f"output: {c_out} channels", role="output")
    for filter_ in range(c_out):
        height = 1 + filter_ * (c_in + 1)
        number_grid(ax, [[""] * kernel] * c_in, at=(middle, height), role="kernel")
        words(ax, (middle, height - 0.4), f"filter {filter_}: {c_in}×{kernel} weights, 1 bias", role="kernel", size=11)
        number_grid(
            ax, [[""] * (length - kernel + 1)], at=(right, outputs + filter_), role="output", highlight={(0, 1)}
        )
        arrow(ax, (1.7 + kernel, top + c_in / 2), (middle - 0.15, height + c_in / 2))
        arrow(ax, (middle + kernel + 0.15, height + c_in / 2), (right + 0.9, outputs + filter_ + 0.5))
