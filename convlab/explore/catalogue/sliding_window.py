"""A kernel sliding over a row of numbers, with its arithmetic: stride, padding, dilation."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Slider
from convlab.explore.explorer import Explorer
from convlab.pictures.windows import Slide, draw_slide
from convlab.questions import Prediction
from convlab.show.style import canvas_axes

ROW = (2, 1, 0, 3, 1, 2, 4, 0, 1, 3, 2, 1)
KERNEL = (1, 0, -1, 2, 1)


def draw(fig: Figure, *, length: int, kernel: int, stride: int, padding: int, dilation: int, position: int) -> None:
    """Draw the window at output `position`, or at the last one when there are fewer."""
    slide = Slide(ROW[:length], KERNEL[:kernel], stride, padding, dilation)
    ax = canvas_axes(fig, (0, 0, 1, 1), 20, 8.4)
    draw_slide(ax, slide, min(position, max(len(slide.starts) - 1, 0)))


sliding_window = Explorer(
    draw=draw,
    controls=(
        Slider("length", 4, 12, 10, label="input length L"),
        Slider("kernel", 1, 5, 3, label="kernel size K"),
        Slider("stride", 1, 4, 1, label="stride S"),
        Slider("padding", 0, 3, 0, label="padding P"),
        Slider("dilation", 1, 3, 1, label="dilation D"),
        Slider("position", 0, 17, 0, label="output to compute"),
    ),
    predict=Prediction(
        "Ten numbers, a kernel of three, no padding. With stride 1 there are 8 outputs. How many with stride 3?",
        {
            "2": "Count the starts: 0, 3, 6. A window that starts at 6 still ends inside, at 8.",
            "3": "Windows start at 0, 3 and 6; the next would need cells 9, 10 and 11. Cell 9 is never read.",
            "8/3, so it is an error": "PyTorch rounds down and says nothing: the last cell is simply never read.",
            "4": "That would need a window starting at 9, with only one cell left.",
        },
        "3",
    ),
    alt="A row of numbers with a kernel laid over three of them, arrows to the output it computes, "
    "the sum written out, and the formula of the output length with its numbers.",
    size=(10.0, 4.2),
)
