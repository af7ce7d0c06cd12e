"""One number per window: maximum against average, with overlap and padding, one window at a time."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Choice, Slider, Toggle
from convlab.explore.explorer import Explorer
from convlab.pictures.pools import MAX, MEAN, Pool, arithmetic, draw_pool, size_formula
from convlab.questions import Prediction
from convlab.show.drawing import words
from convlab.show.style import canvas_axes

MAP = ((-3, -1, 2, 1, 0), (-2, -4, 8, 3, 4), (7, 6, 4, 5, 2), (1, 3, 1, 2, 3), (2, 0, -1, 4, 2))


def draw(fig: Figure, *, kind: str, size: int, stride: int, padding: int, count_padding: bool, position: int) -> None:
    """Draw the window at output `position`, or at the last one when there are fewer."""
    pool = Pool(MAP, kind, size, stride, padding, count_padding)
    ax = canvas_axes(fig, (0, 0, 1, 1), 20, 11.6)
    index = max(0, min(position, len(pool.corners) - 1))
    draw_pool(ax, pool, index, at=(0.5, 1.0))
    if 2 * padding <= size and pool.corners:
        written = arithmetic(pool, index)
        below = 1.55 + len(pool.padded)
        words(ax, (0.5, below), written, size=14 if len(written) < 62 else 10.5)
        words(ax, (0.5, below + 0.7), size_formula(pool), role="plain", size=12)


pooling_windows = Explorer(
    draw=draw,
    controls=(
        Choice("kind", (MAX, MEAN), MAX, label="of each window, the"),
        Slider("size", 1, 4, 3, label="window K"),
        Slider("stride", 1, 4, 2, label="stride S"),
        Slider("padding", 0, 2, 1, label="padding P"),
        Toggle("count_padding", True, label="average counts the border"),
        Slider("position", 0, 35, 0, label="output to compute"),
    ),
    predict=Prediction(
        "A 5×5 map, windows of 3×3, stride 2, padding 1. In the top left corner the window covers four numbers of the "
        "map, −3, −1, −2 and −4, and five cells of border. What does the maximum give there?",
        {
            "0": "A border of zeros would win here, with a number that nobody measured. That is why it is not zeros.",
            "−1": "The border of a maximum is −∞: it never wins, so the largest real number does.",
            "−∞": "A maximum takes the largest number, and −∞ always loses. It wins only where there is nothing else.",
        },
        "−1",
    ),
    alt="A five by five map with a border and a window of three by three on it; beside it the pooled numbers found "
    "so far; below, the arithmetic of this window and the formula of the size.",
    size=(10.0, 5.8),
)
