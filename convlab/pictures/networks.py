"""A network as a row of boxes: one a layer, as high as its maps, with its output and its parameters below."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from convlab.architectures import Layer
from convlab.show.drawing import box, words

ROLES = {"conv": "kernel", "pool": "plain", "linear": "input"}


def draw_network(
    ax: Axes, layers: Sequence[Layer], *, at: tuple[float, float] = (0.5, 0.2), width: float = 1.7, letters: float = 10
) -> None:
    """Draw the layers from left to right; heights grow with the square root of the maps' sides.

    Args:
        ax: Axes of a canvas.
        layers: In order.
        at: Top left corner of the picture.
        width: Of one layer, in cells; below 1.5 its name is one letter and a number, and its side stands once.
        letters: Size of the text.
    """
    left, top = at
    sides = [layer.output[-1] if len(layer.output) == 3 else 1 for layer in layers]
    for i, (layer, side) in enumerate(zip(layers, sides, strict=True)):
        role = ROLES[layer.kind]
        height = 0.5 + 3.2 * (side / max(sides)) ** 0.5
        box(ax, (left + width * i, top + 2 - height / 2), (width * 0.75, height), role=role)
        kind, number = layer.name.split()
        name = layer.name if width >= 1.5 else f"{kind[0]}{number}"
        size = f"{side}×{side}" if width >= 1.5 else str(side)
        lines = [
            name,
            str(layer.output[0]),
            size if len(layer.output) == 3 else "",
            short(layer.parameters),
        ]
        for line, text in enumerate(lines):
            place = (left + width * (i + 0.375), top + 4.4 + 0.65 * line)
            words(ax, place, text, align="center", size=letters, bold=line == 0, role=role if line == 3 else "ink")


def short(count: int) -> str:
    """A number of parameters in a few letters: 156, 35 k, 2.4 M; nothing for none."""
    if count >= 999_500:
        return f"{count / 1e6:.3g} M"
    return f"{count / 1e3:.3g} k" if count >= 1000 else str(count or "")
