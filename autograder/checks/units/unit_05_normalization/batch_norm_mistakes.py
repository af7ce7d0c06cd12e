"""Mistakes of ``BatchNorm2d``: PyTorch's layer written out in steps, and what goes wrong in each of them.

Guarantees: :class:`Written` does what ``nn.BatchNorm2d`` does; every other class differs from it by one mistake.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.checks.exercise import Misconception

AXES = (0, 2, 3)


class Written(nn.BatchNorm2d):
    """PyTorch's layer written out in steps, so that each mistake changes one of them."""

    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean, self.running_var
        assert mean is not None
        assert var is not None
        if self.training:
            batch_mean, batch_var = self.statistics(x)
            self.update(x, batch_mean.detach(), batch_var.detach())
            mean, var = batch_mean, batch_var
        return self.scaled(x, mean, var)

    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x.mean(AXES), x.var(AXES, correction=0)

    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        count = x.numel() / x.shape[1]
        self.move(mean, var * count / (count - 1))

    def move(self, mean: Tensor, var: Tensor, momentum: float | None = None) -> None:
        assert self.running_mean is not None
        assert self.running_var is not None
        m = momentum if momentum is not None else float(self.momentum or 0)
        with torch.no_grad():
            self.running_mean.mul_(1 - m).add_(m * mean)
            self.running_var.mul_(1 - m).add_(m * var)
            self.count()

    def count(self) -> None:
        assert self.num_batches_tracked is not None
        self.num_batches_tracked += 1

    def scaled(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        shape = (1, -1, 1, 1)
        normal = (x - mean.view(shape)) / torch.sqrt(var.view(shape) + self.eps)
        return self.weight.view(shape) * normal + self.bias.view(shape)


class BatchStatisticsInEvaluation(Written):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return super().forward(x)
        return self.scaled(x, *self.statistics(x))


class UpdatesInEvaluation(Written):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            self.update(x, *(s.detach() for s in self.statistics(x)))
        return super().forward(x)


class RunningStatisticsInTraining(Written):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.update(x, *(s.detach() for s in self.statistics(x)))
        assert self.running_mean is not None
        assert self.running_var is not None
        return self.scaled(x, self.running_mean.clone(), self.running_var.clone())


class NeverUpdates(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        return


class BiasedRunningVariance(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        self.move(mean, var)


class MomentumTurnedAround(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        count = x.numel() / x.shape[1]
        self.move(mean, var * count / (count - 1), 1 - float(self.momentum or 0))


class MomentumFixed(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        count = x.numel() / x.shape[1]
        self.move(mean, var * count / (count - 1), 0.1)


class MeanOnly(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        assert self.running_var is not None
        self.move(mean, self.running_var.clone())


class UnbiasedNormalisation(Written):
    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x.mean(AXES), x.var(AXES)

    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        self.move(mean, var)


class PerSample(Written):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        mean, var = x.mean((2, 3), True), x.var((2, 3), correction=0, keepdim=True)
        self.update(x, *(s.detach() for s in self.statistics(x)))
        shape = (1, -1, 1, 1)
        return self.weight.view(shape) * (x - mean) / torch.sqrt(var + self.eps) + self.bias.view(shape)


class StandardDeviationKept(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        count = x.numel() / x.shape[1]
        self.move(mean, (var * count / (count - 1)).sqrt())


class EpsOutside(Written):
    def scaled(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        shape = (1, -1, 1, 1)
        normal = (x - mean.view(shape)) / (var.view(shape).sqrt() + self.eps)
        return self.weight.view(shape) * normal + self.bias.view(shape)


class WithoutAffine(Written):
    def scaled(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        shape = (1, -1, 1, 1)
        return (x - mean.view(shape)) / torch.sqrt(var.view(shape) + self.eps) + 0 * (
            self.weight.sum() + self.bias.sum()
        )


class CutOff(Written):
    def scaled(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return super().scaled(x, mean.detach(), var.detach())


class NotCounted(Written):
    def count(self) -> None:
        return


class GraphKept(Written):
    def forward(self, x: Tensor) -> Tensor:
        result = super().forward(x)
        if self.training:
            for name in ("running_mean", "running_var"):
                setattr(self, name, getattr(self, name) + 0 * x.mean(AXES))
        return result


class EpsFixed(Written):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, 1e-5, momentum)


class AlwaysTraining(Written):
    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.statistics(x)
        self.update(x, mean.detach(), var.detach())
        return self.scaled(x, mean, var)


class PicturesCounted(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        self.move(mean, var * len(x) / (len(x) - 1))


class PixelsCounted(Written):
    def update(self, x: Tensor, mean: Tensor, var: Tensor) -> None:
        count = x[0, 0].numel()
        self.move(mean, var * count / (count - 1))


class GammaOfZero(Written):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, momentum)
        nn.init.zeros_(self.weight)


class PlainAttributes(Written):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, momentum)
        kept = {name: getattr(self, name) for name in ("running_mean", "running_var")}
        for name, value in kept.items():
            delattr(self, name)
            object.__setattr__(self, name, value)


class Parameters(Written):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, momentum)
        for name in ("running_mean", "running_var"):
            value = getattr(self, name)
            delattr(self, name)
            self.register_parameter(name, nn.Parameter(value))


class NotSaved(Written):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, momentum)
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, getattr(self, name), persistent=False)


ROWS = (
    ("evaluation uses the batch's statistics", BatchStatisticsInEvaluation, "In evaluation one picture must give the same output whatever comes with it."),
    ("evaluation updates the running statistics", UpdatesInEvaluation, "Looking at test data must not change the layer."),
    ("training normalises by the running statistics", RunningStatisticsInTraining, "In training the batch itself says what its mean is."),
    ("the running statistics are never updated", NeverUpdates, "Where will evaluation take its mean from?"),
    ("the running variance is biased", BiasedRunningVariance, "For the running variance PyTorch divides by N·H·W − 1, for normalising by N·H·W."),
    ("momentum is turned around", MomentumTurnedAround, "In PyTorch, momentum 0.1 takes a tenth of the new value."),
    ("momentum is always 0.1", MomentumFixed, "momentum is an argument."),
    ("only the running mean is updated", MeanOnly, "There are two running statistics."),
    ("the unbiased variance normalises", UnbiasedNormalisation, "For normalising, divide by N·H·W; the −1 belongs to the running variance only."),
    ("each picture is normalised by itself", PerSample, "Batch norm goes over the batch too: N, H and W."),
    ("the running standard deviation is kept", StandardDeviationKept, "running_var is a variance."),
    ("eps stands outside the root", EpsOutside, "Where does eps stand in √(σ² + ε)?"),
    ("γ and β are not used", WithoutAffine, "After normalising, each channel gets a scale and a shift that are learnt."),
    ("the statistics are cut off from the gradient", CutOff, "Only the running statistics are kept without a gradient; the batch's are part of the formula."),
    ("num_batches_tracked is not counted", NotCounted, "What does each call in training add to num_batches_tracked?"),
    ("the running statistics keep the graphs of past batches", GraphKept, "What is remembered must not be recorded: which context switches the recording off?"),
    ("eps is always 1e-5", EpsFixed, "eps is an argument: does the constructor keep it?"),
    ("eval() changes nothing", AlwaysTraining, "train() and eval() set self.training, and nothing else."),
    ("N − 1 is taken for N·H·W − 1", PicturesCounted, "How many numbers does one channel have in the whole batch?"),
    ("H·W − 1 is taken for N·H·W − 1", PixelsCounted, "How many numbers does one channel have in the whole batch?"),
    ("γ begins at 0", GammaOfZero, "A new layer only normalises: by what does it multiply?"),
    ("the running statistics are plain attributes", PlainAttributes, "A plain tensor is not saved and does not move to another device. How is a buffer made?"),
    ("the running statistics are parameters", Parameters, "No optimizer may touch them. How is a buffer made?"),
    ("the running statistics are not saved", NotSaved, "What is not registered as a buffer is missing in state_dict, and from the loaded model."),
)  # fmt: skip
MISTAKES = tuple(Misconception(*row) for row in ROWS)
