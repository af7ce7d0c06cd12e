"""Recipes of unit 09: block classes and whole networks as arguments.

Guarantees: blocks and networks are the checks' own, so an answer is judged by itself and not by the exercises before
it; torchvision is imported only when a recipe asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
def empty_network(stage: Stage, kind: str, block: Any, layers: list[int], num_classes: int) -> nn.Module:
    """A ResNet of the checks, by the way it names its layers."""
    from autograder.checks.units.unit_09_residual_networks.naming import NAMINGS

    return NAMINGS[kind](block, layers, num_classes).to(stage.device, stage.dtype)


@recipe
def torchvision_resnet(stage: Stage, block: str, layers: list[int], num_classes: int, seed: int) -> nn.Module:
    """Torchvision's ResNet with random parameters and running statistics."""
    from torchvision.models import resnet

    from autograder.checks.units.unit_09_residual_networks.naming import fill

    made = resnet.ResNet(getattr(resnet, block), layers, num_classes)
    fill(made, seed)
    return made.to(stage.device, stage.dtype)
