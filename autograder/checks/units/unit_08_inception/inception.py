"""``Inception``: four branches, with 1×1 convolutions that make the input thin before the expensive ones."""

from __future__ import annotations

from torch import nn

from autograder.checks.cases import Group
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_08_inception.benches import both_modes, small
from autograder.checks.units.unit_08_inception.blocks import (
    Four,
    Switches,
    bottleneck,
    shared_misconceptions,
    wrong_orders,
)


def reductions_left_out(
    c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int
) -> nn.Module:
    return Four(c_in, (c1, 0, c3, 0, c5, pool_proj), Switches())


def projection_left_out(
    c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int
) -> nn.Module:
    return Four(c_in, (c1, c3_reduce, c3, c5_reduce, c5, 0), Switches(rectified=(0, 1, 2)))


def reductions_swapped(
    c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int
) -> nn.Module:
    return bottleneck()(c_in, c1, c5_reduce, c3, c3_reduce, c5, pool_proj)


def widths_swapped(c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int) -> nn.Module:
    return bottleneck()(c_in, c1, c3, c3_reduce, c5, c5_reduce, pool_proj)


class OneReduction(Four):
    """The 5×5 branch reads the reduction of the 3×3 branch."""

    def __init__(self, c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int) -> None:
        super().__init__(c_in, (c1, c3_reduce, c3, c5_reduce, c5, pool_proj), Switches())
        self.reduce5 = self.reduce3
        self.five = self.conv(c3_reduce, c5, 5)


EXERCISE = Exercise(
    name="Inception",
    reference=bottleneck(),
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "four branches, in order",
            2,
            (
                small("five channels in, 2 + 4 + 6 + 3 out", (5, 2, 3, 4, 2, 6, 3)),
                small("a single channel in", (1, 2, 3, 1, 2, 5, 4), hidden=True),
            ),
        ),
        Group(
            "edges and negative inputs",
            1,
            (
                small("all inputs negative", (4, 3, 2, 5, 3, 2, 6), kind="negative"),
                small("ties in every window", (3, 4, 2, 3, 5, 2, 1), kind="integers", hidden=True),
                small("large numbers", (2, 3, 2, 4, 2, 3, 3), kind="large", hidden=True),
            ),
        ),
        Group(
            "branches of equal width",
            1,
            (
                small("all widths 3, but the projection", (3, 3, 3, 3, 3, 3, 4)),
                small("a reduction that widens", (2, 1, 4, 3, 5, 2, 2), hidden=True),
            ),
        ),
        Group("both modes, any size", 1, (both_modes("pictures of 7×4, then 1×2", (4, 3, 2, 5, 2, 3, 6)),)),
    ),
    misconceptions=(
        Misconception(
            "there is no ReLU after the reductions",
            bottleneck(reduced=()),
            "A ReLU follows every convolution, the 1×1 in front of the 3×3 too. What are two convolutions without one?",
        ),
        Misconception(
            "there is no ReLU after the reduction of the 3×3",
            bottleneck(reduced=(2,)),
            "A ReLU follows every convolution. Count yours: six convolutions, six ReLUs.",
        ),
        Misconception(
            "there is no ReLU after the reduction of the 5×5",
            bottleneck(reduced=(1,)),
            "A ReLU follows every convolution. Count yours: six convolutions, six ReLUs.",
        ),
        Misconception(
            "only the reductions have ReLUs",
            bottleneck(rectified=()),
            "A ReLU follows every convolution. Count yours: six convolutions, six ReLUs.",
        ),
        Misconception(
            "the projection comes before the pool",
            bottleneck(project_first=True),
            "Follow the fourth branch from the input: pool first, then 1×1.",
        ),
        Misconception(
            "the reductions are left out", reductions_left_out, "Which channels does the 3×3 convolution read?"
        ),
        Misconception(
            "the projection is left out",
            projection_left_out,
            "Without pool_proj the pool hands on all c_in channels: the output grows with every module.",
        ),
        Misconception(
            "the two reductions are swapped", reductions_swapped, "c3_reduce feeds the 3×3, c5_reduce the 5×5."
        ),
        Misconception("reduction and width are swapped", widths_swapped, "c3_reduce comes before c3 in the arguments."),
        Misconception(
            "the 1×1 convolutions come after the larger ones",
            bottleneck(late=True),
            "A reduction saves work for what comes after it.",
        ),
        Misconception(
            "one reduction for both branches", OneReduction, "The two branches have reductions of their own."
        ),
        *shared_misconceptions(bottleneck, (0, 1, 2, 3)),
        *wrong_orders(bottleneck),
    ),
)
