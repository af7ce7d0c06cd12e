"""Inception modules on top of each other: how channels and work grow, with and without projections."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.inception import bottleneck_convs, naive_convs, total
from convlab.questions import Prediction
from convlab.show.style import colour

KINDS = ("naive", "with reductions and projection")


def grown(kind: str, modules: int, start: int, side: int = 28) -> tuple[list[int], list[int]]:
    """Channels before each module and after the last, and the multiply-adds of each."""
    channels, work = [start], []
    for _ in range(modules):
        if kind == KINDS[0]:
            convs, out = naive_convs(side, channels[-1], 128, 192, 96), 128 + 192 + 96 + channels[-1]
        else:
            convs, out = bottleneck_convs(side, channels[-1], 128, 64, 192, 64, 96, 64), 128 + 192 + 96 + 64
        work.append(total(convs))
        channels.append(out)
    return channels, work


def draw(fig: Figure, *, modules: int, kind: str, start: int) -> None:
    """Draw channels after each module, and what each module costs."""
    channels, work = grown(kind, modules, start)
    left = fig.add_axes((0.09, 0.16, 0.38, 0.68))
    left.plot(range(len(channels)), channels, "o-", color=colour("output"))
    left.set(xlabel="modules", ylabel="channels", ylim=(0, 1.1 * max(4000, *channels)), xlim=(-0.3, 9.3))
    left.set_title(f"{channels[-1]:,} channels come out")
    right = fig.add_axes((0.6, 0.16, 0.38, 0.68))
    right.bar(range(1, modules + 1), [value / 1e9 for value in work], color=colour("kernel"), width=0.65)
    right.set(xlabel="module", ylabel="multiply-adds, billions", ylim=(0, 14), xlim=(0.3, 9.7))
    right.set_title(f"{sum(work) / 1e9:.1f} billion in all")


module_stack = Explorer(
    draw=draw,
    controls=(
        Slider("modules", 1, 9, 9),
        Choice("kind", KINDS, KINDS[0]),
        Slider("start", 64, 512, 256, step=64, label="channels in"),
    ),
    predict=Prediction(
        "Nine naive modules, each adding 416 channels to what comes in. How does the work of all of them together grow "
        "with the number of modules?",
        {
            "in a straight line": "Each module costs more than the one below it, because it reads more channels.",
            "with the square": (
                "The channels grow in a straight line, and each module's work goes with the channels it reads: "
                "a sum over a growing line."
            ),
            "it doubles with each module": "Channels are added, not multiplied: 256, 672, 1,088 and so on.",
        },
        "with the square",
    ),
    alt="Left, channels after each of the stacked modules; right, the multiply-adds of each module.",
    size=(10.0, 3.9),
)
