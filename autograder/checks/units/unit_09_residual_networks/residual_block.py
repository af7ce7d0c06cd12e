"""``ResidualBlock``: two 3×3 convolutions, and the input added to what they give."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.cases import Group
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks import block_mistakes
from autograder.checks.units.unit_09_residual_networks.blocks import ResidualBlock, conv
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes, large_numbers, learning, outputs


class NoInnerReLU(ResidualBlock):
    def branch(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))


class ReLUBeforeTheSum(ResidualBlock):
    def branch(self, x: Tensor) -> Tensor:
        return F.relu(super().branch(x))


class NormalizedAfterTheSum(ResidualBlock):
    def forward(self, x: Tensor) -> Tensor:
        h = self.conv2(F.relu(self.bn1(self.conv1(x))))
        return F.relu(self.bn2(h + self.shortcut(x)))


class ReLUBeforeNorm(ResidualBlock):
    def branch(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(F.relu(self.conv1(x)))))


class ReLUBeforeTheLastNorm(ResidualBlock):
    def branch(self, x: Tensor) -> Tensor:
        return self.bn2(F.relu(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class NormFirst(ResidualBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn1 = nn.BatchNorm2d(c_in)
        self.downsample = conv(c_in, c_out, 1, stride) if self.downsample else None

    def forward(self, x: Tensor) -> Tensor:
        return self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x)))))) + self.shortcut(x)


class SharedNorm(ResidualBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn2 = self.bn1


class SharedConvolution(ResidualBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        if c_in == c_out and stride == 1:
            self.conv2 = self.conv1


class NoNorm(ResidualBlock):
    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.bn1 = self.bn2 = nn.Identity()
        if isinstance(self.downsample, nn.Sequential):
            self.downsample = self.downsample[0]


class RectifiedShortcut(ResidualBlock):
    def shortcut(self, x: Tensor) -> Tensor:
        return super().shortcut(F.relu(x))


class RectifiedInput(ResidualBlock):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.relu(x))


class DetachedBranch(ResidualBlock):
    def branch(self, x: Tensor) -> Tensor:
        return super().branch(x).detach()


class ShortcutFromTheMiddle(ResidualBlock):
    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(h)) + (h if self.downsample is None else self.downsample(x)))


class NoShortcutButProjected(ResidualBlock):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.branch(x))


class PaddedShortcut(ResidualBlock):
    """Option A: no weights, subsampled, zeros for the new channels."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__(c_in, c_out, stride)
        self.step, self.more = stride, c_out - c_in
        self.downsample = None

    def shortcut(self, x: Tensor) -> Tensor:
        return F.pad(x[:, :, :: self.step, :: self.step], (0, 0, 0, 0, 0, self.more))


SECOND = block_mistakes.restrided(ResidualBlock, lambda s: (1, s))
ZERO = (r"bn2\.(weight|bias)",)

EXERCISE = Exercise(
    name="ResidualBlock",
    reference=ResidualBlock,
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "identity shortcut",
            2,
            (
                outputs("the same shape in and out", (4, 4), (2, 4, 5, 6)),
                outputs("F(x) = 0: relu(x) is left", (3, 3), (2, 3, 4, 5), zero=ZERO),
                outputs("one channel", (1, 1), (2, 1, 4, 3), hidden=True),
            ),
        ),
        Group(
            "projection shortcut",
            2,
            (
                outputs("more channels, stride 2, odd sizes", (3, 5, 2), (2, 3, 5, 7)),
                outputs("more channels, stride 1", (3, 4), (2, 3, 4, 5)),
                outputs("the same channels, stride 2", (4, 4, 2), (2, 4, 5, 6)),
                outputs("F(x) = 0: the projection is left", (3, 4, 2), (2, 3, 6, 5), zero=ZERO),
                outputs("fewer channels, stride 3", (5, 2, 3), (2, 5, 7, 8), hidden=True),
                outputs("fewer channels, stride 1", (5, 3), (2, 5, 4, 3), hidden=True),
                outputs("the same channels, stride 3", (3, 3, 3), (2, 3, 7, 5), hidden=True),
                large_numbers((2, 3, 2), (2, 2, 4, 5)),
            ),
        ),
        Group(
            "gradients",
            2,
            (
                learning("identity: gradients of input and weights", (3, 3), (2, 3, 4, 5)),
                learning("the branch is dead: the gradient passes the sum", (3, 3), (2, 3, 4, 5), zero=ZERO),
                learning("projection: gradients of input and weights", (2, 3, 2), (3, 2, 5, 4)),
            ),
        ),
        Group(
            "training and evaluation",
            1,
            (
                both_modes("running statistics, step by step", (3, 3), (2, 3, 3, 4)),
                both_modes("the projection's statistics too", (2, 3, 2), (2, 2, 5, 4), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        *block_mistakes.shortcut_mistakes(ResidualBlock),
        Misconception(
            "the ReLU between the convolutions is missing", NoInnerReLU, "What makes two layers more than one?"
        ),
        Misconception(
            "a ReLU before the sum",
            ReLUBeforeTheSum,
            "F(x) should be able to take something away from x. Can it, if F(x) ≥ 0?",
        ),
        Misconception(
            "BatchNorm comes after the sum", NormalizedAfterTheSum, "The shortcut should pass the block unchanged."
        ),
        Misconception("ReLU comes before BatchNorm", ReLUBeforeNorm, "Read the order again: conv, BN, ReLU."),
        Misconception("ReLU comes before the last BatchNorm", ReLUBeforeTheLastNorm, "Read the order again: conv, BN."),
        Misconception(
            "BatchNorm and ReLU come before the convolutions",
            NormFirst,
            "That is the pre-activation block of a later exercise.",
        ),
        Misconception(
            "both convolutions share one BatchNorm", SharedNorm, "One layer object has one γ, one β, one running mean."
        ),
        Misconception(
            "both convolutions are the same layer",
            SharedConvolution,
            "One layer object used twice has one set of weights.",
        ),
        Misconception("the BatchNorms are missing", NoNorm, "What follows every convolution of this block?"),
        Misconception("ReLU is applied to the shortcut's input", RectifiedShortcut, "x is added as it came."),
        Misconception("ReLU is applied to the block's input", RectifiedInput, "The block reads x as it came."),
        Misconception("the branch is detached", DetachedBranch, "F(x) has weights: they should learn."),
        Misconception(
            "the shortcut starts behind the first convolution",
            ShortcutFromTheMiddle,
            "What F(x) is added to is the block's input. Has its name been reused?",
        ),
        Misconception(
            "the projection is made and not used", NoShortcutButProjected, "Where does forward use the shortcut?"
        ),
        Misconception(
            "the shortcut has no weights where shapes differ",
            PaddedShortcut,
            "Zeros, slices or means have nothing to learn (the paper's option A). Option B is asked for.",
        ),
        Misconception("the second convolution strides", SECOND, "Which convolution makes the picture smaller?"),
        *block_mistakes.mode_mistakes(ResidualBlock),
    ),
)
