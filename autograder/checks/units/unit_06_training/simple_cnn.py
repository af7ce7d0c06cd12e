"""``SimpleCNN``: two convolutions with batch norm, dropout and a linear layer; judged by what it does with given weights."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks import drive
from autograder.checks.bench import Bench, backward, evaluation, forward, state, train
from autograder.checks.cases import Group, Trial, normal
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.values import Problem
from autograder.checks.wire import Plain

SIGMAS = 7.0


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


FEATURES = 32 * 7 * 7


@dataclass(frozen=True)
class DropoutSeen(Bench):
    """With the identity for a linear layer, the outputs are the features after dropout: two passes show p."""

    def _running(
        self,
        trace: Plain,
        names: dict[str, str],
        seed: int | None,
        device: str,
        guard: tuple[str, ...],
        like: Plain = None,
    ) -> Plain:
        request = super()._running(trace, names, seed, device, guard, like)
        request["steps"][1]["state"][names["linear.weight"]] = torch.eye(FEATURES)
        request["steps"][1]["state"][names["linear.bias"]] = torch.zeros(FEATURES)
        return request

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        steps = actual["steps"]
        if any("error" in step for step in steps):
            return super()._problem(expected, actual)
        first, second = (step["value"] for step in steps[-2:])
        if not all(isinstance(t, Tensor) and t.shape == (4, FEATURES) for t in (first, second)):
            return Problem("shape", f"The output must have shape (4, {FEATURES}).", where="dropout")
        alive = (first != 0) | (second != 0)
        both = (first != 0) & (second != 0)
        share = float(both.sum()) / max(1, int(alive.sum()))
        p = (1 - share) / (1 + share)  # of the features alive in one pass, (1 − p)/(1 + p) are alive in both
        if abs(share - 1 / 3) > SIGMAS * (2 / 9 / max(1, int(alive.sum()))) ** 0.5:
            return Problem(
                "values",
                f"In training a feature should be dropped with probability 0.5; here it is {p:.1f}.",
                where=f"p {p:.1f}",
            )
        return None

    def explained(self, target: object, trial: Trial, device: str) -> bool:
        """Whether another implementation drops as often."""
        other = self._perform_like(lambda request: drive.answer(target, request), trial.expected, trial, device)
        if "missing" in other or "missing" in trial.actual:
            return other.get("missing") == trial.actual.get("missing")
        problems = [self._problem(trial.expected, other), trial.problem]
        return [p and p.where for p in problems[:1]] == [p and p.where for p in problems[1:]]


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
        Misconception("dropout is weaker than 0.5", weak_dropout, "nn.Dropout(p): p is the probability of a zero."),
        Misconception(
            "the convolutions have no padding", without_padding, "A 5×5 kernel needs padding 2 to keep 28×28."
        ),
        Misconception("batch norm is missing", without_norm, "29,034 parameters: count yours."),
        Misconception("the convolutions have no bias", without_bias, "29,034 parameters: count yours."),
        Misconception("always ten classes", ten_classes, "num_classes is an argument."),
    ),
)
