"""``Bottleneck``: 1×1 down, 3×3, 1×1 up, and a shortcut."""

from __future__ import annotations

from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.cases import Group
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks import block_mistakes
from autograder.checks.units.unit_09_residual_networks.blocks import Bottleneck, conv
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes, large_numbers, learning, outputs


class NoExpansion(Bottleneck):
    expansion: ClassVar[int] = 1

    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, width, stride, 1)


class AlwaysFour(Bottleneck):
    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, width, stride, 4)


class WidthIsTheOutput(Bottleneck):
    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, max(1, width // expansion), stride, min(width, expansion))


class NoFirstReLU(Bottleneck):
    def branch(self, x: Tensor) -> Tensor:
        h = F.relu(self.bn2(self.conv2(self.bn1(self.conv1(x)))))
        return self.bn3(self.conv3(h))


class NoSecondReLU(Bottleneck):
    def branch(self, x: Tensor) -> Tensor:
        h = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return self.bn3(self.conv3(h))


class NoInnerReLU(Bottleneck):
    def branch(self, x: Tensor) -> Tensor:
        return self.bn3(self.conv3(self.bn2(self.conv2(self.bn1(self.conv1(x))))))


class ReLUBeforeTheSum(Bottleneck):
    def branch(self, x: Tensor) -> Tensor:
        return F.relu(super().branch(x))


class AllThreeByThree(Bottleneck):
    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, width, stride, expansion)
        self.conv1, self.conv3 = conv(c_in, width, 3), conv(width, width * expansion, 3)


class OneByOneInTheMiddle(Bottleneck):
    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, width, stride, expansion)
        self.conv2 = conv(width, width, 1, stride)


class SharedNorm(Bottleneck):
    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, width, stride, expansion)
        self.bn2 = self.bn1


class NoLastNorm(Bottleneck):
    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__(c_in, width, stride, expansion)
        self.bn3 = nn.Identity()


def compared_with_the_width(c_in: int, width: int, stride: int = 1, expansion: int = 4) -> Bottleneck:
    made = Bottleneck(c_in, width, stride, expansion)
    c_out = width * expansion
    needed = stride != 1 or c_in != width
    made.downsample = nn.Sequential(conv(c_in, c_out, 1, stride), nn.BatchNorm2d(c_out)) if needed else None
    return made


FIRST = block_mistakes.restrided(Bottleneck, lambda s: (s, 1, 1))
LAST = block_mistakes.restrided(Bottleneck, lambda s: (1, 1, s))
ZERO = (r"bn3\.(weight|bias)",)

EXERCISE = Exercise(
    name="Bottleneck",
    reference=Bottleneck,
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "identity shortcut",
            1,
            (
                outputs("8 channels, width 2", (8, 2), (2, 8, 4, 5)),
                outputs("F(x) = 0: relu(x) is left", (4, 1), (2, 4, 3, 5), zero=ZERO),
            ),
        ),
        Group(
            "projection shortcut",
            2,
            (
                outputs("stride 2, odd sizes", (3, 2, 2), (2, 3, 7, 5)),
                outputs("stride 1, as in the first stage of ResNet-50", (2, 2), (2, 2, 4, 5)),
                outputs("the same channels, stride 2", (8, 2, 2), (2, 8, 5, 6)),
                outputs("stride 3", (5, 3, 3), (2, 5, 7, 8), hidden=True),
                outputs("the same channels, stride 3", (4, 1, 3), (2, 4, 7, 5), hidden=True),
                outputs("fewer channels, stride 1", (6, 1), (2, 6, 4, 3), hidden=True),
                large_numbers((3, 1, 2), (2, 3, 4, 5)),
            ),
        ),
        Group(
            "another expansion",
            1,
            (
                outputs("expansion 2: 6 channels from width 3", (5, 3), (2, 5, 4, 3), kwargs={"expansion": 2}),
                outputs("expansion 3, identity", (6, 2), (2, 6, 3, 4), kwargs={"expansion": 3}),
            ),
        ),
        Group(
            "gradients, training and evaluation",
            2,
            (
                learning("identity: gradients of input and weights", (4, 1), (3, 4, 4, 3)),
                learning("the branch is dead: the gradient passes the sum", (4, 1), (2, 4, 3, 4), zero=ZERO),
                learning("projection: gradients of input and weights", (3, 2, 2), (3, 3, 5, 4)),
                both_modes("running statistics, step by step", (3, 2, 2), (2, 3, 5, 4)),
            ),
        ),
    ),
    misconceptions=(
        *block_mistakes.shortcut_mistakes(Bottleneck),
        Misconception(
            "the first 1×1 convolution strides",
            FIRST,
            "The original paper does that; torchvision and this exercise stride where a window sees its neighbours.",
        ),
        Misconception("the last 1×1 convolution strides", LAST, "Which of the three sees more than one pixel?"),
        Misconception("the expansion is forgotten", NoExpansion, "How many channels come out, if width is 2?"),
        Misconception("the expansion is always 4", AlwaysFour, "The constructor is told the expansion."),
        Misconception(
            "width is taken for the number of output channels",
            WidthIsTheOutput,
            "width is the narrow part in the middle.",
        ),
        Misconception(
            "c_in is compared with the width, not with the output's channels",
            compared_with_the_width,
            "What is x added to, and how many channels has that?",
        ),
        Misconception("the first ReLU is missing", NoFirstReLU, "How many ReLUs does the branch have?"),
        Misconception("the second ReLU is missing", NoSecondReLU, "How many ReLUs does the branch have?"),
        Misconception("the ReLUs of the branch are missing", NoInnerReLU, "What makes three layers more than one?"),
        Misconception(
            "a ReLU before the sum",
            ReLUBeforeTheSum,
            "F(x) should be able to take something away from x. Can it, if F(x) ≥ 0?",
        ),
        Misconception("all convolutions are 3×3", AllThreeByThree, "Where is the neck of the bottle?"),
        Misconception("all convolutions are 1×1", OneByOneInTheMiddle, "Which layer looks at neighbouring pixels?"),
        Misconception(
            "two convolutions share one BatchNorm", SharedNorm, "One layer object has one γ, one β, one running mean."
        ),
        Misconception("the last BatchNorm is missing", NoLastNorm, "What follows every convolution of this block?"),
        *block_mistakes.mode_mistakes(Bottleneck),
    ),
)
