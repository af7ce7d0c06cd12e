"""A figure becomes a small PNG with alternative text: the same bytes on every run, readable where scripts are not."""

from __future__ import annotations

import base64
import io

from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

DPI = 120  # sharp on a projector, and a lecture of twenty pictures stays below 1 MB
COLOURS = 128  # enough for a drawing with smooth edges


def png(figure: Figure, *, dpi: int = DPI, colours: int | None = COLOURS) -> bytes:
    """Return a figure as PNG bytes without dates or versions in them.

    Args:
        figure: Figure to draw.
        dpi: Pixels per inch.
        colours: Size of the palette that the picture is reduced to, at most 256, which saves two thirds of the space;
            None keeps every colour (and still makes a palette where 256 are enough, as in a grey photograph).
    """
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=dpi, metadata={"Software": None})
    image = Image.open(raw).convert("RGB")
    if colours is not None or image.getcolors(256):
        # This method leaves no colour far from its original, however rare; one k-means step then makes fills exact.
        image = image.quantize(colours or 256, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    small = io.BytesIO()
    image.save(small, format="PNG", optimize=True)
    return small.getvalue()


def quick_png(figure: Figure, *, dpi: int = 88) -> bytes:
    """Return a figure as PNG bytes as fast as it can be drawn, for pictures that follow a slider."""
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=dpi, pil_kwargs={"compress_level": 1})
    return raw.getvalue()


def picture(figure: Figure, alt: str, *, dpi: int = DPI, photo: bool = False) -> None:
    """Show a figure in the notebook.

    Args:
        figure: Figure to show.
        alt: What the picture shows, for a reader who cannot see it. Say the finding, not only the kind of plot.
        dpi: Pixels per inch.
        photo: Keep every colour, for figures that hold a photograph; drawings are reduced to `COLOURS`.

    Raises:
        ValueError: When `alt` is empty.
    """
    if not alt.strip():
        raise ValueError("picture: alt is empty; say in a sentence what the picture shows")
    data = png(figure, dpi=dpi, colours=None if photo else COLOURS)
    width = round(figure.get_figwidth() * 72)
    bundle = {"image/png": base64.b64encode(data).decode(), "text/plain": alt}
    display(bundle, metadata={"image/png": {"alt": alt, "width": width}}, raw=True)
