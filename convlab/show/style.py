"""The house style: colours by role, sizes that a projector can carry, and figures that pyplot never sees.

A colour always means the same thing: blue is what comes in, vermilion is the kernel (weights), green is what comes
out, purple is a gradient. The four stay apart for the common kinds of colour blindness (a test simulates them).
"""

from __future__ import annotations

from typing import Any, Literal

import matplotlib.style as mpl_style
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, LayoutEngine

Role = Literal["input", "kernel", "output", "gradient", "plain", "ink"]

# Okabe and Ito's colours, shifted a little so that each is also readable as text on white.
COLOURS: dict[str, str] = {
    "input": "#0072B2",
    "kernel": "#D55E00",
    "output": "#00916B",
    "gradient": "#B0478E",
    "plain": "#7A7A7A",
    "ink": "#222222",
}

#: From negative (blue) over zero (white) to positive (vermilion): for weights and other signed numbers.
#: An odd number of steps, so that zero is exactly white.
SIGNED = LinearSegmentedColormap.from_list("signed", [COLOURS["input"], "#FFFFFF", COLOURS["kernel"]], N=257)

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same letters on every machine
    "font.size": 13,
    "axes.titlesize": 14,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelsize": 13,
    "axes.labelcolor": COLOURS["ink"],
    "axes.edgecolor": "#8A8A8A",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=[COLOURS[role] for role in ("input", "kernel", "output", "gradient", "plain")]),
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "figure.facecolor": "white",
    "text.color": COLOURS["ink"],
}


def colour(role: str) -> str:
    """Return the colour of a role; anything matplotlib knows as a colour passes through."""
    return COLOURS.get(role, role)


def tint(role: str, strength: float = 0.18) -> tuple[float, float, float]:
    """Return a role's colour mixed with white, for the inside of cells and boxes.

    Args:
        role: A role of the house style, or any colour.
        strength: 0 is white, 1 the full colour.
    """
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour(role)))
    return red, green, blue


def blank_figure(width: float, height: float, *, layout: LayoutEngine | None = None) -> Figure:
    """Return an empty figure in the house style (sizes in inches), unknown to pyplot: nothing shows it twice."""
    mpl_style.use(STYLE)
    fig = Figure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(fig)
    return fig


def figure(
    width: float = 8.0, height: float = 3.4, *, rows: int = 1, columns: int = 1, **subplots: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes in the house style.

    Args:
        width: Width of the whole figure, in inches.
        height: Height of the whole figure, in inches.
        rows: Rows of axes.
        columns: Columns of axes.
        **subplots: Passed on to `Figure.subplots` (sharex, width_ratios …).

    Returns:
        The figure, and one axes or an array of them, as `pyplot.subplots` would.
    """
    fig = blank_figure(width, height, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08))  # inches
    return fig, fig.subplots(rows, columns, **subplots)


def canvas(columns: float, rows: float, *, cell_inches: float = 0.5) -> tuple[Figure, Any]:
    """Return a figure with one bare axes for drawings, measured in cells: x to the right, y downwards.

    Args:
        columns: Width of the drawing, in cells.
        rows: Height of the drawing, in cells.
        cell_inches: Size of a cell on the page, in inches.
    """
    fig = blank_figure(columns * cell_inches, rows * cell_inches)
    return fig, canvas_axes(fig, (0, 0, 1, 1), columns, rows)


def canvas_axes(fig: Figure, place: tuple[float, float, float, float], columns: float, rows: float) -> Any:
    """Add such a bare axes to a figure at `place` = (left, bottom, width, height), in fractions of the figure."""
    ax = fig.add_axes(place)
    ax.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal")
    ax.axis("off")
    return ax
