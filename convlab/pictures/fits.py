"""Which windows fit into a row of cells and which cells are left over: drawn to scale, counted, not computed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from convlab.pictures.windows import Slide
from convlab.show.drawing import words
from convlab.show.style import colour, tint


def row_of(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Slide:
    """Return a row of n cells with a kernel that slides over it, where only the places matter and not the numbers."""
    return Slide((0,) * n, (0,) * kernel, stride, padding, dilation)


def result(slide: Slide) -> str:
    """Say in one line how many windows fit and what is left over: "7 → 2 outputs, 1 cell left over"."""
    n, count, left = len(slide.x), len(slide.starts), slide.left_over
    if not count:
        return f"a window spans {slide.reach} cells, there are {len(slide.padded)}: it does not fit"
    rest = f", {left} cell{'s' * (left > 1)} left over" if left else ", nothing left over"
    return f"{n} → {count} output{'s' * (count > 1)}{rest}"


def draw_fit(ax: Axes, slide: Slide, *, at: tuple[float, float], height: float, refused: bool = True) -> None:
    """Draw the padded row and, below it, one bar per window; the next window, which hangs over the end, is dashed.

    Args:
        ax: Axes of a canvas, wide enough for the padded row and one stride more.
        slide: What slides over what (see `row_of`).
        at: Top left corner.
        height: Room for the bars below the row, in cells.
        refused: Whether to draw the window that does not fit any more.
    """
    left, top = at
    _draw_cells(ax, slide, left, top)
    starts = list(slide.starts)
    following = starts[-1] + slide.stride if starts else 0
    shown = [*starts, following] if refused else starts
    if not shown:
        return
    lanes = min(len(shown), slide.reach // slide.stride + 1)  # bars in one lane never touch
    step = min(height / lanes, 1.0)
    bars, taps = [], []
    for index, start in enumerate(starts):
        level = top + 1.3 + step * (index % lanes)
        bars.append(Rectangle((left + start + 0.06, level + 0.3 * step), slide.reach - 0.12, 0.16 * step))
        taps += [Rectangle((left + cell + 0.06, level), 0.88, 0.78 * step) for cell in slide.taps(index)]
    ax.add_collection(PatchCollection(bars, facecolor=colour("kernel"), edgecolor="none"))
    ax.add_collection(PatchCollection(taps, facecolor=tint("kernel", 0.45), edgecolor=colour("kernel"), linewidth=1))
    if refused:
        level = top + 1.3 + step * (len(starts) % lanes)
        outline = Rectangle((left + following + 0.06, level), slide.reach - 0.12, 0.78 * step)
        outline.set(fill=False, edgecolor=colour("plain"), linestyle="--", linewidth=1.6)
        ax.add_patch(outline)


def _draw_cells(ax: Axes, slide: Slide, left: float, top: float) -> None:
    """Draw the padded row: input blue and numbered, padding pale, cells that no window covers hatched."""
    total, first, n = len(slide.padded), slide.padding, len(slide.x)
    covered = slide.starts[-1] + slide.reach if slide.starts else 0
    for cell in range(total):
        inside = first <= cell < first + n
        unread = cell >= covered
        patch = Rectangle((left + cell, top), 1, 1, facecolor=tint("input", 0.3 if inside else 0.05), linewidth=0.9)
        patch.set(edgecolor=colour("input") if inside else "#9A9A9A", hatch="////" if unread else None)
        ax.add_patch(patch)
        if inside and not unread:
            words(ax, (left + cell + 0.5, top + 0.52), str(cell - first), size=10, align="center")
        elif not inside and not unread:
            words(ax, (left + cell + 0.5, top + 0.52), "0", size=10, align="center", role="plain")
