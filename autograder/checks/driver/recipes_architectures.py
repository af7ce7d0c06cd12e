"""Recipes of unit 07: models whose parameters are to be counted.

Guarantees: small ones hold real numbers; the large one lives on ``meta`` and costs no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import nn

from autograder.checks.driver.recipes import recipe

if TYPE_CHECKING:
    from autograder.checks.driver.steps import Stage


class Convolution(nn.Conv2d):
    """A convolution of a derived class."""


class Token(nn.Module):
    """Owns parameters that belong to no layer, beside layers."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 4, 5))
        self.scale = nn.Parameter(torch.ones(()))
        self.mix = nn.Parameter(torch.zeros(3, 4))
        self.proj = nn.Linear(4, 3)
        self.norm = nn.LayerNorm(4)


def _block(c_in: int, c_out: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(c_in, c_out, 3, bias=False), nn.BatchNorm2d(c_out), nn.ReLU())


def _tied() -> nn.Module:
    first, second = nn.Linear(6, 6), nn.Linear(6, 6)
    second.weight = first.weight
    return nn.Sequential(first, nn.Tanh(), second)


def _repeated() -> nn.Module:
    conv = nn.Conv2d(3, 3, 3, padding=1)
    return nn.Sequential(conv, nn.ReLU(), conv, nn.Flatten(), nn.Linear(12, 2))


def _frozen() -> nn.Module:
    made = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 3))
    made[0].requires_grad_(False)
    return made


def _lenet() -> nn.Module:
    from autograder.checks.units.unit_07_classic_architectures.lenet5 import LeNet5

    return LeNet5()


def _vgg() -> nn.Module:
    from autograder.checks.units.unit_07_classic_architectures.make_vgg import vgg

    with torch.device("meta"):
        return vgg()("D")


MODELS: dict[str, Callable[[], nn.Module]] = {
    "lenet": _lenet,
    "vgg": _vgg,
    "convolution": lambda: nn.Conv2d(3, 5, (2, 3)),
    "blocks": lambda: nn.Sequential(_block(3, 4), nn.Sequential(_block(4, 6), nn.Flatten()), nn.Linear(24, 5)),
    "own": Token,
    "derived": lambda: nn.Sequential(Convolution(2, 3, 3), nn.Conv1d(3, 4, 2), nn.Embedding(5, 2)),
    "empty": lambda: nn.Sequential(nn.ReLU(), nn.MaxPool2d(2)),
    "tied": _tied,
    "repeated": _repeated,
    "frozen": _frozen,
}


@recipe
def architecture(stage: Stage, kind: str) -> nn.Module:
    """A model by its kind; its dtype and device are its own."""
    return MODELS[kind]()
