"""The drawings of sizes and stacks agree with PyTorch: which windows fit, what is left over, what an output sees."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import torch
import torch.nn.functional as F

from convlab import show
from convlab.explore.catalogue.receptive_field import DILATIONS, STRIDES
from convlab.explore.catalogue.receptive_field import stack as described
from convlab.pictures.fits import draw_fit, result, row_of
from convlab.pictures.stacks import Layer, draw_stack, places, seen, size_and_jump

STACKS = [
    [Layer(3)],
    [Layer(3)] * 3,
    [Layer(3, 2), Layer(3)],
    [Layer(3), Layer(3, 2)],
    [Layer(3, 1, 2), Layer(3, 1, 2)],
    [Layer(2, 2), Layer(5, 1, 2), Layer(4, 3)],
    [Layer(1, 2), Layer(3)],
    [],
]


def through(layers: list[Layer], x: torch.Tensor) -> torch.Tensor:
    for layer in layers:
        ones = torch.ones(1, 1, layer.kernel, dtype=x.dtype)
        x = F.conv1d(x, ones, stride=layer.stride, dilation=layer.dilation)
    return x


@pytest.mark.parametrize("layers", STACKS, ids=str)
def test_an_output_sees_where_its_gradient_is(layers: list[Layer]) -> None:
    x = torch.zeros(1, 1, 80, dtype=torch.float64, requires_grad=True)
    y = through(layers, x)[0, 0]
    first, second = (
        set(torch.autograd.grad(y[i], x, retain_graph=True)[0][0, 0].nonzero().flatten().tolist()) for i in (0, 1)
    )
    assert seen(layers)[0] == first
    assert seen(layers, 1)[0] == second
    assert size_and_jump(layers) == (max(first) - min(first) + 1, min(second) - min(first))


def test_a_level_stands_above_the_middle_of_what_it_sees() -> None:
    assert places([Layer(3, 2), Layer(3)]) == [(0, 1), (1, 2), (3, 2)]
    assert places([Layer(2)])[1] == (0.5, 1)


def test_lit_dots_are_what_the_output_sees_and_the_numbers_stand_beside_them() -> None:
    _, ax = show.canvas(30, 12)
    draw_stack(ax, [Layer(3, 1, 2)], width=9, height=10, neighbour=False)
    inputs, _ = ax.collections[1:]
    dark = [bool(face[0] < 0.5) for face in inputs.get_facecolor()]
    assert dark == [cell in (2, 4, 6) for cell in range(9)]
    assert [text.get_text() for text in ax.texts] == ["input", "size 5, jump 1"]


def test_explorer_puts_strides_and_dilations_where_it_says() -> None:
    kinds = {strides: [layer.stride for layer in described(3, 3, strides, DILATIONS[0])] for strides in STRIDES}
    assert list(kinds.values()) == [[1, 1, 1], [2, 1, 1], [1, 1, 2], [2, 2, 2]]
    assert [layer.dilation for layer in described(3, 3, STRIDES[0], DILATIONS[1])] == [1, 2, 4]
    answers = [size_and_jump(described(3, 3, strides, DILATIONS[0]))[0] for strides in STRIDES[1:3]]
    assert answers == [11, 7], "the numbers of the explorer's question"


@pytest.mark.parametrize(("n", "kernel", "stride", "padding"), list(product((7, 8), (3, 4), (1, 3), (0, 1))))
def test_one_bar_per_output_and_hatching_where_nothing_reads(n: int, kernel: int, stride: int, padding: int) -> None:
    _, ax = show.canvas(20, 8)
    row = row_of(n, kernel, stride, padding)
    draw_fit(ax, row, at=(0, 0), height=5)
    bars, taps = ax.collections
    y = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, kernel), None, stride, padding)
    assert len(bars.get_paths()) == y.shape[-1]
    assert len(taps.get_paths()) == y.shape[-1] * kernel
    assert sum(patch.get_hatch() is not None for patch in ax.patches) == row.left_over
    assert f"{n} → {y.shape[-1]} outputs" in result(row)


def test_bars_in_one_lane_never_touch() -> None:
    _, ax = show.canvas(20, 8)
    draw_fit(ax, row_of(12, 3, 1, 0, 2), at=(0, 0), height=5, refused=False)
    boxes = [path.get_extents() for path in ax.collections[0].get_paths()]
    lanes: dict[float, list] = {}
    for box in boxes:
        lanes.setdefault(round(box.y0, 6), []).append(box)
    assert len(lanes) > 1
    for lane in lanes.values():
        assert all(a.x1 < b.x0 for a, b in pairwise(lane))


def test_words_for_one_many_and_none() -> None:
    assert result(row_of(7, 3, 3)) == "7 → 2 outputs, 1 cell left over"
    assert result(row_of(9, 3, 4)) == "9 → 2 outputs, 2 cells left over"
    assert result(row_of(3, 3)) == "3 → 1 output, nothing left over"
    assert result(row_of(2, 3)) == "a window spans 3 cells, there are 2: it does not fit"
    _, ax = show.canvas(20, 8)
    draw_fit(ax, row_of(2, 3), at=(0, 0), height=5, refused=False)
    assert not ax.collections
