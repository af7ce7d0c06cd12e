"""Small charts as inline SVG: no scripts, no files, the same bytes for the same numbers, readable without colour.

Guarantees: every chart carries its numbers as text and a title for screen readers; labels are escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 860
INK, SOFT, LINE = "#24292f", "#5b6570", "#e3e6ea"
BLUE, FULL, PART, NONE, EMPTY = "#5b8fc7", "#5fa988", "#e0a94a", "#d67a7a", "#d5dae0"


@dataclass(frozen=True)
class Bar:
    """One labelled row: how much of it is what, and a remark at its end."""

    label: str
    parts: tuple[float, ...]
    remark: str = ""


def columns(counts: Sequence[int], labels: Sequence[str], title: str, axis: str) -> Markup:
    """A histogram: one column per bin with its count on top.

    Args:
        counts: how many in each bin.
        labels: what stands below each column.
        title: what the chart says, for those who cannot see it.
        axis: the name of the horizontal axis.
    """
    height, base, top = 210, 160, 22
    step = WIDTH / max(len(counts), 1)
    tallest = max([*counts, 1])
    shapes = [_line(0, base, WIDTH, base)]
    for i, (count, label) in enumerate(zip(counts, labels, strict=True)):
        tall = (base - top) * count / tallest
        middle = i * step + step / 2
        shapes.append(_box(i * step + 4, base - tall, step - 8, tall, BLUE))
        if count:
            shapes.append(_text(middle, base - tall - 6, str(count), "middle", INK))
        shapes.append(_text(middle, base + 18, label, "middle", SOFT, 12))
    shapes.append(_text(WIDTH / 2, base + 42, axis, "middle", SOFT))
    return _svg(height, title, shapes)


def rows(bars: Sequence[Bar], colours: Sequence[str], title: str, whole: float | None = None) -> Markup:
    """Horizontal bars, one row each, every bar cut into coloured parts.

    Args:
        bars: the rows, top to bottom.
        colours: the colour of each part.
        title: what the chart says, for those who cannot see it.
        whole: the value of a full-length bar; by default that of the longest.
    """
    pitch, left, right = 30, 345, 150
    longest = whole or max([*(sum(bar.parts) for bar in bars), 1e-9])
    shapes: list[Markup] = []
    for i, bar in enumerate(bars):
        y, x = i * pitch + 4, float(left)
        shapes.append(_text(left - 10, y + 15, _short(bar.label), "end", INK))
        for part, colour in zip(bar.parts, colours, strict=True):
            wide = (WIDTH - left - right) * part / longest
            if wide > 0:
                shapes.append(_box(x, y, wide, 20, colour))
            x += wide
        shapes.append(_text(x + 8, y + 15, bar.remark, "start", SOFT))
    return _svg(len(bars) * pitch + 6, title, shapes)


def legend(entries: Sequence[tuple[str, str]]) -> Markup:
    """Coloured squares with their meaning."""
    key = Markup('<span style="color:{}">&#9632;</span> {}')
    return Markup('<p class="small soft">{}</p>').format(Markup(" &nbsp; ").join(key.format(c, n) for c, n in entries))


def _svg(height: float, title: str, shapes: Sequence[Markup]) -> Markup:
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="14"><title>{}</title>')
    return head.format(WIDTH, _n(height), title, title) + Markup("\n").join(shapes) + Markup("</svg>")


def _box(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    shape = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"/>')
    return shape.format(_n(x), _n(y), _n(width), _n(height), colour)


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>').format(_n(x1), _n(y1), _n(x2), _n(y2), LINE)


def _text(x: float, y: float, words: str, anchor: str, colour: str, size: int = 14) -> Markup:
    shape = Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}" font-size="{}">{}</text>')
    return shape.format(_n(x), _n(y), anchor, colour, size, words)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _short(label: str, limit_chars: int = 45) -> str:
    return label if len(label) <= limit_chars else label[: limit_chars - 1] + "…"
