"""The blocks of residual networks, in PyTorch's own layers, with torchvision's names.

Guarantees: every block is built as ``block(c_in, c_out, stride)``, gives ``c_out · block.expansion`` channels, and holds
no more tensors than the exercise asks for. The methods are cut so that a mistake can replace one of them.
"""

from __future__ import annotations

from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor, nn


def conv(c_in: int, c_out: int, size: int, stride: int = 1, bias: bool = False) -> nn.Conv2d:
    """A convolution that keeps the size at stride 1."""
    return nn.Conv2d(c_in, c_out, size, stride, size // 2, bias=bias)


class Block(nn.Module):
    """What all blocks share: a branch, and a shortcut where one is asked for."""

    expansion: ClassVar[int] = 1
    conv1: nn.Module
    bn1: nn.Module
    conv2: nn.Module
    bn2: nn.Module
    bn3: nn.Module
    downsample: nn.Module | None

    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        """The shortcut's layers: none where the input can be added as it is."""
        if stride == 1 and c_in == c_out:
            return None
        return nn.Sequential(conv(c_in, c_out, 1, stride), nn.BatchNorm2d(c_out))

    def branch(self, x: Tensor) -> Tensor:
        """F(x)."""
        raise NotImplementedError

    def shortcut(self, x: Tensor) -> Tensor:
        """What F(x) is added to."""
        return x if self.downsample is None else self.downsample(x)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.branch(x) + self.shortcut(x))


class ResidualBlock(Block):
    """(N,c_in,H,W) → (N,c_out,⌈H/stride⌉,⌈W/stride⌉): two 3×3 convolutions and a shortcut."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = conv(c_in, c_out, 3, stride)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = conv(c_out, c_out, 3)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.downsample = self.project(c_in, c_out, stride)

    def branch(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))


class PlainBlock(ResidualBlock):
    """The same without the shortcut."""

    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        return None

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.branch(x))


class Bottleneck(Block):
    """(N,c_in,H,W) → (N,width·expansion,…): 1×1 down, 3×3 with the stride, 1×1 up, and a shortcut."""

    expansion: ClassVar[int] = 4

    def __init__(self, c_in: int, width: int, stride: int = 1, expansion: int = 4) -> None:
        super().__init__()
        c_out = width * expansion
        self.conv1 = conv(c_in, width, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3, stride)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv(width, c_out, 1)
        self.bn3 = nn.BatchNorm2d(c_out)
        self.downsample = self.project(c_in, c_out, stride)

    def branch(self, x: Tensor) -> Tensor:
        h = F.relu(self.bn1(self.conv1(x)))
        h = F.relu(self.bn2(self.conv2(h)))
        return self.bn3(self.conv3(h))


class PreActBlock(Block):
    """(N,c_in,H,W) → (N,c_out,…): normalization and activation come before each convolution; nothing after the sum."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(c_in)
        self.conv1 = conv(c_in, c_out, 3, stride)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.conv2 = conv(c_out, c_out, 3)
        self.downsample = self.project(c_in, c_out, stride)

    def project(self, c_in: int, c_out: int, stride: int) -> nn.Module | None:
        return None if stride == 1 and c_in == c_out else conv(c_in, c_out, 1, stride)

    def activated(self, x: Tensor) -> Tensor:
        """The pre-activated input."""
        return F.relu(self.bn1(x))

    def after(self, h: Tensor) -> Tensor:
        """The branch from the pre-activated input on."""
        return self.conv2(F.relu(self.bn2(self.conv1(h))))

    def forward(self, x: Tensor) -> Tensor:
        h = self.activated(x)
        return self.after(h) + (x if self.downsample is None else self.downsample(h))


class Wide(nn.Module):
    """A small block of another kind, whose outputs are three times as wide as it is told."""

    expansion: ClassVar[int] = 3

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c_in, 3 * c_out, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.conv(x))


BLOCKS: dict[str, type[nn.Module]] = {
    block.__name__: block for block in (ResidualBlock, PlainBlock, Bottleneck, PreActBlock, Wide)
}
