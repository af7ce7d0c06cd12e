"""A kernel editor: nine weights over a photograph."""

from __future__ import annotations

from functools import lru_cache

import torch
from matplotlib.figure import Figure
from torch import Tensor

from convlab import data
from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.pictures.kernels import NAMES, classic, slide_over
from convlab.questions import Prediction
from convlab.show.drawing import number_grid
from convlab.show.style import SIGNED, canvas_axes

PLACES = tuple(f"{row} {column}" for row in ("top", "middle", "bottom") for column in ("left", "centre", "right"))


@lru_cache(maxsize=4)
def grey_photograph(name: str) -> Tensor:
    """Return a photograph in grey, 150 pixels square."""
    image = data.photograph(name, size=150)
    return image.mean(0) if image.ndim == 3 else image


def draw(
    fig: Figure,
    *,
    photograph: str,
    start: str,
    top_left: float,
    top_centre: float,
    top_right: float,
    middle_left: float,
    middle_centre: float,
    middle_right: float,
    bottom_left: float,
    bottom_centre: float,
    bottom_right: float,
) -> None:
    """Draw photograph, kernel (the starting kernel plus what the nine sliders add) and result."""
    image = grey_photograph(photograph)
    added = (
        (top_left, top_centre, top_right),
        (middle_left, middle_centre, middle_right),
        (bottom_left, bottom_centre, bottom_right),
    )
    kernel = classic(start) + torch.tensor(added)
    result, total = slide_over(image, kernel), float(kernel.sum())
    detects = abs(total) < 1e-3
    before, after = fig.add_axes((0.01, 0.03, 0.38, 0.82)), fig.add_axes((0.61, 0.03, 0.38, 0.82))
    before.imshow(image.numpy(), vmin=0, vmax=1)
    before.set_title("photograph, 0 black to 1 white", fontsize=12)
    if detects:
        largest = float(result.abs().max()) or 1.0
        after.imshow(result.numpy(), cmap=SIGNED, vmin=-largest, vmax=largest)
    else:
        after.imshow(result.numpy(), vmin=0, vmax=1)
    after.set_title("blue −, white 0, vermilion +" if detects else "result, cut off at 0 and 1", fontsize=12)
    for ax in (before, after):
        ax.axis("off")
    ax = canvas_axes(fig, (0.4, 0.2, 0.2, 0.5), 4, 4)
    number_grid(ax, kernel, at=(0.5, 0.3), role="kernel", digits=2 if start == "blur" else None, size=12)
    even = f"0.5 becomes {0.5 * total:.1f}".replace("-", "−")
    fig.text(0.5, 0.2, f"sum {total + 0.0:.1f}".replace("-", "−"), ha="center", fontsize=13)
    fig.text(0.5, 0.13, f"even grey of\n{even}", ha="center", va="top", fontsize=11)
    span = f"answers from {float(result.min()):.2f} to {float(result.max()):.2f}".replace("-", "−")
    fig.suptitle(span, x=0.5, y=0.97, fontsize=13)


kernel_editor = Explorer(
    draw=draw,
    controls=(
        Choice("photograph", ("camera", "cat", "coffee", "astronaut"), "camera"),
        Choice("start", NAMES, "as it is", label="start from"),
        *(Slider(place.replace(" ", "_"), -4.0, 4.0, 0.0, step=0.25, label=f"add, {place}") for place in PLACES),
    ),
    predict=Prediction(
        "Begin with a 1 in the middle and zeros around it. Now set the four direct neighbours to −1. "
        "What happens to an even grey area of brightness 0.5?",
        {
            "It stays grey, edges get sharper": (
                "Add up the weights: 1 − 4 = −3. A level is kept when they add up to 1. Which middle would do that?"
            ),
            "It becomes black": "0.5 · (1 − 4) = −1.5, far below black. Raise the middle to 5 and the level is back.",
            "It becomes 0, only edges are left": "For that the weights must add up to 0. Here it is 1 − 4 = −3.",
        },
        "It becomes black",
    ),
    alt="A photograph, a kernel of three by three weights with their sum, and what sliding the kernel over the "
    "photograph gives.",
    size=(10.0, 4.2),
)
