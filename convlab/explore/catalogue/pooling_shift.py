"""A handwritten digit slides to the right: how much of what a pool says about it changes?"""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from torch import Tensor

from convlab import data
from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import SIGNED, colour

POOLS = ("maximum", "average", "every K-th pixel")
FARTHEST = 8


@lru_cache
def digit(which: int) -> Tensor:
    """Return a test digit, enlarged twice, in the left part of a canvas, (1, 1, 24, 32)."""
    large = F.interpolate(data.load().test_x[which : which + 1], scale_factor=2, mode="bilinear")
    return F.pad(large, (4, 12, 4, 4))


def pooled(image: Tensor, kind: str, size: int) -> Tensor:
    """Return one number for every size×size window, windows side by side."""
    if kind == POOLS[2]:
        return image[..., ::size, ::size]
    return F.max_pool2d(image, size) if kind == POOLS[0] else F.avg_pool2d(image, size)


@lru_cache(maxsize=256)
def changes(which: int, kind: str, size: int) -> tuple[float, ...]:
    """Return how much the pooled digit changes at each shift, as a share of the pooled digit itself."""
    image = digit(which)
    before = pooled(image, kind, size)
    after = (pooled(image.roll(shift, -1), kind, size) for shift in range(FARTHEST + 1))
    return tuple(((now - before).norm() / before.norm().clamp(min=1e-9)).item() for now in after)


def draw(fig: Figure, *, shift: int, kind: str, size: str, which: int) -> None:
    """Draw the digit before and after, what the pool makes of both, their difference, and the change by shift."""
    width = int(size)
    images = (digit(which), digit(which).roll(shift, -1))
    small = [pooled(image, kind, width) for image in images]
    for column, (image, result, name) in enumerate(zip(images, small, ("as it is", f"moved by {shift}"), strict=True)):
        for row, (picture, title) in enumerate(((image, name), (result, "after the pool"))):
            ax = fig.add_axes((0.01 + 0.2 * column, 0.51 - 0.49 * row, 0.18, 0.4))
            ax.imshow(picture[0, 0].numpy(), cmap="gray", vmin=0, vmax=1)
            ax.set_title(title, fontsize=12, pad=5)
            ax.axis("off")
    _draw_difference(fig, (small[1] - small[0])[0, 0])
    shares = changes(which, kind, width)
    ax = fig.add_axes((0.69, 0.15, 0.29, 0.7))
    ax.plot([100 * share for share in changes(which, kind, 1)], "--", color=colour("plain"), label="without a pool")
    ax.plot([100 * share for share in shares], "o-", color=colour("output"), label=f"{kind}, K = {width}")
    ax.plot(shift, 100 * shares[shift], "o", color=colour("kernel"), markersize=11)
    ax.set(xlabel="shift, pixels", ylabel="change, %", ylim=(-5, 175), xlim=(-0.4, FARTHEST + 0.4))
    again = shift % width == 0 and torch.equal(small[1], small[0].roll(shift // width, -1))
    ax.set_title("the same numbers, moved" if shift and again else f"{shares[shift]:.0%} has changed", fontsize=13)
    ax.legend(loc="upper left", fontsize=11, frameon=True, framealpha=1, edgecolor="none")


def _draw_difference(fig: Figure, difference: Tensor) -> None:
    ax = fig.add_axes((0.41, 0.02, 0.18, 0.4))
    ax.imshow(difference.numpy(), cmap=SIGNED, vmin=-1, vmax=1)
    ax.set_title("difference", fontsize=12, pad=5)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.spines[:].set_visible(True)


pooling_shift = Explorer(
    draw=draw,
    controls=(
        Slider("shift", 0, FARTHEST, 1, label="shift, pixels"),
        Choice("kind", POOLS, POOLS[0], label="of each window, the"),
        Choice("size", ("1", "2", "4", "8"), "4", label="window K = stride"),
        Slider("which", 0, 19, 8, label="digit"),
    ),
    predict=Prediction(
        "A digit moves right, pixel by pixel. Behind 4×4 maxima with stride 4: at which shifts are the pooled "
        "<b>numbers</b> the same as before, only in another place?",
        {
            "At every shift: a pool is invariant": (
                "That is the myth. A pool forgives a part of a small shift; the windows stand still while the digit "
                "moves, so other numbers win."
            ),
            "At 4 and 8 only": "Multiples of the stride: the same windows meet the same pixels, one or two places on.",
            "At 1, 2 and 3: within the window": (
                "A number survives only while it stays the largest of its window, and near a window's edge it leaves "
                "after one step."
            ),
        },
        "At 4 and 8 only",
    ),
    alt="A digit and the same digit moved; below, both after the pool, and their difference; beside them a curve: "
    "how much the pooled picture changes at each shift, compared with no pool.",
    size=(10.0, 4.0),
)
