"""``NaiveInception``: four branches on the whole input, side by side."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.cases import Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_08_inception.benches import both_modes, small
from autograder.checks.units.unit_08_inception.blocks import Four, Switches, naive, shared_misconceptions, wrong_orders


def projected(c_in: int, c1: int, c3: int, c5: int) -> nn.Module:
    return Four(c_in, (c1, 0, c3, 0, c5, c_in), Switches())


def swapped(c_in: int, c1: int, c3: int, c5: int) -> nn.Module:
    return naive()(c_in, c1, c5, c3)


class Chained(nn.Module):
    """Each branch reads the one before it."""

    def __init__(self, c_in: int, c1: int, c3: int, c5: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(c_in, c1, 1)
        self.three = nn.Conv2d(c1, c3, 3, padding=1)
        self.five = nn.Conv2d(c3, c5, 5, padding=2)

    def forward(self, x: Tensor) -> Tensor:
        a = F.relu(self.one(x))
        b = F.relu(self.three(a))
        return torch.cat([a, b, F.relu(self.five(b)), F.max_pool2d(x, 3, 1, 1)], 1)


EXERCISE = Exercise(
    name="NaiveInception",
    reference=naive(),
    groups=(
        Group(
            "four branches, in order",
            2,
            (
                small("three channels in, 2 + 4 + 5 + 3 out", (3, 2, 4, 5)),
                small("one channel everywhere, a batch of one", (1, 1, 1, 1), batch=1, hidden=True),
            ),
        ),
        Group(
            "edges and negative inputs",
            1,
            (
                small("all inputs negative", (2, 3, 4, 6), kind="negative"),
                small("ties in every window", (4, 3, 2, 5), kind="integers", hidden=True),
                small("large numbers", (3, 2, 4, 3), kind="large", hidden=True),
            ),
        ),
        Group("both modes, any size", 1, (both_modes("pictures of 7×4, then 1×2", (4, 3, 5, 2)),)),
    ),
    misconceptions=(
        Misconception(
            "a ReLU after the pool branch",
            naive(rectified=(0, 1, 2, 3)),
            "ReLU follows each convolution. Is there a convolution in the pool branch of the naive module?",
        ),
        Misconception(
            "the pool branch has a projection",
            projected,
            "In the naive module the pool hands on all of its channels. The projection comes with the next exercise.",
        ),
        Misconception("c3 and c5 are swapped", swapped, "Which argument belongs to which kernel?"),
        Misconception("the branches are chained", Chained, "All four branches read the same input x."),
        *shared_misconceptions(naive, (0, 1, 2)),
        *wrong_orders(naive),
    ),
)
