"""A kernel sliding over a table of numbers, drawn with its arithmetic: stride, padding, dilation in two directions."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from convlab.show.drawing import number_grid, window, words

Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Slide2D:
    """A table of numbers and the kernel that slides over it; all results follow from counting window starts.

    Outputs are numbered row by row. Stride, padding and dilation are the same in both directions.
    """

    image: Table
    kernel: Table
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def padded(self) -> Table:
        """The table with zeros around it."""
        side, wide = (0,) * self.padding, (0,) * (len(self.image[0]) + 2 * self.padding)
        return (*(wide,) * self.padding, *((*side, *row, *side) for row in self.image), *(wide,) * self.padding)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the output; 0 where the kernel does not fit."""
        rows, columns = (
            max(0, (cells - self.dilation * (taps - 1) - 1) // self.stride + 1)
            for cells, taps in (
                (len(self.padded), len(self.kernel)),
                (len(self.padded[0]), len(self.kernel[0])),
            )
        )
        return (rows, columns) if rows and columns else (0, 0)

    def corner(self, index: int) -> tuple[int, int]:
        """Row and column of the padded table at which the window of output `index` begins."""
        row, column = divmod(index, self.size[1])
        return row * self.stride, column * self.stride

    def taps(self, index: int) -> list[tuple[int, int]]:
        """Cells (row, column) of the padded table that output `index` reads, row by row."""
        top, left = self.corner(index)
        rows, columns = range(len(self.kernel)), range(len(self.kernel[0]))
        return [(top + self.dilation * u, left + self.dilation * v) for u in rows for v in columns]

    def terms(self, index: int) -> list[tuple[float, float]]:
        """The pairs (number, weight) that are multiplied for output `index`."""
        weights = [weight for row in self.kernel for weight in row]
        padded = self.padded
        return [(padded[row][column], w) for (row, column), w in zip(self.taps(index), weights, strict=True)]

    def output(self, index: int) -> float:
        """The value of output `index`."""
        return sum(number * weight for number, weight in self.terms(index))


def arithmetic_2d(slide: Slide2D, index: int) -> str:
    """Write output `index` as the sum it is: "y[0, 1] = 1·3 + 0·1 + (−1)·2 + 2·1 = 3"."""
    row, column = divmod(index, slide.size[1])
    terms = " + ".join(f"{_number(w)}·{_number(number)}" for number, w in slide.terms(index))
    return f"y[{row}, {column}] = {terms} = {_number(slide.output(index), bare=True)}"


def _number(value: float, *, bare: bool = False) -> str:
    text = f"{value:g}".replace("-", "−")
    return f"({text})" if value < 0 and not bare else text


def size_formula_2d(slide: Slide2D) -> str:
    """Write the number of output rows with its numbers, then the size."""
    inside = f"{len(slide.image)} + 2·{slide.padding} − {slide.dilation}·({len(slide.kernel)}−1) − 1"
    rows, columns = slide.size
    return f"H_out = ⌊({inside}) / {slide.stride}⌋ + 1 = {rows},   output {rows}×{columns}"


def draw_slide_2d(ax: Axes, slide: Slide2D, index: int, *, left: float = 0.5) -> None:
    """Draw input, window, kernel and outputs; the window stands at output `index`, later ones are empty.

    Args:
        ax: Axes of a canvas of padded rows + 3.6 rows, and wide enough for input, kernel and output side by side.
        slide: What slides over what.
        index: Which output is being computed.
        left: Column at which the padded table begins.
    """
    padded, pad = slide.padded, slide.padding
    inside = {(pad + i, pad + j) for i in range(len(slide.image)) for j in range(len(slide.image[0]))}
    words(ax, (left, 0.6), "input x" + (", zeros around it" if pad else ""), role="input")
    number_grid(ax, padded, at=(left, 1.1), role="input", highlight=inside)
    bottom = 1.1 + len(padded)
    kernel_left = left + len(padded[0]) + 1.2
    words(ax, (kernel_left, 0.6), "kernel w", role="kernel")
    number_grid(ax, slide.kernel, at=(kernel_left, 1.1), role="kernel")
    if not slide.size[0]:
        message = "The kernel spans more cells than the padded input has: it does not fit."
        words(ax, (left, bottom + 0.9), message, role="kernel", size=14)
        return
    for row, column in slide.taps(index):
        window(ax, (left + column, 1.1 + row), (1, 1), width=2.4)
    _draw_outputs(ax, slide, index, kernel_left + len(slide.kernel[0]) + 1.2)
    words(ax, (left, bottom + 0.8), arithmetic_2d(slide, index), size=12)
    words(ax, (left, bottom + 1.8), size_formula_2d(slide), role="plain", size=12)


def _draw_outputs(ax: Axes, slide: Slide2D, index: int, left: float) -> None:
    rows, columns = slide.size
    texts = [_number(slide.output(i), bare=True) if i <= index else "" for i in range(rows * columns)]
    table = [texts[row * columns : (row + 1) * columns] for row in range(rows)]
    words(ax, (left, 0.6), "output y", role="output")
    number_grid(ax, table, at=(left, 1.1), role="output", highlight={divmod(index, columns)})
