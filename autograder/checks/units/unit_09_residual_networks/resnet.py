"""``ResNet``: torchvision's layout, for blocks that expand and blocks that do not."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import evaluation, forward
from autograder.checks.cases import Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks.make_stage import of
from autograder.checks.units.unit_09_residual_networks.networks import ResNet
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes
from autograder.checks.units.unit_09_residual_networks.structure import Structure, Whole


class AllStride(ResNet):
    strides = (2, 2, 2, 2)


class NoneStrides(ResNet):
    strides = (1, 1, 1, 1)


class ShiftedStrides(ResNet):
    strides = (2, 2, 2, 1)


class CifarWidths(ResNet):
    widths = (64, 128, 256)
    strides = (1, 2, 2)


def always_eighteen(block: Any, layers: list[int], num_classes: int = 1000) -> nn.Module:
    return ResNet(block, [2, 2, 2, 2], num_classes)


def first_for_all(block: Any, layers: list[int], num_classes: int = 1000) -> nn.Module:
    return ResNet(block, [layers[0]] * 4, num_classes)


def one_less(block: Any, layers: list[int], num_classes: int = 1000) -> nn.Module:
    return ResNet(block, [max(1, count - 1) for count in layers], num_classes)


def always_thousand(block: Any, layers: list[int], num_classes: int = 1000) -> nn.Module:
    return ResNet(block, layers, 1000)


def ten_by_default(block: Any, layers: list[int], num_classes: int = 10) -> nn.Module:
    return ResNet(block, layers, num_classes)


class FiveHundredTwelve(ResNet):
    def __init__(self, block: Any, layers: list[int], num_classes: int = 1000) -> None:
        super().__init__(block, layers, num_classes)
        self.fc = nn.Linear(512, num_classes)


class NoStemReLU(ResNet):
    def stem(self, x: Tensor) -> Tensor:
        return F.max_pool2d(self.bn1(self.conv1(x)), 3, 2, 1)


class NoStemNorm(ResNet):
    def __init__(self, block: Any, layers: list[int], num_classes: int = 1000) -> None:
        super().__init__(block, layers, num_classes)
        self.bn1 = nn.Identity()


class NoPool(ResNet):
    def stem(self, x: Tensor) -> Tensor:
        return F.relu(self.bn1(self.conv1(x)))


class AveragePool(ResNet):
    def stem(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)


class TwoByTwo(ResNet):
    def stem(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)


class RoundedPool(ResNet):
    def stem(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, ceil_mode=True)


class UnpaddedPool(ResNet):
    def stem(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2)


class Stem(ResNet):
    """Another first convolution."""

    options: tuple[int, int, int] = (7, 2, 3)
    bias = False

    def __init__(self, block: Any, layers: list[int], num_classes: int = 1000) -> None:
        super().__init__(block, layers, num_classes)
        self.conv1 = nn.Conv2d(3, 64, *self.options, bias=self.bias)


class SmallStem(Stem):
    options = (3, 1, 1)


class UnstridedStem(Stem):
    options = (7, 1, 3)


class UnpaddedStem(Stem):
    options = (7, 2, 0)


class BiasedStem(Stem):
    bias = True


class MaxAtTheEnd(ResNet):
    def pooled(self, x: Tensor) -> Tensor:
        return x.amax((2, 3))


class SumAtTheEnd(ResNet):
    def pooled(self, x: Tensor) -> Tensor:
        return x.sum((2, 3))


class SevenBySeven(ResNet):
    def pooled(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 7).flatten(1)


class Softmax(ResNet):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


class LogSoftmax(ResNet):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).log_softmax(1)


def _values(label: str, kind: str, layers: list[int], shape: tuple[int, ...], **options: Any) -> Whole:
    script = (evaluation(), forward(normal(*shape), no_grad=True))
    return Whole(label, (of(kind), layers, 10), script, shape, layered=True, **options)


BASIC, NECK = of("ResidualBlock"), of("Bottleneck")
EXERCISE = Exercise(
    name="ResNet",
    reference=ResNet,
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "layers and shapes",
            2,
            (
                Structure("one block a stage, 5 classes", (BASIC, [1, 1, 1, 1], 5), shape=(1, 3, 64, 96)),
                Structure("ResNet-18", (BASIC, [2, 2, 2, 2]), shape=(1, 3, 224, 224)),
                Structure("other counts: 1, 3, 2, 1", (BASIC, [1, 3, 2, 1], 10), shape=(1, 3, 70, 57), hidden=True),
            ),
        ),
        Group(
            "layers and shapes with bottlenecks",
            2,
            (
                Structure("one bottleneck a stage", (NECK, [1, 1, 1, 1], 10), shape=(1, 3, 64, 64)),
                Structure("ResNet-50", (NECK, [3, 4, 6, 3]), shape=(1, 3, 64, 64)),
            ),
        ),
        Group(
            "outputs",
            2,
            (
                _values("small blocks of another kind, 64×96 pixels", "Wide", [1, 2, 1, 1], (1, 3, 64, 96)),
                _values("one residual block a stage, 64×40 pixels", "ResidualBlock", [1, 1, 1, 1], (1, 3, 64, 40)),
                _values(
                    "one bottleneck a stage, 64×48 pixels", "Bottleneck", [1, 1, 1, 1], (1, 3, 64, 48), hidden=True
                ),
            ),
        ),
        Group(
            "training and evaluation",
            1,
            (both_modes("running statistics of the stem", (of("Wide"), [1, 1, 1, 1], 3), (2, 3, 33, 40), kind=Whole),),
        ),
    ),
    misconceptions=(
        Misconception("all four stages stride", AllStride, "The max-pool has halved the picture just before stage 1."),
        Misconception("no stage strides", NoneStrides, "The strides of the stages are 1, 2, 2, 2."),
        Misconception("the first stage strides, not the last", ShiftedStrides, "Which stage follows the max-pool?"),
        Misconception("the fourth stage is missing", CifarWidths, "Four stages: 64, 128, 256, 512."),
        Misconception("the layers are always 2, 2, 2, 2", always_eighteen, "The constructor is told the counts."),
        Misconception("the first count is used for all stages", first_for_all, "Which count belongs to stage 3?"),
        Misconception("one block too few in each stage", one_less, "Does your count include the first block?"),
        Misconception(
            "there are always 1000 classes", always_thousand, "The constructor is told the number of classes."
        ),
        Misconception("the default is not 1000 classes", ten_by_default, "What does the signature say?"),
        Misconception(
            "the last layer ignores the expansion",
            FiveHundredTwelve,
            "How many channels does a bottleneck of width 512 give?",
        ),
        Misconception("the max-pool is missing", NoPool, "How large is the picture when stage 1 gets it?"),
        Misconception("the average is taken in the stem", AveragePool, "The stem ends in a max-pool."),
        Misconception("the max-pool is rounded up, not padded", RoundedPool, "padding=1: where do its windows start?"),
        Misconception("the max-pool is 2×2", TwoByTwo, "Overlapping windows: 3×3, stride 2."),
        Misconception("the max-pool has no padding", UnpaddedPool, "How large is the picture when stage 1 gets it?"),
        Misconception("the stem is one for small images", SmallStem, "Here the first convolution is 7×7, stride 2."),
        Misconception("the stem's convolution does not stride", UnstridedStem, "7×7, stride 2, padding 3."),
        Misconception("the stem's convolution has no padding", UnpaddedStem, "7×7, stride 2, padding 3."),
        Misconception("the stem's convolution has a bias", BiasedStem, "What does BatchNorm do to a constant?"),
        Misconception("the stem's ReLU is missing", NoStemReLU, "What comes between BatchNorm and the max-pool?"),
        Misconception("the stem's BatchNorm is missing", NoStemNorm, "What follows every convolution?"),
        Misconception("the maximum is taken at the end", MaxAtTheEnd, "Each channel ends as its average."),
        Misconception("the sum is taken at the end", SumAtTheEnd, "Each channel ends as its average."),
        Misconception("the last average is always 7×7", SevenBySeven, "What if the image is not 224×224?"),
        Misconception(
            "a softmax at the end", Softmax, "F.cross_entropy takes scores as they come from the last layer."
        ),
        Misconception(
            "a log-softmax at the end", LogSoftmax, "F.cross_entropy takes scores as they come from the last layer."
        ),
    ),
)
