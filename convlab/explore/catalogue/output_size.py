"""How many windows fit: every window drawn to scale, what is left over, and the staircase of all input sizes."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Slider
from convlab.explore.explorer import Explorer
from convlab.pictures.fits import draw_fit, result, row_of
from convlab.questions import Prediction
from convlab.show.drawing import words
from convlab.show.style import canvas_axes, colour

LARGEST = 20


def draw(fig: Figure, *, size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    """Draw the windows over one row, and beside it the output size for every input size."""
    slide = row_of(size, kernel, stride, padding, dilation)
    width = max(16, len(slide.padded) + stride + 1, slide.reach + 1)
    ax = canvas_axes(fig, (0.01, 0, 0.7, 1), width, width * 4.4 / 7.0)
    top = width * 0.04
    words(ax, (0.5, top), result(slide), size=15, bold=True)
    room = f"({size} + 2·{padding} − {dilation}·({kernel} − 1) − 1)"
    formula = f"⌊{room} / {stride}⌋ + 1 = {len(slide.starts)}" if slide.starts else f"{room} is negative: no window"
    words(ax, (0.5, 2.5 * top), formula, role="plain", size=12)
    draw_fit(ax, slide, at=(0.5, 4.5 * top), height=width * 0.35)

    side = fig.add_axes((0.79, 0.16, 0.19, 0.68))
    sizes = range(1, LARGEST + 1)
    counts = [len(row_of(n, kernel, stride, padding, dilation).starts) for n in sizes]
    same = [n for n, count in zip(sizes, counts, strict=True) if count == len(slide.starts)]
    side.plot(sizes, counts, "s", color=colour("plain"), markersize=4)
    side.plot(same, [len(slide.starts)] * len(same), "s", color=colour("output"), markersize=6)
    side.plot(size, len(slide.starts), "o", color=colour("ink"), markersize=11, fillstyle="none", markeredgewidth=2)
    side.set(xlabel="input size", ylabel="output size", xlim=(0, LARGEST + 1), ylim=(-0.5, max(counts) + 1))
    side.set_title(f"{len(same)} size{'s give' if len(same) > 1 else ' gives'} {len(slide.starts)}", fontsize=12)


output_size = Explorer(
    draw=draw,
    controls=(
        Slider("size", 1, LARGEST, 7, label="input size"),
        Slider("kernel", 1, 7, 3, label="kernel size K"),
        Slider("stride", 1, 5, 3, label="stride S"),
        Slider("padding", 0, 3, 0, label="padding P"),
        Slider("dilation", 1, 3, 1, label="dilation D"),
    ),
    predict=Prediction(
        "Seven cells, a window of 3, stride 3. You may add one zero at each end (padding 1). How many outputs then?",
        {
            "2, as without padding": "Two more cells make room for one more start: 0, 3 and now 6.",
            "3": "Nine cells, starts 0, 3 and 6. The windows stand side by side and cover everything, zeros included.",
            "4": "Two cells more give at most one start more when the stride is 3.",
        },
        "3",
    ),
    alt="A row of numbered cells with one bar per window below it; a dashed bar is the first window that does not fit; "
    "cells that no window reads are hatched. Beside it a staircase: output size against input size.",
    size=(10.0, 4.4),
)
