"""``PreActBlock``: normalize and activate first, then convolve; nothing stands in the way of the sum."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.cases import Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks import block_mistakes
from autograder.checks.units.unit_09_residual_networks.blocks import PreActBlock, ResidualBlock, conv
from autograder.checks.units.unit_09_residual_networks.projection_mistakes import conditions
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes, large_numbers, learning, outputs


class NoShortcut(PreActBlock):
    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        return None

    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.activated(x))


class Detached(PreActBlock):
    def forward(self, x: Tensor) -> Tensor:
        h = self.activated(x)
        return self.after(h) + (x if self.downsample is None else self.downsample(h)).detach()


class RawProjection(PreActBlock):
    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.activated(x)) + (x if self.downsample is None else self.downsample(x))


class ActivatedIdentity(PreActBlock):
    def forward(self, x: Tensor) -> Tensor:
        h = self.activated(x)
        return self.after(h) + (h if self.downsample is None else self.downsample(h))


class NormalizedProjectionInput(PreActBlock):
    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.activated(x)) + (x if self.downsample is None else self.downsample(self.bn1(x)))


class LastReLU(PreActBlock):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(super().forward(x))


class ReLUFirst(PreActBlock):
    def activated(self, x: Tensor) -> Tensor:
        return self.bn1(F.relu(x))

    def after(self, h: Tensor) -> Tensor:
        return self.conv2(self.bn2(F.relu(self.conv1(h))))


class NoFirstReLU(PreActBlock):
    def activated(self, x: Tensor) -> Tensor:
        return self.bn1(x)


class NoSecondReLU(PreActBlock):
    def after(self, h: Tensor) -> Tensor:
        return self.conv2(self.bn2(self.conv1(h)))


class NoFirstNorm(PreActBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn1 = nn.Identity()


class Halved(PreActBlock):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) / 2


class ActivatedInPlace(PreActBlock):
    """What ``h = relu_(x)`` style code does: the shortcut sees the rectified numbers."""

    def activated(self, x: Tensor) -> Tensor:
        return F.relu(self.bn1(x))

    def forward(self, x: Tensor) -> Tensor:
        h = self.activated(x)
        return self.after(h) + (F.relu(x) if self.downsample is None else self.downsample(h))


class AlwaysProjected(PreActBlock):
    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module:
        return conv(c_in, c_out, 1, stride)


class NeverProjected(PreActBlock):
    def project(self, c_in: int, c_out: int, stride: int) -> None:
        return None


class NormalizedProjection(PreActBlock):
    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        made = super().project(c_in, c_out, stride)
        return made and nn.Sequential(made, nn.BatchNorm2d(c_out))


class BiasedProjection(PreActBlock):
    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        made = super().project(c_in, c_out, stride)
        return made and conv(c_in, c_out, 1, stride, bias=True)


class UnstridedProjection(PreActBlock):
    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        made = super().project(c_in, c_out, stride)
        return made and conv(c_in, c_out, 1)


SECOND = block_mistakes.restrided(PreActBlock, lambda s: (1, s))
BIASED = block_mistakes.biased(PreActBlock)
ZERO = (r"conv2\.weight",)

EXERCISE = Exercise(
    name="PreActBlock",
    reference=PreActBlock,
    groups=(
        Group(
            "identity shortcut",
            2,
            (
                outputs("the same shape in and out", (4, 4), (2, 4, 5, 6)),
                outputs("F(x) = 0: x itself is left, negative numbers too", (3, 3), (2, 3, 4, 5), zero=ZERO),
            ),
        ),
        Group(
            "projection shortcut",
            2,
            (
                outputs("more channels, stride 2, odd sizes", (3, 5, 2), (2, 3, 5, 7)),
                outputs("fewer channels, stride 1", (5, 3), (2, 5, 4, 3)),
                outputs("the same channels, stride 2", (4, 4, 2), (2, 4, 5, 6)),
                outputs("F(x) = 0: the projection is left", (3, 4, 2), (2, 3, 6, 5), zero=ZERO, hidden=True),
                outputs("more channels, stride 1", (3, 4), (2, 3, 4, 5), hidden=True),
                outputs("the same channels, stride 3", (3, 3, 3), (2, 3, 7, 5), hidden=True),
                large_numbers((2, 3, 2), (2, 2, 4, 5)),
            ),
        ),
        Group(
            "gradients, training and evaluation",
            2,
            (
                learning("identity: gradients of input and weights", (3, 3), (2, 3, 4, 5)),
                learning("the branch is dead: the gradient passes the sum", (3, 3), (2, 3, 4, 5), zero=ZERO),
                learning("projection: gradients of input and weights", (2, 3, 2), (3, 2, 5, 4)),
                both_modes("running statistics, step by step", (2, 3, 2), (2, 2, 5, 4)),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the shortcut is missing", NoShortcut, "F(x) is one of two terms. What is the other?"),
        Misconception(
            "the shortcut is detached", Detached, "The gradient has to reach the input through the sum as well."
        ),
        Misconception(
            "the identity shortcut is pre-activated",
            ActivatedIdentity,
            "Where shapes agree, x itself is added: nothing stands between two sums.",
        ),
        Misconception(
            "the identity shortcut is rectified", ActivatedInPlace, "relu_ and inplace=True write into their input."
        ),
        Misconception(
            "the projection takes the raw input",
            RawProjection,
            "Where shapes differ, what does the 1×1 convolution read?",
        ),
        Misconception(
            "the projection takes its input before the ReLU",
            NormalizedProjectionInput,
            "Where shapes differ, what does the 1×1 convolution read?",
        ),
        Misconception("a ReLU after the sum", LastReLU, "In this block everything happens before the convolutions."),
        Misconception(
            "the order of the original block", ResidualBlock, "Here BN and ReLU stand in front of each convolution."
        ),
        Misconception("ReLU comes before BatchNorm", ReLUFirst, "Read the order again: BN, ReLU, conv."),
        Misconception("the first ReLU is missing", NoFirstReLU, "What does each convolution read?"),
        Misconception("the second ReLU is missing", NoSecondReLU, "What does each convolution read?"),
        Misconception("the first BatchNorm is missing", NoFirstNorm, "What does each convolution read?"),
        Misconception("branch and shortcut are averaged", Halved, "The two are added, with weight 1 each."),
        Misconception("the shortcut is always projected", AlwaysProjected, "When can x be added as it is?"),
        Misconception(
            "the shortcut is never projected", NeverProjected, "What has to happen when F(x) has another shape?"
        ),
        *conditions(PreActBlock),
        Misconception(
            "the projection has a BatchNorm",
            NormalizedProjection,
            "What the projection reads has been normalized already.",
        ),
        Misconception("the projection has a bias", BiasedProjection, "No convolution of this block has a bias."),
        Misconception(
            "the projection does not stride", UnstridedProjection, "How large is F(x), and how large the shortcut?"
        ),
        Misconception("the convolutions have biases", BIASED, "No convolution of this block has a bias."),
        Misconception("the second convolution strides", SECOND, "Which convolution makes the picture smaller?"),
        *block_mistakes.mode_mistakes(PreActBlock),
    ),
)
