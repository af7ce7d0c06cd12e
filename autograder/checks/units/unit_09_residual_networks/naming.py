"""The same ResNet under other names, and random numbers for every tensor of a network.

Guarantees: each naming registers the layers in torchvision's order, so parameters and buffers line up by position.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.units.unit_09_residual_networks.networks import ResNet


class Narrow(ResNet):
    """An eighth as wide behind the stem: what is ported shows as well, and costs little."""

    widths = (8, 16, 32, 64)


class Renamed(nn.Module):
    """The layers of a ResNet in one ``Sequential``."""

    def __init__(self, block: Any, layers: list[int], num_classes: int) -> None:
        super().__init__()
        made = Narrow(block, layers, num_classes)
        stem = nn.Sequential(made.conv1, made.bn1, nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.features = nn.Sequential(stem, *(getattr(made, f"layer{i}") for i in (1, 2, 3, 4)))
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), made.fc)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))


NAMINGS: dict[str, Any] = {"torchvision": Narrow, "renamed": Renamed}


def fill(network: nn.Module, seed: int) -> None:
    """Random numbers for every parameter and buffer, of a size that keeps signals alive; counters count something."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if not tensor.is_floating_point():
                tensor.fill_(seed)
                continue
            noise = torch.randn(min(tensor.numel(), 8191), generator=generator)
            values = noise.repeat(-(-tensor.numel() // noise.numel()))[: tensor.numel()].view(tensor.shape)
            if tensor.ndim > 1:
                values = values * (2.0 / tensor[0].numel()) ** 0.5
            elif name.endswith("running_var"):
                values = 0.6 + 0.8 * values.sigmoid()
            else:
                values = 0.3 * values + (0.7 if name.endswith("weight") else 0.0)
            tensor.copy_(values)
