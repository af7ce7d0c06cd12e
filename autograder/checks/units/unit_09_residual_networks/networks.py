"""Stages and whole networks, with torchvision's names, so that its ``state_dict`` fits them as it stands.

Guarantees: a network takes any block with an ``expansion``. Widths and strides stand in one place each, where a mistake
can replace them.
"""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.units.unit_09_residual_networks.blocks import ResidualBlock, conv


def make_stage(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    """Blocks in a row; only the first strides and changes the channels."""
    made = [block(c_in, c_out, stride)]
    made += [block(c_out * block.expansion, c_out, 1) for _ in range(blocks - 1)]
    return nn.Sequential(*made)


class Staged(nn.Module):
    """A stem, stages, a global average, a linear layer."""

    widths: tuple[int, ...] = ()
    strides: tuple[int, ...] = ()
    conv1: nn.Module
    bn1: nn.Module
    fc: nn.Linear

    def stages(self, block: Any, c_in: int, counts: list[int]) -> int:
        """Make ``layer1`` … and hand back their last number of channels."""
        for i, (width, count, stride) in enumerate(zip(self.widths, counts, self.strides, strict=False), 1):
            setattr(self, f"layer{i}", make_stage(block, c_in, width, count, stride))
            c_in = width * block.expansion
        return c_in

    def stem(self, x: Tensor) -> Tensor:
        return F.relu(self.bn1(self.conv1(x)))

    def pooled(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for i in range(1, 1 + len(self.widths)):
            x = getattr(self, f"layer{i}")(x)
        return self.fc(self.pooled(x))


class ResNetCifar(Staged):
    """(N,3,H,W) → (N,num_classes): the family of depth 6n+2 for small images."""

    widths: tuple[int, ...] = (16, 32, 64)
    strides: tuple[int, ...] = (1, 2, 2)

    def __init__(self, n: int, num_classes: int = 10, block: Any = ResidualBlock) -> None:
        super().__init__()
        self.conv1 = conv(3, self.widths[0], 3)
        self.bn1 = nn.BatchNorm2d(self.widths[0])
        self.fc = nn.Linear(self.stages(block, self.widths[0], [n] * len(self.widths)), num_classes)


class ResNet(Staged):
    """(N,3,H,W) → (N,num_classes): torchvision's layout for photographs."""

    widths: tuple[int, ...] = (64, 128, 256, 512)
    strides: tuple[int, ...] = (1, 2, 2, 2)

    def __init__(self, block: Any, layers: list[int], num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.fc = nn.Linear(self.stages(block, 64, list(layers)), num_classes)

    def stem(self, x: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
