"""The drawn pool computes what PyTorch's pools compute, forwards and backwards, and says so when it cannot."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from convlab import explore, show
from convlab.explore.catalogue.pooling_shift import POOLS, changes, digit, pooled
from convlab.explore.catalogue.pooling_windows import MAP
from convlab.pictures.pools import MAX, MEAN, Pool, arithmetic, draw_pool, draw_way_back, gradient_to_map, size_formula

TIED = ((0, 0, 1, 1, 0), (0, 0, 1, 1, 0), (2, 2, 0, 0, 0), (-1, -1, -1, -1, 3), (-1, -1, -1, -1, 3))
SETTINGS = [
    setting for setting in product((MAX, MEAN), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2)) if 2 * setting[3] <= setting[1]
]


def library(pool: Pool, x: torch.Tensor) -> torch.Tensor:
    if pool.kind == MAX:
        return F.max_pool2d(x, pool.size, pool.stride, pool.padding)
    return F.avg_pool2d(x, pool.size, pool.stride, pool.padding, count_include_pad=pool.count_padding)


@pytest.mark.parametrize("numbers", [MAP, TIED], ids=["map", "ties"])
@pytest.mark.parametrize(("kind", "size", "stride", "padding"), SETTINGS)
def test_pool_agrees_with_pytorch_both_ways(
    numbers: tuple[tuple[int, ...], ...], kind: str, size: int, stride: int, padding: int
) -> None:
    pool = Pool(numbers, kind, size, stride, padding)
    leaf = torch.tensor(numbers, dtype=torch.float64)[None, None].requires_grad_()
    expected = library(pool, leaf)
    np.testing.assert_allclose(pool.outputs, expected.detach()[0, 0].numpy())
    assert f"= {expected.shape[2]}" in size_formula(pool)

    dy = torch.arange(1.0, expected.numel() + 1, dtype=torch.float64).reshape(expected.shape)
    expected.backward(dy)
    assert leaf.grad is not None
    np.testing.assert_allclose(gradient_to_map(pool, dy[0, 0].numpy()), leaf.grad[0, 0].numpy())


def test_average_may_leave_the_border_uncounted() -> None:
    pool = Pool(MAP, MEAN, 3, 2, 1, count_padding=False)
    expected = library(pool, torch.tensor(MAP, dtype=torch.float64)[None, None])[0, 0]
    np.testing.assert_allclose(pool.outputs, expected.numpy())


def test_map_need_not_be_square() -> None:
    pool = Pool(((1, 2, 3), (4, 5, 6)), MAX, 2, 1, 1)
    assert pool.outputs.tolist() == [[1, 2, 3, 3], [4, 5, 6, 6], [4, 5, 6, 6]]
    assert [pool.is_real(cell) for cell in ((0, 1), (1, 1), (2, 3), (2, 4), (3, 1))] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_arithmetic_is_written_as_one_would() -> None:
    assert arithmetic(Pool(((1, 4), (5, 8))), 0) == "max(1, 4, 5, 8) = 8"
    assert arithmetic(Pool(((-3,),), MAX, 2, 1, 1), 0) == "max(−∞, −∞, −∞, −3) = −3"
    assert arithmetic(Pool(((-3, 1), (0, 6)), MEAN), 0) == "((−3) + 1 + 0 + 6) / 4 = 1"
    assert arithmetic(Pool(((-3,),), MEAN, 2, 1, 1, count_padding=False), 0) == "(0 + 0 + 0 + (−3)) / 1 = −3"


@pytest.mark.parametrize(
    ("pool", "reason"), [(Pool(MAP, size=6), "does not fit"), (Pool(MAP, size=1, padding=1), "more than half a window")]
)
def test_impossible_pool_is_said_in_words(pool: Pool, reason: str) -> None:
    _, ax = show.canvas(20, 9)
    draw_pool(ax, pool, 0)
    assert any(reason in text.get_text() for text in ax.texts)


def test_drawing_hides_later_outputs_and_the_way_back_shows_the_sums() -> None:
    table = Pool(((1, 4, 2, 1), (5, 8, 3, 4), (7, 6, 4, 5), (1, 3, 1, 2)), stride=1)
    _, ax = show.canvas(12, 6)
    draw_pool(ax, table, 6)
    assert [text.get_text() for text in ax.texts].count("?") == 2
    _, ax = show.canvas(18, 6)
    draw_way_back(ax, table, np.full((3, 3), 10.0))
    written = [text.get_text() for text in ax.texts]
    assert (written.count("40"), written.count("20"), written.count("10")) == (1, 1, 9 + 3)


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_shift_by_the_stride_moves_the_same_numbers(kind: str, size: int) -> None:
    before, after = (pooled(digit(3).roll(shift, -1), kind, size) for shift in (0, size))
    assert torch.equal(after, before.roll(1, -1))


def test_change_of_a_shift_starts_at_zero_and_a_maximum_softens_it() -> None:
    plain, soft = changes(8, POOLS[0], 1), changes(8, POOLS[0], 4)
    assert plain[0] == soft[0] == 0
    assert all(0 < less < more for less, more in zip(soft[1:], plain[1:], strict=True))


def test_explorers_say_what_they_show() -> None:
    title = explore.pooling_shift.figure(shift=4, size="4").axes[-1].get_title("left")
    assert title == "the same numbers, moved"
    assert "has changed" in explore.pooling_shift.figure(shift=3, size="4").axes[-1].get_title("left")
    words = [text.get_text() for text in explore.pooling_windows.figure(kind=MEAN, position=35).axes[0].texts]
    assert any(word.endswith("/ 9 = 1.22") for word in words), "positions behind the last one mean the last one"
