"""The parts that drawings are made of: grids of numbers, windows on them, boxes, arrows, words.

All of them draw on a canvas measured in cells (see `canvas`): x to the right, y downwards, the top left corner first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from convlab.show.style import SIGNED, colour, tint


def _as_matrix(values: Any) -> np.ndarray:
    """Return values (a list, an array or a tensor; a row or a matrix) as a 2-D array."""
    array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    if array.ndim == 1:
        array = array[None, :]
    if array.ndim != 2:
        raise ValueError(
            f"number_grid: got an array of shape {array.shape}, expected a row or a matrix; draw one slice"
        )
    return array


def _written(value: Any, digits: int | None) -> str:
    if isinstance(value, str | np.str_):
        return str(value)
    text = f"{value + 0:g}" if digits is None else f"{value:.{digits}f}"  # + 0: no "−0"
    return text.replace("-", "−")


def number_grid(
    ax: Axes,
    values: Any,
    *,
    at: tuple[float, float] = (0, 0),
    role: str = "input",
    digits: int | None = None,
    highlight: Collection[tuple[int, int]] | None = None,
    signed: bool = False,
    size: float = 12,
) -> None:
    """Draw a row or matrix with its numbers in cells of size 1.

    Args:
        ax: Axes of a canvas.
        values: Numbers or short strings; "" leaves a cell empty.
        at: Top left corner, in cells.
        role: Colour of the grid.
        digits: Digits after the point; None writes the shortest form.
        highlight: Cells (row, column) to fill strongly; with None, all are filled lightly.
        signed: Colour each cell by its own number: blue negative, white zero, vermilion positive.
        size: Letter size, in points.
    """
    matrix = _as_matrix(values)
    left, top = at
    largest = float(np.abs(matrix.astype(float)).max()) or 1.0 if signed else 1.0
    scale = Normalize(-2 * largest, 2 * largest)  # half strength, so that dark letters stay readable
    strength = 0.18 if highlight is None else 0.38
    for (row, column), value in np.ndenumerate(matrix):
        lit = highlight is None or (row, column) in highlight
        face = SIGNED(scale(float(value))) if signed else tint(role, strength if lit else 0.06)
        edge = colour(role) if lit and not signed else "#9A9A9A"
        ax.add_patch(Rectangle((left + column, top + row), 1, 1, facecolor=face, edgecolor=edge, linewidth=0.9))
        middle = (left + column + 0.5, top + row + 0.52)
        ink = colour("ink") if lit else "#6A6A6A"
        ax.text(*middle, _written(value, digits), ha="center", va="center", fontsize=size, color=ink)


def window(
    ax: Axes, at: tuple[float, float], size: tuple[float, float], *, role: str = "kernel", width: float = 3
) -> None:
    """Draw the outline of a window: top left corner `at`, `size` = (columns, rows), in cells."""
    ax.add_patch(Rectangle(at, *size, fill=False, edgecolor=colour(role), linewidth=width, zorder=4))


def box(
    ax: Axes,
    at: tuple[float, float],
    size: tuple[float, float],
    text: str = "",
    *,
    role: str = "plain",
    letters: float = 12,
) -> None:
    """Draw a labelled box with rounded corners: top left corner `at`, `size` = (width, height), in cells."""
    shape = "round,pad=0,rounding_size=0.12"
    ax.add_patch(FancyBboxPatch(at, *size, boxstyle=shape, facecolor=tint(role), edgecolor=colour(role), linewidth=1.6))
    ax.text(at[0] + size[0] / 2, at[1] + size[1] / 2, text, ha="center", va="center", fontsize=letters)


def arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    role: str = "plain",
    width: float = 1.6,
    bend: float = 0.0,
) -> None:
    """Draw an arrow from `start` to `end`, in cells; `bend` curves it (a fraction of its length)."""
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=13,
            connectionstyle=f"arc3,rad={bend}",
            color=colour(role),
            linewidth=width,
            shrinkA=2,
            shrinkB=2,
            zorder=3,
        )
    )


def words(
    ax: Axes,
    at: tuple[float, float],
    text: str,
    *,
    role: str = "ink",
    size: float = 13,
    align: str = "left",
    bold: bool = False,
) -> None:
    """Write text with its middle line at height `at`[1]; `align` is "left", "center" or "right" of `at`[0]."""
    ax.text(
        *at, text, ha=align, va="center", fontsize=size, color=colour(role), fontweight="bold" if bold else "normal"
    )


def row_of_words(
    ax: Axes, texts: Sequence[str], *, at: tuple[float, float], role: str = "plain", size: float = 11
) -> None:
    """Write one short text centred over each cell of a row that begins at `at` (an index line above a grid, say)."""
    for column, text in enumerate(texts):
        words(ax, (at[0] + column + 0.5, at[1]), text, role=role, size=size, align="center")
