"""``LeNetSubsample``: the pooling layer of 1989 to 1998, with a coefficient and a bias to learn for every channel."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import Bench, backward, evaluation, forward
from autograder.checks.cases import Group, drawn, normal
from autograder.checks.exercise import Exercise, Misconception


class Reference(nn.Module):
    """(N,C,H,W) → (N,C,⌊H/2⌋,⌊W/2⌋): sigmoid(coefficient · sum of the window + bias)."""

    coefficient: Tensor
    bias: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.coefficient = nn.Parameter(torch.full((channels,), 0.25))
        self.bias = nn.Parameter(torch.zeros(channels))

    def summed(self, x: Tensor) -> Tensor:
        return 4 * F.avg_pool2d(x, 2)

    def linear(self, x: Tensor) -> Tensor:
        return self.coefficient[:, None, None] * self.summed(x) + self.bias[:, None, None]

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.linear(x))


class Mean(Reference):
    def summed(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2)


class Maximum(Reference):
    def summed(self, x: Tensor) -> Tensor:
        return F.max_pool2d(x, 2)


class StrideOne(Reference):
    def summed(self, x: Tensor) -> Tensor:
        return 4 * F.avg_pool2d(x, 2, 1)


class BiasInTheSum(Reference):
    def linear(self, x: Tensor) -> Tensor:
        return self.coefficient[:, None, None] * (self.summed(x) + self.bias[:, None, None])


class BiasPerPixel(Reference):
    def linear(self, x: Tensor) -> Tensor:
        return self.coefficient[:, None, None] * self.summed(x) + 4 * self.bias[:, None, None]


class RoundedUp(Reference):
    def summed(self, x: Tensor) -> Tensor:
        return 4 * F.avg_pool2d(x, 2, ceil_mode=True)


class NoSigmoid(Reference):
    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


class Tanh(Reference):
    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).tanh()


class Relu(Reference):
    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).relu()


class SigmoidFirst(Reference):
    def forward(self, x: Tensor) -> Tensor:
        return self.coefficient[:, None, None] * torch.sigmoid(self.summed(x)) + self.bias[:, None, None]


class SigmoidBeforeTheBias(Reference):
    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.coefficient[:, None, None] * self.summed(x)) + self.bias[:, None, None]


class AlongTheWidth(Reference):
    def linear(self, x: Tensor) -> Tensor:
        return self.coefficient * self.summed(x) + self.bias


class Detached(Reference):
    def linear(self, x: Tensor) -> Tensor:
        return self.coefficient.detach()[:, None, None] * self.summed(x) + self.bias.detach()[:, None, None]


class OneForAll(Reference):
    def __init__(self, channels: int) -> None:
        super().__init__(1)


class NoBias(Reference):
    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        del self.bias
        self.bias = torch.zeros(channels)


class NoParameters(Reference):
    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        del self.bias, self.coefficient
        self.coefficient, self.bias = torch.full((channels,), 0.25), torch.zeros(channels)


class PerChannelConvolution(Reference):
    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        del self.coefficient
        self.weight = nn.Parameter(torch.full((channels, 1, 2, 2), 0.25))

    def linear(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight, self.bias, stride=2, groups=len(self.weight))


EVALUATED = (evaluation(), forward(normal(2, 3, 4, 6), grad=True), backward())  # the same in both modes
EXERCISE = Exercise(
    name="LeNetSubsample",
    reference=Reference,
    groups=(
        Group(
            "the numbers",
            2,
            (
                Bench("three channels, 4×6", (3,), (forward(normal(2, 3, 4, 6)),), shape=(2, 3, 4, 6)),
                Bench("as wide as it has channels", (3,), (forward(normal(2, 3, 6, 6)),), shape=(2, 3, 6, 6)),
                Bench(
                    "an odd size: the last row and column are left out",
                    (2,),
                    (forward(normal(1, 2, 5, 7)),),
                    shape=(1, 2, 5, 7),
                ),
                Bench(
                    "all negative, float64",
                    (4,),
                    (forward(drawn("negative", 2, 4, 4, 2)),),
                    shape=(2, 4, 4, 2),
                    dtype="float64",
                    hidden=True,
                ),
            ),
        ),
        Group(
            "it can learn",
            2,
            (
                Bench(
                    "gradients for input, coefficients and biases",
                    (3,),
                    (forward(normal(2, 3, 4, 6), grad=True), backward(), *EVALUATED),
                    shape=(2, 3, 4, 6),
                ),
                Bench(
                    "one channel",
                    (1,),
                    (forward(normal(2, 1, 2, 4), grad=True), backward()),
                    shape=(2, 1, 2, 4),
                    hidden=True,
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the mean is taken instead of the sum", Mean, "The coefficient is there to scale; the window is summed."
        ),
        Misconception("the maximum is taken instead of the sum", Maximum, "This layer is older than max-pooling."),
        Misconception("the windows overlap", StrideOne, "Each pixel belongs to one window."),
        Misconception(
            "an odd last row or column gets windows of its own",
            RoundedUp,
            "A 2×2 window needs two rows and two columns; what is left over is left out.",
        ),
        Misconception(
            "the coefficient multiplies the bias too", BiasInTheSum, "Read the formula: what stands in the product?"
        ),
        Misconception("the bias is added once per pixel", BiasPerPixel, "Is the bias added before or after the sum?"),
        Misconception("the sigmoid is missing", NoSigmoid, "Between which two numbers must every output lie?"),
        Misconception("tanh is used instead of the sigmoid", Tanh, "Between which two numbers must every output lie?"),
        Misconception("ReLU is used instead of the sigmoid", Relu, "Between which two numbers must every output lie?"),
        Misconception(
            "the sigmoid comes before coefficient and bias", SigmoidFirst, "What is the last thing that happens?"
        ),
        Misconception(
            "the sigmoid comes before the bias", SigmoidBeforeTheBias, "What is the last thing that happens?"
        ),
        Misconception(
            "coefficient and bias run along the width, not the channels",
            AlongTheWidth,
            "(C,) lines up with the last dimension, unless dimensions are put behind it.",
        ),
        Misconception(
            "coefficient and bias cannot learn", Detached, "detach, .data and no_grad cut the gradient's path to them."
        ),
        Misconception(
            "all channels share one coefficient and bias", OneForAll, "How many numbers does each channel have?"
        ),
        Misconception(
            "the bias is not a parameter", NoBias, "What must a tensor be wrapped in so that an optimizer finds it?"
        ),
        Misconception(
            "nothing is a parameter", NoParameters, "What must a tensor be wrapped in so that an optimizer finds it?"
        ),
        Misconception(
            "every pixel of the window has its own weight",
            PerChannelConvolution,
            "How many numbers does a channel learn here: one coefficient, or four?",
        ),
    ),
)
