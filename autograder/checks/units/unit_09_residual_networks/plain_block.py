"""``PlainBlock``: the block without its shortcut, to compare with."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.cases import Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks import block_mistakes
from autograder.checks.units.unit_09_residual_networks.blocks import PlainBlock, ResidualBlock
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes, large_numbers, learning, outputs


class NoLastReLU(PlainBlock):
    def forward(self, x: Tensor) -> Tensor:
        return self.branch(x)


class NoInnerReLU(PlainBlock):
    def branch(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))


class ReLUBeforeNorm(PlainBlock):
    def forward(self, x: Tensor) -> Tensor:
        return self.bn2(F.relu(self.conv2(self.bn1(F.relu(self.conv1(x))))))


class NormFirst(PlainBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn1 = nn.BatchNorm2d(c_in)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x))))))


class SharedNorm(PlainBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn2 = self.bn1


class NoNorm(PlainBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn1 = self.bn2 = nn.Identity()


class AddedWhereShapesAgree(PlainBlock):
    def forward(self, x: Tensor) -> Tensor:
        h = self.branch(x)
        return F.relu(h + x if h.shape == x.shape else h)


class UnusedProjection(ResidualBlock):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.branch(x))


class OneConvolution(PlainBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.conv2 = self.bn2 = nn.Identity()


SECOND = block_mistakes.restrided(PlainBlock, lambda s: (1, s))
BOTH = block_mistakes.restrided(PlainBlock, lambda s: (s, s))
NONE = block_mistakes.restrided(PlainBlock, lambda s: (1, 1))

EXERCISE = Exercise(
    name="PlainBlock",
    reference=PlainBlock,
    groups=(
        Group(
            "outputs",
            1,
            (
                outputs("the same shape in and out", (4, 4), (2, 4, 5, 6)),
                outputs("more channels, stride 2, odd sizes", (3, 5, 2), (2, 3, 5, 7)),
                outputs("more channels, stride 1", (3, 4), (2, 3, 4, 5), hidden=True),
                outputs("the same channels, stride 3", (3, 3, 3), (2, 3, 7, 5), hidden=True),
                large_numbers((2, 3, 2), (2, 2, 4, 5)),
            ),
        ),
        Group(
            "gradients, training and evaluation",
            1,
            (
                learning("gradients of input and weights", (3, 3), (2, 3, 4, 5)),
                both_modes("running statistics, step by step", (2, 3, 2), (2, 2, 5, 4)),
            ),
        ),
    ),
    misconceptions=(
        Misconception("there is a shortcut", ResidualBlock, "Plain means: nothing but the branch."),
        Misconception(
            "the input is added where shapes agree", AddedWhereShapesAgree, "Plain means: nothing but the branch."
        ),
        Misconception(
            "a projection is made and not used", UnusedProjection, "Layers that forward never uses should not be made."
        ),
        Misconception("the last ReLU is missing", NoLastReLU, "Can an output of this block be negative?"),
        Misconception(
            "the ReLU between the convolutions is missing", NoInnerReLU, "What makes two layers more than one?"
        ),
        Misconception("ReLU comes before BatchNorm", ReLUBeforeNorm, "Read the order again: conv, BN, ReLU."),
        Misconception(
            "BatchNorm and ReLU come before the convolutions", NormFirst, "That is the pre-activation block."
        ),
        Misconception(
            "both convolutions share one BatchNorm", SharedNorm, "One layer object has one γ, one β, one running mean."
        ),
        Misconception("the BatchNorms are missing", NoNorm, "What follows every convolution of this block?"),
        Misconception(
            "the convolutions have biases",
            block_mistakes.biased(PlainBlock),
            "What does the BatchNorm behind a convolution do to a constant?",
        ),
        Misconception("there is only one convolution", OneConvolution, "How many convolutions has the branch?"),
        Misconception("the second convolution strides", SECOND, "Which convolution makes the picture smaller?"),
        Misconception("both convolutions stride", BOTH, "How large is the picture after a stride of 2 twice?"),
        Misconception("no convolution strides", NONE, "Which convolution makes the picture smaller?"),
        *block_mistakes.mode_mistakes(PlainBlock),
    ),
)
