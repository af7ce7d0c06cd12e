"""Recipes of unit 09: block classes and whole networks as arguments.

Guarantees: blocks and networks are the checks' own, so an answer is judged by itself and not by the exercises before
it; torchvision is imported only when a recipe asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from autograder.checks.recipes import recipe

if TYPE_CHECKING:
    from autograder.checks.steps import Stage


@recipe
def block(stage: Stage, kind: str) -> type[nn.Module]:
    """A class of blocks by its name."""
    from autograder.checks.units.unit_09_residual_networks.blocks import BLOCKS

    return BLOCKS[kind]


@recipe
def named_resnet(stage: Stage, naming: str, block: Any, layers: list[int], num_classes: int, seed: int) -> nn.Module:
    """A ResNet of the checks under one of several ways to name its layers."""
    from autograder.checks.units.unit_09_residual_networks.naming import NAMINGS

    return _filled(lambda: NAMINGS[naming](block, layers, num_classes), stage, seed)


@recipe
def torchvision_resnet(stage: Stage, block: str, layers: list[int], num_classes: int, seed: int) -> nn.Module:
    """Torchvision's ResNet, its stages an eighth as wide."""
    from torchvision.models import resnet

    class Narrow(resnet.ResNet):
        def _make_layer(self, block: Any, planes: int, *args: Any, **kwargs: Any) -> nn.Sequential:
            return super()._make_layer(block, planes // 8, *args, **kwargs)

    def make() -> nn.Module:
        made = Narrow(getattr(resnet, block), layers)
        made.fc = nn.Linear(made.inplanes, num_classes)
        return made

    return _filled(make, stage, seed)


def _filled(make: Callable[[], nn.Module], stage: Stage, seed: int) -> nn.Module:
    """A network with random parameters and running statistics, made without the usual initialisation."""
    from autograder.checks.units.unit_09_residual_networks.naming import fill

    with torch.device("meta"):
        made = make()
    made.to_empty(device=stage.device)
    fill(made, seed)
    return made.to(stage.dtype)
