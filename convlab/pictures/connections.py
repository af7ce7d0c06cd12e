"""Which output reads which input: dots and lines, where lines of one colour are one and the same weight."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from convlab.show.drawing import words
from convlab.show.style import colour, tint

#: One colour per tap of the kernel; all differ in lightness too.
TAPS = ("#D55E00", "#7B3294", "#E0A500", "#1B1B1B", "#8C8C8C")


def dots(ax: Axes, columns: Sequence[float], height: float, *, role: str, names: Sequence[str] = ()) -> None:
    """Draw a row of dots, with a short name inside each where names are given."""
    ax.scatter(
        columns, [height] * len(columns), s=420, facecolor=[tint(role, 0.3)], edgecolor=colour(role), lw=1.5, zorder=3
    )
    for column, name in zip(columns, names, strict=False):
        words(ax, (column, height), name, size=11, align="center")


def connect(
    ax: Axes,
    sources: Sequence[float],
    targets: Sequence[float],
    taps: Sequence[Sequence[int | None]],
    *,
    top: float,
    bottom: float,
    faint: Sequence[int] = (),
) -> None:
    """Draw the lines of one layer.

    Args:
        ax: Axes of a canvas.
        sources: Columns of the inputs.
        targets: Columns of the outputs.
        taps: Per output, the input that each tap of the kernel reads; None for a tap on padding.
        top: Height of the inputs.
        bottom: Height of the outputs.
        faint: Outputs whose lines are drawn pale.
    """
    for index, (target, reads) in enumerate(zip(targets, taps, strict=True)):
        pale = index in faint
        for tap, source in enumerate(reads):
            if source is None:
                continue
            ends = ([sources[source], target], [top, bottom])
            ax.plot(*ends, color=TAPS[tap % len(TAPS)], lw=1.0 if pale else 2.2, alpha=0.25 if pale else 1.0, zorder=2)


def layer_taps(
    length: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> list[list[int | None]]:
    """Return, per output of a 1-D convolution, the input that each tap reads (None on padding)."""
    reach = dilation * (kernel - 1)
    starts = range(-padding, length + padding - reach, stride)
    return [[p if 0 <= p < length else None for p in range(s, s + reach + 1, dilation)] for s in starts]


def causal_taps(length: int, kernel: int, dilation: int = 1) -> list[list[int | None]]:
    """Return the same for a causal convolution: output t reads t and earlier inputs only, D apart."""
    return [[p if p >= 0 else None for p in range(t - dilation * (kernel - 1), t + 1, dilation)] for t in range(length)]


def draw_layer(
    ax: Axes,
    taps: Sequence[Sequence[int | None]],
    length: int,
    *,
    at: tuple[float, float],
    title: str,
    targets: Sequence[float] | None = None,
) -> None:
    """Draw inputs, lines and outputs of one layer, `length` cells wide and 3.5 high.

    Args:
        ax: Axes of a canvas.
        taps: Per output, the input that each tap reads (`layer_taps`, `causal_taps`).
        length: Number of inputs.
        at: Top left corner.
        title: A line above the inputs.
        targets: The input under which each output stands; by default the middle of its window.
    """
    left, top = at
    if targets is None:
        targets = [_middle(reads) for reads in taps]
    columns = [left + 0.5 + target for target in targets]
    sources = [left + 0.5 + i for i in range(length)]
    words(ax, (left, top), title, size=13, bold=True)
    connect(ax, sources, columns, taps, top=top + 1, bottom=top + 3)
    dots(ax, sources, top + 1, role="input", names=[f"x{i}" for i in range(length)])
    dots(ax, columns, top + 3, role="output", names=[f"y{i}" for i in range(len(columns))])


def _middle(reads: Sequence[int | None]) -> float:
    """Return the middle of a window, also when some of its taps lie on the padding."""
    known = [(tap, source) for tap, source in enumerate(reads) if source is not None]
    step = known[1][1] - known[0][1] if len(known) > 1 else 1
    return known[0][1] + step * ((len(reads) - 1) / 2 - known[0][0])
