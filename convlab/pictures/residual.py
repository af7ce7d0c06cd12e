"""Drawings of residual networks: blocks with their shortcut, the paths through several blocks, a whole small ResNet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from matplotlib.axes import Axes

from convlab.show.drawing import arrow, box, words
from convlab.show.style import colour


def draw_block(
    ax: Axes,
    branch: Sequence[str],
    *,
    at: tuple[float, float] = (0.3, 1.0),
    after: str = "",
    shortcut: str = "x itself",
) -> float:
    """Draw a block from left to right: x, the boxes of its branch, the sum, and a line below that carries x around.

    Args:
        ax: Axes of a canvas.
        branch: Text of each box of the branch.
        at: Top left corner; the drawing is 4.2 cells high.
        after: Text of the box behind the sum; "" for none.
        shortcut: What is written on the line below.

    Returns:
        The column at which the drawing ends.
    """
    left, top = at
    middle = top + 0.7
    words(ax, (left, middle), "x", role="input", bold=True)
    column, fork = left + 0.6, left + 1.3
    for text in branch:
        wide = 0.9 + 0.23 * max(map(len, text.split("\n")))
        arrow(ax, (column, middle), (column + 1.3, middle))
        box(ax, (column + 1.3, top), (wide, 1.4), text, role="kernel" if "conv" in text else "plain", letters=11)
        column += 1.3 + wide
    arrow(ax, (column, middle), (column + 1.3, middle))
    box(ax, (column + 1.3, top), (1.2, 1.4), "+", role="output", letters=16)
    total = column + 1.9
    ax.plot([fork, fork, total], [middle, top + 2.9, top + 2.9], color=colour("input"), lw=2.5)
    arrow(ax, (total, top + 2.9), (total, top + 1.45), role="input", width=2.5)
    words(ax, ((fork + total) / 2, top + 3.4), shortcut, role="input", size=12, align="center")
    column += 2.5
    if after:
        arrow(ax, (column, middle), (column + 1.1, middle))
        box(ax, (column + 1.1, top), (2.0, 1.4), after, letters=11)
        column += 3.1
    arrow(ax, (column, middle), (column + 1.1, middle))
    return column + 1.1


def draw_paths(ax: Axes, blocks: int = 3, *, at: tuple[float, float] = (0.6, 0.6), width: float = 3.4) -> None:
    """Draw one row for each path through a few blocks: a box where it crosses a branch, a plain line where not.

    Args:
        ax: Axes of a canvas.
        blocks: How many; 2**blocks rows are drawn, sorted by the number of branches crossed.
        at: Top left corner.
        width: Of one block, in cells.
    """
    left, top = at
    for row, crossed in enumerate(
        sorted(product((False, True), repeat=blocks), key=lambda path: (sum(path), path[::-1]))
    ):
        y = top + 0.95 * row
        ax.plot([left, left + width * blocks], [y, y], color=colour("input"), lw=2, zorder=1)
        for block, through in enumerate(crossed):
            if through:
                box(
                    ax,
                    (left + width * (block + 0.25), y - 0.35),
                    (0.5 * width, 0.7),
                    f"F{block + 1}",
                    role="kernel",
                    letters=11,
                )
        branches = sum(crossed)
        words(ax, (left + width * blocks + 0.4, y), f"{branches} branch{'' if branches == 1 else 'es'}", size=11)


def draw_family(ax: Axes, n: int = 3, *, at: tuple[float, float] = (0.4, 2.2)) -> None:
    """Draw the CIFAR-10 network with n blocks a stage: a box a layer, an arc a shortcut, dashed where shapes differ."""
    left, middle = at[0], at[1] + 1.6

    def layer(height: float, role: str) -> float:
        nonlocal left
        box(ax, (left, middle - height / 2), (0.62, height), role=role)
        left += 0.86
        return left - 0.55

    layer(3.2, "plain")
    words(ax, (at[0] + 0.3, middle + 2.3), "first", size=11, align="center")
    for stage, (height, label) in enumerate(((3.2, "32×32, 16"), (2.2, "16×16, 32"), (1.4, "8×8, 64"))):
        left += 0.5
        start = left
        for block in range(n):
            first = layer(height, "kernel")
            last = layer(height, "kernel")
            reach = middle - height / 2 - 0.15
            style = (0, (3, 2)) if stage and not block else "-"
            curve_x = [first - 0.42 + (last - first + 0.84) * t / 20 for t in range(21)]
            curve_y = [reach - 2.8 * (t / 20) * (1 - t / 20) for t in range(21)]
            ax.plot(curve_x, curve_y, color=colour("input"), lw=2, ls=style)
        words(ax, ((start + left - 0.24) / 2, middle + 2.3), label, size=11, align="center")
    left += 0.5
    for name in ("mean", "linear"):
        words(
            ax,
            (layer(0.9, "output" if name == "linear" else "plain") + 0.05, middle + 2.3),
            name,
            size=11,
            align="center",
        )
        left += 0.75
