"""Pictures, tables and animations: small, the same on every run, and readable where scripts are not."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from convlab import show
from convlab.show.animation import LIMIT_BYTES, frames_html
from convlab.show.tables import table_html, table_markdown


def three_rows() -> Figure:
    """Grids in three colours, many of them and with words, as lectures draw them."""
    fig, ax = show.canvas(16, 5)
    for line, role in enumerate(("input", "kernel", "output")):
        show.number_grid(ax, list(range(8)), at=(0.5, 0.5 + 1.4 * line), role=role)
        show.words(ax, (9, 1 + 1.4 * line), role, role=role)
    return fig


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_png_is_the_same_on_every_run_and_says_nothing_about_itself() -> None:
    first, second = show.png(three_rows()), show.png(three_rows())
    assert first == second
    assert Image.open(io.BytesIO(first)).info.keys() <= {"dpi"}


def test_png_of_a_drawing_is_small_and_keeps_its_fills() -> None:
    data = show.png(three_rows())
    assert len(data) < 15_000
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    for role in ("input", "kernel", "output"):
        fill = np.array([round(255 * part) for part in show.tint(role)])
        close = np.abs(pixels - fill).max(axis=-1) <= 4
        assert close.mean() > 0.02, f"the fill of {role} has changed colour"


def test_grey_photograph_keeps_every_level() -> None:
    ramp = np.tile(np.linspace(0, 1, 256), (64, 1))
    fig = show.image_grid([ramp], inches=4)
    pixels = np.asarray(Image.open(io.BytesIO(show.png(fig, colours=None))).convert("RGB"))
    assert len(np.unique(pixels[pixels.shape[0] // 2, :, 0])) > 200


def test_picture_carries_alternative_text(shown: list) -> None:
    show.picture(three_rows(), "Three rows of numbers.")
    data, metadata = shown[0]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == metadata["image/png"]["alt"] == "Three rows of numbers."


def test_picture_without_alternative_text_is_refused() -> None:
    with pytest.raises(ValueError, match="alt is empty"):
        show.picture(three_rows(), " ")


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [
        ([1.0, -2.5], None, ["1", "−2.5"]),
        ([0.5, 0.25], 2, ["0.50", "0.25"]),
        ([-0.0], None, ["0"]),
        (["?", ""], None, ["?", ""]),
    ],
)
def test_number_grid_writes_its_numbers(values: list, digits: int | None, expected: list[str]) -> None:
    _, ax = show.canvas(6, 3)
    show.number_grid(ax, values, digits=digits)
    assert texts(ax) == expected


def test_number_grid_takes_tensors_that_need_gradients() -> None:
    _, ax = show.canvas(6, 3)
    show.number_grid(ax, torch.ones(2, 2, requires_grad=True))
    assert texts(ax) == ["1"] * 4


def test_number_grid_fills_highlighted_cells_more_strongly() -> None:
    _, ax = show.canvas(6, 3)
    show.number_grid(ax, [[1, 2]], highlight={(0, 1)})
    pale, strong = (np.array(patch.get_facecolor()[:3]) for patch in ax.patches)
    assert strong.sum() < pale.sum()


def test_signed_grid_is_white_at_zero() -> None:
    _, ax = show.canvas(6, 3)
    show.number_grid(ax, [-3, 0, 3], signed=True)
    colours = [to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert colours[1] == "#ffffff"
    assert len(set(colours)) == 3


def test_number_grid_refuses_a_cube() -> None:
    _, ax = show.canvas(6, 3)
    with pytest.raises(ValueError, match=r"shape \(2, 2, 2\)"):
        show.number_grid(ax, np.zeros((2, 2, 2)))


def test_boxes_and_arrows_draw() -> None:
    _, ax = show.canvas(8, 3)
    show.box(ax, (0.5, 0.5), (3, 1), "conv", role="kernel")
    show.arrow(ax, (3.5, 1), (6, 1), bend=0.2)
    show.window(ax, (1, 1), (2, 1))
    show.row_of_words(ax, ["a", "b"], at=(0, 2))
    assert texts(ax) == ["conv", "a", "b"]
    assert len(ax.patches) == 3


def test_image_grid_takes_every_layout_of_an_image() -> None:
    images = [np.zeros((4, 5)), torch.zeros(1, 4, 5), torch.zeros(3, 4, 5), np.zeros((4, 5, 3))]
    fig = show.image_grid(images, ["a", "b", "c", "d"], columns=2)
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "c", "d"]


def test_image_grid_shares_its_scale_unless_told_otherwise() -> None:
    dark, bright = np.full((2, 2), 0.1), np.array([[0.0, 1.0], [1.0, 0.0]])
    limits = [ax.images[0].get_clim() for ax in show.image_grid([dark, bright]).axes]
    assert limits == [(0, 1), (0, 1)]
    own = [ax.images[0].get_clim() for ax in show.image_grid([dark * [1, 2], bright], same_scale=False).axes]
    assert own[0] == (0.1, 0.2)
    signed = show.image_grid([bright - 0.25], signed=True).axes[0].images[0].get_clim()
    assert signed == (-0.75, 0.75)


@pytest.mark.parametrize("image", [np.zeros(4), np.zeros((2, 4, 5)), np.zeros((1, 1, 4, 5))])
def test_image_grid_refuses_what_is_no_image(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        show.image_grid([image])


def test_image_grid_wants_a_title_for_each() -> None:
    with pytest.raises(ValueError, match="2 images but 1 titles"):
        show.image_grid([np.zeros((2, 2))] * 2, ["one"])


def test_table_aligns_numbers_and_escapes_text() -> None:
    html = table_html([["a < b", 1234567, 0.123456, True, None]], ["name", "n", "x", "ok", "none"], "caption")
    assert "a &lt; b" in html
    assert "1,234,567" in html
    assert "0.1235" in html
    assert re.findall(r"<th [^>]*text-align:(\w+)", html) == ["left", "right", "right", "left", "left"]
    assert re.findall(r"<td [^>]*text-align:(\w+)", html) == ["left", "right", "right", "left", "left"]


def test_table_as_markdown() -> None:
    assert table_markdown([["a", 1000]], ["name", "n"]) == "| name | n |\n| --- | --- |\n| a | 1,000 |"


def test_table_refuses_a_row_of_another_length(shown: list) -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells, expected 2"):
        show.table([["a", 1], ["b"]], ["name", "n"])
    show.table([["a", 1]], ["name", "n"])
    assert set(shown[0][0]) == {"text/html", "text/plain"}


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def small_frames(count: int) -> list[bytes]:
    made = []
    for index in range(count):
        fig, ax = show.canvas(6, 2)
        show.number_grid(ax, list(range(index + 1)))
        made.append(show.png(fig, dpi=60, colours=16))
    return made


def test_frames_without_scripts_leave_the_first_picture_and_no_dead_controls() -> None:
    pictures = small_frames(3)
    page = frames_html(pictures, 'says "more"', width=200)
    without_scripts = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    tags = Tags()
    tags.feed(without_scripts)
    image = next(attributes for tag, attributes in tags.found if tag == "img")
    assert base64.b64decode(str(image["src"]).split(",")[1]) == pictures[0]
    assert image["alt"] == 'says "more"'
    controls = next(attributes for _, attributes in tags.found if attributes.get("class") == "controls")
    assert "hidden" in controls
    assert "display:none" in str(controls["style"])


def test_frames_hold_every_picture_once_and_no_other_host() -> None:
    pictures = small_frames(4)
    page = frames_html(pictures, "alt", width=200)
    for picture in pictures:
        assert page.count(base64.b64encode(picture).decode()) == 1
    assert "http" not in page
    assert 'max="3"' in page


def test_frames_above_the_limit_are_refused() -> None:
    with pytest.raises(ValueError, match=f"the limit is {LIMIT_BYTES:,}"):
        frames_html([bytes(LIMIT_BYTES)], "alt", width=200)


@pytest.mark.parametrize(("pictures", "alt"), [([], "alt"), ([b"x"], "")])
def test_frames_need_pictures_and_words(pictures: list[bytes], alt: str) -> None:
    with pytest.raises(ValueError, match="both are needed"):
        frames_html(pictures, alt, width=200)


def test_frames_show_html_and_a_still(shown: list) -> None:
    show.frames((three_rows() for _ in range(2)), "two frames", dpi=50)
    data, metadata = shown[0]
    assert data["image/png"] in data["text/html"]
    assert metadata["image/png"] == {"alt": "two frames", "width": 576}
