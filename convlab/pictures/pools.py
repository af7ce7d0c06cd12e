"""A pool walking over a map of numbers, drawn with its arithmetic; and the way its gradient takes back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib.axes import Axes

from convlab.show.drawing import arrow, number_grid, window, words

MAX = "maximum"
MEAN = "average"


@dataclass(frozen=True)
class Pool:
    """A map, and the windows that pick one number each from it; everything follows from where windows start.

    Attributes:
        x: The map, row by row.
        kind: `MAX` or `MEAN`.
        size: Rows and columns of a window.
        stride: How far the window moves each time.
        padding: Rows and columns put around the map: −∞ for a maximum, 0 for an average.
        count_padding: Whether an average counts padded cells as cells.
    """

    x: tuple[tuple[float, ...], ...]
    kind: str = MAX
    size: int = 2
    stride: int = 2
    padding: int = 0
    count_padding: bool = True

    @cached_property
    def padded(self) -> np.ndarray:
        """The map with its border."""
        border = -math.inf if self.kind == MAX else 0.0
        return np.pad(np.array(self.x, dtype=float), self.padding, constant_values=border)

    @property
    def corners(self) -> list[tuple[int, int]]:
        """Row and column of the padded map at which each window begins, in row order."""
        down, across = (range(0, length - self.size + 1, self.stride) for length in self.padded.shape)
        return [(i, j) for i in down for j in across]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the result."""
        rows, columns = (max(0, (length - self.size) // self.stride + 1) for length in self.padded.shape)
        return rows, columns

    def cells(self, index: int) -> list[tuple[int, int]]:
        """The cells of the padded map that window `index` covers, in row order."""
        top, left = self.corners[index]
        return [(top + u, left + v) for u in range(self.size) for v in range(self.size)]

    def is_real(self, cell: tuple[int, int]) -> bool:
        """Say whether a cell of the padded map belongs to the map itself."""
        return all(0 <= place - self.padding < len(self.x[0] if axis else self.x) for axis, place in enumerate(cell))

    def divisor(self, index: int) -> int:
        """What an average divides the sum of window `index` by."""
        return self.size**2 if self.count_padding else sum(map(self.is_real, self.cells(index)))

    def winner(self, index: int) -> tuple[int, int]:
        """The cell with the largest number of window `index`; of equal ones the first in row order."""
        return max(self.cells(index), key=lambda cell: self.padded[cell])  # max() keeps the first of equal ones

    def output(self, index: int) -> float:
        """The number that window `index` becomes."""
        if self.kind == MAX:
            return float(self.padded[self.winner(index)])
        return sum(float(self.padded[cell]) for cell in self.cells(index)) / self.divisor(index)

    @property
    def outputs(self) -> np.ndarray:
        """The whole result."""
        return np.array([self.output(index) for index in range(len(self.corners))]).reshape(self.shape)


def number(value: float) -> str:
    """Write a number short, with a true minus sign and ∞."""
    return "−∞" if value == -math.inf else f"{value + 0:.3g}".replace("-", "−")


def arithmetic(pool: Pool, index: int) -> str:
    """Write window `index` as the calculation it is."""
    values = [number(pool.padded[cell]) for cell in pool.cells(index)]
    if pool.kind == MAX:
        return f"max({', '.join(values)}) = {number(pool.output(index))}"
    terms = " + ".join(f"({value})" if value.startswith("−") else value for value in values)
    return f"({terms}) / {pool.divisor(index)} = {number(pool.output(index))}"


def size_formula(pool: Pool) -> str:
    """Write the number of window rows with its numbers."""
    inside = f"({len(pool.x)} + 2·{pool.padding} − {pool.size}) / {pool.stride}"
    return f"rows: ⌊{inside}⌋ + 1 = {pool.shape[0]}"


def draw_pool(ax: Axes, pool: Pool, index: int, *, at: tuple[float, float] = (0.5, 1.0), gap: float = 2.5) -> None:
    """Draw map, window and result; the window stands at output `index`, later ones are "?".

    Args:
        ax: Axes of a canvas: as wide as map, gap and result together.
        pool: What is pooled, and how.
        index: Which output is being computed.
        at: Top left corner of the padded map.
        gap: Cells between map and result.
    """
    left, top = at
    rows, columns = pool.padded.shape
    real = {cell for cell in np.ndindex(rows, columns) if pool.is_real(cell)}
    written = np.array([[number(value) for value in row] for row in pool.padded], dtype=object)
    words(ax, (left, top - 0.5), "map" + (" with its border (pale)" if pool.padding else ""), role="input")
    number_grid(ax, written, at=at, highlight=real, size=11)
    middle = top + rows / 2
    if 2 * pool.padding > pool.size or not pool.corners:
        reason = "more than half a window of padding" if pool.corners else "the window does not fit"
        words(ax, (left + columns + 0.6, middle), f"refused:\n{reason}", role="kernel", size=13)
        return
    start = pool.corners[index]
    window(ax, (left + start[1], top + start[0]), (pool.size, pool.size))
    if pool.kind == MAX:
        row, column = pool.winner(index)
        number_grid(ax, [[number(pool.output(index))]], at=(left + column, top + row), role="output", size=12)
    begin = left + columns + gap
    arrow(ax, (left + columns + 0.3, middle), (begin - 0.3, middle), role="kernel")
    _draw_result(ax, pool, index, (begin, middle - pool.shape[0] / 2))


def _draw_result(ax: Axes, pool: Pool, index: int, at: tuple[float, float]) -> None:
    values = pool.outputs.flatten()
    shown = [number(value) if i <= index else "?" for i, value in enumerate(values)]
    words(ax, (at[0], at[1] - 0.5), pool.kind, role="output")
    here = {(index // pool.shape[1], index % pool.shape[1])}
    number_grid(ax, np.array(shown, dtype=object).reshape(pool.shape), at=at, role="output", highlight=here, size=11)


def gradient_to_map(pool: Pool, dy: np.ndarray) -> np.ndarray:
    """Return what arrives at each cell of the map when `dy` arrives at the result; overlaps add up.

    Args:
        pool: What was pooled, and how.
        dy: The gradient of the loss by the result.

    Shape:
        - dy: that of `pool.outputs`
        - returned: that of the map
    """
    arrived = np.zeros_like(pool.padded)
    for index, gradient in enumerate(np.asarray(dy, dtype=float).flatten()):
        if pool.kind == MAX:
            arrived[pool.winner(index)] += gradient
        else:
            for cell in pool.cells(index):
                arrived[cell] += gradient / pool.size**2
    inside = slice(pool.padding, -pool.padding or None)
    return arrived[inside, inside]


def draw_way_back(ax: Axes, pool: Pool, dy: np.ndarray, *, at: tuple[float, float] = (0.5, 1.0)) -> None:
    """Draw the map with its winners, the gradient of the result, and what of it arrives at the map.

    Args:
        ax: Axes of a canvas: wide enough for the map twice, the result, and six cells.
        pool: A maximum without padding.
        dy: The gradient of the loss by the result.
        at: Top left corner of the map.
    """
    left, top = at
    grid = np.asarray(dy, dtype=float)
    rows, columns = np.shape(pool.x)
    won = {pool.winner(index) for index in range(grid.size)}
    places = (left, left + columns + 2.2, left + columns + grid.shape[1] + 5.4)
    lower = top + (rows - grid.shape[0]) / 2
    words(ax, (places[0], top - 0.5), "x, winners remembered", role="input")
    number_grid(ax, np.array(pool.x), at=(places[0], top), highlight=won)
    if pool.stride == pool.size:
        for row, column in pool.corners:
            window(ax, (places[0] + column, top + row), (pool.size, pool.size), width=2.2)
    words(ax, (places[1], lower - 0.5), "dy arrives", role="gradient")
    number_grid(ax, grid, at=(places[1], lower), role="gradient")
    arrow(ax, (places[1] + grid.shape[1] + 0.3, top + rows / 2), (places[2] - 0.4, top + rows / 2), role="gradient")
    words(ax, (places[2], top - 0.5), "dx goes to the winners", role="gradient")
    number_grid(ax, gradient_to_map(pool, grid), at=(places[2], top), role="gradient", highlight=won)
