"""A matplotlib backend that shows figures as small PNG outputs of the cell, a few per cell."""

from __future__ import annotations

import io

from IPython.display import Image, display
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

NAME = f"module://{__name__}"
_PER_CALL = 4
_DPI = 60
_LONGEST_SIDE_INCHES = 16.0


class FigureCanvas(FigureCanvasAgg):
    """What pyplot draws on."""

    manager_class = FigureManagerBase


def show(*args: object, **kwargs: object) -> None:
    """Show the open figures, oldest first, and close all of them."""
    managers = Gcf.get_all_fig_managers()
    try:
        for manager in managers[:_PER_CALL]:
            _show_one(manager.canvas.figure)
        if len(managers) > _PER_CALL:
            print(f"… and {len(managers) - _PER_CALL} more figures")
    finally:
        Gcf.destroy_all()


def _show_one(figure: object) -> None:
    width, height = figure.get_size_inches()  # type: ignore[attr-defined]
    scale = min(1.0, _LONGEST_SIDE_INCHES / max(width, height))
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=_DPI * scale)  # type: ignore[attr-defined]
    display(Image(data=picture.getvalue(), format="png"))
