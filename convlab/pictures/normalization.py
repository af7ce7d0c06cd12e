"""Which numbers share a mean: batch, layer, instance and group norm as tables of pictures and channels."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from convlab.show.drawing import number_grid, words

NORMS = ("batch", "layer", "instance", "group")


def shared_sets(norm: str, pictures: int, channels: int, groups: int = 2) -> np.ndarray:
    """Number the sets of maps that share one mean and variance.

    Args:
        norm: one of NORMS.
        pictures: N, the rows of the table.
        channels: C, its columns.
        groups: G, for the group norm.

    Returns:
        (N, C): two maps with the same number are normalised together.

    Raises:
        ValueError: for a name that is none of NORMS, or channels that do not divide into groups.
    """
    row, column = np.mgrid[:pictures, :channels]
    if norm == "batch":
        return column + 1
    if norm == "layer":
        return row + 1
    if norm == "instance":
        return row * channels + column + 1
    if norm != "group" or groups < 1 or channels % groups:
        raise ValueError(f"no {norm!r} norm of {channels} channels in {groups} groups; norms are {', '.join(NORMS)}")
    return row * groups + column // (channels // groups) + 1


def draw_shared_sets(
    ax: Axes, norm: str, *, at: tuple[float, float], pictures: int = 3, channels: int = 4, groups: int = 2
) -> None:
    """Draw one norm's table on a canvas, its first set lit, with the axes of its mean above it."""
    sets = shared_sets(norm, pictures, channels, groups)
    lit = {(int(row), int(column)) for row, column in np.argwhere(sets == 1)}
    axes = {"batch": "N, H, W", "layer": "C, H, W", "instance": "H, W", "group": "C/G, H, W"}[norm]
    words(ax, (at[0], at[1] - 1.15), f"{norm} norm", bold=True, size=12)
    words(ax, (at[0], at[1] - 0.45), f"mean over {axes}", size=11)
    number_grid(ax, sets, at=at, highlight=lit, digits=0)
