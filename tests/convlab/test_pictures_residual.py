"""The drawings of residual networks hold what they are said to hold."""

from __future__ import annotations

import pytest
from matplotlib.patches import FancyBboxPatch

from convlab import show
from convlab.pictures.residual import draw_block, draw_family, draw_paths


def boxes(ax) -> int:
    return sum(isinstance(patch, FancyBboxPatch) for patch in ax.patches)


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("after", "expected"), [("ReLU", 4), ("", 3)])
def test_a_block_has_its_branch_the_sum_and_what_stands_behind_it(after: str, expected: int) -> None:
    _, ax = show.canvas(20, 5)
    end = draw_block(ax, ["conv, BN", "conv"], after=after, shortcut="x itself")
    assert boxes(ax) == expected
    assert {"x", "+", "conv, BN", "x itself"} <= set(texts(ax))
    assert end < 20


@pytest.mark.parametrize("blocks", [1, 3])
def test_every_path_has_a_row_and_every_branch_stands_in_half_of_them(blocks: int) -> None:
    _, ax = show.canvas(20, 10)
    draw_paths(ax, blocks)
    assert len(ax.lines) == 2**blocks
    assert boxes(ax) == blocks * 2 ** (blocks - 1)
    assert sum(text.endswith(("branch", "branches")) for text in texts(ax)) == 2**blocks


@pytest.mark.parametrize("n", [1, 3])
def test_the_family_has_an_arc_for_each_block_and_two_dashed_ones(n: int) -> None:
    _, ax = show.canvas(30, 7)
    draw_family(ax, n)
    assert boxes(ax) == 6 * n + 3  # 6n + 2 layers with weights, and the mean
    assert len(ax.lines) == 3 * n
    assert sum(line.get_linestyle() == "--" for line in ax.lines) == 2
