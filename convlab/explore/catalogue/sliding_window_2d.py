"""A kernel sliding over a table of numbers, with its arithmetic: stride, padding, dilation in two directions."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Slider
from convlab.explore.explorer import Explorer
from convlab.pictures.windows2d import Slide2D, draw_slide_2d
from convlab.questions import Prediction
from convlab.show.style import canvas_axes

IMAGE = (
    (1, 2, 0, 1, 3, 0),
    (0, 1, 3, 2, 1, 1),
    (2, 1, 0, 0, 2, 1),
    (1, 0, 2, 1, 0, 3),
    (0, 2, 1, 3, 1, 0),
    (3, 1, 0, 2, 2, 1),
)
KERNEL = ((1, 0, -1), (2, 0, -2), (1, 0, -1))


def draw(fig: Figure, *, size: int, kernel: int, stride: int, padding: int, dilation: int, position: int) -> None:
    """Draw the window at output `position`, or at the last one when there are fewer."""
    image = tuple(row[:size] for row in IMAGE[:size])
    slide = Slide2D(image, tuple(row[:kernel] for row in KERNEL[:kernel]), stride, padding, dilation)
    last = max(slide.size[0] * slide.size[1] - 1, 0)
    ax = canvas_axes(fig, (0, 0, 1, 1), 24.5, 13.6)
    draw_slide_2d(ax, slide, min(position, last))


sliding_window_2d = Explorer(
    draw=draw,
    controls=(
        Slider("size", 3, 6, 6, label="input height, width"),
        Slider("kernel", 2, 3, 3, label="kernel size K"),
        Slider("stride", 1, 3, 1, label="stride S"),
        Slider("padding", 0, 2, 0, label="padding P"),
        Slider("dilation", 1, 2, 1, label="dilation D"),
        Slider("position", 0, 80, 5, label="output to compute"),
    ),
    predict=Prediction(
        "A 6×6 input, a 3×3 kernel, no padding: 4×4 = 16 outputs. How many with stride 2?",
        {
            "8: half as many": "The stride acts in both directions: half of the rows, and half of the columns.",
            "4": "2 starts down, 2 starts across. A stride of 2 leaves about a quarter of the outputs.",
            "9": "That would need starts at 0, 2 and 4. A window of 3 that starts at 4 ends at 6, outside.",
        },
        "4",
    ),
    alt="A table of numbers with a kernel laid over nine of them, the outputs computed so far, the sum of nine "
    "products written out, and the formula of the output size with its numbers.",
    size=(9.8, 5.44),
)
