"""A figure becomes a small PNG with alternative text: the same bytes on every run, readable where scripts are not."""

from __future__ import annotations

import base64
import io

from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

DPI = 144  # twice the points of the page: sharp on a projector; the picture is shown at half its pixels


def png(figure: Figure, *, dpi: int = DPI, colours: int | None = 256) -> bytes:
    """Return a figure as PNG bytes without dates or versions in them.

    Args:
        figure: Figure to draw.
        dpi: Pixels per inch.
        colours: Size of the palette the picture is reduced to, at most 256 (a drawing needs no more, and takes a
            third of the space); None keeps every colour.
    """
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=dpi, metadata={"Software": None})
    if colours is None:
        return raw.getvalue()
    reduced = Image.open(raw).convert("RGB").quantize(colors=colours, dither=Image.Dither.NONE)
    small = io.BytesIO()
    reduced.save(small, format="PNG", optimize=True)
    return small.getvalue()


def picture(figure: Figure, alt: str, *, dpi: int = DPI, photo: bool = False) -> None:
    """Show a figure in the notebook.

    Args:
        figure: Figure to show.
        alt: What the picture shows, for a reader who cannot see it. Say the finding, not only the kind of plot.
        dpi: Pixels per inch.
        photo: Keep all colours (colour photographs); drawings are reduced to 256.

    Raises:
        ValueError: When `alt` is empty.
    """
    if not alt.strip():
        raise ValueError("picture: alt is empty; say in a sentence what the picture shows")
    data = png(figure, dpi=dpi, colours=None if photo else 256)
    width = round(figure.get_figwidth() * 72)
    bundle = {"image/png": base64.b64encode(data).decode(), "text/plain": alt}
    display(bundle, metadata={"image/png": {"alt": alt, "width": width}}, raw=True)
