"""A residual network as a bundle of paths: how many of each length, and which of them carry the gradient."""

from __future__ import annotations

from math import comb

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from convlab.explore.controls import Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour


def path_counts(blocks: int) -> list[int]:
    """How many paths cross k of the blocks' branches, for k from 0 to the number of blocks."""
    return [comb(blocks, k) for k in range(blocks + 1)]


def gradient_shares(blocks: int, factor: float) -> list[float]:
    """The share of all gradient that comes through paths of each length, if a branch passes on ``factor`` of it."""
    weighted = [count * factor**k for k, count in enumerate(path_counts(blocks))]
    return [w / sum(weighted) for w in weighted]


def draw(fig: Figure, *, blocks: int, factor: float, removed: int) -> None:
    """Draw shares of paths above, shares of gradient below."""
    left = max(blocks - removed, 0)
    upper, lower = fig.add_axes((0.1, 0.58, 0.87, 0.31)), fig.add_axes((0.1, 0.13, 0.87, 0.31))
    counts = path_counts(left)
    width = 450 / (blocks + 1.4)  # points: 0.8 of a step
    upper.vlines(range(left + 1), 0, [c / sum(counts) for c in counts], color=colour("input"), lw=width)
    shares = gradient_shares(left, factor)
    lower.vlines(range(left + 1), 0, shares, color=colour("gradient"), lw=width)
    mean = sum(k * share for k, share in enumerate(shares))
    upper.set(ylabel="share of paths", xlim=(-0.7, blocks + 0.7))
    kept = f", {2.0 ** (left - blocks):.3g} of all" if removed else ""
    upper.set_title(f"{2**left:,} paths{kept}; the gradient's mean path crosses {mean:.1f} branches")
    for ax in (upper, lower):
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    lower.set(ylabel="share of gradient", xlabel="branches that a path crosses", xlim=(-0.7, blocks + 0.7))


residual_paths = Explorer(
    draw=draw,
    controls=(
        Slider("blocks", 1, 54, 18, label="blocks"),
        Slider("factor", 0.1, 1.0, 0.4, step=0.1, label="share a branch passes on"),
        Slider("removed", 0, 12, 0, label="blocks taken out"),
    ),
    predict=Prediction(
        "Take one block out of a residual network of 18. How many of its paths are left?",
        {
            "None": "That is a plain network, which has one path.",
            "Half": "Each block doubles the paths: 2 to the power of 18 with it, 2 to the power of 17 without.",
            "17 of 18": "Paths are not layers. Each block is a fork in the road, and forks multiply.",
        },
        "Half",
    ),
    alt="Bars of how many paths have each length, and of how much gradient comes through them.",
    size=(9.0, 4.6),
)
