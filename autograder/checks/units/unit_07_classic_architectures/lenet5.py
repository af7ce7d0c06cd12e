"""``LeNet5``: the network of 1998 with today's simplifications; its C5 may be a convolution or a linear layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import Bench, backward, evaluation, forward, train
from autograder.checks.cases import Ask, Group, Trial, normal
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_07_classic_architectures.audit import Audit
from autograder.checks.wire import Plain


class LeNet5(nn.Module):
    """(N,1,32,32) → (N,num_classes); the options after ``folded`` each make one mistake."""

    def __init__(
        self,
        num_classes: int = 10,
        *,
        folded: bool = False,
        activation: Callable[[Tensor], Tensor] = torch.tanh,
        pool: Callable[[Tensor, int], Tensor] = F.avg_pool2d,
        pool_first: bool = False,
        skipped: tuple[int, ...] = (),
        end: Callable[[Tensor], Tensor] | None = None,
        padding: int = 0,
        groups: int = 1,
        bias: bool = True,
        classes: int = 0,
        f6: bool = True,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=padding, bias=bias)
        self.conv3 = nn.Conv2d(6, 16, 5, groups=groups, bias=bias)
        self.conv5: nn.Module = nn.Conv2d(16, 120, 5) if folded else nn.Linear(400, 120)
        self.fc6 = nn.Linear(120, 84) if f6 else nn.Identity()
        self.fc7 = nn.Linear(84 if f6 else 120, classes or num_classes)
        self.folded, self.activation, self.pool, self.f6 = folded, activation, pool, f6
        self.pool_first, self.skipped, self.end = pool_first, skipped, end

    def forward(self, x: Tensor) -> Tensor:
        """Two stages of convolution, activation, pool; then three layers that see everything."""
        x = self.stage(self.conv1(x), 1)
        x = self.stage(self.conv3(x), 3)
        x = self.conv5(x if self.folded else x.flatten(1)).flatten(1)
        x = self.active(x, 5)
        x = self.active(self.fc6(x), 6) if self.f6 else x
        x = self.fc7(x)
        return x if self.end is None else self.end(x)

    def stage(self, x: Tensor, number: int) -> Tensor:
        """What follows a convolution."""
        return self.active(self.pool(x, 2), number) if self.pool_first else self.pool(self.active(x, number), 2)

    def active(self, x: Tensor, number: int) -> Tensor:
        """The activation, where it is not forgotten."""
        return x if number in self.skipped else self.activation(x)


def mistaken(**switches: Any) -> Callable[..., nn.Module]:
    """A builder with switches thrown."""

    def build(num_classes: int = 10, *, folded: bool = False) -> nn.Module:
        return LeNet5(num_classes, folded=folded, **switches)

    return build


@dataclass(frozen=True)
class EitherC5(Bench):
    """A bench that takes C5 as a linear layer or as the convolution over all of its input."""

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Try the linear layer, then the convolution."""
        trial = super().perform(ask, reference, expected, seed, device, guard)
        if "missing" not in trial.actual:
            return trial
        folded = partial(reference, folded=True)
        again = super().perform(ask, folded, self.expect(folded, seed, device), seed, device, guard)
        return trial if "missing" in again.actual else again

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether the mistake explains it in either form."""
        forms = (target, partial(target, folded=True))
        return any(super(EitherC5, self).explained(form, trial, device) for form in forms)


SHAPE = (2, 1, 32, 32)
MISTAKES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("ReLU instead of tanh", {"activation": F.relu}, "LeNet squashes with tanh."),
    ("sigmoid instead of tanh", {"activation": torch.sigmoid}, "LeNet squashes with tanh, from −1 to 1."),
    ("maximum instead of average pooling", {"pool": F.max_pool2d}, "LeNet averages its 2×2 windows."),
    ("the pool comes before tanh", {"pool_first": True}, "Convolution, tanh, pool: the mean of tanh is not tanh of the mean."),
    ("the tanh after the convolutions is missing", {"skipped": (1, 3)}, "Every layer but the last is followed by tanh."),
    ("the tanh after C5 is missing", {"skipped": (5,)}, "Every layer but the last is followed by tanh."),
    ("the tanh after F6 is missing", {"skipped": (6,)}, "Every layer but the last is followed by tanh."),
    ("no tanh between the last three layers", {"skipped": (5, 6)}, "Without it, three linear layers are one linear map."),
    ("there is no tanh at all", {"skipped": (1, 3, 5, 6)}, "Without it, the network is linear."),
    ("softmax at the end", {"end": lambda x: x.softmax(1)}, "F.cross_entropy takes logits and does the softmax itself."),
    ("log-softmax at the end", {"end": lambda x: x.log_softmax(1)}, "F.cross_entropy takes logits and does the softmax itself."),
    ("tanh at the end", {"end": torch.tanh}, "The last layer is linear: logits may be large."),
    ("the first convolution is padded", {"padding": 2}, "32×32 go in and 28×28 come out; padding belongs to 28×28 pictures."),
    ("not all of the connections from 6 to 16 maps", {"groups": 2}, "Each of the 16 filters sees all 6 maps here."),
    ("the convolutions have no bias", {"bias": False}, "61,706 parameters: count yours."),
    ("num_classes is ignored", {"classes": 10}, "num_classes is an argument."),
    ("F6, the layer of 84, is missing", {"f6": False}, "400, 120, 84, num_classes."),
)  # fmt: skip

EXERCISE = Exercise(
    name="LeNet5",
    reference=LeNet5,
    groups=(
        Group(
            "layers, shapes and parameters",
            2,
            (Audit("ten classes", (), SHAPE, flat=True), Audit("seven classes", (7,), SHAPE, flat=True)),
        ),
        Group(
            "numbers",
            3,
            (
                EitherC5("evaluation mode", (), (evaluation(), forward(normal(*SHAPE))), SHAPE, layered=True),
                EitherC5("one picture, float64", (3,), (evaluation(), forward(normal(1, 1, 32, 32))), SHAPE, dtype="float64", hidden=True),
            ),
        ),
        Group(
            "gradients",
            1,
            (EitherC5("training mode", (4,), (train(), forward(normal(*SHAPE), grad=True), backward()), SHAPE),),
        ),
    ),
    misconceptions=tuple(Misconception(name, mistaken(**switches), hint) for name, switches, hint in MISTAKES),
)  # fmt: skip
