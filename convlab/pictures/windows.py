"""A kernel sliding over a row of numbers, drawn with its arithmetic: stride, padding and dilation included."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from convlab.show.drawing import arrow, number_grid, row_of_words, window, words


@dataclass(frozen=True)
class Slide:
    """A row of numbers and the kernel that slides over it; all results follow from counting window starts."""

    x: tuple[float, ...]
    w: tuple[float, ...]
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def padded(self) -> tuple[float, ...]:
        """The row with zeros on both sides."""
        zeros = (0,) * self.padding
        return (*zeros, *self.x, *zeros)

    @property
    def reach(self) -> int:
        """Cells from the first tap to the last one, both included."""
        return self.dilation * (len(self.w) - 1) + 1

    @property
    def starts(self) -> range:
        """Every cell of the padded row at which a window begins."""
        return range(0, len(self.padded) - self.reach + 1, self.stride)

    def taps(self, index: int) -> list[int]:
        """Cells of the padded row that output `index` reads."""
        return [self.starts[index] + self.dilation * k for k in range(len(self.w))]

    def output(self, index: int) -> float:
        """The value of output `index`."""
        return sum(self.padded[cell] * weight for cell, weight in zip(self.taps(index), self.w, strict=True))

    @property
    def left_over(self) -> int:
        """Cells at the right end that no window reaches."""
        return len(self.padded) - (self.starts[-1] + self.reach) if self.starts else 0


def arithmetic(slide: Slide, index: int) -> str:
    """Write output `index` as the sum it is: "y[2] = 1·3 + 0·1 + (−1)·2 = 1"."""
    terms = [f"{_number(w)}·{_number(slide.padded[cell])}" for cell, w in zip(slide.taps(index), slide.w, strict=True)]
    return f"y[{index}] = {' + '.join(terms)} = {_number(slide.output(index), bare=True)}"


def _number(value: float, *, bare: bool = False) -> str:
    text = f"{value:g}".replace("-", "−")
    return f"({text})" if value < 0 and not bare else text


def size_formula(slide: Slide) -> str:
    """Write the output length with its numbers."""
    length, kernel = len(slide.x), len(slide.w)
    inside = f"{length} + 2·{slide.padding} − {slide.dilation}·({kernel}−1) − 1"
    return f"L_out = ⌊({inside}) / {slide.stride}⌋ + 1 = {len(slide.starts)}"


def draw_slide(ax: Axes, slide: Slide, index: int, *, left: float = 0.5) -> None:
    """Draw input, window and outputs on a canvas of 8.4 rows; the window stands at output `index`, later ones are "?".

    Args:
        ax: Axes of a canvas, wide enough for the padded row.
        slide: What slides over what.
        index: Which output is being computed.
        left: Column at which the padded row begins.
    """
    padded = slide.padded
    inside = {(0, slide.padding + i) for i in range(len(slide.x))}
    words(ax, (left, 0.35), "input x" + (" with zero padding (pale)" if slide.padding else ""), role="input")
    number_grid(ax, padded, at=(left, 1.2), role="input", highlight=inside)
    row_of_words(ax, [_number(i - slide.padding, bare=True) for i in range(len(padded))], at=(left, 0.95), size=9)
    if not slide.starts:
        message = f"The kernel reaches over {slide.reach} cells, the padded input has {len(padded)}: it does not fit."
        words(ax, (left, 4), message, role="kernel", size=14)
        return
    cells = slide.taps(index)
    for cell, weight in zip(cells, slide.w, strict=True):
        window(ax, (left + cell, 1.2), (1, 1))
        number_grid(ax, [weight], at=(left + cell, 2.45), role="kernel")
    words(ax, (left + cells[-1] + 1.3, 2.95), "kernel w", role="kernel")
    target = (left + index + 0.5, 5.0)
    for cell in cells:
        arrow(ax, (left + cell + 0.5, 3.45), target, role="kernel", width=1.2)
    _draw_outputs(ax, slide, index, left)
    words(ax, (left, 7.05), arithmetic(slide, index), size=14)
    tail = f"     cells left over: {slide.left_over}" if slide.left_over else ""
    words(ax, (left, 7.85), size_formula(slide) + tail, role="plain", size=12)


def _draw_outputs(ax: Axes, slide: Slide, index: int, left: float) -> None:
    count = len(slide.starts)
    shown = [_number(slide.output(i), bare=True) if i <= index else "?" for i in range(count)]
    number_grid(ax, shown, at=(left, 5.0), role="output", highlight={(0, index)})
    words(ax, (left, 6.3), "output y", role="output")
