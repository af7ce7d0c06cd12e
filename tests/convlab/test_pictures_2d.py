"""Drawings of unit 02 compute what PyTorch computes: windows in two directions, classic kernels, sums over channels."""

from __future__ import annotations

from itertools import product

import pytest
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes

from convlab import explore, show
from convlab.explore.catalogue.sliding_window_2d import IMAGE, KERNEL
from convlab.pictures.kernels import NAMES, classic, slide_over
from convlab.pictures.volumes import draw_block, draw_channel_sum
from convlab.pictures.windows2d import Slide2D, arithmetic_2d, draw_slide_2d, size_formula_2d

SETTINGS = list(product((3, 5), (1, 2, 3), (1, 2, 3), (0, 2), (1, 2)))


def texts_of(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("rows", "kernel", "stride", "padding", "dilation"), SETTINGS)
def test_slide_agrees_with_pytorch(rows: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    image, weights = tuple(row[:6] for row in IMAGE[:rows]), tuple(row[:2] for row in KERNEL[:kernel])
    slide = Slide2D(image, weights, stride, padding, dilation)
    if dilation * (kernel - 1) + 1 > rows + 2 * padding:
        assert slide.size == (0, 0)
        return
    x, w = (torch.tensor(values, dtype=torch.float64)[None, None] for values in (image, weights))
    expected = F.conv2d(x, w, None, stride, padding, dilation)[0, 0]
    assert slide.size == tuple(expected.shape)
    assert [slide.output(index) for index in range(expected.numel())] == expected.flatten().tolist()
    assert f"+ 1 = {len(expected)}," in size_formula_2d(slide)


def test_arithmetic_is_written_as_one_would() -> None:
    slide = Slide2D(((1, 2, 3), (0, -1, 4)), ((1, -2), (0, 1)))
    assert arithmetic_2d(slide, 1) == "y[0, 1] = 1·2 + (−2)·3 + 0·(−1) + 1·4 = 0"


def test_drawing_hides_later_outputs_and_says_when_nothing_fits() -> None:
    slide = Slide2D(((1, 2, 3), (4, 5, 6)), ((1,),))
    _, ax = show.canvas(24, 8)
    draw_slide_2d(ax, slide, 2)
    assert texts_of(ax).count("") == 3
    draw_slide_2d(ax, Slide2D(((1, 2),), ((1, 1), (1, 1))), 0)
    assert any("does not fit" in text for text in texts_of(ax))


def test_explorer_shows_the_output_it_is_asked_for() -> None:
    fig = explore.sliding_window_2d.figure(stride=2, padding=1, position=4)
    image, kernel = (torch.tensor(values, dtype=torch.float64)[None, None] for values in (IMAGE, KERNEL))
    expected = F.conv2d(image, kernel, stride=2, padding=1)[0, 0, 1, 1]
    (written,) = (text for text in texts_of(fig.axes[0]) if text.startswith("y[1, 1]"))
    assert written.replace("−", "-").endswith(f"= {expected:g}")


@pytest.mark.parametrize(
    ("name", "even", "to_the_right", "downwards"),
    [
        ("as it is", 1, 0, 0),
        ("blur", 1, 0, 0),
        ("sharpen", 1, 0, 0),
        ("edges", 0, 0, 0),
        ("change to the right", 0, 8, 0),
        ("change downwards", 0, 0, 8),
    ],
)
def test_kernels_answer_even_areas_and_slopes(name: str, even: float, to_the_right: float, downwards: float) -> None:
    slope = torch.arange(-1.0, 2).expand(3, 3)  # 0 in the middle
    for image, answer in ((torch.ones(3, 3), even), (slope, to_the_right), (slope.T, downwards)):
        assert slide_over(image, classic(name)).item() == pytest.approx(answer, abs=1e-6)


def test_sharpening_adds_what_stands_out() -> None:
    point = torch.zeros(3, 3)
    point[1, 1] = 1
    assert slide_over(point, classic("sharpen")).item() == 5
    assert slide_over(point, classic("edges")).item() == 8
    assert len({tuple(classic(name).flatten().tolist()) for name in NAMES}) == 6


def test_unknown_kernel_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of as it is, blur"):
        classic("emboss")


def test_editor_adds_its_sliders_to_the_kernel_it_starts_from() -> None:
    fig = explore.kernel_editor.figure(start="as it is", middle_centre=4.0, top_centre=-1.0)
    shown = {text for ax in fig.axes for text in texts_of(ax)} | {text.get_text() for text in fig.texts}
    assert {"5", "−1", "sum 4.0", "even grey of\n0.5 becomes 2.0"} <= shown


def test_channel_sum_is_what_a_convolution_gives() -> None:
    generator = torch.Generator().manual_seed(0)
    window, weights = (torch.randint(-3, 4, (3, 2, 2), generator=generator).double() for _ in range(2))
    _, ax = show.canvas(14.5, 10)
    total = draw_channel_sum(ax, window, weights, 0.5, ("red", "green", "blue"))
    assert total == F.conv2d(window[None], weights[None], torch.tensor([0.5], dtype=torch.float64)).item()
    assert any(text.endswith(f"= {total:g}".replace("-", "−")) for text in texts_of(ax))


def test_block_has_three_faces_and_its_text() -> None:
    _, ax = show.canvas(10, 10)
    draw_block(ax, (1, 3), (4, 4, 2), "16 × 8 × 8", role="output")
    assert len(ax.patches) == 3
    assert texts_of(ax) == ["16 × 8 × 8"]
