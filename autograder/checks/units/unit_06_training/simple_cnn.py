"""``SimpleCNN``: two convolutions with batch norm, dropout and a linear layer; judged by what it does with given weights."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import Bench, backward, evaluation, forward, state, train
from autograder.checks.cases import Group, normal
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_06_training.dropout_seen import FEATURES, DropoutSeen


class SimpleCNN(nn.Module):
    """(N,1,28,28) → (N,num_classes); the options each make one mistake."""

    def __init__(
        self, num_classes: int = 10, *, p: float = 0.5, padding: int = 2, norm: bool = True, bias: bool = True
    ) -> None:
        super().__init__()
        side = (((28 + 2 * padding - 4) // 2) + 2 * padding - 4) // 2
        self.conv1 = nn.Conv2d(1, 16, 5, padding=padding, bias=bias)
        self.bn1 = nn.BatchNorm2d(16) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(16, 32, 5, padding=padding, bias=bias)
        self.bn2 = nn.BatchNorm2d(32) if norm else nn.Identity()
        self.dropout = nn.Dropout(p)
        self.linear = nn.Linear(32 * side * side, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Two blocks, then dropout and the linear layer."""
        x = self.block(x, self.conv1, self.bn1)
        x = self.block(x, self.conv2, self.bn2)
        out: Tensor = self.linear(self.dropout(x.flatten(1)))
        return out

    def block(self, x: Tensor, conv: nn.Module, bn: nn.Module) -> Tensor:
        """Convolution, batch norm, ReLU, pooling."""
        return F.max_pool2d(F.relu(bn(conv(x))), 2)


class NoReLU(SimpleCNN):
    def block(self, x: Tensor, conv: nn.Module, bn: nn.Module) -> Tensor:
        return F.max_pool2d(bn(conv(x)), 2)


class ReLUFirst(SimpleCNN):
    def block(self, x: Tensor, conv: nn.Module, bn: nn.Module) -> Tensor:
        return F.max_pool2d(bn(F.relu(conv(x))), 2)


class AveragePool(SimpleCNN):
    def block(self, x: Tensor, conv: nn.Module, bn: nn.Module) -> Tensor:
        return F.avg_pool2d(F.relu(bn(conv(x))), 2)


class PoolBeforeNorm(SimpleCNN):
    def block(self, x: Tensor, conv: nn.Module, bn: nn.Module) -> Tensor:
        return F.relu(bn(F.max_pool2d(conv(x), 2)))


class Softmax(SimpleCNN):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


class ReLUAtTheEnd(SimpleCNN):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(super().forward(x))


class AnotherDropout(SimpleCNN):
    """The head with another way to drop."""

    def head(self, x: Tensor) -> Tensor:
        """From the second block's maps to the logits."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.block(self.block(x, self.conv1, self.bn1), self.conv2, self.bn2))


class LateDropout(AnotherDropout):
    def head(self, x: Tensor) -> Tensor:
        return F.dropout(self.linear(x.flatten(1)), 0.5, self.training)


class MapDropout(AnotherDropout):
    def head(self, x: Tensor) -> Tensor:
        return self.linear(F.dropout2d(x, 0.5, self.training).flatten(1))


class UnscaledDropout(AnotherDropout):
    def head(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        return self.linear(x * (torch.rand_like(x) < 0.5) if self.training else x)


class DropoutAlways(SimpleCNN):
    def forward(self, x: Tensor) -> Tensor:
        x = self.block(self.block(x, self.conv1, self.bn1), self.conv2, self.bn2)
        out: Tensor = self.linear(F.dropout(x.flatten(1), 0.5, training=True))
        return out


def without_dropout(num_classes: int = 10) -> nn.Module:
    return SimpleCNN(num_classes, p=0.0)


def weak_dropout(num_classes: int = 10) -> nn.Module:
    return SimpleCNN(num_classes, p=0.2)


def without_padding(num_classes: int = 10) -> nn.Module:
    return SimpleCNN(num_classes, padding=0)


def without_norm(num_classes: int = 10) -> nn.Module:
    return SimpleCNN(num_classes, norm=False)


def without_bias(num_classes: int = 10) -> nn.Module:
    return SimpleCNN(num_classes, bias=False)


def ten_classes(num_classes: int = 10) -> nn.Module:
    return SimpleCNN(10)


INPUT = (2, 1, 28, 28)
AGAIN = torch.linspace(-1, 1, 4 * 784).reshape(4, 1, 28, 28).sin()  # the same pictures twice
EXERCISE = Exercise(
    name="SimpleCNN",
    reference=SimpleCNN,
    groups=(
        Group(
            "evaluation mode",
            3,
            (
                Bench(
                    "ten classes",
                    (),
                    (evaluation(), forward(normal(*INPUT), grad=True), backward()),
                    INPUT,
                    layered=True,
                ),
                Bench("five classes", (5,), (evaluation(), forward(normal(*INPUT))), INPUT),
                Bench("one picture", (3,), (evaluation(), forward(normal(1, 1, 28, 28))), INPUT, hidden=True),
            ),
        ),
        Group(
            "training mode",
            1,
            (
                Bench(
                    "running statistics after a step",
                    (),
                    (train(), forward(normal(3, 1, 28, 28), silent=True), state()),
                    INPUT,
                ),
            ),
        ),
        Group(
            "dropout",
            1,
            (DropoutSeen("two passes in training", (FEATURES,), (train(), forward(AGAIN), forward(AGAIN)), INPUT),),
        ),
    ),
    misconceptions=(
        Misconception("the ReLUs are missing", NoReLU, "Without them, two convolutions are one linear map."),
        Misconception(
            "ReLU comes before batch norm", ReLUFirst, "The order asked for: convolution, batch norm, ReLU, pooling."
        ),
        Misconception("average instead of maximum pooling", AveragePool, "Which pooling does the table name?"),
        Misconception(
            "pooling comes before batch norm",
            PoolBeforeNorm,
            "The order asked for: convolution, batch norm, ReLU, pooling.",
        ),
        Misconception("softmax at the end", Softmax, "F.cross_entropy takes logits and does the softmax itself."),
        Misconception("ReLU at the end", ReLUAtTheEnd, "Logits may be negative."),
        Misconception(
            "dropout in evaluation too", DropoutAlways, "F.dropout needs training=self.training; nn.Dropout knows."
        ),
        Misconception(
            "there is no dropout", without_dropout, "Dropout with probability 0.5 stands before the linear layer."
        ),
        Misconception(
            "dropout comes after the linear layer", LateDropout, "Follow the table: flatten, dropout, linear."
        ),
        Misconception("whole maps are dropped", MapDropout, "nn.Dropout drops numbers, nn.Dropout2d drops maps."),
        Misconception(
            "what dropout leaves is not scaled", UnscaledDropout, "What is the mean of a feature after dropout?"
        ),
        Misconception("dropout is weaker than 0.5", weak_dropout, "nn.Dropout(p): p is the probability of a zero."),
        Misconception(
            "the convolutions have no padding", without_padding, "A 5×5 kernel needs padding 2 to keep 28×28."
        ),
        Misconception("batch norm is missing", without_norm, "29,034 parameters: count yours."),
        Misconception("the convolutions have no bias", without_bias, "29,034 parameters: count yours."),
        Misconception("always ten classes", ten_classes, "num_classes is an argument."),
    ),
)
