"""What one output of a stack of layers can see, found by following the connections down to the input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon, Rectangle

from convlab.show.drawing import words
from convlab.show.style import colour, tint


@dataclass(frozen=True)
class Layer:
    """A layer that slides windows along one dimension; pooling is one as well."""

    kernel: int
    stride: int = 1
    dilation: int = 1

    def reads(self, outputs: Iterable[int]) -> set[int]:
        """Return the cells of the layer below that these outputs read."""
        return {o * self.stride + self.dilation * k for o in outputs for k in range(self.kernel)}


def seen(layers: Sequence[Layer], output: int = 0) -> list[set[int]]:
    """Return, from the input up to the last layer, the cells that one output of the last layer depends on."""
    cells = [{output}]
    for layer in reversed(layers):
        cells.insert(0, layer.reads(cells[0]))
    return cells


def size_and_jump(layers: Sequence[Layer]) -> tuple[int, int]:
    """Count how many places of the input one output spans, and how far from it its neighbour's begin."""
    mine, neighbours = seen(layers)[0], seen(layers, 1)[0]
    return max(mine) - min(mine) + 1, min(neighbours) - min(mine)


def places(layers: Sequence[Layer]) -> list[tuple[float, int]]:
    """Return, per level, where cell 0 stands above the input (the middle of what it sees), and the step to cell 1."""
    spans = [seen(layers[:level]) for level in range(len(layers) + 1)]
    middles = [(min(cells[0]) + max(cells[0])) / 2 for cells in spans]
    return [(middle, size_and_jump(layers[:level])[1]) for level, middle in enumerate(middles)]


def draw_stack(
    ax: Axes, layers: Sequence[Layer], *, width: int, height: float, left: float = 0.9, neighbour: bool = True
) -> None:
    """Draw the levels as rows of dots, the input at the bottom, and what the middle output of the top level sees.

    Args:
        ax: Axes of a canvas.
        layers: From input to output.
        width: How many input cells are drawn; what reaches further is cut off.
        height: Height of the drawing, in cells.
        left: Column at which it begins.
        neighbour: Whether to outline what the next output sees.
    """
    levels, rows = places(layers), len(layers)
    step = height / (rows + 0.6)
    heights = [height - 0.3 * step - level * step for level in range(rows + 1)]
    shift = left + (width - 1) / 2 - levels[-1][0]  # the output stands in the middle

    def column(level: int, cell: int) -> float:
        return shift + levels[level][0] + levels[level][1] * cell

    limits = (left - 0.5, left + width - 0.5)
    if neighbour:
        _outline(
            ax,
            [[column(n, c) for c in cells] for n, cells in enumerate(seen(layers, 1))],
            heights,
            _frame(ax, limits, height),
        )
    cells = seen(layers)
    for level, layer in enumerate(layers):
        ends = [((column(level + 1, o), heights[level + 1]), o) for o in cells[level + 1]]
        lines = [(top, (column(level, c), heights[level])) for top, o in ends for c in layer.reads([o])]
        drawn = LineCollection(lines, colors=[colour("kernel")], linewidths=0.9, alpha=0.7, zorder=2)
        ax.add_collection(drawn)
        drawn.set_clip_path(_frame(ax, limits, height))
    for level, (middle, jump) in enumerate(levels):
        first = -int((shift + middle - limits[0]) // jump)
        shown = range(first, int((limits[1] - shift - middle) // jump) + 1)
        lit = [cell in cells[level] for cell in shown]
        role = "output" if level else "input"
        faces = [tint(role, 0.9) if on else tint(role, 0.12) for on in lit]
        columns = [column(level, cell) for cell in shown]
        ax.scatter(
            columns, [heights[level]] * len(columns), s=70, facecolor=faces, edgecolor=colour(role), lw=0.9, zorder=3
        )
        size = size_and_jump(layers[:level])[0]
        text = f"size {size}, jump {jump}"
        words(ax, (left + width + 0.3, heights[level]), text if level else "input", size=12)


def _frame(ax: Axes, limits: tuple[float, float], height: float) -> Rectangle:
    """Return the part of the canvas in which connections may be drawn."""
    return Rectangle((limits[0], 0), limits[1] - limits[0], height, transform=ax.transData)


def _outline(ax: Axes, columns: Sequence[Sequence[float]], heights: Sequence[float], frame: Rectangle) -> None:
    """Draw the cone of one output as a dashed outline inside the frame."""
    low = [(min(row), y) for row, y in zip(columns, heights, strict=True)]
    high = [(max(row), y) for row, y in zip(columns, heights, strict=True)]
    cone = Polygon([*low, *reversed(high)], closed=True, facecolor=tint("gradient", 0.08), linestyle="--", zorder=1)
    cone.set_edgecolor(colour("gradient"))
    ax.add_patch(cone)
    cone.set_clip_path(frame)
