"""``ResNetCifar``: three stages of n blocks, the family of depth 6n+2."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import Bench, evaluation, forward
from autograder.checks.cases import Group, normal
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks.blocks import PlainBlock, ResidualBlock
from autograder.checks.units.unit_09_residual_networks.make_stage import of
from autograder.checks.units.unit_09_residual_networks.networks import ResNetCifar, make_stage
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes, learning
from autograder.checks.units.unit_09_residual_networks.structure import Structure


class EarlyStride(ResNetCifar):
    strides = (2, 2, 2)


class NoStride(ResNetCifar):
    strides = (1, 1, 1)


class Wider(ResNetCifar):
    widths = (64, 128, 256)


class SameWidth(ResNetCifar):
    widths = (16, 16, 16)


class FourStages(ResNetCifar):
    widths = (16, 32, 64, 128)
    strides = (1, 2, 2, 2)


def two_n(n: int, num_classes: int = 10, block: Any = ResidualBlock) -> nn.Module:
    return ResNetCifar(2 * n, num_classes, block)


def as_depth(n: int, num_classes: int = 10, block: Any = ResidualBlock) -> nn.Module:
    return ResNetCifar(max(1, (n - 2) // 6), num_classes, block)


def always_three(n: int, num_classes: int = 10, block: Any = ResidualBlock) -> nn.Module:
    return ResNetCifar(3, num_classes, block)


def always_ten(n: int, num_classes: int = 10, block: Any = ResidualBlock) -> nn.Module:
    return ResNetCifar(n, 10, block)


def always_residual(n: int, num_classes: int = 10, block: Any = ResidualBlock) -> nn.Module:
    return ResNetCifar(n, num_classes, ResidualBlock)


def plain_by_default(n: int, num_classes: int = 10, block: Any = PlainBlock) -> nn.Module:
    return ResNetCifar(n, num_classes, block)


class Unexpanded(ResNetCifar):
    def stages(self, block: Any, c_in: int, counts: list[int]) -> int:
        for i, (width, count, stride) in enumerate(zip(self.widths, counts, self.strides, strict=True), 1):
            setattr(self, f"layer{i}", make_stage(block, c_in, width, count, stride))
            c_in = width
        return c_in


class NoStemReLU(ResNetCifar):
    def stem(self, x: Tensor) -> Tensor:
        return self.bn1(self.conv1(x))


class NoStemNorm(ResNetCifar):
    def __init__(self, n: int, num_classes: int = 10, block: Any = ResidualBlock) -> None:
        super().__init__(n, num_classes, block)
        self.bn1 = nn.Identity()


class PooledStem(ResNetCifar):
    def stem(self, x: Tensor) -> Tensor:
        return F.max_pool2d(super().stem(x), 3, 2, 1)


class StemOfPhotographs(PooledStem):
    def __init__(self, n: int, num_classes: int = 10, block: Any = ResidualBlock) -> None:
        super().__init__(n, num_classes, block)
        self.conv1 = nn.Conv2d(3, 16, 7, 2, 3, bias=False)


class BiasedStem(ResNetCifar):
    def __init__(self, n: int, num_classes: int = 10, block: Any = ResidualBlock) -> None:
        super().__init__(n, num_classes, block)
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1)


class MaxAtTheEnd(ResNetCifar):
    def pooled(self, x: Tensor) -> Tensor:
        return x.amax((2, 3))


class SumAtTheEnd(ResNetCifar):
    def pooled(self, x: Tensor) -> Tensor:
        return x.sum((2, 3))


class FirstPixel(ResNetCifar):
    def pooled(self, x: Tensor) -> Tensor:
        return x[:, :, 0, 0]


class EightByEight(ResNetCifar):
    def pooled(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 8).flatten(1)


class Softmax(ResNetCifar):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


class LogSoftmax(ResNetCifar):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).log_softmax(1)


class LastReLU(ResNetCifar):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(super().forward(x))


class NoLastBias(ResNetCifar):
    def __init__(self, n: int, num_classes: int = 10, block: Any = ResidualBlock) -> None:
        super().__init__(n, num_classes, block)
        self.fc = nn.Linear(self.fc.in_features, num_classes, bias=False)


def _values(label: str, args: tuple[Any, ...], shape: tuple[int, ...], **options: Any) -> Bench:
    script = (evaluation(), forward(normal(*shape), no_grad=True))
    return Bench(label, args, script, shape, layered=True, **options)


RESIDUAL = of("ResidualBlock")
EXERCISE = Exercise(
    name="ResNetCifar",
    reference=ResNetCifar,
    groups=(
        Group(
            "layers and shapes",
            2,
            (
                Structure("n = 1: 8 layers deep, 32×32", (1, 10, RESIDUAL), shape=(2, 3, 32, 32)),
                Structure("n = 3: 20 layers deep", (3,), shape=(2, 3, 32, 32), kwargs={"block": RESIDUAL}),
                Structure("n = 2, 7 classes", (2, 7, RESIDUAL), shape=(2, 3, 32, 32), hidden=True),
            ),
        ),
        Group(
            "outputs",
            2,
            (
                _values("n = 1, 16×12 pixels", (1, 10, RESIDUAL), (2, 3, 16, 12)),
                _values("n = 2, 5 classes, one image", (2, 5, RESIDUAL), (1, 3, 8, 12)),
            ),
        ),
        Group(
            "other blocks, and your own",
            1,
            (
                _values("n = 1 of plain blocks", (1,), (2, 3, 8, 8), kwargs={"block": of("PlainBlock")}),
                _values("n = 1 of blocks that expand", (1, 4), (2, 3, 8, 8), kwargs={"block": of("Wide")}),
                _values("n = 1, the block left out: ResidualBlock", (1, 4), (2, 3, 8, 8)),
            ),
        ),
        Group(
            "it can learn",
            1,
            (
                learning("gradients of input and weights", (1, 3, RESIDUAL), (2, 3, 8, 8)),
                both_modes("running statistics, step by step", (1, 3, RESIDUAL), (2, 3, 8, 12)),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the first stage strides", EarlyStride, "The strides of the stages are 1, 2, 2."),
        Misconception("no stage strides", NoStride, "The strides of the stages are 1, 2, 2."),
        Misconception("the widths are those of another network", Wider, "How many channels does the stem give?"),
        Misconception("all stages are 16 wide", SameWidth, "When height and width are halved, what is doubled?"),
        Misconception("there is a fourth stage", FourStages, "Three stages: 16, 32, 64."),
        Misconception("2n blocks in a stage", two_n, "A block has two convolutions. How many blocks make 2n of them?"),
        Misconception(
            "n is taken for the depth", as_depth, "n is the number of blocks in a stage; the depth is 6n + 2."
        ),
        Misconception("n is always 3", always_three, "The constructor is told n."),
        Misconception("there are always 10 classes", always_ten, "The constructor is told the number of classes."),
        Misconception("the block is ignored", always_residual, "The constructor is told the class of its blocks."),
        Misconception("the expansion is ignored", Unexpanded, "How many channels does a stage hand on?"),
        Misconception("plain blocks are the default", plain_by_default, "What does the signature say?"),
        Misconception("the stem's ReLU is missing", NoStemReLU, "What comes between the first BatchNorm and stage 1?"),
        Misconception("the stem's BatchNorm is missing", NoStemNorm, "What follows every convolution?"),
        Misconception("the stem's convolution has a bias", BiasedStem, "What does BatchNorm do to a constant?"),
        Misconception("a max-pool in the stem", PooledStem, "Small images: nothing is thrown away before stage 2."),
        Misconception(
            "the stem of a network for photographs", StemOfPhotographs, "Here the stem is one 3×3 convolution."
        ),
        Misconception("the maximum is taken at the end", MaxAtTheEnd, "Each channel ends as its average."),
        Misconception("the sum is taken at the end", SumAtTheEnd, "Each channel ends as its average."),
        Misconception("only the first pixel is used at the end", FirstPixel, "Each channel ends as its average."),
        Misconception("the last average is always 8×8", EightByEight, "What if the image is not 32×32?"),
        Misconception(
            "a softmax at the end", Softmax, "F.cross_entropy takes scores as they come from the last layer."
        ),
        Misconception(
            "a log-softmax at the end", LogSoftmax, "F.cross_entropy takes scores as they come from the last layer."
        ),
        Misconception("a ReLU at the end", LastReLU, "May a class's score be negative?"),
        Misconception("the last layer has no bias", NoLastBias, "nn.Linear as it comes."),
    ),
)
