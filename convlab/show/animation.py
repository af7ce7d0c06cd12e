"""An animation as frames drawn beforehand, with a slider, in one piece of HTML that needs no other host.

Where scripts are removed (the repository's web page, an untrusted notebook) the first frame stays as a picture.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from IPython.display import display
from matplotlib.figure import Figure

from convlab.show.output import png

LIMIT_BYTES = 200_000

_PAGE = """<div class="{name}" style="max-width:{width}px;background:#fff;color:#222">
<img src="data:image/png;base64,{first}" alt="{alt}" style="width:100%;display:block">
<div class="controls" hidden style="display:none;align-items:center;gap:10px;font:15px sans-serif;padding:4px 2px">
<button type="button" style="font:inherit;min-width:4.2em;padding:2px 8px">Play</button>
<input type="range" min="0" max="{last}" value="0" aria-label="frame" style="flex:1">
<output style="min-width:4em;text-align:right">1 of {count}</output></div>
<script>
document.querySelectorAll(".{name}").forEach(function (root) {{
  if (root.dataset.ready) return;
  root.dataset.ready = "yes";
  var frames = {frames};
  var image = root.querySelector("img"), bar = root.querySelector(".controls");
  var play = bar.querySelector("button"), slider = bar.querySelector("input"), text = bar.querySelector("output");
  var timer = null;
  bar.hidden = false;
  bar.style.display = "flex";
  function go(index) {{
    slider.value = index;
    image.src = "data:image/png;base64," + (index ? frames[index - 1] : first);
    text.textContent = (index + 1) + " of {count}";
  }}
  var first = image.src.slice("data:image/png;base64,".length);
  function stop() {{ clearInterval(timer); timer = null; play.textContent = "Play"; }}
  slider.addEventListener("input", function () {{ stop(); go(+slider.value); }});
  play.addEventListener("click", function () {{
    if (timer) return stop();
    play.textContent = "Pause";
    if (+slider.value === {last}) go(0);
    timer = setInterval(function () {{
      if (+slider.value >= {last}) return stop();
      go(+slider.value + 1);
    }}, {milliseconds});
  }});
}});
</script></div>"""


def frames_html(pictures: Sequence[bytes], alt: str, *, width: int, seconds: float = 0.9) -> str:
    """Return the animation as HTML.

    Args:
        pictures: PNG bytes of each frame, all of one size.
        alt: What the animation shows, for a reader who cannot see it.
        width: Width on the page, in CSS pixels.
        seconds: Time per frame while playing.

    Raises:
        ValueError: Without frames or alternative text, or when the HTML would exceed `LIMIT_BYTES`.
    """
    if not pictures or not alt.strip():
        raise ValueError(f"frames: got {len(pictures)} frames and alt={alt!r}; both are needed")
    encoded = [base64.b64encode(picture).decode() for picture in pictures]
    page = _PAGE.format(
        name="frames-" + hashlib.sha256("".join(encoded).encode()).hexdigest()[:12],
        first=encoded[0],
        frames=str(encoded[1:]).replace("'", '"'),
        alt=escape(alt, quote=True),
        width=width,
        last=len(encoded) - 1,
        count=len(encoded),
        milliseconds=round(seconds * 1000),
    )
    if len(page) > LIMIT_BYTES:
        raise ValueError(
            f"frames: {len(pictures)} frames take {len(page):,} bytes, the limit is {LIMIT_BYTES:,}; "
            "use fewer frames, a smaller figure or fewer colours"
        )
    return page


def frames(figures: Iterable[Figure], alt: str, *, seconds: float = 0.9, dpi: int = 96, colours: int = 64) -> None:
    """Show figures as an animation with a slider and a play button.

    Args:
        figures: One figure per frame, all of one size (a generator saves memory).
        alt: What the animation shows.
        seconds: Time per frame while playing.
        dpi: Pixels per inch of each frame.
        colours: Palette of each frame; flat drawings need few, photographs up to 256.
    """
    pictures: list[bytes] = []
    width = 0
    for fig in figures:
        pictures.append(png(fig, dpi=dpi, colours=colours))
        width = round(fig.get_figwidth() * 72)
    page = frames_html(pictures, alt, width=width, seconds=seconds)
    first = base64.b64encode(pictures[0]).decode()
    display(
        {"text/html": page, "image/png": first, "text/plain": alt},
        metadata={"image/png": {"alt": alt, "width": width}},
        raw=True,
    )
