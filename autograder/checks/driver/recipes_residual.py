"""Recipes of unit 09: block classes and whole networks as arguments.

Guarantees: blocks and networks are the checks' own, so an answer is judged by itself and not by the exercises before
it; torchvision, which takes a second and 70 MiB to import, is never needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from autograder.checks.driver.filling import NoDraws
from autograder.checks.driver.recipes import recipe

if TYPE_CHECKING:
    from autograder.checks.driver.steps import Stage


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


def _filled(make: Callable[[], nn.Module], stage: Stage, seed: int) -> nn.Module:
    """A network with random parameters and running statistics, made without the usual initialisation."""
    from autograder.checks.units.unit_09_residual_networks.naming import fill

    with torch.device(stage.device), NoDraws():
        made = make()
    fill(made, seed)
    return made.to(stage.dtype)
