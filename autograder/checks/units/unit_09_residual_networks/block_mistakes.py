"""Mistakes that blocks of every kind invite, made once for any of them; those in a projection have their own module.

Guarantees: each function takes a block class and hands back a subclass with one mistake and no other.
"""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Misconception
from autograder.checks.units.unit_09_residual_networks import projection_mistakes as projections

Kind = Any


def no_shortcut(block: Kind) -> Kind:
    class NoShortcut(block):
        def project(self, c_in: int, c_out: int, stride: int) -> None:
            return None

        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.branch(x))

    return NoShortcut


def only_projected(block: Kind) -> Kind:
    class OnlyProjected(block):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x) if self.downsample is not None else F.relu(self.branch(x))

    return OnlyProjected


def detached(block: Kind) -> Kind:
    class Detached(block):
        def shortcut(self, x: Tensor) -> Tensor:
            return super().shortcut(x).detach()

    return Detached


def detached_input(block: Kind) -> Kind:
    class DetachedInput(block):
        def shortcut(self, x: Tensor) -> Tensor:
            return super().shortcut(x.detach())

    return DetachedInput


def added_after(block: Kind) -> Kind:
    class AddedAfter(block):
        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.branch(x)) + self.shortcut(x)

    return AddedAfter


def no_last_relu(block: Kind) -> Kind:
    class NoLastReLU(block):
        def forward(self, x: Tensor) -> Tensor:
            return self.branch(x) + self.shortcut(x)

    return NoLastReLU


def biased(block: Kind) -> Kind:
    class Biased(block):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for part in self.children():
                if isinstance(part, nn.Conv2d):
                    part.bias = nn.Parameter(part.weight.new_zeros(part.out_channels))

    return Biased


def biased_everywhere(block: Kind) -> Kind:
    class BiasedEverywhere(block):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for part in self.modules():
                if isinstance(part, nn.Conv2d):
                    part.bias = nn.Parameter(part.weight.new_zeros(part.out_channels))

    return BiasedEverywhere


def halved(block: Kind) -> Kind:
    class Halved(block):
        def forward(self, x: Tensor) -> Tensor:
            return F.relu((self.branch(x) + self.shortcut(x)) / 2)

    return Halved


def multiplied(block: Kind) -> Kind:
    class Multiplied(block):
        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.branch(x) * self.shortcut(x))

    return Multiplied


def restrided(block: Kind, strides: Any) -> Kind:
    """A block whose convolutions have other strides: ``strides(stride)`` gives one for each in order."""

    class Restrided(block):
        def __init__(self, c_in: int, c_out: int, stride: int = 1, *args: Any, **kwargs: Any) -> None:
            super().__init__(c_in, c_out, stride, *args, **kwargs)
            for i, s in enumerate(strides(stride), 1):
                getattr(self, f"conv{i}").stride = (s, s)

    return Restrided


def always_in(block: Kind, training: bool) -> Kind:
    """A block that stays in one mode, whatever it is told."""

    class AlwaysIn(block):
        def train(self, mode: bool = True) -> Any:
            return super().train(training)

    return AlwaysIn


def mode_mistakes(block: Kind) -> tuple[Misconception, ...]:
    """Misconceptions about training and evaluation."""
    return (
        Misconception(
            "evaluation uses the batch's statistics",
            always_in(block, True),
            "What should .eval() change in this block?",
        ),
        Misconception(
            "training uses the running statistics", always_in(block, False), "Who puts the block into evaluation mode?"
        ),
    )


def shortcut_mistakes(block: Kind) -> tuple[Misconception, ...]:
    """Misconceptions about the shortcut of a block that ends in a ReLU."""
    return (
        Misconception("the shortcut is missing", no_shortcut(block), "F(x) is one of two terms. What is the other?"),
        Misconception(
            "nothing is added where the shapes agree",
            only_projected(block),
            "What is the shortcut without a projection?",
        ),
        Misconception(
            "the shortcut is detached", detached(block), "The gradient has to reach the input through the sum as well."
        ),
        Misconception(
            "the shortcut's input is detached",
            detached_input(block),
            "The gradient has to reach the input through the sum as well.",
        ),
        Misconception(
            "the shortcut is added after the last ReLU", added_after(block), "Which comes last: the sum or the ReLU?"
        ),
        Misconception("the last ReLU is missing", no_last_relu(block), "Can an output of this block be negative?"),
        Misconception("branch and shortcut are averaged", halved(block), "The two are added, with weight 1 each."),
        Misconception("branch and shortcut are multiplied", multiplied(block), "With F = 0, what should be left of x?"),
        Misconception(
            "the shortcut is always projected",
            projections.always_projected(block),
            "When can x be added as it is, with no weights?",
        ),
        Misconception(
            "the shortcut is never projected",
            projections.never_projected(block),
            "What has to happen to x when F(x) has another shape?",
        ),
        *projections.conditions(block),
        Misconception(
            "the projection does not stride",
            projections.unstrided_projection(block),
            "How large is F(x), and how large the shortcut?",
        ),
        Misconception(
            "the projection has no BatchNorm",
            projections.changed_projection(block, projections.bare),
            "What follows every convolution in this block?",
        ),
        Misconception(
            "the projection has a bias",
            projections.changed_projection(block, projections.biased),
            "What does the BatchNorm behind it do to a constant?",
        ),
        Misconception(
            "the projection is 3×3",
            projections.changed_projection(block, projections.wide),
            "The projection only has to change channels and stride.",
        ),
        Misconception(
            "the shortcut has a ReLU of its own",
            projections.changed_projection(block, projections.rectified),
            "There is one ReLU after the sum.",
        ),
        Misconception(
            "the shortcut averages before it projects",
            projections.changed_projection(block, projections.averaged),
            "A newer variant does that. Here the 1×1 convolution itself strides.",
        ),
        Misconception(
            "the convolutions have biases",
            biased(block),
            "What does the BatchNorm behind a convolution do to a constant?",
        ),
        Misconception(
            "the convolutions have biases, the projection too",
            biased_everywhere(block),
            "What does the BatchNorm behind a convolution do to a constant?",
        ),
    )
